import type { Network } from "../../src/model/files.ts";
import { arrives, isInside, lagSeconds } from "./gaps.ts";
import type { TrafficState } from "./state.ts";
import { isInTheWay } from "./walkers.ts";
import type { MovementDraft } from "./ways.ts";

/**
 * A turn on red, where the configuration allows it: one stops at the line first, and goes when a gap comes in the streams that lead onto
 * the same link and when nobody walks before it. To them it is nobody: who has green does not wait for who has red.
 */

/** HCM's critical headway of a right turn from a minor street (ch. 20: 6.2 s, 6.9 s where the major street has four lanes). */
const CRITICAL_GAP_SECONDS = 6.2;

/** 1 for a movement that may be made on red, in the order of the movements. */
export function turnsOnRed(network: Network, count: number): Uint8Array {
  const allowed = new Uint8Array(count);
  // The movements of intersections come first, in the order of the files (ways.ts).
  const signalled = network.intersections.flatMap(({ movements }) => movements);
  for (const [index, { turnOnRed }] of signalled.entries()) allowed[index] = turnOnRed === true ? 1 : 0;
  return allowed;
}

/** By movement that may be made on red, those that lead onto the same link from elsewhere. */
export function mergingMovements(
  drafts: readonly MovementDraft[],
  allowed: Uint8Array,
): readonly (readonly number[])[] {
  return drafts.map(({ fromLink, toLink }, index) =>
    allowed[index] === 0
      ? []
      : [...drafts.keys()].filter((other) => {
          const draft = drafts[other];
          return draft?.toLink === toLink && draft.fromLink !== fromLink;
        }),
  );
}

/** Whether a vehicle that has stopped at a red lamp may turn now. */
export function mayTurnOnRed(state: TrafficState, vehicle: number): boolean {
  const { movements } = state;
  const movement = state.vehicles.movement[vehicle]!;
  if (movements.onRed[movement] === 0) return false;
  const { merging, lanes } = movements;
  for (let k = merging.start[movement]!; k < merging.start[movement + 1]!; k += 1) {
    const foe = merging.items[k]!;
    const lag = lagSeconds(state, foe, CRITICAL_GAP_SECONDS);
    for (let l = lanes.start[foe]!; l < lanes.start[foe + 1]!; l += 1) {
      const lane = lanes.items[l]!;
      if (isInside(state, foe, lane, -movements.crossingMeters[foe]! / 2)) return false;
      if (arrives(state, foe, lane, lag)) return false;
    }
  }
  return !isWalkedBefore(state, vehicle, movement);
}

/** Whether somebody walks over the leg that the vehicle comes from, in its way as it moves off. */
function isWalkedBefore(
  { step, streets, vehicles, walkers }: TrafficState,
  vehicle: number,
  movement: number,
): boolean {
  const lane = vehicles.lane[vehicle]!;
  const fromOwnKerb = lane - streets.linkFirstLane[streets.laneLink[lane]!]! + 0.5;
  for (let k = walkers.behindLine.start[movement]!; k < walkers.behindLine.start[movement + 1]!; k += 1) {
    const crosswalk = walkers.behindLine.items[k]!;
    const place = walkers.meters[crosswalk]! - fromOwnKerb * walkers.laneMeters[crosswalk]!;
    if (isInTheWay(walkers, crosswalk, place, step)) return true;
  }
  return false;
}
