import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/property-seed.ts"],
    // Tests of real processes wait for events; this is the outer limit after which a hang is a failure.
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
