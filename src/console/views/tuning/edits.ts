import type { ParameterView } from "../../../protocol/change.ts";

/** What somebody has typed over parameters, by path; not sent yet. */
export type Edits = ReadonlyMap<string, string>;

/** The number that was typed; null where it is none. */
export function typedNumber(text: string): number | null {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return /^-?\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** What is wrong with what was typed, and what is allowed; null where it is right. */
export function editFault({ kind, min, max, unit }: ParameterView, text: string): string | null {
  const value = typedNumber(text);
  const allowed = `allowed: ${kind === "whole" ? "a whole number, " : ""}${min} to ${max}${unitText(unit)}`;
  if (value === null) return `no number; ${allowed}`;
  if (kind === "whole" && !Number.isInteger(value)) return `not whole; ${allowed}`;
  return value < min || value > max ? `out of range; ${allowed}` : null;
}

/** A unit behind a number: of ratios and probabilities there is none to be said. */
export function unitText(unit: string): string {
  return unit === "ratio" || unit === "probability" ? "" : ` ${unit}`;
}

export type DraftDifference = {
  readonly path: string;
  readonly unit: string;
  readonly from: number;
  readonly to: number;
};

/** What a draft of the edits would change of what is in force; what is wrong is left out. */
export function draftDifferences(
  parameters: readonly ParameterView[],
  edits: Edits,
): readonly DraftDifference[] {
  return parameters.flatMap((parameter) => {
    const text = edits.get(parameter.path);
    if (text === undefined || editFault(parameter, text) !== null) return [];
    const to = typedNumber(text) ?? parameter.value;
    const { path, unit, value } = parameter;
    return to === value ? [] : [{ path, unit, from: value, to }];
  });
}

/** Why a draft cannot be saved as it stands; null where it can. */
export function draftRefusal(
  parameters: readonly ParameterView[],
  edits: Edits,
  title: string,
): string | null {
  const wrong = parameters.find((parameter) => {
    const text = edits.get(parameter.path);
    return text !== undefined && editFault(parameter, text) !== null;
  });
  if (wrong !== undefined) return `${wrong.path} is not right yet`;
  if (draftDifferences(parameters, edits).length === 0) return "nothing differs from what is in force";
  return title.trim() === "" ? "say what it is for" : null;
}

/** A step of the slider that lets about a hundred values be reached: 1, 2 or 5 times a power of ten; whole for what is whole. */
export function sliderStep({ kind, min, max }: Pick<ParameterView, "kind" | "min" | "max">): number {
  const wanted = (max - min) / 100;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= wanted * 0.999) ?? wanted;
  return kind === "whole" ? Math.max(1, Math.round(step)) : Number(step.toPrecision(1));
}

/** `horizonSeconds` in words: `Horizon`, without the unit that stands beside the number. */
export function parameterName(path: string): string {
  const own = path.slice(path.indexOf(".") + 1);
  const words = own
    .replace(/(Seconds|Minutes|Ratio|Probability)$/, "")
    .replaceAll(/([A-Z])/g, " $1")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export type ParameterGroup = { readonly name: string; readonly parameters: readonly ParameterView[] };

/** What each group of paths is about. */
const GROUP_NAMES: Readonly<Record<string, string>> = {
  optimize: "Stages, each second",
  strategic: "Timing plans, each interval",
  estimate: "Queues and warnings",
  forecast: "Forecasts",
};

/** Those that a search finds in path, name or effect, by group. */
export function groupsOf(parameters: readonly ParameterView[], search: string): readonly ParameterGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = parameters.filter(({ path, effect }) => {
    const text = `${path} ${parameterName(path)} ${effect}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const groups = new Map<string, ParameterView[]>();
  for (const parameter of found) {
    const group = parameter.path.slice(0, parameter.path.indexOf("."));
    groups.set(group, [...(groups.get(group) ?? []), parameter]);
  }
  return [...groups].map(([group, own]) => ({ name: GROUP_NAMES[group] ?? group, parameters: own }));
}

/**
 * The instant of a local time of day, so many days from today: `minute` since midnight, `now` the run's clock and its own minute of the day. Where
 * the clocks are put forward or back in between, `minuteAt` (the local minute of the day of an instant) corrects it.
 */
export function instantOf(
  { at, minuteOfDay }: { readonly at: number; readonly minuteOfDay: number },
  days: number,
  minute: number,
  minuteAt: (at: number) => number,
): number {
  const midnight = Math.floor(at / 60_000) * 60_000 - minuteOfDay * 60_000;
  const plain = midnight + (days * 1_440 + minute) * 60_000;
  const off = minute - minuteAt(plain);
  // Half a day at most: the other way round is nearer.
  const shortest = off > 720 ? off - 1_440 : off < -720 ? off + 1_440 : off;
  return plain + shortest * 60_000;
}

/** `HH:MM` as minutes since midnight; null where it is none. */
export function minuteOf(time: string): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}

export function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
