import type { InstantMs } from "../units.ts";
import type { Envelope } from "./intersection.ts";

/** What an operator, or the adaptive level, may ask of a controller; nothing here ends a green or omits a call. */
export type Order =
  /** The green of these phases may not end while the lease lasts. */
  | { readonly kind: "hold"; readonly phases: readonly string[] }
  /** Ends every hold. */
  | { readonly kind: "release" }
  /** The stage is served next, and held while the lease lasts. */
  | { readonly kind: "forceStage"; readonly stage: string }
  | { readonly kind: "placeCall"; readonly phase: string; readonly pedestrian: boolean }
  /** Another local plan than the schedule's while the lease lasts. */
  | { readonly kind: "pattern"; readonly plan: string }
  /** Free operation while the lease lasts. */
  | { readonly kind: "free" }
  /** Automatic flash while the lease lasts. */
  | { readonly kind: "flash" }
  /** Ends every command. */
  | { readonly kind: "clear" };

/** An order with its lease, and who answers for it. */
export type Command = {
  readonly id: string;
  readonly intersection: string;
  readonly effectiveAt: InstantMs;
  readonly validUntil: InstantMs;
  readonly by: string;
  readonly reason: string;
  readonly order: Order;
};

/** Longest lease of a hold, a forced stage or flash where the envelope names none. */
export const COMMAND_VALID_DEFAULT_SECONDS = 120;

/** Longest lease of an order, seconds: a pattern and free operation are leased like a timing plan; whatever holds, forces or flashes, for less. */
export function commandValidMaxSeconds(envelope: Envelope, kind: Order["kind"]): number {
  return kind === "pattern" || kind === "free"
    ? envelope.planValidMaxSeconds
    : (envelope.commandValidMaxSeconds ?? COMMAND_VALID_DEFAULT_SECONDS);
}

/** The same with the longest wait of whoever is kept from a green that is held. */
export function orderLastsMaxSeconds(envelope: Envelope, kind: Order["kind"]): number {
  const validMax = commandValidMaxSeconds(envelope, kind);
  return kind === "hold" || kind === "forceStage" ? Math.min(validMax, envelope.waitMaxSeconds) : validMax;
}
