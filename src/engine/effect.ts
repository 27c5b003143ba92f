import type { LogEntry } from "../protocol/live.ts";
import type { SafeCommand, SafePlan, SafeSchedule } from "../safety/gate.ts";
import type { InstantMs } from "../units.ts";
import type { EngineState } from "./state.ts";

/** What the engine wants done. Data: the pipeline carries it out. */
export type Effect =
  | { readonly kind: "push"; readonly at: InstantMs; readonly plan: SafePlan }
  | { readonly kind: "order"; readonly at: InstantMs; readonly command: SafeCommand }
  /** The stages of the next seconds, from the level that decides each second. */
  | { readonly kind: "schedule"; readonly at: InstantMs; readonly schedule: SafeSchedule }
  /** To every linked controller: the engine has decided for this instant. */
  | { readonly kind: "heartbeat"; readonly at: InstantMs }
  /** For operators: a new entry of the log, or a later state of a known one. */
  | { readonly kind: "log"; readonly entry: LogEntry }
  /** For who remembers: a decision with all that it was made on, or what came of it; only where `recordDecisions` asks for it. */
  | {
      readonly kind: "decision";
      readonly at: InstantMs;
      readonly intersection: string;
      readonly level: "strategic" | "tactical";
      readonly id: string;
      /** JSON, as `explain/record.ts` writes it. */
      readonly content: string;
    };

/** What the engine makes of an input. */
export type Step = { readonly state: EngineState; readonly effects: readonly Effect[] };
