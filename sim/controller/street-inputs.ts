import { defined } from "../../src/assert.ts";
import { EVENT_CODE } from "../../src/model/event-code.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import { detectorPhases } from "../../src/signal/calls.ts";
import type { SignalInput } from "../../src/signal/machine.ts";
import type { InstantMs } from "../../src/units.ts";
import type { Actuation, PedestrianCall, PriorityCall } from "../field/plant.ts";

/** What the street told a controller since the step before. */
export type StreetReport = {
  readonly actuations: readonly Actuation[];
  readonly pedestrianCalls: readonly PedestrianCall[];
  readonly priorityCalls: readonly PriorityCall[];
  /** Inputs of the cabinet itself: a railway's circuit. */
  readonly preempts: readonly PreemptInput[];
};

export type PreemptInput = { readonly preempt: string; readonly at: InstantMs; readonly on: boolean };

export const QUIET_STREET: StreetReport = {
  actuations: [],
  pedestrianCalls: [],
  priorityCalls: [],
  preempts: [],
};

/** How a controller is wired: which phases a detector calls, which input an approach's radio reaches. */
export type Wiring = {
  /** Numbers of the detectors in the high-resolution log, from 1. */
  readonly channels: ReadonlyMap<string, number>;
  readonly detectors: ReadonlyMap<string, readonly number[]>;
  /** By id, the place in the order of authority. */
  readonly preempts: ReadonlyMap<string, number>;
  readonly emergencyLinks: ReadonlyMap<string, number>;
  readonly busLinks: ReadonlyMap<string, number>;
};

export function wiringOf(table: TimingTable): Wiring {
  const { preempts: configured = [], priorities = [] } = table.intersection;
  const preempts = new Map(table.extras.preempts.map(({ id }, index) => [id, index]));
  return {
    channels: new Map(table.intersection.detectors.map(({ id }, index) => [id, index + 1])),
    detectors: detectorPhases(table),
    preempts,
    emergencyLinks: new Map(linksOf(configured).map(([link, id]) => [link, preempts.get(id) ?? -1])),
    busLinks: new Map(
      linksOf(priorities).map(([link, id]) => [
        link,
        table.extras.priorities.findIndex((priority) => priority.id === id),
      ]),
    ),
  };
}

type Reached = { readonly id: string; readonly links?: readonly string[] };

/** Which input the radio of a link's approach reaches. */
function linksOf(inputs: readonly Reached[]): readonly (readonly [link: string, id: string])[] {
  return inputs.flatMap(({ id, links = [] }) => links.map((link) => [link, id] as const));
}

/** What reached the controller: an input of the machine, or something that is only written down, or both. */
export type TimedInput = {
  readonly at: InstantMs;
  readonly input: SignalInput | null;
  /** Codes and parameters for the log, which stand before what the machine says to it. */
  readonly log: readonly (readonly [code: number, parameter: number])[];
};

const NO_LOG: TimedInput["log"] = [];

/** Vehicles of one preemption that have checked in and not out. */
export type Present = ReadonlyMap<number, ReadonlySet<string>>;

/** The report as inputs of the phase-timing machine, in the order of time. */
export function inputsOf(
  table: TimingTable,
  wiring: Wiring,
  present: Present,
  report: StreetReport,
): { readonly inputs: readonly TimedInput[]; readonly present: Present } {
  const inputs: TimedInput[] = [];
  for (const { detector, at, on } of report.actuations) {
    const phases = wiring.detectors.get(detector);
    const code = on ? EVENT_CODE.detectorOn : EVENT_CODE.detectorOff;
    const log = [[code, wiring.channels.get(detector) ?? 0] as const];
    inputs.push({ at, input: phases === undefined ? null : { kind: "detector", phases, on }, log });
  }
  for (const { phase: id, at } of report.pedestrianCalls) {
    const phase = table.phaseIndex.get(id);
    if (phase === undefined) continue;
    const { number } = defined(table.phases[phase], id);
    // The button has the number of its phase; it is pressed and let go within the tick.
    const log = [
      [EVENT_CODE.pedestrianDetectorOn, number],
      [EVENT_CODE.pedestrianDetectorOff, number],
    ] as const;
    inputs.push({ at, input: { kind: "pedestrianCall", phase }, log });
  }
  for (const { preempt: id, at, on } of report.preempts) {
    const preempt = wiring.preempts.get(id);
    if (preempt !== undefined) inputs.push({ at, input: { kind: "preempt", preempt, on }, log: NO_LOG });
  }
  const after = new Map(present);
  for (const call of report.priorityCalls) {
    const input = call.kind === "bus" ? busInput(wiring, call) : emergencyInput(wiring, after, call);
    if (input !== undefined) inputs.push({ at: call.at, input, log: NO_LOG });
  }
  return { inputs: inputs.toSorted((left, right) => left.at - right.at), present: after };
}

function busInput({ busLinks }: Wiring, { link, checkedIn }: PriorityCall): SignalInput | undefined {
  const priority = busLinks.get(link);
  return priority === undefined || priority < 0 ? undefined : { kind: "bus", priority, checkedIn };
}

/** A preemption is called while any emergency vehicle is on its approaches. */
function emergencyInput(
  { emergencyLinks }: Wiring,
  present: Map<number, ReadonlySet<string>>,
  { link, vehicle, checkedIn }: PriorityCall,
): SignalInput | undefined {
  const preempt = emergencyLinks.get(link);
  if (preempt === undefined || preempt < 0) return undefined;
  const vehicles = new Set(present.get(preempt));
  if (checkedIn) vehicles.add(vehicle);
  else vehicles.delete(vehicle);
  present.set(preempt, vehicles);
  return { kind: "preempt", preempt, on: vehicles.size > 0 };
}
