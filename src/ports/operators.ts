import type { Observable } from "rxjs";
import type { InputOf } from "../engine/input.ts";

/**
 * What an operator asks of the engine, checked against its schema; it is given to the engine with the next instant, and what lasts for a
 * time counts from there.
 */
export type OperatorRequest =
  | (Omit<InputOf<"command">, "at" | "effectiveAt" | "validUntil"> & { readonly leaseMs: number })
  /** Without `forMs` for good. */
  | (Omit<InputOf<"mode">, "at" | "until"> & { readonly forMs?: number })
  | Omit<InputOf<"review">, "at">
  /** `null` gives control up. */
  | (Omit<InputOf<"control">, "at" | "until"> & { readonly forMs: number | null });

/** The operators' side of the engine. */
export interface Operators {
  readonly requests: Observable<OperatorRequest>;
}
