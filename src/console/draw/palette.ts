import type { AlarmPriority } from "../../model/alarm.ts";
import type { Lamp } from "../data/site.ts";

/** The colours of `theme.css` that canvases need, read once: a canvas knows no custom properties. */
export type Palette = {
  readonly ground: string;
  readonly road: string;
  readonly roadEdge: string;
  readonly laneMark: string;
  readonly crosswalk: string;
  readonly vehicle: string;
  readonly text: string;
  readonly textDim: string;
  readonly textStrong: string;
  readonly panel: string;
  readonly line: string;
  readonly accent: string;
  readonly warning: string;
  readonly notice: string;
  readonly badge: Readonly<Record<AlarmPriority, { readonly ground: string; readonly ink: string }>>;
  readonly queue: string;
  readonly measured: string;
  readonly forecast: string;
  readonly forecastBand: string;
  readonly lamp: Readonly<Record<Lamp, string>>;
  readonly lampInk: string;
  readonly walk: string;
  readonly font: string;
};

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: read("--map-ground"),
    road: read("--map-road"),
    roadEdge: read("--map-road-edge"),
    laneMark: read("--map-lane-mark"),
    crosswalk: read("--map-crosswalk"),
    vehicle: read("--map-vehicle"),
    text: read("--text"),
    textDim: read("--text-dim"),
    textStrong: read("--text-strong"),
    panel: read("--panel"),
    line: read("--line-strong"),
    accent: read("--accent"),
    warning: read("--p2"),
    notice: read("--p3"),
    badge: {
      P1: { ground: read("--p1-ground"), ink: read("--p1-ink") },
      P2: { ground: read("--p2-ground"), ink: read("--p2-ink") },
      P3: { ground: read("--p3-ground"), ink: read("--p3-ink") },
    },
    queue: read("--map-queue"),
    measured: read("--measured"),
    forecast: read("--forecast"),
    forecastBand: read("--forecast-band"),
    lamp: {
      green: read("--lamp-green"),
      permissive: read("--lamp-green"),
      yellow: read("--lamp-yellow"),
      red: read("--lamp-red"),
      flashingRed: read("--lamp-red"),
      flashingYellow: read("--lamp-yellow"),
      unknown: read("--lamp-unknown"),
    },
    lampInk: read("--lamp-ink"),
    walk: read("--lamp-walk"),
    font: read("--font"),
  };
}
