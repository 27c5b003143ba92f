import { defined } from "../../src/assert.ts";
import type { Outlook } from "../../src/model/outlook.ts";
import type { Junction, StreetNow, TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import { msToSeconds, secondsToMs } from "../../src/units.ts";
import { bestStage, greenRatio, showNow, sightOf, stageTowards, streamCounts } from "./counts.ts";

export type SotlParameters = {
  /** θ: vehicles on red, summed over the seconds that they were there; from then on their stage may come. */
  readonly thresholdVehicleSeconds: number;
  /** φ_min. */
  readonly greenMinSeconds: number;
  /** Within which vehicles on red are counted. */
  readonly approachMeters: number;
  /** ω: a platoon that comes to the green line within this is not cut off… */
  readonly platoonMeters: number;
  /** µ: …unless it has more vehicles than this. */
  readonly platoonMaxVehicles: number;
};

export const SOTL: SotlParameters = {
  // Five vehicles that have come evenly in 28 s of red. DESIGN.md has what other values did.
  thresholdVehicleSeconds: 70,
  // The minimum green under which the reference's peers were measured.
  greenMinSeconds: 5,
  // As the method was published, from memory (DESIGN.md).
  approachMeters: 80,
  platoonMeters: 25,
  platoonMaxVehicles: 3,
};

/** No more than this is made up for after an intergreen or a preemption, in which nobody asked. */
const UNSEEN_MAX_SECONDS = 10;

/**
 * Self-organising lights (Gershenson 2005, Cools 2007: `sotl-platoon`), for more than two stages: each stream on red sums up its
 * vehicles second by second, a stage has what its streams have, and the one with most is shown once it has reached θ, minimum green is
 * over and no small platoon is about to pass. A green that nobody comes to gives way at once (Gershenson and Rosenblueth 2012, rule 4).
 * A stream that yields goes on counting for as much as it lacks, so that it gets its own green; one whose exit is full does not count.
 */
export function sotlWith(parameters: SotlParameters): TacticalPolicy {
  const { thresholdVehicleSeconds, greenMinSeconds, platoonMaxVehicles } = parameters;
  const approach = sightOf(parameters.approachMeters);
  const platoon = sightOf(parameters.platoonMeters);
  return (junction, street, outlook, memory) => {
    const coming = wanting(junction, outlook, approach);
    const sums = summedUp(junction, street, coming, memory);
    const memoryNow = [street.at, ...sums];
    const lacking = (stage: number, phase: number): number =>
      Math.max(0, greenRatio(junction, stage, phase) - greenRatio(junction, street.stage, phase));
    const total = (stage: number, values: readonly number[]): number =>
      junction.lanes.streams.reduce(
        (sum, { phase }, stream) => sum + lacking(stage, phase) * defined(values[stream], "stream"),
        0,
      );
    const worth = junction.timing.stages.map((_, stage) => total(stage, sums));
    const show = (stage: number, binding: string | null) => showNow(street, stage, worth, binding, memoryNow);
    const stay = (binding: string | null) => show(street.stage, binding);
    const best = bestStage(worth, street.stage);
    const towards = stageTowards(junction, street.stage, best, worth);
    if (best === street.stage) return stay(null);
    if (street.at - street.stageSince < secondsToMs(greenMinSeconds)) return stay("minimum green");
    const served = (values: readonly number[]): number =>
      junction.lanes.streams.reduce(
        (sum, { phase }, stream) =>
          sum + (greenRatio(junction, street.stage, phase) > 0 ? defined(values[stream], "stream") : 0),
        0,
      );
    if (served(coming) <= NOBODY) return show(towards, null);
    if (defined(worth[best], "stage") < thresholdVehicleSeconds) return stay("threshold");
    const passing = served(wanting(junction, outlook, platoon));
    if (passing > NOBODY && passing <= platoonMaxVehicles) return stay("platoon");
    return show(towards, null);
  };
}

/** Shares of vehicles that will hardly be there. */
const NOBODY = 0.05;

export const sotl: TacticalPolicy = sotlWith(SOTL);

/** By stream: vehicles within sight that could go if they had green. */
function wanting(junction: Junction, outlook: Outlook, sight: ReturnType<typeof sightOf>): readonly number[] {
  return streamCounts(junction, outlook, sight).map(({ vehicles, exitFull }) => (exitFull ? 0 : vehicles));
}

/**
 * By stream: vehicle-seconds without green of its own since its last green began or nobody was there. Memory: the instant of the last
 * sum, and the sums.
 */
function summedUp(
  junction: Junction,
  { at, stage, phaseSince }: StreetNow,
  coming: readonly number[],
  memory: readonly number[],
): readonly number[] {
  const [lastAt = at, ...before] = memory;
  const seconds = Math.min(UNSEEN_MAX_SECONDS, Math.max(0, msToSeconds(at - lastAt)));
  return junction.lanes.streams.map(({ phase }, stream) => {
    const green = greenRatio(junction, stage, phase);
    const begun = green > 0 && defined(phaseSince[phase], "phase") > lastAt;
    if (green === 1 || begun || defined(coming[stream], "stream") <= NOBODY) return 0;
    return (before[stream] ?? 0) + (1 - green) * seconds * defined(coming[stream], "stream");
  });
}
