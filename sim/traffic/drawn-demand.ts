import { defined } from "../../src/assert.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { Network } from "../../src/model/files.ts";
import { msToSeconds } from "../../src/units.ts";
import { JAM_SPACING_METERS } from "./following.ts";
import { scheduleArrivals } from "./insertion.ts";
import { createTrafficModel, STEP_MS, type TrafficModel, type TrafficOptions } from "./model.ts";
import { movementAfter } from "./services.ts";
import type { TrafficState } from "./state.ts";
import { scheduleTrips } from "./trips.ts";
import { releaseSlot } from "./vehicles.ts";

/** Somebody whom a run schedules: who it is, when it wants to come, and on which way it will drive. */
export type DrawnVehicle = {
  readonly kind: "car" | "bus" | "emergency" | "trip";
  /** Of its bus line or emergency route. */
  readonly service: string | undefined;
  /** From local midnight. */
  readonly departSeconds: number;
  readonly links: readonly string[];
  readonly lengthMeters: number;
  /** To the vehicle ahead, standing. */
  readonly gapMeters: number;
  /** Of a driver without imperfection. */
  readonly accelerationMetersPerSecond2: number;
  /** Sigma of Krauss. */
  readonly imperfection: number;
  /** Desired speed over the limit. */
  readonly speedFactor: number;
};

/**
 * Everybody whom a run of so many seconds schedules, in the order of scheduling: the run's own draws, without the street. Who comes and
 * where they go never depends on control, so that this is the demand of every run with these options.
 * @throws PhasewiseError `DATA_MISSING` without demand, `DATA_INVALID` where turning shares are missing or lead round for ever.
 */
export function drawnDemand(
  network: Network,
  options: TrafficOptions,
  seconds: number,
): readonly DrawnVehicle[] {
  const model = createTrafficModel(network, options);
  const drawn: DrawnVehicle[] = [];
  for (let second = 0; second < seconds; second += 1) {
    drawSecond(model, options.startsAt - options.midnightAt + second * STEP_MS, drawn);
  }
  return drawn;
}

function drawSecond(model: TrafficModel, sinceMidnightMs: number, drawn: DrawnVehicle[]): void {
  const { state } = model;
  const { serial } = state.vehicles;
  const now = msToSeconds(sinceMidnightMs);
  for (const entry of model.entries) {
    scheduleArrivals(state, entry, sinceMidnightMs);
    const came = [...entry.heads].flatMap((head) => taken(state, head));
    entry.heads.fill(-1);
    entry.tails.fill(-1);
    for (const slot of came.toSorted((one, other) => serial[one]! - serial[other]!)) {
      drawn.push(vehicleOf(state, slot, entry.link, now));
    }
    release(state, came);
  }
  for (const entry of model.tripEntries) {
    const first = entry.next;
    scheduleTrips(state, entry, now);
    const came = taken(state, entry.head);
    entry.head = -1;
    entry.tail = -1;
    for (const [k, slot] of came.entries()) {
      const departSeconds = defined(entry.departSeconds[first + k], "departure");
      drawn.push(vehicleOf(state, slot, entry.link, departSeconds));
    }
    release(state, came);
  }
}

/** Those who wait outside in one queue, the first one first. */
function taken({ vehicles }: TrafficState, head: number): readonly number[] {
  const slots: number[] = [];
  for (let slot = head; slot >= 0; slot = vehicles.behind[slot]!) slots.push(slot);
  return slots;
}

function release({ tally, vehicles }: TrafficState, slots: readonly number[]): void {
  for (const slot of slots) releaseSlot(vehicles, slot);
  tally.waiting -= slots.length;
}

function vehicleOf(
  state: TrafficState,
  slot: number,
  entryLink: number,
  departSeconds: number,
): DrawnVehicle {
  const { services, vehicles } = state;
  const service = services[vehicles.service[slot]!];
  const kind = vehicles.route[slot]! >= 0 ? "trip" : "car";
  const lengthMeters = vehicles.meters[slot]!;
  const slack = vehicles.slack[slot]!;
  const acceleration = vehicles.acceleration[slot]! + slack;
  return {
    kind: service?.kind ?? kind,
    service: service?.id,
    departSeconds,
    links: linksOf(state, slot, entryLink),
    lengthMeters,
    gapMeters: JAM_SPACING_METERS + vehicles.extraMeters[slot]! - lengthMeters,
    accelerationMetersPerSecond2: acceleration,
    // Half of it is what drivers are slower by on average: `slackOf`.
    imperfection: (2 * slack) / acceleration,
    speedFactor: vehicles.factor[slot]!,
  };
}

/** Nobody drives over more links than these. */
const LINKS_MAX = 10_000;

function linksOf(state: TrafficState, slot: number, entryLink: number): readonly string[] {
  const { movements, streets } = state;
  const links: string[] = [];
  for (let link = entryLink; link >= 0; ) {
    const { id } = defined(streets.links[link], "link");
    if (links.length === LINKS_MAX) {
      throw new PhasewiseError(
        "DATA_INVALID",
        `demand.json#/turning: found shares that lead a vehicle over ${LINKS_MAX} links, at last ${id}; allowed: shares by which everybody leaves`,
      );
    }
    links.push(id);
    link = movements.toLink[movementAfter(state, slot, link, links.length - 1)]!;
  }
  return links;
}
