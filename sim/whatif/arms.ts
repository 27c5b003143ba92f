import type { ScenarioEvent } from "../scenario/events.ts";
import type { ControlName } from "./controls.ts";

/** One way of running the scenario, all seeds of it: a control, and what happens to it. */
export type Arm = {
  /** As the report calls it. */
  readonly name: string;
  readonly control: ControlName;
  readonly events: readonly ScenarioEvent[];
  /** The arm that this one is compared with; `undefined` for the first. */
  readonly base: string | undefined;
};

/** An event as the user wrote it, and as it was read. */
export type NamedEvent = { readonly text: string; readonly event: ScenarioEvent };

/** The control that events happen to. */
export const EVENT_CONTROL = "adaptive" satisfies ControlName;

/**
 * The controls, the first of which the others are compared with, and after them one arm more for each event: the adaptive control with
 * that event alone, compared with the same without it.
 */
export function armsOf(controls: readonly ControlName[], events: readonly NamedEvent[]): readonly Arm[] {
  const [first] = controls;
  return [
    ...controls.map((control, place): Arm => {
      return { name: control, control, events: [], base: place === 0 ? undefined : first };
    }),
    ...events.map(({ text, event }): Arm => {
      const name = `${EVENT_CONTROL} ${text}`;
      return { name, control: EVENT_CONTROL, events: [event], base: EVENT_CONTROL };
    }),
  ];
}
