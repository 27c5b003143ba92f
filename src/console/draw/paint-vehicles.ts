import { FIELDS_MOTION, type Motion, placeAt } from "./motion.ts";
import { spreadMeters } from "./paint-street.ts";
import { type MapView, type Size, toScreen } from "./transform.ts";

const VEHICLE_WIDTH_METERS = 1.9;
const LENGTH_MIN_PIXELS = 3.4;
const WIDTH_MIN_PIXELS = 1.9;
/** Colour of vehicles, and 1 where traffic keeps right. */
export type VehicleStyle = { readonly fill: string; readonly kerbSide: 1 | -1 };

/**
 * Every vehicle as an oriented rectangle; `x, y` of a vehicle is the middle of its front. One rectangle each under its own
 * transform: a single path of 1,500 of them takes a canvas without a GPU ten times as long.
 */
export function paintVehicles(
  context: OffscreenCanvasRenderingContext2D,
  motion: Motion,
  progress: number,
  view: MapView,
  size: Size,
  style: VehicleStyle,
): void {
  const place = new Float64Array(FIELDS_MOTION);
  const scale = view.pixelsPerMeter;
  const spread = spreadMeters(scale) * scale * style.kerbSide;
  const width = Math.max(WIDTH_MIN_PIXELS, VEHICLE_WIDTH_METERS * scale);
  const ratio = context.getTransform().a;
  context.save();
  context.fillStyle = style.fill;
  for (let index = 0; index < motion.count; index += 1) {
    placeAt(motion, index, progress, place, 0);
    const [x = 0, y = 0, heading = 0, length = 0] = place;
    const [frontX, frontY] = toScreen(view, size, x, y);
    if (frontX < -40 || frontY < -40 || frontX > size.width + 40 || frontY > size.height + 40) continue;
    const radians = (heading * Math.PI) / 180;
    // On the screen y points down: north is (0, -1), and to the right of (ax, ay) lies (-ay, ax).
    const [ax, ay] = [ratio * Math.sin(radians), -ratio * Math.cos(radians)];
    context.setTransform(ax, ay, -ay, ax, ratio * frontX, ratio * frontY);
    const back = Math.max(LENGTH_MIN_PIXELS, length * scale);
    context.fillRect(-back, spread - width / 2, back, width);
  }
  context.restore();
}
