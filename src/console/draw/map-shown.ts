import type { FrameMessage } from "../../protocol/live.ts";
import type { Abnormality } from "../data/abnormal.ts";
import type { Layer } from "../data/layers.ts";
import type { LinkState } from "../data/link-state.ts";
import type { Scene } from "./scene.ts";
import type { MapView, Size, WorldPoint } from "./transform.ts";

/** From the ground up. Each is a canvas of its own, so that it is painted only when something of it changed. */
export type MapLayer = "street" | "links" | "vehicles" | "signs";

/** What does not change while the network does not. */
export type Street = { readonly scene: Scene; readonly plantStepMs: number };

/** As much of the latest frame as signs tell. */
export type SignsFrame = Pick<FrameMessage, "at" | "intersections">;

/** What one map shows at an instant, beside the street and its latest frame, which all of them share. */
export type MapShown = {
  readonly view: MapView;
  /** CSS pixels. */
  readonly size: Size;
  /** Pixels of the screen in a CSS pixel. */
  readonly pixelRatio: number;
  readonly layers: ReadonlySet<Layer>;
  readonly links: ReadonlyMap<string, LinkState>;
  readonly selected: string | null;
  /** The canvas's title already names the selected intersection. */
  readonly titled: boolean;
  /** What is not as usual, by intersection. */
  readonly abnormal: ReadonlyMap<string, readonly Abnormality[]>;
  readonly abnormalOnly: boolean;
  /** Detectors that are not good, by intersection; empty where they are not to be shown. */
  readonly detectors: ReadonlyMap<string, number>;
  readonly group: ReadonlySet<string>;
  /** The line that is being drawn around intersections, closed; empty for none. */
  readonly lasso: readonly WorldPoint[];
};

/** Farther out a vehicle, at the least size that can be seen, would hide the street that it is on. */
const VEHICLES_FROM_PIXELS_PER_METER = 0.1;

/** Whether a map has vehicles. */
export function showsVehicles({ layers, view }: Pick<MapShown, "layers" | "view">): boolean {
  return layers.has("vehicles") && view.pixelsPerMeter >= VEHICLES_FROM_PIXELS_PER_METER;
}
