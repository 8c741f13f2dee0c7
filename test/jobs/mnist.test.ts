// The main job on real images, a tenth of it: the preset on 5,000 pictures of MNIST, tested on 2,000 that it never saw.
import { expect, test } from "vitest";
import { loadData } from "../../src/host/node/data.ts";
import { dataPath, missing } from "../data.ts";
import { stratified, trainLesson } from "./lesson.ts";

const folder = dataPath("mnist");
const name = "the preset reads handwriting after 5,000 pictures of MNIST";
test.skipIf(missing(folder, name, "MNIST is not in the data folder (CUTAWAY_DATA)"))(name, async () => {
  const source = await loadData(folder!);
  const [train, held] = [stratified(source.train!, 5000), stratified(source.test, 2000)];
  expect([train.count, held.count]).toEqual([5000, 2000]);
  const { accuracy, seconds } = await trainLesson(train, held);
  process.stderr.write(`MNIST, 5,000 pictures, one epoch: accuracy ${accuracy}, ${seconds.toFixed(1)} s\n`);
  expect(accuracy).toBeGreaterThanOrEqual(0.9);
});
