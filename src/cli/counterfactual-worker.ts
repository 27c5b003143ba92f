import { parentPort, workerData } from "node:worker_threads";
import { createLocalClock } from "../adapters/feeds/local-clock.ts";
import { defined } from "../assert.ts";
import { PhasewiseError } from "../errors.ts";
import { decidedOtherwise, explainedStored } from "./counterfactual.ts";
import type { DecisionResult, DecisionTask } from "./counterfactual-thread.ts";
import { timeTextOf } from "./measures.ts";

/** The thread in which stored decisions are decided again and explained (`counterfactualThread`): one answer to each task. */
const port = defined(parentPort ?? undefined, "counterfactual-worker runs in a worker");
const clock = timeTextOf(createLocalClock(timeZoneIn(workerData)));
/** Hours, minutes and seconds of `2026-01-05 09:27:47.0`: the day stands with the decision. */
const timeOfDay = (at: number): string => clock(at).slice(11, 19);

port.on("message", (task: DecisionTask) => {
  const result: DecisionResult =
    task.kind === "explanation" ? explainedStored(task.task, timeOfDay) : decidedOtherwise(task.task, clock);
  port.postMessage(result);
});

function timeZoneIn(data: unknown): string {
  if (typeof data === "string") return data;
  throw new PhasewiseError("OPTION_INVALID", "counterfactual-worker: its data is a time zone");
}
