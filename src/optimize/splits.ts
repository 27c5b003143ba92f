import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import { msToSeconds } from "../units.ts";
import { type LaneDemand, laneCapacity, laneServices, type StageService } from "./capacity.ts";

/** The stages of a plan in their order, as indices into the table. */
export type StageOrder = readonly number[];

/** How far each slot's green may go, in seconds. */
export type GreenBounds = {
  readonly lowerSeconds: readonly number[];
  readonly upperSeconds: readonly number[];
};

export type SplitSolution = {
  /** Displayed green of each slot of the order, seconds, whole steps. */
  readonly greenSeconds: readonly number[];
  /** Demand over capacity by lane. */
  readonly degreeOfSaturation: readonly number[];
};

/**
 * Start-up loss less the use of the yellow: what a lane loses of its displayed green at each change of stage that stops it. The HCM has
 * 2 s of each; the built-in model loses 0.2 to 1.3 s over greens of 5 to 30 s.
 */
export const GREEN_LOSS_SECONDS = 1;

/** Intergreens of one round, slot by slot, in seconds. */
export function intergreenSeconds(table: TimingTable, order: StageOrder): readonly number[] {
  return order.map((stage, slot) =>
    msToSeconds(
      defined(table.intergreenMs[stage]?.[defined(order[(slot + 1) % order.length], "slot")], "intergreen"),
    ),
  );
}

/** What a stage lasts at least whose phases have their minimum service with the stages beside it. */
const STAGE_LEAST_SECONDS = 1;

/**
 * The shortest greens that serve every phase of the order, in seconds: each run of green of a phase lasts its minimum service, or in
 * a long cycle as much as leaves no red longer than the envelope's longest wait. What a run lacks goes to its first stage. A stage
 * between the ends of two rings needs no minimum of its own: 7 s for one took 6 s of 40 from the main street on the corridor.
 */
export function minimumGreens(table: TimingTable, order: StageOrder, cycleSeconds = 0): readonly number[] {
  const waitLeast = cycleSeconds - table.intersection.envelope.waitMaxSeconds;
  const intergreens = intergreenSeconds(table, order);
  const greens = order.map(() => Math.max(STAGE_LEAST_SECONDS, msToSeconds(table.stepMs)));
  const runs = greenRuns(table, order);
  // Short runs first: what they fix, longer ones profit from.
  for (const { phase, slots } of runs.toSorted((a, b) => a.slots.length - b.slots.length)) {
    const inside = slots
      .slice(0, -1)
      .reduce((sum, slot) => sum + defined(intergreens[slot], "intergreen"), 0);
    const present = slots.reduce((sum, slot) => sum + defined(greens[slot], "green"), 0) + inside;
    // A phase that is served twice a cycle waits less than all of the rest.
    const waits = runs.filter((run) => run.phase === phase).length === 1 ? waitLeast : 0;
    const serviceMinSeconds = msToSeconds(defined(table.phases[phase], "phase").serviceMinMs);
    const lacking = Math.max(waits, serviceMinSeconds) - present;
    const slot = defined(slots[0], "slot");
    if (lacking > 0) greens[slot] = defined(greens[slot], "green") + lacking;
  }
  return greens;
}

/** For each green of each phase in a round: the slots it lasts through, in their order. */
export function greenRuns(
  table: TimingTable,
  order: StageOrder,
): readonly { readonly phase: number; readonly slots: readonly number[] }[] {
  const count = order.length;
  return table.phases.flatMap((_, phase) => {
    const has = (slot: number): boolean =>
      defined(table.stages[defined(order[(slot + count) % count], "slot")], "stage").phases.includes(phase);
    const firsts = order.flatMap((__, slot) => (has(slot) && !has(slot - 1) ? [slot] : []));
    return firsts.map((first) => {
      const slots: number[] = [];
      for (let slot = first; has(slot) && slots.length < count; slot += 1) slots.push(slot % count);
      return { phase, slots };
    });
  });
}

/**
 * Greens that share a cycle by degree of saturation: beyond the minimum service, each step of green goes to the stage that
 * helps the most saturated lane, so that the critical lanes end up equally saturated.
 */
export function splitGreens(
  table: TimingTable,
  order: StageOrder,
  lanes: readonly LaneDemand[],
  cycleSeconds: number,
  bounds: GreenBounds,
): SplitSolution {
  const lost = lostSeconds(table, order);
  const uses = lanes.map((lane) => greenUses(table, order, lane));
  let greens: readonly number[] = order.map(() => (cycleSeconds - lost) / order.length);
  let degrees: readonly number[] = [];
  for (let round = 0; round < PERMISSIVE_ROUNDS; round += 1) {
    const services = laneServices(table, lanes, stageRatios(table, order, greens, cycleSeconds));
    const problem: FillProblem = { table, order, lanes, services, uses, cycleSeconds };
    greens = fill(problem, bounds, cycleSeconds - lost);
    degrees = degreesOfSaturation(problem, greens);
  }
  return { greenSeconds: greens, degreeOfSaturation: degrees };
}

/** The gaps that permissive turners find depend on the greens, and the greens on the gaps: settled after three rounds. */
const PERMISSIVE_ROUNDS = 3;

/** Intergreens of one round together, seconds. */
export function lostSeconds(table: TimingTable, order: StageOrder): number {
  return intergreenSeconds(table, order).reduce((sum, seconds) => sum + seconds, 0);
}

/** One intersection's greens to be judged: everything but the greens themselves. */
type FillProblem = {
  readonly table: TimingTable;
  readonly order: StageOrder;
  readonly lanes: readonly LaneDemand[];
  readonly services: readonly (readonly StageService[])[];
  readonly uses: readonly (readonly GreenUse[])[];
  readonly cycleSeconds: number;
};

/** Share of the cycle in which each stage of the table is green. */
export function stageRatios(
  table: TimingTable,
  order: StageOrder,
  greens: readonly number[],
  cycleSeconds: number,
): readonly number[] {
  return table.stages.map((_, stage) =>
    order.reduce(
      (sum, present, slot) => sum + (present === stage ? defined(greens[slot], "green") / cycleSeconds : 0),
      0,
    ),
  );
}

/** Whole steps of green from the lower bounds up, until the greens fill the cycle; the last ones may pass no upper bound. */
function fill(problem: FillProblem, bounds: GreenBounds, greenSeconds: number): readonly number[] {
  const stepSeconds = msToSeconds(problem.table.stepMs);
  const greens = [...bounds.lowerSeconds];
  let left = greenSeconds - greens.reduce((sum, green) => sum + green, 0);
  while (left >= stepSeconds - EPSILON) {
    const open = greens.map(
      (green, slot) => green + stepSeconds <= defined(bounds.upperSeconds[slot], "bound") + EPSILON,
    );
    const slot = bestSlot(problem, degreesOfSaturation(problem, greens), open);
    greens[slot] = defined(greens[slot], "green") + stepSeconds;
    left -= stepSeconds;
  }
  return greens;
}

const EPSILON = 1e-9;

/** The slot that discharges the most saturated lane that any slot can help; of several, the one that helps others most. */
function bestSlot(
  { order, lanes, services }: FillProblem,
  degrees: readonly number[],
  open: readonly boolean[],
): number {
  const byNeed = lanes
    .map((_, lane) => lane)
    .toSorted((a, b) => defined(degrees[b], "x") - defined(degrees[a], "x") || a - b);
  for (const lane of byNeed) {
    const helping = order.flatMap((stage, slot) =>
      open[slot] === true && (services[lane]?.[stage]?.rateVehPerHour ?? 0) > 0 ? [slot] : [],
    );
    if (helping.length === 0) continue;
    const helpOf = (slot: number): number => {
      const stage = defined(order[slot], "slot");
      const own = defined(services[lane]?.[stage], "service").rateVehPerHour;
      const others = lanes.reduce(
        (sum, _, other) =>
          sum + (services[other]?.[stage]?.rateVehPerHour ?? 0) * defined(degrees[other], "x") ** 2,
        0,
      );
      return own * 1e6 + others;
    };
    return helping.reduce((best, slot) => (helpOf(slot) > helpOf(best) ? slot : best));
  }
  return Math.max(0, open.indexOf(true));
}

/** Demand over capacity of each lane under displayed greens. */
function degreesOfSaturation(
  { table, lanes, services, uses, cycleSeconds }: FillProblem,
  greens: readonly number[],
): readonly number[] {
  return lanes.map((lane, index) => {
    const effective = usedGreens(table, defined(uses[index], "use"), greens);
    const capacity = laneCapacity(defined(services[index], "services"), effective, cycleSeconds);
    const flow = lane.highFlowVehPerHour ?? lane.flowVehPerHour;
    return capacity > 0 ? flow / capacity : flow > 0 ? 99 : 0;
  });
}

/** A slot in which a lane has green, and how much longer than the slot's own green it lasts. */
type GreenUse = { readonly slot: number; readonly stage: number; readonly gainSeconds: number };

/** By stage of the table: green that a lane can use, with the intergreens it keeps its green through. */
export function effectiveGreens(
  table: TimingTable,
  order: StageOrder,
  lane: LaneDemand,
  greens: readonly number[],
): readonly number[] {
  return usedGreens(table, greenUses(table, order, lane), greens);
}

/** Which slots serve a lane: all of it that does not depend on the greens, worked out once for many of them. */
function greenUses(table: TimingTable, order: StageOrder, lane: LaneDemand): readonly GreenUse[] {
  const intergreens = intergreenSeconds(table, order);
  return order.flatMap((stage, slot) => {
    const next = defined(order[(slot + 1) % order.length], "slot");
    const present = defined(table.stages[stage], "stage").phases;
    const coming = defined(table.stages[next], "stage").phases;
    const served = lane.streams.filter(({ phase }) => present.includes(phase));
    if (served.length === 0) return [];
    const continues = served.every(({ phase }) => coming.includes(phase));
    const gainSeconds = continues ? defined(intergreens[slot], "intergreen") : -GREEN_LOSS_SECONDS;
    return [{ slot, stage, gainSeconds }];
  });
}

function usedGreens(
  table: TimingTable,
  uses: readonly GreenUse[],
  greens: readonly number[],
): readonly number[] {
  const used = table.stages.map(() => 0);
  for (const { slot, stage, gainSeconds } of uses) {
    const green = defined(greens[slot], "green") + gainSeconds;
    used[stage] = defined(used[stage], "stage") + Math.max(0, green);
  }
  return used;
}
