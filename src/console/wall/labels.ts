import { type Box, type LabelWish, type PlacedLabel, placeLabels } from "../draw/labels.ts";
import type { Size } from "../draw/transform.ts";

/** Distances from its glyph that a label is tried at, in heights of a label beyond the nearest one. */
const LEVELS = [0, 1.6, 3.2, 4.8, 6.4] as const;

/**
 * Labels around glyphs of a radius: each as near as there is room, farther out where there is none, so that a street with many intersections
 * has all their names. A label that finds no room at any level is left out.
 */
export function labelsAtLevels(
  wishes: readonly LabelWish[],
  radius: number,
  canvas: Size,
): readonly PlacedLabel[] {
  const glyphs = wishes.map(
    ({ x, y }): Box => ({
      x: x - radius,
      y: y - radius,
      width: 2 * radius,
      height: 2 * radius,
    }),
  );
  let placed: readonly PlacedLabel[] = [];
  for (const level of LEVELS) {
    const left = wishes.filter(({ id }) => !placed.some((label) => label.id === id));
    const farther = left.map((wish) => ({ ...wish, gap: wish.gap + level * wish.height }));
    placed = [...placed, ...placeLabels(farther, [...glyphs, ...placed], canvas)];
  }
  return placed;
}
