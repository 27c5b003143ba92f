import { defined } from "../../../src/assert.ts";
import type { Envelope, Intersection, LocalPlan } from "../../../src/model/intersection.ts";
import type { CycleTiming } from "../../../src/model/plan.ts";
import { type TimingTable, timingTable } from "../../../src/model/timing.ts";
import { CONTROLLER_TICK_MS, msToSeconds } from "../../../src/units.ts";
import type { Skeleton, SpecialOperation } from "./special.ts";
import { INTERSECTION_ID } from "./ground.ts";
import { type Random, toTenth } from "../random.ts";
import {
  CYCLE_MAX_MS,
  CYCLE_MIN_MS,
  drawTiming,
  longestRedMs,
  plainOrder,
  timingOfOrder,
} from "./timings.ts";

/** Everything of an intersection but its plans and what follows from them. */
export type PlanlessIntersection = Skeleton & SpecialOperation & Pick<Intersection, "rings" | "overlaps">;

const WAIT_MAX_SECONDS = 600;
const HOLD_SECONDS = [10, 30, 60, 120, 300];

/** The widest envelope of the schema, to draw local plans in; the real one is put around them. */
const WIDEST: Envelope = {
  cycleMinSeconds: msToSeconds(CYCLE_MIN_MS),
  cycleMaxSeconds: msToSeconds(CYCLE_MAX_MS),
  splitStepSeconds: 1,
  cycleChangeMinSeconds: 0,
  waitMaxSeconds: WAIT_MAX_SECONDS,
  planValidMaxSeconds: 7200,
  transitionLengthenRatio: 0.05,
  transitionShortenRatio: 0,
};

/** The intersection with one to four local plans, or `undefined` when its shortest cycle is beyond the schema. */
export function withPlans(random: Random, planless: PlanlessIntersection): Intersection | undefined {
  const bare: Intersection = {
    version: 1,
    id: INTERSECTION_ID,
    name: "Generated",
    node: INTERSECTION_ID,
    ...planless,
    envelope: WIDEST,
    plans: [],
    schedule: [],
  };
  const table = timingTable(bare, CONTROLLER_TICK_MS);
  const plain = timingOfOrder(table, plainOrder(table), [random.integer(0, 20)], random.integer(0, 999));
  if (plain.cycleMs > CYCLE_MAX_MS) return undefined;
  const timings = [
    plain,
    ...Array.from({ length: random.integer(0, 3) }, () => drawTiming(random, table) ?? plain),
  ];
  const plans = random.shuffled(timings).map(localPlanOf);
  const plannedRedSeconds = Math.max(...timings.map((timing) => msToSeconds(longestRedMs(table, timing))));
  const envelope = drawEnvelope(random, table, timings, plannedRedSeconds);
  return {
    ...bare,
    ...withinWait(planless, toTenth(envelope.waitMaxSeconds - plannedRedSeconds)),
    envelope,
    plans,
    schedule: drawSchedule(random, plans),
  };
}

/** Rule M22: what priority takes from others stays within what the plans leave of the longest wait. */
function withinWait({ priorities }: PlanlessIntersection, roomSeconds: number): SpecialOperation {
  if (priorities === undefined) return {};
  return {
    priorities: priorities.map((priority) => {
      const extensionMaxSeconds = Math.min(priority.extensionMaxSeconds, roomSeconds);
      const leftSeconds = toTenth(roomSeconds - extensionMaxSeconds);
      const earlyMaxSeconds = Math.min(priority.earlyMaxSeconds, leftSeconds);
      return { ...priority, extensionMaxSeconds, earlyMaxSeconds };
    }),
  };
}

function localPlanOf(timing: CycleTiming, index: number): LocalPlan {
  return {
    id: `p${index}`,
    cycleSeconds: msToSeconds(timing.cycleMs),
    offsetSeconds: msToSeconds(timing.offsetMs),
    stages: timing.stages.map(({ stage, splitMs }) => ({ stage, splitSeconds: msToSeconds(splitMs) })),
  };
}

/** Around the plans: their shortest and longest cycles are sometimes the envelope's edges. */
function drawEnvelope(
  random: Random,
  table: TimingTable,
  timings: readonly CycleTiming[],
  plannedRedSeconds: number,
): Envelope {
  const cycles = timings.map(({ cycleMs }) => msToSeconds(cycleMs));
  const [shortest, longest] = [Math.min(...cycles), Math.max(...cycles)];
  const [low, high] = [msToSeconds(CYCLE_MIN_MS), msToSeconds(CYCLE_MAX_MS)];
  const transitionLengthenRatio = random.integer(5, 50) / 100;
  // Mostly free operation and transitions stay inside by themselves, sometimes the plans alone do.
  const roomy = Math.max(plannedRedSeconds * (1 + transitionLengthenRatio), longestFreeRoundSeconds(table));
  const wait = Math.ceil(random.chance(0.8) ? roomy + random.integer(0, 60) : plannedRedSeconds);
  const waitMaxSeconds = Math.min(WAIT_MAX_SECONDS, Math.max(30, wait));
  // Rule M11: a hold leaves the longest wait of others as it is.
  const holds = HOLD_SECONDS.filter((seconds) => seconds <= waitMaxSeconds - plannedRedSeconds);
  return {
    cycleMinSeconds: random.chance(0.3) ? shortest : random.seconds(low, shortest),
    cycleMaxSeconds: random.chance(0.3) ? longest : random.seconds(longest, Math.min(high, longest * 1.5)),
    splitStepSeconds: random.seconds(1, 60),
    cycleChangeMinSeconds: random.pick([0, 60, 600]),
    waitMaxSeconds,
    planValidMaxSeconds: random.pick([60, 300, 900, 1800, 7200]),
    ...(holds.length > 0 && random.chance(0.6) ? { commandValidMaxSeconds: random.pick(holds) } : {}),
    transitionLengthenRatio,
    transitionShortenRatio: random.integer(0, 30) / 100,
  };
}

/** Once through everything at maximum green: more than a phase waits in free operation without preemption. */
function longestFreeRoundSeconds(table: TimingTable): number {
  const longest = (phases: readonly number[]): number =>
    Math.max(
      0,
      ...phases.map((index) => {
        const { greenMaxMs, serviceMinMs, yellowMs, redClearMs, actuation } = defined(
          table.phases[index],
          "phase",
        );
        const greenMs = Math.max(greenMaxMs, actuation.greenMax2Ms, serviceMinMs);
        return greenMs + actuation.leadMs + yellowMs + redClearMs + actuation.redRevertMs;
      }),
    );
  const groupCount = table.rings[0]?.length ?? 0;
  const groups = Array.from({ length: groupCount }, (_, group) =>
    Math.max(...table.rings.map((ring) => sum((ring[group] ?? []).map((phase) => longest([phase]))))),
  );
  const intergreenMs = Math.max(0, ...table.extras.intergreens.values());
  const stages = table.stages.map(({ phases }) => longest(phases) + intergreenMs);
  return msToSeconds(sum(groupCount > 0 ? groups : stages));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One to four changes a day, some of them to free operation. */
function drawSchedule(random: Random, plans: readonly LocalPlan[]): Intersection["schedule"] {
  const hours = random
    .shuffled(Array.from({ length: 24 }, (_, hour) => hour))
    .slice(0, random.integer(1, 4))
    .toSorted((a, b) => a - b);
  return hours.map((hour) => ({
    from: `${String(hour).padStart(2, "0")}:${random.pick(["00", "10", "30"])}`,
    plan: random.chance(0.35) ? "free" : random.pick(plans).id,
  }));
}
