// The bundlers' tests, which `npm test` leaves out.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { dir: "test/bundlers", include: ["**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
});
