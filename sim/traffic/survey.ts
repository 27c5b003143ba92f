import type { Network } from "../../src/model/files.ts";
import { after, secondsToMs } from "../../src/units.ts";
import { defined } from "../../src/assert.ts";
import { fixedLamps } from "./fixed-lamps.ts";
import { createTrafficModel, STEP_MS, stepTraffic, type TrafficOptions } from "./model.ts";

/** What a run came to, as plants are compared: everybody counts who came onto the road, who still drives with the time so far. */
export type RoadSurvey = {
  /** Mean time on the road. */
  readonly travelSeconds: number;
  /** Mean wait to come onto the road, of those who did. */
  readonly departDelaySeconds: number;
  readonly entered: number;
  readonly arrived: number;
  /** By link, vehicles that came onto it: from another link, or at the begin of their trip. */
  readonly vehicles: ReadonlyMap<string, number>;
};

/** A run of trips under the scheduled local plans alone, by the clock. */
export function surveyTraffic(network: Network, options: TrafficOptions, seconds: number): RoadSurvey {
  const model = createTrafficModel(network, {
    ...options,
    endsAt: after(options.startsAt, secondsToMs(seconds)),
  });
  const { state } = model;
  const lampsAt = fixedLamps(network, options.midnightAt);
  const onto = new Int32Array(state.streets.links.length);
  let roadSeconds = 0;
  for (let step = 0; step < seconds; step += 1) {
    const at = after(options.startsAt, step * STEP_MS);
    stepTraffic(model, lampsAt(at));
    for (let k = 0; k < state.crossings.count; k += 1) {
      onto[state.movements.toLink[state.crossings.movement[k]!]!]! += 1;
    }
    roadSeconds += state.tally.running;
  }
  for (const { link, enteredCount } of model.tripEntries) onto[link]! += enteredCount;
  const entered = state.tally.running + state.tally.arrived;
  return {
    travelSeconds: roadSeconds / Math.max(1, entered),
    departDelaySeconds: state.tally.departDelaySeconds / Math.max(1, entered),
    entered,
    arrived: state.tally.arrived,
    vehicles: new Map(state.streets.links.map(({ id }, link) => [id, defined(onto[link], id)])),
  };
}
