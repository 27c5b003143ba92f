import { type MapShown, type SignsFrame, type Street, showsVehicles } from "./map-shown.ts";
import type { Motion } from "./motion.ts";
import type { MapView } from "./transform.ts";
import { NO_TRAFFIC, nextTraffic, progressAt, type Traffic } from "./vehicle-traffic.ts";

/** Paints the layers of one map. */
export type MapLayers = {
  readonly street: (shown: MapShown, street: Street) => void;
  readonly links: (shown: MapShown, street: Street) => void;
  /** The vehicles when so much of their motion is done, 0 to 1; null for none. */
  readonly vehicles: (
    shown: MapShown,
    street: Street,
    traffic: { readonly motion: Motion; readonly progress: number } | null,
  ) => void;
  readonly signs: (shown: MapShown, street: Street, frame: SignsFrame | null) => void;
};

/** What the stage is told; whoever tells it numbers the maps. */
export type StageOrder =
  | { readonly kind: "map"; readonly map: number; readonly painter: MapLayers }
  | { readonly kind: "street"; readonly street: Street }
  /** Signs wait for the `change` that follows it, which tells the rest of what changed with the frame. */
  | {
      readonly kind: "frame";
      readonly frame: SignsFrame;
      /** As `FrameMessage.vehicles`. */
      readonly vehicles: Float64Array;
      /** False for somebody who has asked for less motion. */
      readonly glides: boolean;
    }
  | { readonly kind: "show"; readonly map: number; readonly shown: MapShown }
  /** What of it is another thing than before. */
  | { readonly kind: "change"; readonly map: number; readonly changes: Partial<MapShown> }
  | { readonly kind: "gone"; readonly map: number };

/** A browser's animation frames and its clock, milliseconds. */
type Animation = {
  readonly request: (draw: (nowMs: number) => void) => void;
  readonly nowMs: () => number;
};

type StagedMap = {
  readonly painter: MapLayers;
  shown: MapShown | null;
  /** Told of something since it was painted, and of something that moves its vehicles. */
  changed: boolean;
  vehiclesChanged: boolean;
  vehiclesPaintedAtMs: number;
  /** What the layers that seldom change were painted with. */
  readonly painted: Map<"street" | "links", readonly unknown[]>;
};

/** The fastest that a vehicle crosses the screen at ten times real time, m/s of wall time. */
const VEHICLE_METERS_PER_SECOND = 150;

/** How long a picture lasts before any vehicle is a pixel further: zoomed out, not every animation frame is worth painting. */
function pictureMs({ pixelsPerMeter }: MapView): number {
  return 1000 / (VEHICLE_METERS_PER_SECOND * pixelsPerMeter);
}

/**
 * Decides what of all maps is painted when. It follows orders alone, so that it runs in a worker: thousands of vehicles that move with
 * every animation frame, and hundreds of signs, take nothing from the thread that answers keys and pointers.
 */
export function mapStage(animation: Animation): (order: StageOrder) => void {
  const maps = new Map<number, StagedMap>();
  let street: Street | null = null;
  let frame: SignsFrame | null = null;
  let traffic: Traffic = NO_TRAFFIC;
  let requested = false;

  const draw = (nowMs: number): void => {
    requested = false;
    if (street === null) return;
    for (const map of maps.values()) {
      const { shown } = map;
      if (shown === null) continue;
      if (map.changed) paintStill(map, shown, street, frame);
      map.changed = false;
      if (paintMoving(map, shown, { street, traffic, nowMs })) animate();
    }
  };
  const animate = (): void => {
    if (requested) return;
    requested = true;
    animation.request(draw);
  };
  const show = (map: StagedMap | undefined, change: (shown: MapShown | null) => MapShown | null): void => {
    if (map === undefined) return;
    map.shown = change(map.shown);
    map.changed = true;
    map.vehiclesChanged = true;
  };

  return (order) => {
    switch (order.kind) {
      case "map":
        maps.set(order.map, stagedMap(order.painter));
        break;
      case "street":
        street = order.street;
        for (const map of maps.values()) show(map, (shown) => shown);
        break;
      case "frame":
        frame = order.frame;
        traffic = nextTraffic(traffic, order.vehicles, { nowMs: animation.nowMs(), glides: order.glides });
        for (const map of maps.values())
          map.vehiclesChanged ||= map.shown !== null && showsVehicles(map.shown);
        break;
      case "show":
        show(maps.get(order.map), () => order.shown);
        break;
      case "change":
        show(maps.get(order.map), (shown) => shown && { ...shown, ...order.changes });
        break;
      case "gone":
        maps.delete(order.map);
        break;
    }
    animate();
  };
}

function stagedMap(painter: MapLayers): StagedMap {
  return {
    painter,
    shown: null,
    changed: false,
    vehiclesChanged: false,
    vehiclesPaintedAtMs: Number.NEGATIVE_INFINITY,
    painted: new Map(),
  };
}

function paintStill(map: StagedMap, shown: MapShown, street: Street, frame: SignsFrame | null): void {
  const { view, size, pixelRatio, links, layers } = shown;
  const place = [street, view, size, pixelRatio];
  if (isNew(map, "street", place)) map.painter.street(shown, street);
  if (isNew(map, "links", [...place, links, layers])) map.painter.links(shown, street);
  map.painter.signs(shown, street, frame);
}

/** Whether vehicles are still on their way. */
function paintMoving(
  map: StagedMap,
  shown: MapShown,
  now: { readonly street: Street; readonly traffic: Traffic; readonly nowMs: number },
): boolean {
  const { traffic, nowMs, street } = now;
  const progress = progressAt(traffic, nowMs);
  const visible = showsVehicles(shown);
  const moving = visible && progress < 1 && traffic.motion.count > 0;
  const ended = visible && progress === 1;
  const lasts = nowMs - map.vehiclesPaintedAtMs < pictureMs(shown.view);
  if (!map.vehiclesChanged && !ended && (!moving || lasts)) return moving;
  map.painter.vehicles(shown, street, visible ? { motion: traffic.motion, progress } : null);
  map.vehiclesChanged = false;
  map.vehiclesPaintedAtMs = nowMs;
  return moving;
}

/** Whether a layer was painted with something else than this. */
function isNew({ painted }: StagedMap, layer: "street" | "links", now: readonly unknown[]): boolean {
  const before = painted.get(layer);
  painted.set(layer, now);
  return before === undefined || now.some((part, index) => part !== before[index]);
}
