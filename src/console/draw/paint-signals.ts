import {
  isInterruption,
  isRunByEngine,
  type Lamp,
  LAMP_LETTER,
  lampOf,
  needsSomebody,
  type SiteMode,
  WALK_LETTER,
  type WalkLamp,
  walkOf,
} from "../data/site.ts";
import type { IntersectionLive } from "../../protocol/live.ts";
import type { LaneGroup } from "./heads.ts";
import type { Palette } from "./palette.ts";
import type { Site } from "./scene.ts";
import { ROSETTE_RADIUS_PIXELS } from "./site-style.ts";
import { type MapView, type Size, toScreen } from "./transform.ts";

/** From here on letters stand at the stop lines. */
const LETTERS_FROM_PIXELS_PER_METER = 2.4;

const ARM_FROM = 8;
const ARM_TO = {
  green: 19,
  permissive: 19,
  yellow: 16,
  red: 15,
  flashingRed: 17,
  flashingYellow: 17,
  unknown: 14,
} as const;
/** Wide gaps, so that what flashes does not look like yellow, which is hatched, nor like red, which is thin and whole. */
const FLASH_DASHES = [3, 3];

export type Shown = {
  readonly live: IntersectionLive | undefined;
  readonly mode: SiteMode;
  /** Its state is too old: lamps are shown as unknown. */
  readonly old: boolean;
};

/**
 * An intersection in an overview, always of the same size: an arm per approach with the lamps of its through and left
 * phases, around a ring that tells the mode.
 */
export function paintRosette(
  context: OffscreenCanvasRenderingContext2D,
  site: Site,
  [x, y]: readonly [number, number],
  shown: Shown,
  palette: Palette,
): void {
  context.fillStyle = palette.ground;
  context.globalAlpha = 0.82;
  disc(context, x, y, ROSETTE_RADIUS_PIXELS + 1);
  context.globalAlpha = 1;
  for (const approach of site.approaches) {
    const phases = approach.phases.slice(0, 2);
    const radians = (approach.bearingDegrees * Math.PI) / 180;
    const [ax, ay] = [Math.sin(radians), -Math.cos(radians)];
    phases.forEach((phase, index) => {
      const lamp = shown.old ? "unknown" : lampOf(shown.live?.lamps ?? "", phase);
      const side = phases.length === 1 ? 0 : index === 0 ? 3 : -3;
      paintArm(context, [x + ay * side, y - ax * side], [ax, ay], lamp, palette);
    });
  }
  paintModeRing(context, [x, y], shown.mode, palette);
}

function paintArm(
  context: OffscreenCanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  [ax, ay]: readonly [number, number],
  lamp: Lamp,
  palette: Palette,
): void {
  context.strokeStyle = palette.lamp[lamp];
  context.lineCap = "butt";
  context.lineWidth = lamp === "red" || lamp === "unknown" ? 1.6 : lamp === "permissive" ? 3 : 5;
  // Yellow is hatched and green is solid, so that they are told apart without colour.
  if (lamp === "yellow") context.setLineDash([1.6, 1.2]);
  if (isFlashing(lamp)) context.setLineDash(FLASH_DASHES);
  if (lamp === "unknown") context.setLineDash([1, 2]);
  context.beginPath();
  context.moveTo(x + ax * ARM_FROM, y + ay * ARM_FROM);
  context.lineTo(x + ax * ARM_TO[lamp], y + ay * ARM_TO[lamp]);
  context.stroke();
  context.setLineDash([]);
}

function isFlashing(lamp: Lamp): boolean {
  return lamp === "flashingRed" || lamp === "flashingYellow";
}

/**
 * A diamond for the adaptive level, a solid ring for the engine's plan, dashed for what the controller does by itself, with a bar through it while something interrupts the
 * plan, open and crossed out where no controller is linked.
 */
function paintModeRing(
  context: OffscreenCanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  mode: SiteMode,
  palette: Palette,
): void {
  const radius = 4.6;
  context.fillStyle = palette.ground;
  disc(context, x, y, radius + 1.5);
  context.lineWidth = 2;
  context.strokeStyle = needsSomebody(mode) ? palette.warning : palette.text;
  if (mode === "local" || mode === "free") context.setLineDash([2.6, 2.2]);
  if (mode === "unknown") context.setLineDash([1, 2.4]);
  if (mode === "schedule") {
    outlineDiamond(context, x, y, radius + 1.2);
  } else {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.stroke();
  context.setLineDash([]);
  if (isRunByEngine(mode)) {
    context.fillStyle = palette.text;
    disc(context, x, y, 1.7);
  }
  if (isInterruption(mode)) {
    context.beginPath();
    context.moveTo(x - radius, y);
    context.lineTo(x + radius, y);
    context.stroke();
  }
  if (mode === "unlinked") {
    context.beginPath();
    context.moveTo(x - radius - 2, y + radius + 2);
    context.lineTo(x + radius + 2, y - radius - 2);
    context.stroke();
  }
}

/** An intersection among hundreds: its mode alone. */
export function paintModeDot(
  context: OffscreenCanvasRenderingContext2D,
  at: readonly [number, number],
  mode: SiteMode,
  palette: Palette,
): void {
  paintModeRing(context, at, mode, palette);
}

function outlineDiamond(
  context: OffscreenCanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
): void {
  context.beginPath();
  context.moveTo(x, y - radius);
  context.lineTo(x + radius, y);
  context.lineTo(x, y + radius);
  context.lineTo(x - radius, y);
  context.closePath();
}

/** The lamps at the stop lines: a bar across the lanes of each group, and letters where there is room for them. */
export function paintHeads(
  context: OffscreenCanvasRenderingContext2D,
  site: Site,
  shown: Shown,
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  const scale = view.pixelsPerMeter;
  const letters = scale >= LETTERS_FROM_PIXELS_PER_METER;
  for (const { groups } of site.approaches) {
    for (const group of groups) {
      const lamps = group.phases.map((phase) =>
        shown.old ? "unknown" : lampOf(shown.live?.lamps ?? "", phase),
      );
      paintStopBar(context, group, lamps, view, size, palette);
      if (letters) paintLetters(context, group, lamps, view, size, palette);
    }
  }
  if (!letters) return;
  for (const { phase, from, to } of site.crosswalks) {
    const walk = shown.old ? "none" : walkOf(shown.live?.walk ?? "", phase);
    for (const [x, y] of [from, to]) paintWalk(context, toScreen(view, size, x, y), walk, scale, palette);
  }
}

function paintStopBar(
  context: OffscreenCanvasRenderingContext2D,
  group: LaneGroup,
  lamps: readonly Lamp[],
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  const [x0, y0] = toScreen(view, size, ...group.from);
  const [x1, y1] = toScreen(view, size, ...group.to);
  const scale = view.pixelsPerMeter;
  context.lineCap = "butt";
  // A head with several phases has as many parts across its lanes.
  lamps.forEach((lamp, index) => {
    const [from, to] = [(index + 0.06) / lamps.length, (index + 0.94) / lamps.length];
    context.strokeStyle = palette.lamp[lamp];
    context.lineWidth = Math.max(2, scale * (lamp === "green" || lamp === "yellow" ? 1.1 : 0.6));
    if (lamp === "yellow") context.setLineDash([2.4, 1.6]);
    if (lamp === "permissive") context.setLineDash([5, 1.5]);
    if (isFlashing(lamp)) context.setLineDash(FLASH_DASHES);
    if (lamp === "unknown") context.setLineDash([1, 3]);
    context.beginPath();
    context.moveTo(x0 + (x1 - x0) * from, y0 + (y1 - y0) * from);
    context.lineTo(x0 + (x1 - x0) * to, y0 + (y1 - y0) * to);
    context.stroke();
    context.setLineDash([]);
  });
}

/** How far beyond the stop line the letters stand: over the crosswalk, where no vehicle waits. */
const LETTER_BEYOND_METERS = 2.6;

function paintLetters(
  context: OffscreenCanvasRenderingContext2D,
  group: LaneGroup,
  lamps: readonly Lamp[],
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  const radians = (group.headingDegrees * Math.PI) / 180;
  const beyond = LETTER_BEYOND_METERS * view.pixelsPerMeter;
  const [x0, y0] = toScreen(view, size, ...group.from);
  const [x1, y1] = toScreen(view, size, ...group.to);
  const side = Math.min(20, Math.max(11, view.pixelsPerMeter * 2.6));
  lamps.forEach((lamp, index) => {
    const share = (index + 0.5) / lamps.length;
    const x = x0 + (x1 - x0) * share + Math.sin(radians) * beyond;
    const y = y0 + (y1 - y0) * share - Math.cos(radians) * beyond;
    paintLampBox(context, [x, y], side, lamp, palette);
  });
}

function paintLampBox(
  context: OffscreenCanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  side: number,
  lamp: Lamp,
  palette: Palette,
): void {
  const filled = lamp === "green" || lamp === "yellow";
  context.fillStyle = filled ? palette.lamp[lamp] : palette.lampInk;
  context.strokeStyle = filled ? palette.lampInk : palette.lamp[lamp];
  context.lineWidth = 1.4;
  context.beginPath();
  context.roundRect(x - side / 2, y - side / 2, side, side, 3);
  context.fill();
  context.stroke();
  context.fillStyle = filled ? palette.lampInk : palette.lamp[lamp];
  const text = LAMP_LETTER[lamp];
  letter(context, text, x, y, Math.round(side * (text.length > 1 ? 0.56 : 0.78)), palette);
}

function paintWalk(
  context: OffscreenCanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  walk: WalkLamp,
  scale: number,
  palette: Palette,
): void {
  if (walk === "none") return;
  const radius = Math.min(8, Math.max(5.5, scale * 1.1));
  const lit = walk === "walk";
  context.fillStyle = palette.lampInk;
  context.strokeStyle = walk === "dontWalk" ? palette.textDim : palette.walk;
  disc(context, x, y, radius + 1);
  context.lineWidth = lit ? 2.4 : 1.2;
  if (walk === "flashing") context.setLineDash([1.5, 1.8]);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = walk === "dontWalk" ? palette.textDim : palette.walk;
  letter(context, WALK_LETTER[walk], x, y, Math.round(radius * 1.25), palette);
}

function letter(
  context: OffscreenCanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  pixels: number,
  palette: Palette,
): void {
  context.font = `700 ${pixels}px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 0.5);
}

function disc(context: OffscreenCanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
