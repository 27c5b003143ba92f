import { parentPort } from "node:worker_threads";
import { eightPhase, EXPLORE_STEP_MS, fourPhase } from "../../sim/prove/explore/configurations.ts";
import { explore } from "../../sim/prove/explore/explore.ts";
import { proveSeed } from "../../sim/prove/randomised.ts";
import { PROVED_RULES } from "../../sim/prove/rules.ts";
import { emptyTally } from "../../sim/prove/tally.ts";
import { defined } from "../assert.ts";
import type { ProveAnswer, ProveTask } from "./prove-task.ts";

/** One core's share of `phasewise prove`: answers a task with a result, as often as it is asked. */
const port = defined(parentPort ?? undefined, "prove-worker runs in a worker");

const answer = (result: ProveAnswer): void => port.postMessage(result);

port.on("message", (task: ProveTask) => {
  answer(task.kind === "seed" ? exerciseSeed(task) : exploreConfiguration(task));
});

function faultOf(id: string | undefined) {
  return PROVED_RULES.find((rule) => rule.id === id)?.fault;
}

function exerciseSeed({ seed, steps, fault }: Extract<ProveTask, { readonly kind: "seed" }>): ProveAnswer {
  const tally = emptyTally();
  const violations = proveSeed(seed, steps, faultOf(fault), tally);
  return { kind: "seed", seed, steps: tally.steps, counts: tally.counts, violations };
}

function exploreConfiguration({
  name,
  fault,
}: Extract<ProveTask, { readonly kind: "explore" }>): ProveAnswer {
  const { intersections } = name === "four-phase" ? fourPhase() : eightPhase();
  const planted = faultOf(fault);
  const exploration = explore({
    intersection: defined(intersections[0], "an intersection"),
    stepMs: EXPLORE_STEP_MS,
    ...(planted === undefined ? {} : { weaken: planted.believed, untilViolation: true }),
    progress: (progress) => answer({ kind: "progress", name, progress }),
  });
  return { kind: "explored", name, exploration };
}
