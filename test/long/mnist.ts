// The preset on MNIST: one epoch on five sixths of the training files, tested on the sixth held back. Exit code 1 below 0.97.
// Run: npm run test:mnist. The folder mnist stands in the one that CUTAWAY_DATA names.
import { loadData } from "../../src/host/node/data.ts";
import { dataPath, missing } from "../data.ts";
import { trainLesson } from "../jobs/lesson.ts";

const bar = 0.97;
const folder = dataPath("mnist");
if (!missing(folder, "MNIST", "MNIST is not in the data folder (CUTAWAY_DATA)")) {
  const { train, test } = await loadData(folder!);
  const { accuracy, seconds, imagesPerSecond } = await trainLesson(train!, test);
  process.stdout.write(
    `MNIST, ${train!.count} pictures, one epoch: accuracy ${accuracy} on ${test.count} held back, ` +
      `${seconds.toFixed(1)} s, ${Math.round(imagesPerSecond)} images/s\n`,
  );
  if (accuracy < bar) {
    process.stdout.write(`below the bar of ${bar}\n`);
    process.exitCode = 1;
  }
}
