import { type Setting, settingText } from "../../src/engine/parameters/settings.ts";
import type { ScenarioEvent } from "../scenario/events.ts";
import type { ControlName } from "./controls.ts";

/** One way of running the scenario, all seeds of it: a control, and what happens to it. */
export type Arm = {
  /** As the report calls it. */
  readonly name: string;
  readonly control: ControlName;
  readonly events: readonly ScenarioEvent[];
  /** Engine parameters that are not at their defaults. */
  readonly settings: readonly Setting[];
  /** The arm that this one is compared with; `undefined` for the first. */
  readonly base: string | undefined;
};

/** An event as the user wrote it, and as it was read. */
export type NamedEvent = { readonly text: string; readonly event: ScenarioEvent };

/** The controls that events happen to, those of them that are asked for: the second shows what substitution is worth. */
export const EVENT_CONTROLS = ["adaptive", "without-substitution"] as const satisfies readonly ControlName[];

/** The control that parameters are set for. */
export const SETTING_CONTROL = "adaptive" satisfies ControlName;

/**
 * The controls, the first of which the others are compared with, and after them one arm more for each event: the adaptive control with
 * that event alone, compared with the same without it; and so for each of the controls that events happen to. Each setting makes one arm
 * more, the adaptive control with it alone, compared with the adaptive control as it is.
 */
export function armsOf(
  controls: readonly ControlName[],
  events: readonly NamedEvent[],
  settings: readonly Setting[] = [],
): readonly Arm[] {
  const [first] = controls;
  return [
    ...controls.map((control, place): Arm => {
      return { name: control, control, events: [], settings: [], base: place === 0 ? undefined : first };
    }),
    ...events.flatMap(({ text, event }) =>
      EVENT_CONTROLS.filter((control) => controls.includes(control)).map(
        (control): Arm => ({
          name: `${control} ${text}`,
          control,
          events: [event],
          settings: [],
          base: control,
        }),
      ),
    ),
    ...settings.map(
      (setting): Arm => ({
        name: `${SETTING_CONTROL} ${settingText(setting)}`,
        control: SETTING_CONTROL,
        events: [],
        settings: [setting],
        base: SETTING_CONTROL,
      }),
    ),
  ];
}
