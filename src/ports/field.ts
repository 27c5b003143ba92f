import type { Observable } from "rxjs";
import type { AckFrame, AlarmFrame, DetectionsFrame, ReadyFrame, StateFrame } from "../protocol/frames.ts";
import type { MeasuresFrame, TrafficFrame } from "../protocol/plant-frames.ts";
import type { ZoneFrame } from "../protocol/zone-frame.ts";
import type { SafeCommand, SafePlan, SafeSchedule } from "../safety/gate.ts";
import type { InstantMs } from "../units.ts";

/** The clock of a simulated run, as its plant told it. */
export type PlantClock = {
  readonly at: InstantMs;
  readonly stepMs: number;
  readonly midnightAt: InstantMs;
  readonly speedFactor: number;
};

/** What comes in from the street, checked against the schemas and tied to the intersection that sent it. */
export type FieldEvent =
  | { readonly kind: "plantUp"; readonly clock: PlantClock }
  | { readonly kind: "plantDown" }
  | {
      readonly kind: "linkUp";
      readonly at: InstantMs;
      readonly intersection: string;
      readonly plan: string | null;
    }
  | { readonly kind: "linkDown"; readonly intersection: string; readonly reason: string }
  | {
      readonly kind: "frame";
      readonly intersection: string;
      readonly frame: StateFrame | DetectionsFrame | ZoneFrame | AckFrame | AlarmFrame;
    }
  /** A controller's frame that was not let through; `seq` is its place on the link, so that nobody waits for it. */
  | { readonly kind: "refused"; readonly intersection: string; readonly seq: number }
  /** Events of a controller's log went to the event log; they are no input of the engine, only their place on the link counts. */
  | { readonly kind: "logged"; readonly intersection: string; readonly seq: number }
  | { readonly kind: "ready"; readonly frame: ReadyFrame }
  | { readonly kind: "traffic"; readonly frame: TrafficFrame }
  | { readonly kind: "measures"; readonly frame: MeasuresFrame };

/** The street as the pipeline acts on it. Nothing that has not passed the gate can be sent. */
export interface Field {
  readonly events: Observable<FieldEvent>;
  /** Sends the plan to its controller; false where it is not linked. */
  push(at: InstantMs, plan: SafePlan): boolean;
  /** Sends the command to its controller; false where it is not linked. */
  order(at: InstantMs, command: SafeCommand): boolean;
  /** Sends the stage schedule to its controller; false where it is not linked. */
  schedule(at: InstantMs, schedule: SafeSchedule): boolean;
  /** To every linked controller, with how much of its log is stored. */
  heartbeat(at: InstantMs): void;
  /** Everything of the instants up to `at` is answered: the plant may move on. */
  go(at: InstantMs, options: { readonly wantTraffic: boolean }): void;
  /** Ends a link whose sender floods it. */
  disconnect(intersection: string, reason: string): void;
}
