import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import { modulo } from "../units.ts";
import { intergreenSeconds, type StageOrder } from "./splits.ts";

/** What one intersection runs round and round. */
export type SlotTiming = {
  readonly order: StageOrder;
  /** Displayed green of each slot, seconds. */
  readonly greenSeconds: readonly number[];
};

export type PhaseFlow = {
  readonly phase: number;
  readonly flowVehPerHour: number;
  readonly saturationVehPerHour: number;
};

/** Traffic from one intersection's phases to the phases of another. */
export type ProgressionLink = {
  readonly from: number;
  readonly to: number;
  readonly travelSeconds: number;
  /** What leaves the first intersection towards the second, by phase. */
  readonly departing: readonly PhaseFlow[];
  /** What arrives at the second, by phase; more than departs where others join on the way. */
  readonly arriving: readonly PhaseFlow[];
};

/** Whether each phase is green in each second of the region's cycle: `[phase][second]`. */
export type PhaseGreens = readonly (readonly boolean[])[];

/** Robertson 1969; α and β as the reference's §3.4 gives them for urban streets. */
const DISPERSION_ALPHA = 0.35;
const DISPERSION_BETA = 0.8;
/** Cycles until the cyclic profiles and queues repeat. */
const WARM_UP_CYCLES = 3;

/**
 * The greens of a timing from the begin of its first stage's green on, over a cycle of the region; a timing of half of it runs twice.
 */
export function phaseGreenAt(
  table: TimingTable,
  { order, greenSeconds }: SlotTiming,
  cycleSeconds: number,
): PhaseGreens {
  const intergreens = intergreenSeconds(table, order);
  const green = table.phases.map(() => Array.from({ length: cycleSeconds }, () => false));
  let at = 0;
  // A cycle that is no whole number of seconds ends a little before or after the whole one that is looked at.
  while (at < cycleSeconds - 1) {
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
  }
  return green;
}

/**
 * Vehicles a second arriving at the far stop line in each second of the upstream cycle, platoons dispersed (Robertson). `greens`
 * by phase and second; exported for its tests.
 */
export function arrivalProfile(
  { departing, travelSeconds, arriving }: ProgressionLink,
  greens: PhaseGreens,
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

/**
 * Mean queue of those who arrive over a link, vehicles: their delay in vehicle-seconds a second. `shift` is by how much the cycle of
 * the profile begins after that of the greens.
 */
export function linkQueue(
  { arriving }: ProgressionLink,
  profile: Float64Array,
  shift: number,
  greens: PhaseGreens,
): number {
  return arriving.reduce(
    (sum, flow) => sum + phaseQueue(profile, shift, flow, defined(greens[flow.phase], "phase")),
    0,
  );
}

/** The same for arrivals that come evenly. */
export function evenQueue(link: ProgressionLink, greens: PhaseGreens, cycleSeconds: number): number {
  return linkQueue(link, new Float64Array(cycleSeconds).fill(1), 0, greens);
}

function phaseQueue(
  profile: Float64Array,
  shift: number,
  { flowVehPerHour, saturationVehPerHour }: PhaseFlow,
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
