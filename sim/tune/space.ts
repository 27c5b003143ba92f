import { defined } from "../../src/assert.ts";
import {
  declarationOf,
  isParameterPath,
  type ParameterPath,
} from "../../src/engine/parameters/declarations.ts";
import { readSetting, type Setting, unknownPath } from "../../src/engine/parameters/settings.ts";
import { PhasewiseError } from "../../src/errors.ts";

/** One parameter, and between which values it is looked at, both included. */
export type Dimension = { readonly path: ParameterPath; readonly from: number; readonly to: number };

/** Digits of a range that a value is rounded to: nobody sets a parameter more finely. */
const RANGE_DIGITS = 3;

/**
 * `path`, over its whole range, or `path=from..to`. Throws OPTION_INVALID naming what was found and what is allowed.
 */
export function readDimension(text: string): Dimension {
  const [path = "", range, ...rest] = text.split("=");
  const [from = "", to, ...others] = range?.split("..") ?? [];
  if (rest.length > 0 || others.length > 0 || (range !== undefined && to === undefined)) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--param ${text}: allowed is path or path=from..to, such as optimize.horizonSeconds=30..70`,
    );
  }
  if (!isParameterPath(path))
    throw new PhasewiseError("OPTION_INVALID", `--param ${text}: ${unknownPath(path)}`);
  if (to === undefined) {
    const { min, max } = declarationOf(path);
    return { path, from: min, to: max };
  }
  const [low, high] = [readSetting(`${path}=${from}`).value, readSetting(`${path}=${to}`).value];
  if (low >= high) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--param ${text}: ${low} is not below ${high}; allowed is a range`,
    );
  }
  return { path, from: low, to: high };
}

/** The value so far from one end of its range to the other (`part` 0 to 1), as somebody would set it. */
export function valueAt({ path, from, to }: Dimension, part: number): number {
  const exact = from + part * (to - from);
  const { kind } = declarationOf(path);
  const decimals = Math.max(0, RANGE_DIGITS - 1 - Math.floor(Math.log10(to - from)));
  const rounded = kind === "whole" ? Math.round(exact) : Number(exact.toFixed(decimals));
  return Math.min(to, Math.max(from, rounded));
}

/** A point of the unit cube as settings; what is at its default is left out. */
export function settingsAt(dimensions: readonly Dimension[], point: readonly number[]): readonly Setting[] {
  return dimensions
    .map((dimension, axis): Setting => {
      return { path: dimension.path, value: valueAt(dimension, defined(point[axis], "coordinate")) };
    })
    .filter(({ path, value }) => value !== declarationOf(path).default);
}
