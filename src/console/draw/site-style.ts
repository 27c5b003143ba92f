import type { Scene } from "./scene.ts";
import type { MapView } from "./transform.ts";

/** From here on lanes, stop lines and crosswalks are drawn; below, a carriageway is one line. */
export const LANES_FROM_PIXELS_PER_METER = 1.1;
/** Half the size of an intersection's rosette, in pixels at any zoom. */
export const ROSETTE_RADIUS_PIXELS = 19;
/** Rosettes closer to each other than this would hide one another. */
const ROSETTES_APART_PIXELS = 28;

/** How an intersection is drawn: its mode alone, with an arm an approach, or its lamps at their stop lines. */
export type SiteStyle = "dot" | "rosette" | "heads";

export function siteStyle(
  { spacingMeters }: Pick<Scene, "spacingMeters">,
  { pixelsPerMeter }: MapView,
): SiteStyle {
  if (pixelsPerMeter >= LANES_FROM_PIXELS_PER_METER) return "heads";
  return spacingMeters * pixelsPerMeter < ROSETTES_APART_PIXELS ? "dot" : "rosette";
}
