import { ALL, type EventOf } from "../scenario/events.ts";
import type { DetectorJudgement } from "./detector-judgements.ts";
import { medianOf } from "./statistics.ts";

/** Of one control or event: the faults that were planted, and what the engine said of its detectors in each run. */
export type DetectorReport = {
  readonly planted: readonly EventOf<"detector">[];
  /** In the order of seeds. */
  readonly runs: readonly { readonly seed: number; readonly judgements: readonly DetectorJudgement[] }[];
};

/** What a planted fault is to be called. */
const NAMES: Readonly<Record<EventOf<"detector">["fault"], readonly string[]>> = {
  dead: ["stuckOff", "deadCard"],
  stuck: ["stuckOn"],
  chatter: ["chatter"],
  dropouts: ["dropouts"],
  swapped: ["swapped"],
};

/** In how many runs a planted fault was found and named, how soon, and what else was said to have failed. */
export function describeDetectors(name: string, { planted, runs }: DetectorReport): readonly string[] {
  const lines = planted.map((event) => {
    const found = runs.flatMap(({ judgements }) => {
      const named = judgements.filter((told) => told.state === "failed" && isOf(event, told));
      const right = named.find(({ fault }) => NAMES[event.fault].includes(fault ?? ""));
      const [first] = named;
      return first === undefined ? [] : [{ afterSeconds: first.atSeconds - event.fromSeconds, right }];
    });
    const rightly = found.filter(({ right }) => right !== undefined).length;
    const median = medianOf(found.map(({ afterSeconds }) => afterSeconds));
    const after = median === null ? "" : `, after ${median} s (median)`;
    return `planted ${event.fault}: found in ${found.length} of ${runs.length} runs, named ${NAMES[event.fault].join(" or ")} in ${rightly}${after}`;
  });
  const besides = runs.flatMap(({ judgements }) =>
    judgements.filter((told) => told.state === "failed" && !planted.some((event) => isOf(event, told))),
  );
  const others = [...new Set(besides.map(({ detector, fault }) => `${detector} ${fault}`))];
  const rest = others.length === 0 ? "none" : others.join(", ");
  return [...lines, `other detectors failed: ${rest}`].map((line) => `${name}: ${line}`);
}

function isOf(
  { intersection, detectors, fromSeconds }: EventOf<"detector">,
  told: DetectorJudgement,
): boolean {
  const named = detectors.includes(ALL) || detectors.includes(told.detector);
  return told.intersection === intersection && named && told.atSeconds > fromSeconds;
}
