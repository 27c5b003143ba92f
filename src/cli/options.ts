import {
  INTERVAL_DEFAULT_MS,
  INTERVAL_MAX_MS,
  INTERVAL_MIN_MS,
  PLAN_VALID_DEFAULT_MS,
  PLAN_VALID_MAX_MS,
  PLAN_VALID_MIN_MS,
} from "../engine/configuration.ts";
import { intervalMsOf, readSettingsTogether, type Setting } from "../engine/parameters/settings.ts";
import { type Mode, MODES } from "../model/mode.ts";
import { type Role, ROLES } from "../model/role.ts";
import type { Observe } from "../../sim/field/run-field.ts";
import { OBSERVATIONS, type Profile, PROFILES } from "../../sim/whatif/observe.ts";
import { PhasewiseError } from "../errors.ts";
import { MINUTE_MS } from "../units.ts";

/** Options as the command line gives them: not yet checked. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** A number within bounds; `undefined` where the option is absent. Throws `OPTION_INVALID` naming what is allowed. */
export function numberOption(
  options: RawOptions,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly integer: boolean },
): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const number = typeof value === "number" ? value : Number.NaN;
  if (number >= bounds.min && number <= bounds.max && (!bounds.integer || Number.isInteger(number)))
    return number;
  const kind = bounds.integer ? "a whole number" : "a number";
  return invalid(name, value, `${kind} from ${bounds.min} to ${bounds.max}`);
}

/** One of the choices; the first one where the option is absent. */
export function choiceOption<Choice extends string>(
  options: RawOptions,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = options[name];
  if (value === undefined) return choices[0];
  return choices.find((choice) => choice === value) ?? invalid(name, value, choices.join(", "));
}

export function textOption(options: RawOptions, name: string): string | undefined {
  const value = options[name];
  if (value === undefined || typeof value === "string") return value;
  // The command line reads 12 as a number; a name may look like one.
  if (typeof value === "number") return String(value);
  return invalid(name, value, "one value");
}

const SECONDS_OF = { s: 1, m: 60, h: 3_600 } as const;
/** A year: beyond it somebody has mistyped. */
const SECONDS_MAX = 31_536_000;

/** A duration in seconds, written as 900, 900s, 15m or 0.25h; `undefined` where the option is absent. Throws `OPTION_INVALID`. */
export function secondsOption(options: RawOptions, name: string): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const found = /^(\d{1,8}(?:\.\d{1,3})?)([smh]?)$/.exec(text);
  const unit = found?.[2];
  const seconds = Number(found?.[1]) * (unit === "m" || unit === "h" ? SECONDS_OF[unit] : SECONDS_OF.s);
  if (seconds <= SECONDS_MAX) return seconds;
  return invalid(name, text, `seconds, or minutes and hours as 15m and 0.25h, from 0 to ${SECONDS_MAX} s`);
}

/** An option that may be given more than once. */
export function textsOption(options: RawOptions, name: string): readonly string[] {
  const value = options[name];
  if (value === undefined) return [];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => (typeof one === "string" ? one : invalid(name, one, "one text each time")));
}

export function flagOption(options: RawOptions, name: string): boolean {
  const value = options[name];
  if (value === undefined || typeof value === "boolean") return value === true;
  return invalid(name, value, "no value");
}

/** Several of the choices, with commas between them and each once; `usual` where the option is absent. */
export function listOption<Choice extends string>(
  options: RawOptions,
  name: string,
  choices: readonly Choice[],
  usual: readonly Choice[],
): readonly Choice[] {
  const text = textOption(options, name);
  if (text === undefined) return usual;
  const chosen = text.split(",").map((part) => choices.find((choice) => choice === part));
  const known = chosen.filter((choice) => choice !== undefined);
  if (known.length === chosen.length && new Set(known).size === known.length) return known;
  return invalid(name, text, `${choices.join(", ")}, with commas between them and each once`);
}

/** Whole numbers with commas between them, in rising order; `usual` where the option is absent. Throws `OPTION_INVALID` naming what is allowed. */
export function wholeNumbersOption(
  options: RawOptions,
  name: string,
  bounds: { readonly min: number; readonly max: number },
  usual: readonly number[],
): readonly number[] {
  const text = textOption(options, name);
  if (text === undefined) return usual;
  const numbers = text.split(",").map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : Number.NaN));
  const within = numbers.every((number) => number >= bounds.min && number <= bounds.max);
  if (within && new Set(numbers).size === numbers.length) {
    return numbers.toSorted((left, right) => left - right);
  }
  return invalid(
    name,
    text,
    `whole numbers from ${bounds.min} to ${bounds.max}, with commas between them and each once`,
  );
}

/** Largest seed that every plant takes. */
export const SEED_MAX = 2 ** 31 - 1;
/** Beyond these somebody has mistyped. */
const SEEDS_MAX = 1_000;

/** Seeds as `1-5`, `1,2,7` or both, each once, in rising order. Throws `OPTION_INVALID` naming what is allowed. */
export function seedsOption(options: RawOptions, name: string, usual: string): readonly number[] {
  const text = textOption(options, name) ?? usual;
  const seeds = text.split(",").flatMap((part) => seedRange(part) ?? [Number.NaN]);
  const allowed = `seeds such as 1-5 or 1,2,7: from 0 to ${SEED_MAX}, each once, at most ${SEEDS_MAX}`;
  if (seeds.some(Number.isNaN) || seeds.length > SEEDS_MAX || new Set(seeds).size !== seeds.length) {
    return invalid(name, text, allowed);
  }
  return seeds.toSorted((left, right) => left - right);
}

/** `7` or `1-5`; `undefined` for what is neither, or is more than anybody means. */
function seedRange(text: string): readonly number[] | undefined {
  const [, first = "", last = first] = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === "" || from > to || to > SEED_MAX || to - from >= SEEDS_MAX) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Host names; the option may be given more than once. */
export function hostNamesOption(options: RawOptions, name: string): readonly string[] {
  return textsOption(options, name).map((one) => {
    if (/^[A-Za-z0-9_.-]{1,253}$/.test(one)) return one;
    return invalid(name, one, "a host name without a port");
  });
}

/** Roles; the option may be given more than once. */
export function rolesOption(options: RawOptions, name: string): readonly Role[] {
  return textsOption(options, name).map(
    (one) => ROLES.find((role) => role === one) ?? invalid(name, one, ROLES.join(", ")),
  );
}

function invalid(name: string, value: unknown, allowed: string): never {
  const option = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new PhasewiseError("OPTION_INVALID", `--${option} ${JSON.stringify(value)}: allowed is ${allowed}`);
}

/** Simulated seconds per wall second where nothing is asked for. */
export const SPEED_DEFAULT = 10;

/** How a field is run. */
export type FieldRunOptions = {
  /** Simulated seconds per wall second; 0 is as fast as possible. */
  readonly speedFactor: number;
  readonly seed: number;
  readonly forSeconds: number | undefined;
  /** Local time of day. */
  readonly from: string | undefined;
  readonly observe: Observe;
  /** `undefined`: as the network says. */
  readonly profile: Profile | undefined;
};

export function fieldOptions(options: RawOptions): FieldRunOptions {
  const factor = { min: 0.1, max: 10_000, integer: false };
  return {
    speedFactor: options["speed"] === "max" ? 0 : (numberOption(options, "speed", factor) ?? SPEED_DEFAULT),
    seed: numberOption(options, "seed", { min: 0, max: SEED_MAX, integer: true }) ?? 1,
    forSeconds: numberOption(options, "for", { min: 1, max: 31_536_000, integer: false }),
    from: textOption(options, "from"),
    observe: choiceOption(options, "observe", OBSERVATIONS),
    profile: options["profile"] === undefined ? undefined : choiceOption(options, "profile", PROFILES),
  };
}

/** How an engine decides. */
export type EngineOptions = {
  /** Of every intersection at first. */
  readonly mode: Mode;
  readonly intervalMs: number;
  /** Lease of a timing plan. */
  readonly planValidMs: number;
  /** Parameters that are not at their defaults; absent where all are. */
  readonly settings?: readonly Setting[];
};

export function engineOptions(options: RawOptions): EngineOptions {
  const control = choiceOption(options, "control", ["adaptive", "fixed"]);
  const mode = options["mode"] === undefined ? "adaptive" : choiceOption(options, "mode", MODES);
  const settings = readSettingsTogether(textsOption(options, "set"));
  if (options["interval"] !== undefined && intervalMsOf(settings) !== undefined) {
    invalid("interval", options["interval"], "it, or --set strategic.intervalMinutes, which says the same");
  }
  return {
    mode: control === "fixed" ? "local" : mode,
    intervalMs: minutesOption(options, "interval", INTERVAL_MIN_MS, INTERVAL_MAX_MS) ?? INTERVAL_DEFAULT_MS,
    planValidMs:
      minutesOption(options, "planValid", PLAN_VALID_MIN_MS, PLAN_VALID_MAX_MS) ?? PLAN_VALID_DEFAULT_MS,
    ...(settings.length === 0 ? {} : { settings }),
  };
}

/** A whole number of minutes, in milliseconds. */
function minutesOption(options: RawOptions, name: string, minMs: number, maxMs: number): number | undefined {
  const bounds = { min: minMs / MINUTE_MS, max: maxMs / MINUTE_MS, integer: true };
  const minutes = numberOption(options, name, bounds);
  return minutes === undefined ? undefined : minutes * MINUTE_MS;
}

/** Days of history that are kept where nothing else is asked for. */
export const HISTORY_DAYS_DEFAULT = 30;

/** `--history`: days that are kept; `undefined` for `off`. */
export function historyOption(options: RawOptions): number | undefined {
  const value = options["history"];
  if (value === undefined) return HISTORY_DAYS_DEFAULT;
  if (value === "off") return undefined;
  const days = typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 3_660;
  return days ? value : invalid("history", value, "off, or a whole number of days from 1 to 3660");
}
