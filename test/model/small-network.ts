import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection, Movement, Phase } from "../../src/model/intersection.ts";
import type { Link } from "../../src/model/network.ts";

/**
 * The least network that every rule has something to say about: a T of a street from west to east with a stem from the
 * south; phases 1, 2, 6 and 8 in two rings; 50 km/h.
 */
export function smallNetwork(): Network {
  return {
    version: 1,
    id: "small",
    name: "A T",
    timeZone: "America/Denver",
    region: "small",
    handedness: "right",
    nodes: [
      { id: "t", x: 0, y: 0, intersection: "t" },
      { id: "west", x: -400, y: 0 },
      { id: "east", x: 400, y: 0 },
      { id: "south", x: 0, y: -400 },
    ],
    links: [
      link("west", "t", -1, 0),
      link("t", "west", -1, 0),
      link("east", "t", 1, 0),
      link("t", "east", 1, 0),
      link("south", "t", 0, -1),
      link("t", "south", 0, -1),
    ],
    routes: [{ id: "eastbound", name: "Eastbound", links: ["west_t", "t_east"] }],
    intersections: [smallIntersection()],
    demand: smallDemand(),
  };
}

function link(from: string, to: string, x: number, y: number): Link {
  const far: [number, number] = [400 * x, 400 * y];
  const inbound = to === "t";
  return {
    id: `${from}_${to}`,
    from,
    to,
    lengthMeters: 400,
    speedMetersPerSecond: 13.89,
    storageVehicles: inbound ? 63 : 52,
    shape: inbound ? [far, [0, 0]] : [[0, 0], far],
    lanes: [
      { id: `${from}_${to}.0`, lengthMeters: 400 },
      ...(inbound ? [{ id: `${from}_${to}.1`, lengthMeters: 80 }] : []),
    ],
  };
}

function movement(
  id: string,
  turn: Movement["turn"],
  from: string,
  lane: number,
  to: string,
  phase: string,
): Movement {
  return {
    id,
    turn,
    fromLink: `${from}_t`,
    fromLanes: [`${from}_t.${lane}`],
    toLink: `t_${to}`,
    phase,
    saturationFlowVehPerHour: 1800,
  };
}

function phaseOf(id: string, greenMinSeconds: number, pedestrian?: Phase["pedestrian"]): Phase {
  return {
    id,
    greenMinSeconds,
    greenMaxSeconds: 60,
    yellowSeconds: 3.3,
    redClearSeconds: 1.7,
    ...(pedestrian ? { pedestrian } : {}),
  };
}

function smallIntersection(): Intersection {
  return {
    version: 1,
    id: "t",
    name: "The T",
    node: "t",
    structure: "ringBarrier",
    movements: [
      movement("EBT", "through", "west", 0, "east", "2"),
      movement("EBR", "right", "west", 0, "south", "2"),
      movement("WBT", "through", "east", 0, "west", "6"),
      movement("WBL", "left", "east", 1, "south", "1"),
      movement("NBL", "left", "south", 1, "west", "8"),
      movement("NBR", "right", "south", 0, "east", "8"),
    ],
    phases: [
      phaseOf("1", 5),
      // 10.7 m at 1.07 m/s are 10 s: 7 s and a buffer of 3 s.
      phaseOf("2", 10, {
        crosswalkMeters: 10.7,
        walkSeconds: 7,
        clearSeconds: 7,
        bufferSeconds: 3,
        crosses: "t_south",
      }),
      phaseOf("6", 10),
      phaseOf("8", 7),
    ],
    rings: [
      [["1", "2"], []],
      [["6"], ["8"]],
    ],
    stages: [
      { id: "2-6", phases: ["2", "6"], permissive: [] },
      { id: "8", phases: ["8"], permissive: [] },
      { id: "1-6", phases: ["1", "6"], permissive: [] },
    ],
    conflicts: [
      ["1", "2"],
      ["1", "8"],
      ["2", "8"],
      ["6", "8"],
    ],
    detectors: [
      {
        id: "stop",
        role: "stopLine",
        link: "east_t",
        lane: "east_t.1",
        distanceMeters: 1,
        lengthMeters: 2,
        serves: [],
      },
      {
        id: "advance",
        role: "advance",
        link: "east_t",
        lane: "east_t.0",
        distanceMeters: 100,
        lengthMeters: 2,
        serves: ["east_t.0", "east_t.1"],
      },
    ],
    envelope: {
      cycleMinSeconds: 50,
      cycleMaxSeconds: 120,
      splitStepSeconds: 12,
      cycleChangeMinSeconds: 600,
      waitMaxSeconds: 90,
      planValidMaxSeconds: 1800,
      transitionLengthenRatio: 0.2,
      transitionShortenRatio: 0.17,
    },
    plans: [
      {
        id: "day",
        cycleSeconds: 60,
        offsetSeconds: 10,
        stages: [
          { stage: "2-6", splitSeconds: 30 },
          { stage: "8", splitSeconds: 15 },
          { stage: "1-6", splitSeconds: 15 },
        ],
      },
    ],
    schedule: [
      { from: "06:00", plan: "day" },
      { from: "20:00", plan: "day" },
    ],
  };
}

function smallDemand(): DemandFile {
  return {
    version: 1,
    entries: [
      {
        link: "west_t",
        vehicles: [
          { at: "00:00", perHour: 100 },
          { at: "08:00", perHour: 500 },
        ],
      },
      { link: "east_t", vehicles: [{ at: "00:00", perHour: 200 }] },
    ],
    turning: [
      {
        fromLink: "west_t",
        shares: [
          { toLink: "t_east", share: 0.8 },
          { toLink: "t_south", share: 0.2 },
        ],
      },
      {
        fromLink: "east_t",
        shares: [
          { toLink: "t_west", share: 0.7 },
          { toLink: "t_south", share: 0.3 },
        ],
      },
      {
        fromLink: "south_t",
        shares: [
          { toLink: "t_west", share: 0.5 },
          { toLink: "t_east", share: 0.5 },
        ],
      },
    ],
    pedestrians: [{ intersection: "t", phase: "2", persons: [{ at: "00:00", perHour: 30 }] }],
  };
}
