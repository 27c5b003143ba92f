import { byCodeUnit, type InstantMs, instantMs, SECOND_MS } from "../../src/units.ts";
import type { PedestrianCall, PriorityCall } from "../field/plant.ts";
import { type Service, stopAhead } from "./services.ts";
import type { TrafficState } from "./state.ts";

/** Push buttons pressed, and vehicles that checked in or out, during the step. */
export type Calls = {
  pedestrians: PedestrianNote[];
  priority: PriorityNote[];
};

type PedestrianNote = { readonly phase: number; readonly afterMs: number };

type PriorityNote = {
  readonly phase: number;
  readonly kind: Service["kind"];
  readonly link: string;
  readonly vehicle: string;
  readonly afterMs: number;
  readonly checkedIn: boolean;
};

/**
 * Distance from the stop line at which a vehicle checks in. A bus is near enough then for its arrival to be predictable; an
 * emergency vehicle needs the time to end other greens and flashing don't walk, which roadside receivers give it from 300 m on.
 */
const CHECK_IN_METERS: Readonly<Record<Service["kind"], number>> = { bus: 150, emergency: 300 };

export function createCalls(): Calls {
  return { pedestrians: [], priority: [] };
}

/** Calls that nobody took are forgotten as the next step begins. */
export function forgetCalls(calls: Calls): void {
  if (calls.pedestrians.length > 0) calls.pedestrians = [];
  if (calls.priority.length > 0) calls.priority = [];
}

export function notePedestrian(calls: Calls, phase: number, afterSeconds: number): void {
  calls.pedestrians.push({ phase, afterMs: Math.floor(afterSeconds * SECOND_MS) });
}

/**
 * A vehicle with a route has moved on in its lane: checks it in where it is near enough to the signal at the lane's
 * end. On a link that is shorter it checks in as soon as it is on it, and a bus with a stop before the signal after that stop.
 */
export function checkIn(state: TrafficState, vehicle: number, lane: number): void {
  const { movements, services, streets, vehicles } = state;
  const phase = movements.phase[vehicles.movement[vehicle]!]!;
  if (phase < 0 || vehicles.checkedIn[vehicle] === 1 || stopAhead(state, vehicle) !== undefined) return;
  const from = vehicles.x1[vehicle]!;
  const to = vehicles.x[vehicle]!;
  const begin = streets.laneEnd[lane]! - CHECK_IN_METERS[services[vehicles.service[vehicle]!]!.kind];
  if (to < begin) return;
  vehicles.checkedIn[vehicle] = 1;
  note(state, vehicle, from < begin ? (begin - from) / (to - from) : 0, true);
}

/** The vehicle of the step's `k`-th crossing passes the stop line; told before it is taken over. */
export function checkOut(state: TrafficState, k: number): void {
  const { crossings, movements, vehicles } = state;
  const vehicle = crossings.vehicle[k]!;
  if (movements.phase[crossings.movement[k]!]! < 0) return;
  vehicles.checkedIn[vehicle] = 0;
  note(state, vehicle, crossings.afterSeconds[k]!, false);
}

function note(state: TrafficState, vehicle: number, afterSeconds: number, checkedIn: boolean): void {
  const { movements, services, streets, vehicles } = state;
  const service = services[vehicles.service[vehicle]!]!;
  const movement = vehicles.movement[vehicle]!;
  state.calls.priority.push({
    phase: movements.phase[movement]!,
    kind: service.kind,
    link: streets.links[movements.fromLink[movement]!]!.id,
    vehicle: `${service.id}.${vehicles.serial[vehicle]!}`,
    afterMs: Math.round(afterSeconds * SECOND_MS),
    checkedIn,
  });
}

/** The push buttons pressed in the step that began at `beganAtMs`, in the order of time, intersection and phase. */
export function pedestrianCalls(state: TrafficState, beganAtMs: number): readonly PedestrianCall[] {
  return state.calls.pedestrians
    .map(({ phase, afterMs }) => ({ ...state.lamps.phases[phase]!, at: instantMs(beganAtMs + afterMs) }))
    .toSorted((one, other) => byTimeAndPlace(one, other) || byCodeUnit(one.phase, other.phase));
}

/** Who checked in or out in the step that began at `beganAtMs`, in the order of time, intersection and vehicle. */
export function priorityCalls(state: TrafficState, beganAtMs: number): readonly PriorityCall[] {
  return state.calls.priority
    .map(({ phase, afterMs, ...call }) => ({
      intersection: state.lamps.phases[phase]!.intersection,
      ...call,
      at: instantMs(beganAtMs + afterMs),
    }))
    .toSorted((one, other) => byTimeAndPlace(one, other) || byCodeUnit(one.vehicle, other.vehicle));
}

type Placed = { readonly intersection: string; readonly at: InstantMs };

function byTimeAndPlace(one: Placed, other: Placed): number {
  return one.at - other.at || byCodeUnit(one.intersection, other.intersection);
}
