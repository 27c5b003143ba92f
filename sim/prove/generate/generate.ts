import { InvariantError } from "../../../src/assert.ts";
import type { Network } from "../../../src/model/files.ts";
import { generateRing } from "./ring.ts";
import { generateStages } from "./stages.ts";
import { createRandom } from "../random.ts";

const DRAWS_MAX = 100;

/** One intersection with its streets, valid by construction; the same seed gives the same one. */
export function generateNetwork(seed: number): Network {
  const random = createRandom(seed, "intersection");
  const ring = random.chance(0.6);
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const network = ring ? generateRing(random) : generateStages(random);
    if (network !== undefined) return network;
  }
  throw new InvariantError(`seed ${seed}: no intersection in ${DRAWS_MAX} draws`);
}
