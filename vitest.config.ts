// Tests stand beside what they test (src) and, where they span rooms, under test/.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/long/**", "test/bundlers/**", "test/studio/everybody/**", "node_modules/**"],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
