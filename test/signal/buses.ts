import type { Priority } from "../../src/model/intersection.ts";
import type { SignalInput } from "../../src/signal/machine.ts";
import type { SignalState } from "../../src/signal/state.ts";
import type { Street } from "./street.ts";

/** Priority on the main street, phases 2 and 6, for plans like `DAY`. */
export const BUS: Priority = {
  id: "bus",
  phases: ["2", "6"],
  extensionMaxSeconds: 10,
  earlyMaxSeconds: 12,
  cooldownSeconds: 100,
  links: [],
};

export function bus(checkedIn: boolean, priority = 0): SignalInput {
  return { kind: "bus", priority, checkedIn };
}

/** What the log tells of priority. */
export function priorityEvents(street: Street) {
  return street.events.filter(([, code]) => code >= 112 && code <= 119);
}

export function splitsOf({ state }: { readonly state: Pick<SignalState, "cycle"> }): readonly number[] {
  return (state.cycle?.splitsMs ?? []).map((splitMs) => splitMs / 1000);
}
