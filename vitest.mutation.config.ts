import { defineConfig } from "vitest/config";

/** The quick tests of the code that Stryker mutates: one worker runs them for every mutant, so it is not started anew for each file. */
export default defineConfig({
  test: {
    include: ["test/safety/*.test.ts", "test/signal/*.test.ts"],
    isolate: false,
    fileParallelism: false,
    pool: "threads",
  },
});
