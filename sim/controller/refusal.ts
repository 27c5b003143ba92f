import { unreachable } from "../../src/assert.ts";
import type { Operation } from "../../src/model/operation.ts";
import type { RefusalCode } from "../../src/protocol/frames.ts";

/** The controller's own opinion of a plan or a command: `undefined` when it will run it. */
export type Refusal = { readonly code: RefusalCode; readonly detail: string };

/** Seconds of configuration have one decimal, which a product would not keep. */
export function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** The first field beyond those that are allowed: nothing else can be written, clearances and minima least of all. */
export function foreignField(value: object, allowed: readonly string[]): Refusal | undefined {
  const field = Object.keys(value).find((name) => !allowed.includes(name));
  return field === undefined
    ? undefined
    : { code: "MALFORMED", detail: `nobody may set ${field.slice(0, 40)}` };
}

/** Only in normal operation does a controller take orders; a preemption has its own code. */
export function operationRefusal(operation: Operation): Refusal | undefined {
  switch (operation) {
    case "normal":
      return undefined;
    case "preempt":
      return { code: "PREEMPT", detail: "a preemption has authority" };
    case "startUp":
    case "flash":
    case "tripped":
      return { code: "NOT_ARMED", detail: `this controller is in ${operation}` };
    default:
      return unreachable(operation);
  }
}
