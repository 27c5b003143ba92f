import { describe, expect, it } from "vitest";
import { CORRIDOR } from "../../intersections/design/corridor.ts";
import { designNetwork } from "../../intersections/design/network.ts";
import { advanceController, startController } from "../../sim/controller/controller.ts";
import { QUIET_STREET } from "../../sim/controller/street-inputs.ts";
import { actuatedNetwork } from "../../sim/peers/actuated.ts";
import { importNet } from "../../sim/sumo/import-network.ts";
import { defined } from "../../src/assert.ts";
import { describeFault } from "../../src/model/fault.ts";
import type { Network } from "../../src/model/files.ts";
import type { Detector, Intersection } from "../../src/model/intersection.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { smallNetwork } from "../model/small-network.ts";
import { signals } from "../optimize/crossing.ts";
import { MIDNIGHT, second } from "../signal/crossings.ts";
import { SMALL_CONFIG, smallNet } from "../sumo/small-net.ts";

function loop(lane: string, role: Detector["role"], distanceMeters: number): Detector {
  return { id: `${lane}.${role}`, role, link: "l", lane, distanceMeters, lengthMeters: 2, serves: [] };
}

/** Three streets of a lane each with a loop at every stop line, and one 100 m before the first of them. */
function threeStreets(): Network {
  const times = { yellowSeconds: 3, redClearSeconds: 1 };
  const crossing: Intersection = {
    ...signals({
      phases: { A: times, B: times, C: times },
      stages: ["A", "B", "C"].map((id) => ({ id: id.toLowerCase(), phases: [id], permissive: [] })),
      conflicts: [
        ["A", "B"],
        ["A", "C"],
        ["B", "C"],
      ],
    }),
    detectors: [
      loop("inA.0", "stopLine", 1),
      loop("inA.0", "advance", 100),
      loop("inB.0", "stopLine", 1),
      loop("inC.0", "stopLine", 1),
    ],
    plans: [
      {
        id: "day",
        cycleSeconds: 60,
        offsetSeconds: 0,
        stages: ["a", "b", "c"].map((stage) => ({ stage, splitSeconds: 20 })),
      },
    ],
    schedule: [{ from: "00:00", plan: "day" }],
  };
  return { ...smallNetwork(), intersections: [crossing] };
}

function only(network: Network): Intersection {
  return defined(network.intersections[0], "an intersection");
}

function faults(network: Network): readonly string[] {
  const checked = validateNetwork(filesOfNetwork(network));
  return checked.ok ? [] : checked.error.map(describeFault);
}

/** From second to second. */
type Stay = readonly [detector: string, from: number, to: number];

/** Since when the lamps show what, while vehicles stay on loops. */
function lampsUnder(intersection: Intersection, stays: readonly Stay[], seconds: number) {
  let state = startController({ intersection, stepMs: 1_000, midnightAt: MIDNIGHT, at: second(0) });
  const shown: [number, string][] = [[0, state.shown.lamps]];
  for (let now = 1; now <= seconds; now += 1) {
    const at = second(now);
    const actuations = stays.flatMap(([detector, from, to]) => [
      ...(from === now ? [{ intersection: intersection.id, detector, at, on: true }] : []),
      ...(to === now ? [{ intersection: intersection.id, detector, at, on: false }] : []),
    ]);
    ({ state } = advanceController(state, at, { ...QUIET_STREET, actuations }));
    if (shown.at(-1)?.[1] !== state.shown.lamps) shown.push([now, state.shown.lamps]);
  }
  return shown;
}

describe("actuated operation", () => {
  it("is free all day, with 2 s of passage where several loops extend a green, 3 s where one does", () => {
    const { schedule, phases } = only(actuatedNetwork(threeStreets()));
    expect(schedule).toEqual([{ from: "00:00", plan: "free" }]);
    expect(
      phases.map(({ passageSeconds, greenMaxSeconds, recall }) => [passageSeconds, greenMaxSeconds, recall]),
    ).toEqual([
      // The first stage of the plan is where the greens rest.
      [2, 35, "soft"],
      [3, 35, "none"],
      [3, 35, "none"],
    ]);
  });

  it("serves in each round a phase with a stop line that no loop watches", () => {
    const network = threeStreets();
    const crossing = only(network);
    const detectors = crossing.detectors.filter(({ id }) => id !== "inB.0.stopLine");
    const { phases } = only(actuatedNetwork({ ...network, intersections: [{ ...crossing, detectors }] }));
    expect(phases.map(({ recall }) => recall)).toEqual(["soft", "minimum", "none"]);
  });

  it("leaves a green time that pedestrians need", () => {
    const network = smallNetwork();
    const crossing = only(network);
    const phases = crossing.phases.map((phase) => ({
      ...phase,
      greenMaxSeconds: 60,
      ...(phase.pedestrian ? { pedestrian: { ...phase.pedestrian, walkSeconds: 40 } } : {}),
    }));
    const actuated = only(actuatedNetwork({ ...network, intersections: [{ ...crossing, phases }] }));
    expect(actuated.phases.map(({ greenMaxSeconds }) => greenMaxSeconds)).toEqual([35, 47, 35, 35]);
  });

  it("serves who calls, ends a green by its gap, skips who does not call, and rests on the main street", () => {
    const crossing = only(actuatedNetwork(threeStreets()));
    // One at B from 10 s until the queue has left at 18 s; nobody at C.
    expect(lampsUnder(crossing, [["inB.0.stopLine", 10, 18]], 60)).toEqual([
      [0, "Grr"],
      [11, "yrr"],
      [14, "rrr"],
      // The call shows a step later; 3 s of yellow and 1 s of red clearance.
      [15, "rGr"],
      // 3 s of passage after the last one has left, and back by soft recall.
      [21, "ryr"],
      [24, "rrr"],
      [25, "Grr"],
    ]);
  });

  it("ends a green by its maximum under a queue that never ends, and serves all who wait", () => {
    const crossing = only(actuatedNetwork(threeStreets()));
    const always: readonly Stay[] = ["inA.0.stopLine", "inB.0.stopLine", "inC.0.stopLine"].map((id) => [
      id,
      1,
      999,
    ]);
    const greens = lampsUnder(crossing, always, 240).filter(([, lamps]) => lamps.includes("G"));
    // 35 s of green since somebody else waits, heard at 2 s, and 4 s of clearance: 39 s a street.
    expect(greens.slice(0, 6)).toEqual([
      [0, "Grr"],
      [41, "rGr"],
      [80, "rrG"],
      [119, "Grr"],
      [158, "rGr"],
      [197, "rrG"],
    ]);
  });

  it("passes all rules: the T in rings, the corridor, an imported network", () => {
    const { network, demand, intersections } = designNetwork(CORRIDOR);
    expect(faults(actuatedNetwork(smallNetwork()))).toEqual([]);
    expect(faults(actuatedNetwork({ ...network, demand, intersections }))).toEqual([]);
    expect(faults(actuatedNetwork(importNet(smallNet(), SMALL_CONFIG).network))).toEqual([]);
  });

  it("serves every call on an imported network", () => {
    const crossing = only(actuatedNetwork(importNet(smallNet(), SMALL_CONFIG).network));
    const stays = crossing.detectors
      .filter(({ role }) => role === "stopLine")
      .map(({ id }, index): Stay => [id, 5 + 20 * index, 400]);
    const shown = lampsUnder(crossing, stays, 400);
    for (const phase of crossing.phases.keys()) {
      expect(shown.filter(([, lamps]) => /[Gg]/.test(lamps[phase] ?? "")).length).toBeGreaterThan(1);
    }
  });
});
