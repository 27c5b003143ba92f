import { defineConfig } from "vitest/config";

/** Tests that start phasewise, SUMO or a browser as processes of their own, with limits after which a process counts as hung. */
const PROCESSES = "test/e2e/**/*.test.ts";

export default defineConfig({
  test: {
    setupFiles: ["test/property-seed.ts"],
    // Tests of real processes wait for events; this is the outer limit after which a hang is a failure.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Every core: by default one is left to whoever watches, of two the half.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "modules",
          include: ["test/**/*.test.ts"],
          exclude: [PROCESSES],
          sequence: { groupOrder: 0 },
          // What these files share is modules without state, so a worker loads them once: 538 -> 307 s on two cores.
          isolate: false,
        },
      },
      {
        extends: true,
        // After all others and one file at a time: what runs at so many times real time would else be starved by them.
        test: { name: "processes", include: [PROCESSES], sequence: { groupOrder: 1 }, maxWorkers: 1 },
      },
    ],
  },
});
