import type { Envelope, Intersection, LocalPlan, Phase, Stage } from "../../src/model/intersection.ts";
import type { CycleTiming } from "../../src/model/plan.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import { type InstantMs, instantMs, secondsToMs } from "../../src/units.ts";

/** Midnight, 5 January 2026 UTC; every example counts its seconds from here. */
export const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));

export function second(count: number): InstantMs {
  return instantMs(MIDNIGHT + secondsToMs(count));
}

/** Minimum green, yellow, red clearance, and walk with flashing don't walk where people cross; seconds. */
type Times = readonly [green: number, yellow: number, redClear: number, walk?: number, clear?: number];

export type CrossingOptions = {
  readonly phases: Readonly<Record<string, Times>>;
  /** A phase with a `?` behind its name is permissive in that stage. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
  readonly conflicts: readonly string[];
  readonly plans: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly offsets?: Readonly<Record<string, number>>;
  readonly schedule?: Intersection["schedule"];
  readonly envelope?: Partial<Envelope>;
};

const ENVELOPE: Envelope = {
  cycleMinSeconds: 30,
  cycleMaxSeconds: 120,
  splitStepSeconds: 12,
  cycleChangeMinSeconds: 600,
  waitMaxSeconds: 240,
  planValidMaxSeconds: 1800,
  transitionLengthenRatio: 0.2,
  transitionShortenRatio: 0.17,
};

/** An intersection with signals and nothing else: no lanes, no detectors. */
export function crossing(options: CrossingOptions): Intersection {
  const plans = Object.entries(options.plans).map(
    ([id, splits]): LocalPlan => ({
      id,
      cycleSeconds: Object.values(splits).reduce((sum, split) => sum + split, 0),
      offsetSeconds: options.offsets?.[id] ?? 0,
      stages: Object.entries(splits).map(([stage, splitSeconds]) => ({ stage, splitSeconds })),
    }),
  );
  return {
    version: 1,
    id: "x",
    name: "Crossing",
    node: "x",
    structure: "stages",
    movements: [],
    phases: Object.entries(options.phases).map(([id, times]) => phaseOf(id, times)),
    stages: Object.entries(options.stages).map(([id, phases]) => stageOf(id, phases)),
    conflicts: options.conflicts.map((pair) => {
      const [left = "", right = ""] = pair.split("/");
      return [left, right];
    }),
    detectors: [],
    envelope: { ...ENVELOPE, ...options.envelope },
    plans,
    schedule: options.schedule ?? [{ from: "00:00", plan: plans[0]?.id ?? "" }],
  };
}

function phaseOf(id: string, [greenMinSeconds, yellowSeconds, redClearSeconds, walk, clear]: Times): Phase {
  return {
    id,
    greenMinSeconds,
    greenMaxSeconds: 60,
    yellowSeconds,
    redClearSeconds,
    ...(walk === undefined || clear === undefined
      ? {}
      : {
          pedestrian: {
            crosswalkMeters: 8,
            walkSeconds: walk,
            clearSeconds: clear,
            bufferSeconds: 3,
            crosses: "link",
          },
        }),
  };
}

function stageOf(id: string, phases: readonly string[]): Stage {
  const yielding = phases.filter((phase) => phase.endsWith("?"));
  return {
    id,
    phases: phases.map((phase) => phase.replace("?", "")),
    permissive: yielding.map((phase) => phase.slice(0, -1)),
  };
}

/**
 * Main street 2 and 6 with lefts 1 and 5, side street 4, NEMA numbers; phase 1 overlaps from the lefts' stage into the next,
 * phase 6 from there over the end of the cycle. The plan `day` takes 60 s.
 */
export function nemaCrossing(envelope: Partial<Envelope> = {}): Intersection {
  return crossing({
    phases: {
      "1": [5, 3, 1],
      "2": [10, 4, 1, 7, 8],
      "4": [7, 3, 2, 7, 5],
      "5": [5, 3, 2],
      "6": [10, 4, 1],
    },
    stages: { "2-6": ["2", "6"], side: ["4"], "1-5": ["1", "5"], "1-6": ["1", "6"] },
    conflicts: ["1/2", "1/4", "2/4", "4/5", "4/6", "5/6"],
    plans: { day: { "2-6": 22, side: 17, "1-5": 11, "1-6": 10 } },
    envelope,
  });
}

/** The plan that every NEMA example starts from; the same as the local plan `day`. */
export const NEMA_TIMING: CycleTiming = timing([
  ["2-6", 22],
  ["side", 17],
  ["1-5", 11],
  ["1-6", 10],
]);

/** A SUMO program: straight on A with an opposing left turn B, first permissive and then alone, and side street C. */
export function leftTurnCrossing(): Intersection {
  return crossing({
    phases: { A: [5, 3, 0], B: [5, 3, 0], C: [5, 3, 0] },
    stages: { ab: ["A", "B?"], b: ["B"], c: ["C"] },
    conflicts: ["A/B", "A/C", "B/C"],
    plans: { day: { ab: 30, b: 10, c: 20 } },
  });
}

export function timing(
  splits: readonly (readonly [stage: string, splitSeconds: number])[],
  offsetSeconds = 0,
): CycleTiming {
  const stages = splits.map(([stage, splitSeconds]) => ({ stage, splitMs: secondsToMs(splitSeconds) }));
  return {
    cycleMs: stages.reduce((sum, { splitMs }) => sum + splitMs, 0),
    offsetMs: secondsToMs(offsetSeconds),
    stages,
  };
}

export function tableOf(intersection: Intersection, stepMs = 1_000): TimingTable {
  return timingTable(intersection, stepMs);
}
