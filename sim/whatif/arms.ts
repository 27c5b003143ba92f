import { type Setting, settingText } from "../../src/engine/parameters/settings.ts";
import { isStreetEvent, type ScenarioEvent } from "../scenario/events.ts";
import type { ControlName } from "./controls.ts";
import { type OffsetShift, offsetText } from "./offsets.ts";

/** One way of running the scenario, all seeds of it: a control, and what happens to it. */
export type Arm = {
  /** As the report calls it. */
  readonly name: string;
  readonly control: ControlName;
  readonly events: readonly ScenarioEvent[];
  /** Engine parameters that are not at their defaults. */
  readonly settings: readonly Setting[];
  /** Plans that are later than they are configured, or run now. */
  readonly offsets: readonly OffsetShift[];
  /** The arm that this one is compared with; `undefined` for the first. */
  readonly base: string | undefined;
};

/** An event as the user wrote it, and as it was read. */
export type NamedEvent = { readonly text: string; readonly event: ScenarioEvent };

/** A control that a scenario file names anew, with what is different about it. */
export type Variant = {
  readonly name: string;
  readonly control: ControlName;
  readonly events: readonly ScenarioEvent[];
  readonly settings: readonly Setting[];
  readonly offsets: readonly OffsetShift[];
};

/** What is so in every arm, and the variants of a scenario file. */
export type ArmsScenario = {
  readonly events: readonly ScenarioEvent[];
  /** Of the adaptive control: the others have none. */
  readonly settings: readonly Setting[];
  readonly variants: readonly Variant[];
};

const PLAIN: ArmsScenario = { events: [], settings: [], variants: [] };

/** The controls that faults of detectors and links and modes happen to, those of them that are asked for: the second shows what substitution is worth. */
export const EVENT_CONTROLS = ["adaptive", "without-substitution"] as const satisfies readonly ControlName[];

/** The control that parameters are set for. */
export const SETTING_CONTROL = "adaptive" satisfies ControlName;

/**
 * The controls whose offsets are tried: they run plans that somebody made. All others run free, decide each second, or choose offsets
 * themselves (`webster` once, `adaptive` at its strategic level again and again), so that nothing could be later than.
 */
export const OFFSET_CONTROLS = ["fixed", "running"] as const satisfies readonly ControlName[];

/**
 * The controls, the first of which the others are compared with; the scenario's variants, each compared with its control as it is, where
 * that runs too, and else with the first; one arm more for each event that happens to the engine: the adaptive control with that event
 * alone, compared with the same without it, and so for each of the controls that such events happen to; one more of every control for an
 * event of the street, all compared with the first one under it; one for each setting, the adaptive control with it alone, compared with
 * the adaptive control as it is; and one with all offsets together for each of the controls that have any, compared with that as it is.
 */
export function armsOf(
  controls: readonly ControlName[],
  events: readonly NamedEvent[],
  settings: readonly Setting[] = [],
  scenario: ArmsScenario = PLAIN,
  offsets: readonly OffsetShift[] = [],
): readonly Arm[] {
  const [first] = controls;
  const armOf = ({ name, control, base, ...own }: Variant & { readonly base: string | undefined }): Arm => ({
    name,
    control,
    events: [...scenario.events, ...own.events],
    settings: control === SETTING_CONTROL ? together(scenario.settings, own.settings) : [],
    offsets: own.offsets,
    base,
  });
  return [
    ...controls.map((control, place) => {
      return armOf({
        name: control,
        control,
        events: [],
        settings: [],
        offsets: [],
        base: place === 0 ? undefined : first,
      });
    }),
    ...scenario.variants.map((variant) =>
      armOf({ ...variant, base: controls.includes(variant.control) ? variant.control : first }),
    ),
    ...events.flatMap(({ text, event }) =>
      controls
        .filter((control) => happensTo(event, control))
        .map((control) => {
          const isOther = isStreetEvent(event) && control !== first;
          const base = isOther ? `${first} ${text}` : control;
          const name = `${control} ${text}`;
          return armOf({ name, control, events: [event], settings: [], offsets: [], base });
        }),
    ),
    ...settings.map((setting) =>
      armOf({
        name: `${SETTING_CONTROL} ${settingText(setting)}`,
        control: SETTING_CONTROL,
        events: [],
        settings: [setting],
        offsets: [],
        base: SETTING_CONTROL,
      }),
    ),
    ...controls
      .filter((control) => offsets.length > 0 && hasOffsets(control))
      .map((control) => {
        const name = `${control} offset ${offsets.map(offsetText).join(" ")}`;
        return armOf({ name, control, events: [], settings: [], offsets, base: control });
      }),
  ];
}

/** Whether an event makes an arm of a control: controllers without an engine lose nothing with detectors and links. */
export function happensTo(event: ScenarioEvent, control: ControlName): boolean {
  return isStreetEvent(event) || EVENT_CONTROLS.some((one) => one === control);
}

/** Whether offsets make an arm of a control. */
export function hasOffsets(control: string): boolean {
  return OFFSET_CONTROLS.some((one) => one === control);
}

/** The second ones win where both set a path. */
function together(all: readonly Setting[], own: readonly Setting[]): readonly Setting[] {
  return [...all.filter(({ path }) => !own.some((one) => one.path === path)), ...own];
}
