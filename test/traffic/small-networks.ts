import type { DemandFile, DemandProfile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Detector, Intersection, Turn } from "../../src/model/intersection.ts";
import type { Link } from "../../src/model/network.ts";
import { instantMs } from "../../src/units.ts";
import type { TrafficOptions } from "../../sim/traffic/model.ts";

const MIDNIGHT = Date.UTC(2026, 0, 5);

export function optionsOf(seed: number): TrafficOptions {
  return { seed, startsAt: instantMs(MIDNIGHT + 8 * 3_600_000), midnightAt: instantMs(MIDNIGHT) };
}

export function constantly(perHour: number): DemandProfile {
  return [{ at: "00:00", perHour }];
}

type Place = readonly [number, number];

/** A straight link between two named places; the lanes' lengths are given kerb first. */
function link(
  from: readonly [string, Place],
  to: readonly [string, Place],
  lanes: readonly number[] = [],
  speedMetersPerSecond = 13.9,
): Link {
  const lengthMeters = Math.hypot(to[1][0] - from[1][0], to[1][1] - from[1][1]);
  const lengths = lanes.length === 0 ? [lengthMeters] : lanes;
  return {
    id: `${from[0]}-${to[0]}`,
    from: from[0],
    to: to[0],
    lengthMeters,
    speedMetersPerSecond,
    storageVehicles: lengths.reduce((sum, length) => sum + length / 7.5, 0),
    shape: [[...from[1]], [...to[1]]],
    lanes: lengths.map((length, k) => ({ id: `${k}`, lengthMeters: length })),
  };
}

type MovementRow = readonly [
  phase: string,
  fromLink: string,
  lanes: readonly string[],
  toLink: string,
  turn: Turn,
  saturationFlowVehPerHour: number,
];

function intersection(
  id: string,
  node: string,
  rows: readonly MovementRow[],
  more: { readonly conflicts?: readonly [string, string][]; readonly detectors?: readonly Detector[] } = {},
): Intersection {
  const phases = [...new Set(rows.map(([phase]) => phase))];
  return {
    version: 1,
    id,
    name: id,
    node,
    structure: "stages",
    movements: rows.map(([phase, fromLink, fromLanes, toLink, turn, saturationFlowVehPerHour]) => ({
      id: `${fromLink}.${turn}`,
      turn,
      fromLink,
      fromLanes: [...fromLanes],
      toLink,
      phase,
      saturationFlowVehPerHour,
    })),
    phases: phases.map((phase) => ({
      id: phase,
      greenMinSeconds: 5,
      greenMaxSeconds: 60,
      yellowSeconds: 3,
      redClearSeconds: 1,
    })),
    stages: phases.map((phase) => ({ id: phase, phases: [phase], permissive: [] })),
    conflicts: [...(more.conflicts ?? [])],
    detectors: [...(more.detectors ?? [])],
    envelope: {
      cycleMinSeconds: 30,
      cycleMaxSeconds: 120,
      splitStepSeconds: 10,
      cycleChangeMinSeconds: 0,
      waitMaxSeconds: 180,
      planValidMaxSeconds: 900,
      transitionLengthenRatio: 0.2,
      transitionShortenRatio: 0.2,
    },
    plans: [
      {
        id: "p",
        cycleSeconds: 60,
        offsetSeconds: 0,
        stages: phases.map((stage) => ({ stage, splitSeconds: 30 })),
      },
    ],
    schedule: [{ from: "00:00", plan: "p" }],
  };
}

function network(
  links: readonly Link[],
  intersections: readonly Intersection[],
  demand: Omit<DemandFile, "version" | "pedestrians"> & Partial<Pick<DemandFile, "pedestrians">>,
): Network {
  const nodeIds = [...new Set(links.flatMap((l) => [l.from, l.to]))];
  return {
    version: 1,
    id: "small",
    name: "small",
    timeZone: "UTC",
    region: "small",
    handedness: "right",
    nodes: nodeIds.map((id) => {
      const at = intersections.find((i) => i.node === id);
      return { id, x: 0, y: 0, ...(at === undefined ? {} : { intersection: at.id }) };
    }),
    links: [...links],
    routes: [],
    intersections: [...intersections],
    demand: { version: 1, pedestrians: [], ...demand },
  };
}

/** One lane to a signal and one on from it, at the angle of the turn. */
export function oneApproach(
  turn: Turn,
  saturationFlowVehPerHour: number,
  perHour: number,
  detectors: readonly Detector[] = [],
  speed = 13.9,
): Network {
  const out: Place = turn === "left" ? [10, 510] : turn === "right" ? [10, -490] : [520, 0];
  const begin: Place = turn === "left" ? [10, 10] : turn === "right" ? [10, -10] : [20, 0];
  const inLink = link(["a", [-500, 0]], ["j", [0, 0]], [], speed);
  const outLink: Link = { ...link(["j", begin], ["b", out], [], speed) };
  return network(
    [inLink, outLink],
    [intersection("J", "j", [["1", "a-j", ["0"], "j-b", turn, saturationFlowVehPerHour]], { detectors })],
    { entries: [{ link: "a-j", vehicles: constantly(perHour) }], turning: [] },
  );
}

/** Two signals 90 m apart on one road with a cross street at the first: J (phases 1 road, 2 cross street), then K (phase 1). */
export function twoSignals(perHour: number): Network {
  return network(
    [
      link(["a", [-400, 0]], ["j", [-10, 0]]),
      link(["s", [0, -300]], ["j", [0, -10]]),
      link(["j", [10, 0]], ["k", [100, 0]]),
      { ...link(["j", [0, 10]], ["n", [0, 300]]) },
      link(["k", [120, 0]], ["b", [400, 0]]),
    ],
    [
      intersection(
        "J",
        "j",
        [
          ["1", "a-j", ["0"], "j-k", "through", 1900],
          ["2", "s-j", ["0"], "j-n", "through", 1900],
        ],
        { conflicts: [["1", "2"]] },
      ),
      intersection("K", "k", [["1", "j-k", ["0"], "k-b", "through", 1900]]),
    ],
    {
      entries: [
        { link: "a-j", vehicles: constantly(perHour) },
        { link: "s-j", vehicles: constantly(perHour) },
      ],
      turning: [],
    },
  );
}

const LEG: Readonly<Record<string, Place>> = { W: [-1, 0], N: [0, 1], E: [1, 0], S: [0, -1] };
const center = (leg: string): Place => LEG[leg] ?? [0, 0];
const at = (leg: string, meters: number): Place => [center(leg)[0] * meters, center(leg)[1] * meters];
const LEGS = ["W", "N", "E", "S"] as const;

/**
 * Four legs, each with a through and a right-and-through lane of 300 m and a left pocket of `pocketMeters`; phases `W`, `N`, `E`,
 * `S` for through and right, `WL`, … for left; loops at the stop line, 60 m before it, and at the begin of each exit.
 */
export function fourLegs(perHour: number, pocketMeters = 60): Network {
  const links = LEGS.flatMap((leg) => [
    link([leg, at(leg, 315)], ["j", at(leg, 15)], [300, 300, pocketMeters]),
    link(["j", at(leg, 15)], [leg, at(leg, 315)], [300, 300]),
  ]);
  const rows = LEGS.flatMap((leg, k): MovementRow[] => {
    const exit = (turns: number): string => `j-${LEGS[(k + turns) % 4]}`;
    return [
      [leg, `${leg}-j`, ["0", "1"], exit(2), "through", 1900],
      [leg, `${leg}-j`, ["0"], exit(3), "right", 1700],
      [`${leg}L`, `${leg}-j`, ["2"], exit(1), "left", 1800],
    ];
  });
  const conflicts = LEGS.flatMap((leg, k): [string, string][] => {
    const next = LEGS[(k + 1) % 4] ?? "";
    const opposite = LEGS[(k + 2) % 4] ?? "";
    const crossing: [string, string][] = [
      [leg, next],
      [leg, `${next}L`],
      [`${leg}L`, next],
      [`${leg}L`, `${next}L`],
    ];
    return [...crossing, [`${leg}L`, opposite]];
  });
  const detectors = LEGS.flatMap((leg) => [
    ...["0", "1", "2"].map((lane) => loop(`${leg}.stop.${lane}`, "stopLine", `${leg}-j`, lane, 1)),
    ...["0", "1"].map((lane) => loop(`${leg}.advance.${lane}`, "advance", `${leg}-j`, lane, 90)),
    ...["0", "1"].map((lane) => loop(`${leg}.entry.${lane}`, "entry", `j-${leg}`, lane, 295)),
  ]);
  return network(links, [intersection("J", "j", rows, { conflicts, detectors })], {
    entries: LEGS.map((leg) => ({ link: `${leg}-j`, vehicles: constantly(perHour) })),
    turning: LEGS.map((leg, k) => ({
      fromLink: `${leg}-j`,
      shares: [
        { toLink: `j-${LEGS[(k + 1) % 4]}`, share: 0.2 },
        { toLink: `j-${LEGS[(k + 2) % 4]}`, share: 0.6 },
        { toLink: `j-${LEGS[(k + 3) % 4]}`, share: 0.2 },
      ],
    })),
    pedestrians: [{ intersection: "J", phase: "W", persons: constantly(120) }],
  });
}

/** The network with buses and emergency vehicles besides what it has. */
export function withServices(base: Network, services: Pick<DemandFile, "buses" | "emergency">): Network {
  const { demand } = base;
  if (demand === undefined) throw new Error("small networks have demand");
  return { ...base, demand: { ...demand, ...services } };
}

/** Four legs where three of ten vehicles are trucks, and cyclists come besides. */
export function mixedCross(perHour: number, truckShare = 0.3, bicyclesPerHour = 150): Network {
  const base = fourLegs(perHour);
  const { demand } = base;
  if (demand === undefined) throw new Error("small networks have demand");
  const entries = demand.entries.map((entry) => ({
    ...entry,
    truckShare,
    bicycles: constantly(bicyclesPerHour),
  }));
  return { ...base, demand: { ...demand, entries } };
}

/** Four legs with a bus line straight on with stops on both links, one that turns left, and emergency vehicles likewise. */
export function servedCross(perHour: number): Network {
  const everyMinute = constantly(60);
  return withServices(fourLegs(perHour), {
    buses: [
      {
        id: "straight",
        route: ["W-j", "j-E"],
        departures: everyMinute,
        stops: [
          { link: "j-E", distanceMeters: 200, dwellSeconds: 15 },
          { link: "W-j", distanceMeters: 100, dwellSeconds: 20 },
        ],
      },
      { id: "turning", route: ["S-j", "j-W"], departures: everyMinute, stops: [] },
    ],
    emergency: [
      { id: "through", route: ["N-j", "j-S"], departures: everyMinute },
      { id: "left", route: ["E-j", "j-S"], departures: everyMinute },
    ],
  });
}

export function loop(
  id: string,
  role: Detector["role"],
  onLink: string,
  lane: string,
  distanceMeters: number,
): Detector {
  return { id, role, link: onLink, lane, distanceMeters, lengthMeters: 2, serves: [] };
}
