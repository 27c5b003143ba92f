import type { Observable } from "rxjs";
import type { Input } from "../engine/input.ts";

type WithoutInstant<Asked> = Asked extends unknown ? Omit<Asked, "at"> : never;

/** What an operator asks of the engine, checked against its schema; it is given to the engine with the next instant. */
export type OperatorRequest = WithoutInstant<
  Extract<Input, { readonly kind: "command" | "mode" | "review" }>
>;

/** The operators' side of the engine. */
export interface Operators {
  readonly requests: Observable<OperatorRequest>;
}
