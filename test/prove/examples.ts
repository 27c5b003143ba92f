import { generateNetwork } from "../../sim/prove/generate/generate.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { FEATURES, intersectionOf } from "./features.ts";

/** The first generated eight-phase dual ring. */
export const NEMA: Intersection = firstWith((own) => FEATURES["eight-phase dual ring"](own));

/** Two phases that conflict, with round times. */
export const TWO_STAGES: Intersection = {
  version: 1,
  id: "x",
  name: "Two stages",
  node: "x",
  structure: "stages",
  movements: [],
  phases: ["a", "b"].map((id) => ({
    id,
    greenMinSeconds: 10,
    greenMaxSeconds: 30,
    yellowSeconds: 3,
    redClearSeconds: 2,
  })),
  stages: [
    { id: "A", phases: ["a"], permissive: [] },
    { id: "B", phases: ["b"], permissive: [] },
  ],
  conflicts: [["a", "b"]],
  detectors: [],
  envelope: {
    cycleMinSeconds: 20,
    cycleMaxSeconds: 120,
    splitStepSeconds: 10,
    cycleChangeMinSeconds: 0,
    waitMaxSeconds: 120,
    planValidMaxSeconds: 900,
    transitionLengthenRatio: 0.2,
    transitionShortenRatio: 0.1,
  },
  plans: [],
  schedule: [],
};

export function firstWith(has: (intersection: Intersection) => boolean): Intersection {
  for (let seed = 0; ; seed += 1) {
    const own = intersectionOf(generateNetwork(seed));
    if (has(own)) return own;
  }
}
