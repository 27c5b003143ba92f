import type { Intersection } from "../../src/model/intersection.ts";
import { crossing } from "../signal/crossings.ts";

/** Two rings: main street 1, 2 and 5, 6, side street 4 beyond the barrier, and 9 for pedestrians alone in a group of its own. */
export function ringCrossing(change: Partial<Intersection> = {}): Intersection {
  const main = ["1", "2", "5", "6"];
  return {
    ...crossing({
      phases: {
        "1": [5, 3, 1],
        "2": [5, 3, 1],
        "4": [5, 3, 1],
        "5": [5, 3, 1],
        "6": [5, 3, 1],
        "9": [5, 3, 1, 4, 6],
      },
      stages: {
        "1-5": ["1", "5"],
        "1-6": ["1", "6"],
        "2-5": ["2", "5"],
        "2-6": ["2", "6"],
        "2": ["2"],
        "4": ["4"],
        "4-6": ["4", "6"],
        "1-2": ["1", "2"],
        "9": ["9"],
      },
      conflicts: ["1/2", "5/6", "4/9", ...main.flatMap((phase) => [`${phase}/4`, `${phase}/9`])],
      plans: { day: { "1-5": 10, "2-6": 10, "4": 10, "9": 20 } },
    }),
    structure: "ringBarrier",
    rings: [
      [["1", "2"], ["4"], ["9"]],
      [["5", "6"], [], []],
    ],
    ...change,
  };
}
