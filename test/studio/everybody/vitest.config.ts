// The studio for everybody (axe, narrow pages, reduced motion, time by every way), screen by screen, and what its answers cost: browser tests that `npm test` leaves out.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    dir: "test/studio/everybody",
    include: ["**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
