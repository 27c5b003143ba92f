import { defined } from "../../src/assert.ts";
import { timingTable } from "../../src/model/timing.ts";
import { CONTROLLER_TICK_MS } from "../../src/units.ts";
import { exercise, type Violation } from "./exercise.ts";
import { generateNetwork } from "./generate/generate.ts";
import type { PlantedFault } from "./rules.ts";
import { emptyTally, type Tally } from "./tally.ts";
import { SOUND } from "./wiring.ts";

/** Steps of 100 ms for which each generated intersection is run: an hour and a bit. */
export const STEPS_PER_INTERSECTION = 40_000;

/** A violation with the seed that shows it again. */
export type SeededViolation = Violation & { readonly seed: number };

/** One generated intersection under its own stream; the same seed gives the same run. */
export function proveSeed(
  seed: number,
  steps: number,
  fault: PlantedFault | undefined,
  tally: Tally = emptyTally(),
): readonly SeededViolation[] {
  const intersection = defined(generateNetwork(seed).intersections[0], "an intersection");
  const table = timingTable(intersection, CONTROLLER_TICK_MS);
  const believed = fault?.believed(table) ?? table;
  const wiring = fault?.wiring ?? SOUND;
  return exercise({ intersection, believed, wiring, steps, seed }, tally).map((violation) => ({
    ...violation,
    seed,
  }));
}
