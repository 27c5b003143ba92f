import { parentPort } from "node:worker_threads";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { runOnce } from "../../sim/whatif/run.ts";
import { defined } from "../assert.ts";
import { PhasewiseError } from "../errors.ts";
import { wallClock } from "./wall-clock.ts";
import { openScenario } from "./whatif-scenario.ts";
import type { WhatifAnswer, WhatifTask } from "./whatif-task.ts";

/** One core's share of `phasewise whatif`: answers a run with its measures, as often as it is asked. */
const port = defined(parentPort ?? undefined, "whatif-worker runs in a worker");
const stop = new AbortController();

/** Read once: a command has one scenario, and reading it takes as long as many a run. */
let opened: Promise<RunnableNetwork> | undefined;

port.on("message", (task: WhatifTask) => {
  if (task.kind === "stop") {
    stop.abort();
    return;
  }
  answerOf(task).then(
    (answer) => port.postMessage(answer),
    (cause: unknown) => port.postMessage(failure(task, cause)),
  );
});

type RunTask = Extract<WhatifTask, { readonly kind: "run" }>;

async function answerOf(task: RunTask): Promise<WhatifAnswer> {
  const { scenario, arm, seed, tripFile, recordStreet } = task;
  const { adaptiveMode, observe, forSeconds, warmupSeconds } = scenario;
  opened ??= openScenario(scenario);
  const runnable = await opened;
  const begunAt = wallClock.now();
  const run = await runOnce({
    runnable,
    setup: await setupOf(arm.control, {
      runnable,
      adaptiveMode,
      forSeconds,
      settings: arm.settings,
      offsets: arm.offsets,
    }),
    events: arm.events,
    observe,
    seed,
    forSeconds,
    warmupSeconds,
    tripFile,
    recordStreet,
    clock: wallClock,
    stopped: stop.signal,
  });
  if (stop.signal.aborted) return { kind: "stopped" };
  return { kind: "ran", arm: arm.name, seed, run, wallMs: wallClock.now() - begunAt };
}

function failure({ arm, seed }: RunTask, cause: unknown): WhatifAnswer {
  // Ctrl-C reaches SUMO too: that it died of it is no news.
  if (stop.signal.aborted) return { kind: "stopped" };
  const failed = { kind: "failed", arm: arm.name, seed } as const;
  if (cause instanceof PhasewiseError) return { ...failed, code: cause.code, message: cause.message };
  const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return { ...failed, code: null, message };
}
