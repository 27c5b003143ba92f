import { PhasewiseError } from "../../errors.ts";
import { MINUTE_MS } from "../../units.ts";
import { declarationOf, isParameterPath, PARAMETER_PATHS, type ParameterPath } from "./declarations.ts";
import { nearestNames } from "./nearest-names.ts";

/** One parameter that is set. */
export type Setting = { readonly path: ParameterPath; readonly value: number };

type Group = ParameterPath extends `${infer Name}.${string}` ? Name : never;

/** Every tunable's value, by group and name: `optimize.horizonSeconds` is at `optimize`, `horizonSeconds`. */
export type EngineParameters = {
  readonly [Name in Group]: {
    readonly [Path in ParameterPath as Path extends `${Name}.${infer Rest}` ? Rest : never]: number;
  };
};

/** All parameters: those that are set, and the defaults of the others. */
export function parametersOf(settings: readonly Setting[]): EngineParameters {
  const groups: Record<string, Record<string, number>> = {};
  for (const path of PARAMETER_PATHS) {
    const [group = "", name = ""] = path.split(".");
    groups[group] = { ...groups[group], [name]: parameterIn(settings, path) };
  }
  // The type is made of the same paths as the loop.
  return groups as EngineParameters;
}

/** A parameter as it is set, or its default. */
export function parameterIn(settings: readonly Setting[], path: ParameterPath): number {
  return settings.find((setting) => setting.path === path)?.value ?? declarationOf(path).default;
}

/** Settings with others over them, which win where both set a path; none that is at its default. */
export function settingsWith(settings: readonly Setting[], others: readonly Setting[]): readonly Setting[] {
  return PARAMETER_PATHS.flatMap((path): readonly Setting[] => {
    const value = others.find((one) => one.path === path)?.value ?? parameterIn(settings, path);
    return value === declarationOf(path).default ? [] : [{ path, value }];
  });
}

/** The parameters that differ, in the order in which they are declared. */
export function differingPaths(
  before: readonly Setting[],
  next: readonly Setting[],
): readonly ParameterPath[] {
  return PARAMETER_PATHS.filter((path) => parameterIn(before, path) !== parameterIn(next, path));
}

/** The strategic interval where it is set. */
export function intervalMsOf(settings: readonly Setting[]): number | undefined {
  const minutes = settings.find(({ path }) => path === "strategic.intervalMinutes")?.value;
  return minutes === undefined ? undefined : minutes * MINUTE_MS;
}

/**
 * `path=value`, or `path=a,b,c` where several values are to be compared: a setting each. Throws OPTION_INVALID naming what was found
 * and what is allowed; for a path that is not known, those that are nearest to it.
 */
export function readSettings(text: string): readonly Setting[] {
  const [path = "", values, ...rest] = text.split("=");
  if (values === undefined || rest.length > 0) {
    return refuse(text, "allowed is path=value, such as optimize.horizonSeconds=40");
  }
  const read = values.split(",").map((value) => settingOf(text, path, numberIn(value)));
  const twice = read.find(({ value }, place) => read.findIndex((other) => other.value === value) !== place);
  if (twice !== undefined) return refuse(text, `${twice.value} is given twice; allowed is each value once`);
  return read;
}

/** `path=value`. Throws OPTION_INVALID as `readSettings`. */
export function readSetting(text: string): Setting {
  const [first, ...others] = readSettings(text);
  if (first === undefined || others.length > 0) return refuse(text, "allowed is one value");
  return first;
}

/** Settings that hold together, one a path. Throws OPTION_INVALID as `readSettings`, and for a path that is set twice. */
export function readSettingsTogether(texts: readonly string[]): readonly Setting[] {
  const settings = texts.map(readSetting);
  const twice = settings.find(({ path }, place) => settings.findIndex((one) => one.path === path) !== place);
  if (twice !== undefined) return refuse(twice.path, "it is set twice; allowed is each path once");
  return settings;
}

/** A number as people write it; nothing else that JavaScript takes for one. */
function numberIn(text: string): number | string {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Checks a path and a value that was found with it. `text` is what the user wrote. Throws OPTION_INVALID. */
function settingOf(text: string, path: string, value: number | string): Setting {
  if (!isParameterPath(path)) return refuse(text, unknownPath(path));
  const { kind, min, max, unit } = declarationOf(path);
  const isRight = typeof value === "number" && (kind === "number" || Number.isInteger(value));
  if (!isRight || value < min || value > max) {
    const wanted = kind === "whole" ? "a whole number" : "a number";
    return refuse(
      text,
      `found ${JSON.stringify(value)}; allowed is ${wanted} from ${min} to ${max} (${unit})`,
    );
  }
  return { path, value };
}

/** What somebody is told of a path that is none. */
export function unknownPath(path: string): string {
  const near = nearestNames(path, PARAMETER_PATHS).join(", ");
  return `${path} is no parameter; near it are ${near} (phasewise tune --list has all)`;
}

function refuse(text: string, what: string): never {
  throw new PhasewiseError("OPTION_INVALID", `${text}: ${what}`);
}

/** As `path=value`. */
export function settingText({ path, value }: Setting): string {
  return `${path}=${value}`;
}
