import { instantMs, byCodeUnit } from "../../src/units.ts";
import type { Network } from "../../src/model/files.ts";
import type { Actuation } from "../field/plant.ts";
import { listsOf, type Lists, placesBy } from "./lists.ts";
import { laneIndexOf, type Streets } from "./streets.ts";

/** The detector loops, and which vehicle ends passed which of their edges during the step. */
export type Loops = {
  readonly intersection: readonly string[];
  readonly detector: readonly string[];
  /** Edges as positions on the lane. */
  readonly upstream: Float64Array;
  readonly downstream: Float64Array;
  readonly onLane: Lists;
  /** 1 for a lane with a loop. */
  readonly isOn: Uint8Array;
  /** Vehicles over the loop. */
  readonly occupants: Int32Array;
  /** One number for each passing: (ms into the step, leaving after coming, loop), to sort by. */
  passings: Float64Array;
  passingCount: number;
};

/** Loops in the order of intersection and detector, so that their index orders actuations of one instant. */
export function createLoops(network: Network, streets: Streets): Loops {
  const all = network.intersections
    .flatMap((intersection) =>
      intersection.detectors.map((detector) => ({ intersection: intersection.id, detector })),
    )
    .toSorted(
      (a, b) => byCodeUnit(a.intersection, b.intersection) || byCodeUnit(a.detector.id, b.detector.id),
    );
  const lanes = all.map(({ detector }) => laneIndexOf(streets, detector.link, detector.lane));
  const downstream = Float64Array.from(
    all,
    ({ detector }, k) => streets.laneEnd[lanes[k]!]! - detector.distanceMeters,
  );
  const isOn = new Uint8Array(streets.laneCount);
  for (const lane of lanes) isOn[lane] = 1;
  return {
    intersection: all.map(({ intersection }) => intersection),
    detector: all.map(({ detector }) => detector.id),
    downstream,
    upstream: Float64Array.from(all, ({ detector }, k) => downstream[k]! - detector.lengthMeters),
    onLane: listsOf(placesBy(lanes, streets.laneCount)),
    isOn,
    occupants: new Int32Array(all.length),
    passings: new Float64Array(Math.max(16, all.length * 4)),
    passingCount: 0,
  };
}

function note(loops: Loops, loop: number, afterSeconds: number, leaving: boolean): void {
  if (loops.passingCount === loops.passings.length) {
    const longer = new Float64Array(loops.passings.length * 2);
    longer.set(loops.passings);
    loops.passings = longer;
  }
  const key = Math.round(afterSeconds * 1000) * 2 + (leaving ? 1 : 0);
  loops.passings[loops.passingCount] = key * loops.detector.length + loop;
  loops.passingCount += 1;
}

/** The front of a vehicle moved over the lane in this step. */
export function frontMoved(loops: Loops, lane: number, from: number, to: number): void {
  const end = loops.onLane.start[lane + 1]!;
  for (let k = loops.onLane.start[lane]!; k < end; k += 1) {
    const loop = loops.onLane.items[k]!;
    const edge = loops.upstream[loop]!;
    if (from < edge && edge <= to) note(loops, loop, (edge - from) / (to - from), false);
  }
}

/** The rear of a vehicle moved over the lane in this step. */
export function rearMoved(loops: Loops, lane: number, from: number, to: number): void {
  const end = loops.onLane.start[lane + 1]!;
  for (let k = loops.onLane.start[lane]!; k < end; k += 1) {
    const loop = loops.onLane.items[k]!;
    const edge = loops.downstream[loop]!;
    if (from < edge && edge <= to) note(loops, loop, (edge - from) / (to - from), true);
  }
}

/** A vehicle of that length with its front at `front` came onto the lane from the side, or left it so, `afterSeconds` into the step. */
export function sideMoved(
  loops: Loops,
  lane: number,
  front: number,
  vehicleMeters: number,
  leaving: boolean,
  afterSeconds: number,
): void {
  const end = loops.onLane.start[lane + 1]!;
  for (let k = loops.onLane.start[lane]!; k < end; k += 1) {
    const loop = loops.onLane.items[k]!;
    const isOver = loops.upstream[loop]! <= front && front - vehicleMeters < loops.downstream[loop]!;
    if (isOver) note(loops, loop, afterSeconds, leaving);
  }
}

/** The actuations of the step that began at `beganAtMs`; vehicles that overlap on a loop are one actuation. */
export function takeActuations(loops: Loops, beganAtMs: number): readonly Actuation[] {
  const actuations: Actuation[] = [];
  const passings = loops.passings.subarray(0, loops.passingCount).toSorted();
  const loopCount = loops.detector.length;
  for (const passing of passings) {
    const loop = passing % loopCount;
    const key = (passing - loop) / loopCount;
    const leaving = key % 2 === 1;
    loops.occupants[loop]! += leaving ? -1 : 1;
    if (loops.occupants[loop] !== (leaving ? 0 : 1)) continue;
    actuations.push({
      intersection: loops.intersection[loop]!,
      detector: loops.detector[loop]!,
      at: instantMs(beganAtMs + (key - (leaving ? 1 : 0)) / 2),
      on: !leaving,
    });
  }
  loops.passingCount = 0;
  return actuations;
}
