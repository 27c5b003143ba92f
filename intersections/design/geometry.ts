import { defined } from "../../src/assert.ts";
import type { Point } from "../../src/model/network.ts";

/** Rounded half up to so many decimals. */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // Adding 0 turns a negative zero into zero, which JSON could not tell apart.
  return Math.round(value * scale) / scale + 0;
}

function distanceMeters(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

export function shapeLengthMeters(line: readonly Point[]): number {
  let sum = 0;
  for (let index = 1; index < line.length; index += 1) {
    sum += distanceMeters(pointAt(line, index - 1), pointAt(line, index));
  }
  return sum;
}

/** The line without its first and last metres; its first and last segments must be longer than that. */
export function trimmed(line: readonly Point[], startMeters: number, endMeters: number): readonly Point[] {
  const last = line.length - 1;
  const start = towards(pointAt(line, 0), pointAt(line, 1), startMeters);
  const end = towards(pointAt(line, last), pointAt(line, last - 1), endMeters);
  return [start, ...line.slice(1, -1), end];
}

/** The line shifted to its right-hand side. */
export function sideLine(line: readonly Point[], offsetMeters: number): readonly Point[] {
  return line.map((point, index) => {
    const before = pointAt(line, Math.max(0, index - 1));
    const behind = pointAt(line, Math.min(line.length - 1, index + 1));
    const length = distanceMeters(before, behind);
    const x = (behind[1] - before[1]) / length;
    const y = -(behind[0] - before[0]) / length;
    return [point[0] + x * offsetMeters, point[1] + y * offsetMeters];
  });
}

/** The point that lies so far from `origin` in a compass direction counted anticlockwise from east. */
export function pointFrom(origin: Point, headingDegrees: number, meters: number): Point {
  const radians = (headingDegrees * Math.PI) / 180;
  return [
    roundTo(origin[0] + Math.cos(radians) * meters, 1),
    roundTo(origin[1] + Math.sin(radians) * meters, 1),
  ];
}

function towards(from: Point, to: Point, meters: number): Point {
  const ratio = meters / distanceMeters(from, to);
  return [from[0] + (to[0] - from[0]) * ratio, from[1] + (to[1] - from[1]) * ratio];
}

function pointAt(line: readonly Point[], index: number): Point {
  return defined(line[index], "a point of the line");
}
