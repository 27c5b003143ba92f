import type { Command } from "../model/command.ts";
import type { Mode } from "../model/mode.ts";
import type { InstantMs } from "../units.ts";
import type { Setting } from "./parameters/settings.ts";
import type { AckFrame, AlarmFrame, DetectionsFrame, StateFrame } from "../protocol/frames.ts";
import type { ZoneFrame } from "../protocol/zone-frame.ts";

/** A frame's content, without what the link itself needs. */
type Content<Frame> = Frame extends unknown ? Omit<Frame, "type" | "seq" | "at"> : never;

/** Who answers for it, and why he does it: for the log. */
type Responsible = { readonly by: string; readonly reason: string };

/** Everything that the engine ever learns. Instants never go back from one input to the next. */
export type Input =
  | {
      readonly kind: "linkUp";
      readonly at: InstantMs;
      readonly intersection: string;
      readonly plan: string | null;
    }
  | {
      readonly kind: "linkDown";
      readonly at: InstantMs;
      readonly intersection: string;
      readonly reason: string;
    }
  | ({ readonly kind: "state"; readonly at: InstantMs; readonly intersection: string } & Content<StateFrame>)
  | ({
      readonly kind: "detections";
      readonly at: InstantMs;
      readonly intersection: string;
    } & Content<DetectionsFrame>)
  | ({ readonly kind: "zone"; readonly at: InstantMs; readonly intersection: string } & Content<ZoneFrame>)
  | ({ readonly kind: "ack"; readonly at: InstantMs; readonly intersection: string } & Content<AckFrame>)
  | ({ readonly kind: "alarm"; readonly at: InstantMs; readonly intersection: string } & Content<AlarmFrame>)
  /** What an operator asks of an intersection. */
  | ({ readonly kind: "command"; readonly at: InstantMs } & Command)
  /** How far an operator lets the engine go with an intersection from now on. */
  | ({
      readonly kind: "mode";
      readonly at: InstantMs;
      readonly intersection: string;
      readonly mode: Mode;
      /** When the mode that stood before comes back by itself; absent where it is changed for good. */
      readonly until?: InstantMs;
    } & Responsible)
  /** Takes or gives up control of an intersection: while somebody has it, what others ask there is refused. */
  | ({
      readonly kind: "control";
      readonly at: InstantMs;
      readonly intersection: string;
      /** Names what is taken, and given up, together. */
      readonly area: string;
      /** When it ends by itself; `null` gives it up. */
      readonly until: InstantMs | null;
      /** Also from somebody who has it: told as an alarm. */
      readonly takeOver: boolean;
    } & Responsible)
  /** An operator's answer to a timing plan that waits for one. */
  | ({
      readonly kind: "review";
      readonly at: InstantMs;
      readonly intersection: string;
      readonly plan: string;
      readonly approved: boolean;
    } & Responsible)
  /** Parameters from now on: all that are not at their defaults, by a change that was approved, or back from one. */
  | ({
      readonly kind: "settings";
      readonly at: InstantMs;
      readonly change: string;
      readonly settings: readonly Setting[];
    } & Responsible)
  /** Every input of the instants up to `at` has been given. */
  | { readonly kind: "tick"; readonly at: InstantMs };

export type InputOf<Kind extends Input["kind"]> = Extract<Input, { readonly kind: Kind }>;

/** What operators ask. */
export type OperatorInput = InputOf<"command" | "mode" | "review" | "control">;
