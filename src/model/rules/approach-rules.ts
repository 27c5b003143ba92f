import {
  floorToTenth,
  kinematicYellowSeconds,
  YELLOW_MAX_SECONDS,
  YELLOW_MIN_SECONDS,
} from "../clearance.ts";
import type { Fault } from "../fault.ts";
import type { Detector, Intersection, Movement } from "../intersection.ts";
import type { Link, NetworkFile, Node } from "../network.ts";
import { faultAt, oneOf, referenceFaults } from "./fault-at.ts";

/** The network by id, for the rules that look things up in it. */
export type NetworkIndex = {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly links: ReadonlyMap<string, Link>;
  /** Every lane with its link. */
  readonly laneLinks: ReadonlyMap<string, Link>;
  /** The turn to the kerb's side. */
  readonly kerbTurn: Movement["turn"];
};

export function networkIndex(network: NetworkFile): NetworkIndex {
  return {
    nodes: new Map(network.nodes.map((node) => [node.id, node])),
    links: new Map(network.links.map((link) => [link.id, link])),
    kerbTurn: network.handedness,
    laneLinks: new Map(network.links.flatMap((link) => link.lanes.map((lane) => [lane.id, link] as const))),
  };
}

/** Rules of an intersection against the network around it: M2, M4, M5, M15, M28. */
export function approachFaults(
  file: string,
  intersection: Intersection,
  index: NetworkIndex,
): readonly Fault[] {
  return [
    ...nodeFaults(file, intersection, index),
    ...intersection.movements.flatMap((movement, position) =>
      movementFaults(file, intersection, movement, index, `/movements/${position}`),
    ),
    ...turnOnRedFaults(file, intersection, index),
    ...crosswalkFaults(file, intersection, index),
    ...intersection.detectors.flatMap((detector, position) =>
      detectorFaults(file, detector, index, `/detectors/${position}`),
    ),
    ...yellowFaults(file, intersection, index),
  ];
}

function nodeFaults(file: string, intersection: Intersection, { nodes }: NetworkIndex): readonly Fault[] {
  const node = nodes.get(intersection.node);
  if (!node) return referenceFaults(file, "/node", intersection.node, "node", nodes);
  if (node.intersection === intersection.id) return [];
  return [faultAt(file, "/node", intersection.node, `a node whose intersection is ${intersection.id}`, "M4")];
}

/** M4: through one node of this intersection, from lanes of the link that leads there. */
function movementFaults(
  file: string,
  intersection: Intersection,
  movement: Movement,
  index: NetworkIndex,
  pointer: string,
): readonly Fault[] {
  const faults: Fault[] = [
    ...referenceFaults(file, `${pointer}/fromLink`, movement.fromLink, "link", index.links),
    ...referenceFaults(file, `${pointer}/toLink`, movement.toLink, "link", index.links),
  ];
  const from = index.links.get(movement.fromLink);
  const to = index.links.get(movement.toLink);
  if (from) {
    const lanes = new Set(from.lanes.map(({ id }) => id));
    movement.fromLanes.forEach((lane, position) => {
      if (lanes.has(lane)) return;
      const allowed = oneOf(`lane of ${from.id}`, lanes);
      faults.push(faultAt(file, `${pointer}/fromLanes/${position}`, lane, allowed, "M4"));
    });
    if (!belongs(intersection, from.to, index)) {
      const allowed = `a link that ends at a node whose intersection is ${intersection.id}; it ends at ${from.to}`;
      faults.push(faultAt(file, `${pointer}/fromLink`, movement.fromLink, allowed, "M4"));
    }
  }
  if (from && to && from.to !== to.from) {
    const allowed = `a link that begins at node ${from.to}, where ${from.id} ends`;
    faults.push(faultAt(file, `${pointer}/toLink`, movement.toLink, allowed, "M4"));
  }
  return faults;
}

/** M28: on red one turns to the kerb's side, from a lane at the kerb. */
function turnOnRedFaults(file: string, { movements }: Intersection, index: NetworkIndex): readonly Fault[] {
  return movements.flatMap(({ turn, turnOnRed, fromLink, fromLanes }, position) => {
    if (turnOnRed !== true) return [];
    const pointer = `/movements/${position}/turnOnRed`;
    if (turn !== index.kerbTurn) {
      return [
        faultAt(
          file,
          pointer,
          true,
          `nothing with a movement that turns ${turn}; only ${index.kerbTurn} turns`,
          "M28",
        ),
      ];
    }
    const kerb = index.links.get(fromLink)?.lanes[0]?.id;
    if (kerb === undefined || fromLanes.includes(kerb)) return [];
    return [
      faultAt(
        file,
        pointer,
        true,
        `nothing with a movement that is not made from ${kerb}, the lane at the kerb`,
        "M28",
      ),
    ];
  });
}

/** An intersection may control several nodes, each of which names it; its own node it has in any case. */
function belongs(intersection: Intersection, node: string, { nodes }: NetworkIndex): boolean {
  return node === intersection.node || nodes.get(node)?.intersection === intersection.id;
}

/** M4: a crosswalk lies on a leg of the intersection. */
function crosswalkFaults(file: string, intersection: Intersection, index: NetworkIndex): readonly Fault[] {
  return intersection.phases.flatMap(({ pedestrian }, position) => {
    if (!pedestrian) return [];
    const pointer = `/phases/${position}/pedestrian/crosses`;
    const link = index.links.get(pedestrian.crosses);
    if (!link) return referenceFaults(file, pointer, pedestrian.crosses, "link", index.links);
    if ([link.from, link.to].some((node) => belongs(intersection, node, index))) return [];
    const allowed = "a link that begins or ends at the intersection";
    return [faultAt(file, pointer, pedestrian.crosses, allowed, "M4")];
  });
}

/** M15: a detector lies within a lane of its link. */
function detectorFaults(
  file: string,
  detector: Detector,
  index: NetworkIndex,
  pointer: string,
): readonly Fault[] {
  const faults: Fault[] = [
    ...referenceFaults(file, `${pointer}/link`, detector.link, "link", index.links),
    ...detector.serves.flatMap((lane, position) =>
      referenceFaults(file, `${pointer}/serves/${position}`, lane, "lane", index.laneLinks),
    ),
  ];
  const link = index.links.get(detector.link);
  if (!link) return faults;
  const lane = link.lanes.find(({ id }) => id === detector.lane);
  if (!lane) {
    const lanes = link.lanes.map(({ id }) => id);
    faults.push(faultAt(file, `${pointer}/lane`, detector.lane, oneOf(`lane of ${link.id}`, lanes), "M15"));
  } else if (detector.distanceMeters + detector.lengthMeters > lane.lengthMeters) {
    const most = (lane.lengthMeters - detector.lengthMeters).toFixed(1);
    const allowed = `at most ${most} m, so that the loop lies on its lane of ${lane.lengthMeters} m`;
    faults.push(faultAt(file, `${pointer}/distanceMeters`, detector.distanceMeters, allowed, "M15"));
  }
  return faults;
}

/** M5: yellow of ring-barrier phases against the ITE kinematic equation on level road, rounded down. */
function yellowFaults(file: string, intersection: Intersection, index: NetworkIndex): readonly Fault[] {
  if (intersection.structure !== "ringBarrier") return [];
  return intersection.phases.flatMap((phase, position) => {
    const speeds = intersection.movements
      .filter((movement) => movement.phase === phase.id)
      .flatMap((movement) => index.links.get(movement.fromLink)?.speedMetersPerSecond ?? []);
    if (speeds.length === 0) return [];
    const speed = Math.max(...speeds);
    const computed = floorToTenth(kinematicYellowSeconds(speed));
    const least = Math.min(YELLOW_MAX_SECONDS, Math.max(YELLOW_MIN_SECONDS, computed));
    if (phase.yellowSeconds >= least) return [];
    const allowed = `at least ${least.toFixed(1)} s for an approach at ${speed} m/s`;
    return [faultAt(file, `/phases/${position}/yellowSeconds`, phase.yellowSeconds, allowed, "M5")];
  });
}
