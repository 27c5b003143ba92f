import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import { type MovementPassages, PROFILE_INTERVAL_SECONDS, type ProfileInterval } from "../field/plant.ts";
import { foreignId } from "./foreign-id.ts";
import type { SumoTrip } from "./trip-measures.ts";
import { readXml, requiredNumber, requiredText, type XmlElement } from "./xml-reader.ts";

/**
 * Time lost on the link before each stop line, from SUMO's file of driven routes with exit times and inner edges: the time from one
 * exit to the next, less what the link takes at the limit times the vehicle's own speed factor. Exit times are whole steps, so that one
 * vehicle's loss is up to a step too long or too short, even negative; the mean is neither. Of movements from one link to the same
 * other one, the first in the configuration has all vehicles: the file does not tell lanes.
 */
export async function readPassages(
  file: string,
  network: Network,
  trips: readonly SumoTrip[],
): Promise<readonly MovementPassages[]> {
  const approaches = approachesOf(network);
  const tripOf = new Map(trips.map((trip) => [trip.id, trip]));
  const passed = new Map<MovementPlace, { lostSeconds: number[]; scheduledSeconds: number[] }>();
  let vehicle: XmlElement | undefined;
  await readXml(file, {
    open: (element) => {
      if (element.name === "vehicle") vehicle = element;
      if (element.name !== "route" || vehicle === undefined) return;
      const trip = tripOf.get(requiredText(vehicle, "id"));
      if (trip === undefined) return;
      const drive = {
        edges: wordsOf(requiredText(element, "edges")),
        exitSeconds: wordsOf(requiredText(element, "exitTimes")).map(Number),
        departSeconds: requiredNumber(vehicle, "depart"),
        departPosMeters: trip.departPosMeters,
        speedFactor: requiredNumber(vehicle, "speedFactor"),
      };
      for (const [movement, seconds] of lossesOf(drive, approaches)) {
        const known = passed.get(movement) ?? { lostSeconds: [], scheduledSeconds: [] };
        passed.set(movement, known);
        known.lostSeconds.push(seconds);
        known.scheduledSeconds.push(trip.scheduledSeconds);
      }
    },
  });
  return [...passed].map(([{ intersection, movement }, lists]) => {
    return { intersection, movement, ...lists, stops: null };
  });
}

type MovementPlace = { readonly intersection: string; readonly movement: string };

/** Links before signals: what they take in free flow, and the movements from them by the link to which they lead. */
type Approach = {
  readonly lengthMeters: number;
  readonly speedMetersPerSecond: number;
  readonly onto: Map<string, MovementPlace>;
};

function approachesOf({ intersections, links }: Network): ReadonlyMap<string, Approach> {
  const linkOf = new Map(links.map((link) => [link.id, link]));
  const approaches = new Map<string, Approach>();
  for (const { id: intersection, movements } of intersections) {
    for (const { id: movement, fromLink, toLink } of movements) {
      const { lengthMeters, speedMetersPerSecond } = defined(linkOf.get(fromLink), fromLink);
      const approach = approaches.get(fromLink) ?? { lengthMeters, speedMetersPerSecond, onto: new Map() };
      approaches.set(fromLink, approach);
      if (!approach.onto.has(toLink)) approach.onto.set(toLink, { intersection, movement });
    }
  }
  return approaches;
}

/** What a vehicle drove: edges, inner ones included, and when it left each of them; −1 where it has not. */
type Drive = {
  readonly edges: readonly string[];
  readonly exitSeconds: readonly number[];
  readonly departSeconds: number;
  readonly departPosMeters: number;
  readonly speedFactor: number;
};

function lossesOf(
  { edges, exitSeconds, departSeconds, departPosMeters, speedFactor }: Drive,
  approaches: ReadonlyMap<string, Approach>,
): readonly (readonly [MovementPlace, number])[] {
  return edges.flatMap((edge, index) => {
    const approach = edge.startsWith(":") ? undefined : approaches.get(foreignId(edge));
    const exitAt = exitSeconds[index];
    const next = edges.slice(index + 1).find((later) => !later.startsWith(":"));
    if (approach === undefined || exitAt === undefined || exitAt < 0 || next === undefined) return [];
    const movement = approach.onto.get(foreignId(next));
    if (movement === undefined) return [];
    const enterAt = index === 0 ? departSeconds : defined(exitSeconds[index - 1], "exit before");
    const meters = approach.lengthMeters - (index === 0 ? departPosMeters : 0);
    return [[movement, exitAt - enterAt - meters / (approach.speedMetersPerSecond * speedFactor)] as const];
  });
}

function wordsOf(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** What SUMO's summary tells of a run, step by step. */
export type Summary = {
  /** Without the time lost, which it does not tell: the vehicle-seconds of waiting outside alone. */
  readonly intervals: readonly (Omit<ProfileInterval, "lostVehSeconds"> & {
    readonly outsideVehSeconds: number;
  })[];
  readonly queueMaxVehicles: number;
};

/** Reads SUMO's summary: a line for each step, of which the counts are those at its begin. */
export async function readSummary(file: string, beginSeconds: number, stepSeconds: number): Promise<Summary> {
  const intervals: { steps: number; vehicles: number; outside: number; arrivedUpTo: number }[] = [];
  let queueMaxVehicles = 0;
  await readXml(file, {
    open: (element) => {
      if (element.name !== "step") return;
      const waiting = requiredNumber(element, "waiting");
      const index = Math.floor((requiredNumber(element, "time") - beginSeconds) / PROFILE_INTERVAL_SECONDS);
      const interval = (intervals[index] ??= { steps: 0, vehicles: 0, outside: 0, arrivedUpTo: 0 });
      interval.steps += 1;
      interval.vehicles += requiredNumber(element, "running") + waiting;
      interval.outside += waiting * stepSeconds;
      interval.arrivedUpTo = requiredNumber(element, "arrived");
      // SUMO counts who dwells at a stop of its line among those that stand.
      const standing = requiredNumber(element, "halting") - requiredNumber(element, "stopped");
      queueMaxVehicles = Math.max(queueMaxVehicles, standing);
    },
  });
  return {
    intervals: intervals.map(({ steps, vehicles, outside, arrivedUpTo }, index) => ({
      fromSeconds: index * PROFILE_INTERVAL_SECONDS,
      arrived: arrivedUpTo - (intervals[index - 1]?.arrivedUpTo ?? 0),
      vehiclesMean: vehicles / steps,
      outsideVehSeconds: outside,
    })),
    queueMaxVehicles,
  };
}

/** Vehicle-seconds lost on the edges, inner ones included, by interval of the profile: from SUMO's edge data of that period. */
export async function readEdgeLosses(file: string, beginSeconds: number): Promise<readonly number[]> {
  const losses: number[] = [];
  let index = 0;
  await readXml(file, {
    open: (element) => {
      if (element.name === "interval") {
        index = Math.floor((requiredNumber(element, "begin") - beginSeconds) / PROFILE_INTERVAL_SECONDS);
      }
      if (element.name === "edge") losses[index] = (losses[index] ?? 0) + requiredNumber(element, "timeLoss");
    },
  });
  return losses;
}

/**
 * The profile of a run. SUMO sums up the time lost on edges by another rule than that of vehicles, and comes to 3 to 11 % more on the
 * four scenarios: the edge data say when it was lost, the trips how much in all.
 */
export function profileOf(
  summary: Summary,
  edgeLosses: readonly number[],
  trips: readonly SumoTrip[],
): readonly ProfileInterval[] {
  const told = summary.intervals.map(({ outsideVehSeconds }, index) => {
    return outsideVehSeconds + (edgeLosses[index] ?? 0);
  });
  const toldInAll = told.reduce((sum, seconds) => sum + seconds, 0);
  const lostInAll = trips.reduce((sum, trip) => sum + trip.lostSeconds + trip.departDelaySeconds, 0);
  return summary.intervals.map(({ fromSeconds, arrived, vehiclesMean }, index) => ({
    fromSeconds,
    lostVehSeconds: toldInAll === 0 ? 0 : (defined(told[index], "interval") * lostInAll) / toldInAll,
    arrived,
    vehiclesMean,
  }));
}
