// Tests stand beside what they test (src) and, where they span rooms, under test/. What times a page runs behind the others, by itself.
import { defineConfig } from "vitest/config";

const timed = ["test/studio/train.test.ts", "test/studio/frame.test.ts"];
const elsewhere = ["test/long/**", "test/bundlers/**", "test/studio/everybody/**", "node_modules/**"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: "all", include: ["src/**/*.test.ts", "test/**/*.test.ts"], exclude: [...elsewhere, ...timed] },
      },
      { extends: true, test: { name: "timed", include: timed, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
