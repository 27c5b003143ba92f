import { defineConfig } from "vitest/config";

/** Measurements, which take minutes and a quiet machine: no part of `npm test`. */
export default defineConfig({
  test: {
    include: ["test/bench/**/*.bench.ts"],
    fileParallelism: false,
    testTimeout: 3 * 3_600_000,
    hookTimeout: 300_000,
  },
});
