import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import { modulo } from "../units.ts";
import { intergreenSeconds, type StageOrder } from "./splits.ts";

/** One intersection with its splits decided; offsets are what is looked for. */
export type ProgressionNode = {
  readonly id: string;
  readonly table: TimingTable;
  readonly order: StageOrder;
  readonly greenSeconds: readonly number[];
  readonly offsetSeconds: number;
  /** How far the offset may move from there, either way round. */
  readonly moveMaxSeconds: number;
};

/** Traffic from one intersection's phases to the phases of another. */
export type ProgressionLink = {
  readonly from: number;
  readonly to: number;
  readonly travelSeconds: number;
  /** What leaves the first intersection towards the second, by phase. */
  readonly departing: readonly {
    readonly phase: number;
    readonly flowVehPerHour: number;
    readonly saturationVehPerHour: number;
  }[];
  /** What arrives at the second, by phase; more than departs where others join on the way. */
  readonly arriving: readonly {
    readonly phase: number;
    readonly flowVehPerHour: number;
    readonly saturationVehPerHour: number;
  }[];
};

/** Robertson 1969; α and β as the reference's §3.4 gives them for urban streets. */
const DISPERSION_ALPHA = 0.35;
const DISPERSION_BETA = 0.8;
/** Cycles until the cyclic profiles and queues repeat. */
const WARM_UP_CYCLES = 3;
/** Sweeps over all intersections; more found nothing better on the built-in networks. */
const SWEEPS = 4;
/** Offsets are tried this far apart first, then around the best one second by second. */
const COARSE_SECONDS = 4;

export type ProgressionResult = {
  readonly offsetSeconds: readonly number[];
  /** Delay on the coupled links, vehicle-seconds a second, before and after. */
  readonly delayBefore: number;
  readonly delayAfter: number;
};

/**
 * Offsets that lessen the delay of platoons between the intersections of one group under a common cycle: each intersection in
 * turn takes the offset that is best while the others stay (coordinate descent), the first one stays where it is.
 */
export function progressionOffsets(
  nodes: readonly ProgressionNode[],
  links: readonly ProgressionLink[],
  commonCycleSeconds: number,
): ProgressionResult {
  // Flows are followed second by second: an imported cycle of 92.5 s is looked at as one of 93 s.
  const cycleSeconds = Math.round(commonCycleSeconds);
  const offsets = nodes.map(({ offsetSeconds }) => modulo(Math.round(offsetSeconds), cycleSeconds));
  const origins = [...offsets];
  const greens = nodes.map((node) => phaseGreenAt(node, cycleSeconds));
  const profiles = links.map((link) =>
    arrivalProfile(link, defined(greens[link.from], "greens"), cycleSeconds),
  );
  const delayOf = (link: number): number => {
    const { from, to, arriving } = defined(links[link], "link");
    const shift = defined(offsets[from], "offset") - defined(offsets[to], "offset");
    const profile = defined(profiles[link], "profile");
    return arriving.reduce(
      (sum, { phase, flowVehPerHour, saturationVehPerHour }) =>
        sum +
        queueDelay(
          profile,
          shift,
          flowVehPerHour,
          saturationVehPerHour,
          defined(defined(greens[to], "greens")[phase], "phase"),
        ),
      0,
    );
  };
  const touching = nodes.map((_, node) =>
    links.flatMap(({ from, to }, link) => (from === node || to === node ? [link] : [])),
  );
  const total = (which: readonly number[]): number => which.reduce((sum, link) => sum + delayOf(link), 0);
  const all = links.map((_, link) => link);
  const delayBefore = total(all);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    let moved = false;
    for (let node = 1; node < nodes.length; node += 1) {
      const { moveMaxSeconds } = defined(nodes[node], "node");
      const bound = { origin: defined(origins[node], "origin"), moveMaxSeconds };
      moved = improve(node, offsets, defined(touching[node], "links"), total, cycleSeconds, bound) || moved;
    }
    if (!moved) break;
  }
  return { offsetSeconds: offsets, delayBefore, delayAfter: total(all) };
}

/** How far apart two offsets are, the shorter way round. */
export function offsetMoveSeconds(from: number, to: number, cycleSeconds: number): number {
  const later = modulo(to - from, cycleSeconds);
  return Math.min(later, cycleSeconds - later);
}

/** Moves one offset to the best place that its bound allows; whether it moved. */
function improve(
  node: number,
  offsets: number[],
  touching: readonly number[],
  total: (which: readonly number[]) => number,
  cycleSeconds: number,
  { origin, moveMaxSeconds }: { readonly origin: number; readonly moveMaxSeconds: number },
): boolean {
  const start = defined(offsets[node], "offset");
  const costAt = (offset: number): number => {
    offsets[node] = modulo(offset, cycleSeconds);
    return total(touching);
  };
  let best = start;
  let bestCost = costAt(start) * 0.999;
  const consider = (offset: number): void => {
    if (offsetMoveSeconds(origin, offset, cycleSeconds) > moveMaxSeconds) return;
    const cost = costAt(offset);
    if (cost < bestCost) {
      best = modulo(offset, cycleSeconds);
      bestCost = cost;
    }
  };
  for (let step = COARSE_SECONDS; step < cycleSeconds; step += COARSE_SECONDS) consider(start + step);
  const around = best;
  for (let step = 1 - COARSE_SECONDS; step < COARSE_SECONDS; step += 1) consider(around + step);
  offsets[node] = best;
  return best !== start;
}

/** Whether each phase is green in each second of the cycle, from the begin of the first stage's green: `[phase][second]`. */
function phaseGreenAt(
  { table, order, greenSeconds }: ProgressionNode,
  cycleSeconds: number,
): readonly (readonly boolean[])[] {
  const intergreens = intergreenSeconds(table, order);
  const green = table.phases.map(() => Array.from({ length: cycleSeconds }, () => false));
  let at = 0;
  for (const [slot, stage] of order.entries()) {
    const next = defined(order[(slot + 1) % order.length], "slot");
    const last = at + defined(greenSeconds[slot], "green");
    const begin = last + defined(intergreens[slot], "intergreen");
    for (const phase of defined(table.stages[stage], "stage").phases) {
      const through = table.stages[next]?.phases.includes(phase) === true;
      const row = defined(green[phase], "phase");
      for (let second = Math.round(at); second < Math.round(through ? begin : last); second += 1) {
        row[second % cycleSeconds] = true;
      }
    }
    at = begin;
  }
  return green;
}

/**
 * Vehicles a second arriving at the far stop line in each second of the upstream cycle, platoons dispersed (Robertson). `greens`
 * by phase and second; exported for its tests.
 */
export function arrivalProfile(
  { departing, travelSeconds, arriving }: ProgressionLink,
  greens: readonly (readonly boolean[])[],
  cycleSeconds: number,
): Float64Array {
  const leaving = new Float64Array(cycleSeconds);
  for (const { phase, flowVehPerHour, saturationVehPerHour } of departing) {
    const row = defined(greens[phase], "phase");
    let queue = 0;
    for (let tick = 0; tick < WARM_UP_CYCLES * cycleSeconds; tick += 1) {
      const second = tick % cycleSeconds;
      queue += flowVehPerHour / 3600;
      const gone = row[second] === true ? Math.min(queue, saturationVehPerHour / 3600) : 0;
      queue -= gone;
      if (tick >= (WARM_UP_CYCLES - 1) * cycleSeconds) leaving[second] = (leaving[second] ?? 0) + gone;
    }
  }
  const lag = Math.round(DISPERSION_BETA * travelSeconds);
  const smoothing = 1 / (1 + DISPERSION_ALPHA * DISPERSION_BETA * travelSeconds);
  const profile = new Float64Array(cycleSeconds);
  let last = 0;
  for (let tick = 0; tick < WARM_UP_CYCLES * cycleSeconds; tick += 1) {
    last += smoothing * ((leaving[modulo(tick - lag, cycleSeconds)] ?? 0) - last);
    profile[tick % cycleSeconds] = last;
  }
  const departed = departing.reduce((sum, { flowVehPerHour }) => sum + flowVehPerHour, 0);
  const arrived = arriving.reduce((sum, { flowVehPerHour }) => sum + flowVehPerHour, 0);
  const joining = Math.max(0, arrived - departed) / 3600;
  return profile.map((rate) => rate + joining);
}

/** Mean queue of one phase, vehicles, when a share of the profile arrives for it; `shift` aligns the two cycles. */
function queueDelay(
  profile: Float64Array,
  shift: number,
  flowVehPerHour: number,
  saturationVehPerHour: number,
  green: readonly boolean[],
): number {
  const cycleSeconds = profile.length;
  const arrived = profile.reduce((sum, rate) => sum + rate, 0);
  if (arrived <= 0 || flowVehPerHour <= 0) return 0;
  const greenSeconds = green.reduce((sum, on) => sum + (on ? 1 : 0), 0);
  // An oversaturated phase would queue without end: it is judged at what it can serve.
  const served = Math.min(
    (flowVehPerHour / 3600) * cycleSeconds,
    0.98 * (saturationVehPerHour / 3600) * greenSeconds,
  );
  const share = served / arrived;
  const start = modulo(Math.round(-shift), cycleSeconds);
  let queue = 0;
  let total = 0;
  let index = start;
  for (let tick = 0; tick < WARM_UP_CYCLES * cycleSeconds; tick += 1) {
    if (index === cycleSeconds) index = 0;
    queue += (profile[index] ?? 0) * share;
    index += 1;
    const second = tick % cycleSeconds;
    if (green[second] === true) queue = Math.max(0, queue - saturationVehPerHour / 3600);
    if (tick >= (WARM_UP_CYCLES - 1) * cycleSeconds) total += queue;
  }
  return total / cycleSeconds;
}
