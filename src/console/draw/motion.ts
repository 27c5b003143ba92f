/**
 * Vehicles between two frames. A frame comes up to ten times a second and a vehicle jumps some 14 m in it, so the screen
 * runs one frame late and moves each vehicle from where it was last drawn to where the latest frame has it.
 */
export type Motion = {
  readonly count: number;
  /** Per vehicle: x, y in metres, heading in degrees, length in metres; where it is when the motion begins and ends. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly indexOf: ReadonlyMap<number, number>;
};

/** Numbers a vehicle takes in `FrameMessage.vehicles`: id, x dm, y dm, heading, length dm. */
const FIELDS_FRAME = 5;
/** Numbers a vehicle takes here: x, y, heading, length. */
export const FIELDS_MOTION = 4;
/** What moved farther than this between two frames is another place, not a movement: a gap in the stream. */
const JUMP_MAX_METERS = 80;

export const NO_MOTION: Motion = {
  count: 0,
  from: new Float64Array(),
  to: new Float64Array(),
  indexOf: new Map(),
};

/** The motion that the latest frame begins, out of the one that was `progress` (0 to 1) done when it arrived. */
export function nextMotion(before: Motion, progress: number, vehicles: ArrayLike<number>): Motion {
  const count = Math.floor(vehicles.length / FIELDS_FRAME);
  const from = new Float64Array(count * FIELDS_MOTION);
  const to = new Float64Array(count * FIELDS_MOTION);
  const indexOf = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const source = index * FIELDS_FRAME;
    const target = index * FIELDS_MOTION;
    const id = vehicles[source] ?? 0;
    to[target] = (vehicles[source + 1] ?? 0) / 10;
    to[target + 1] = (vehicles[source + 2] ?? 0) / 10;
    to[target + 2] = vehicles[source + 3] ?? 0;
    to[target + 3] = (vehicles[source + 4] ?? 0) / 10;
    indexOf.set(id, index);
    const known = before.indexOf.get(id);
    if (known !== undefined) placeAt(before, known, progress, from, target);
    if (known === undefined || isJump(from, to, target))
      from.set(to.subarray(target, target + FIELDS_MOTION), target);
  }
  return { count, from, to, indexOf };
}

/** Writes where a vehicle is at `progress` into `out` from `offset` on, as `FIELDS_MOTION` numbers. */
export function placeAt(
  motion: Motion,
  index: number,
  progress: number,
  out: Float64Array,
  offset: number,
): void {
  const source = index * FIELDS_MOTION;
  const share = Math.min(1, Math.max(0, progress));
  const between = (field: number): number => {
    const from = motion.from[source + field] ?? 0;
    return from + ((motion.to[source + field] ?? 0) - from) * share;
  };
  out[offset] = between(0);
  out[offset + 1] = between(1);
  out[offset + 2] = headingBetween(motion.from[source + 2] ?? 0, motion.to[source + 2] ?? 0, share);
  out[offset + 3] = motion.to[source + 3] ?? 0;
}

/** Degrees on the shorter way round from one heading to another. */
export function headingBetween(from: number, to: number, share: number): number {
  const difference = ((((to - from) % 360) + 540) % 360) - 180;
  return (((from + difference * share) % 360) + 360) % 360;
}

function isJump(from: Float64Array, to: Float64Array, offset: number): boolean {
  const dx = (to[offset] ?? 0) - (from[offset] ?? 0);
  const dy = (to[offset + 1] ?? 0) - (from[offset + 1] ?? 0);
  return Math.hypot(dx, dy) > JUMP_MAX_METERS;
}

/**
 * How long the motion between two frames should take, in milliseconds, from how long the last one took and the gap just
 * seen: a smoothed gap, so that one late frame does not make the traffic stutter.
 */
export function smoothedGapMs(beforeMs: number | null, gapMs: number): number {
  const bounded = Math.min(1500, Math.max(16, gapMs));
  return beforeMs === null ? bounded : beforeMs * 0.8 + bounded * 0.2;
}
