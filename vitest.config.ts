import { defineConfig } from "vitest/config";

/** Tests that start phasewise, SUMO or a browser as processes of their own, with limits after which a process counts as hung. */
const PROCESSES = "test/e2e/**/*.test.ts";
/** The console's modules are those of one page and keep its state, so each of these files has its own. */
const CONSOLE = "test/console/**/*.test.ts";

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
          exclude: [PROCESSES, CONSOLE],
          sequence: { groupOrder: 0 },
          // What modules keep hangs on the object it was made from, so a worker loads them once for all its files.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "console", include: [CONSOLE], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // After all others and one file at a time: what runs at so many times real time would else be starved by them.
        test: { name: "processes", include: [PROCESSES], sequence: { groupOrder: 1 }, maxWorkers: 1 },
      },
    ],
  },
});
