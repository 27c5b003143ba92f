import type { Abnormality } from "../data/abnormal.ts";
import type { IntersectionLive } from "../../protocol/live.ts";
import { isStateOld, siteMode } from "../data/site.ts";
import type { LabelPlaces } from "./labels.ts";
import type { MapShown, SignsFrame, Street } from "./map-shown.ts";
import { type LabelledSite, paintLabels } from "./paintLabels.ts";
import type { Palette } from "./palette.ts";
import { paintHeads, paintModeDot, paintRosette, type Shown } from "./paintSignals.ts";
import type { Scene, Site } from "./scene.ts";
import { ROSETTE_RADIUS_PIXELS, siteStyle } from "./site-style.ts";
import { type MapView, type Size, toScreen } from "./transform.ts";

/** How far from its middle an intersection's signs stand: at stop lines and crosswalks, or as a rosette. */
const HEADS_WITHIN_METERS = 120;

type SitesContent = MapShown & Street & { readonly frame: SignsFrame | null };

/** The intersections that are in sight; `places` keeps labels where they were. */
export function paintSites(
  context: OffscreenCanvasRenderingContext2D,
  content: SitesContent,
  view: MapView,
  size: Size,
  { palette, places }: { readonly palette: Palette; readonly places: LabelPlaces },
): void {
  const { scene, plantStepMs, frame, selected, titled, abnormal, abnormalOnly, detectors, group } = content;
  const style = siteStyle(scene, view);
  const margin = style === "heads" ? HEADS_WITHIN_METERS * view.pixelsPerMeter : ROSETTE_RADIUS_PIXELS;
  const labelled: LabelledSite[] = [];
  const lives = liveBySite(scene, frame);
  scene.sites.forEach((site, index) => {
    const at = toScreen(view, size, site.x, site.y);
    const [x, y] = at;
    if (x < -margin || y < -margin || x > size.width + margin || y > size.height + margin) return;
    const live = lives[index];
    const shown: Shown = {
      live,
      mode: siteMode(live),
      old: isStateOld(live, frame?.at ?? 0, plantStepMs),
    };
    const own = abnormal.get(site.id) ?? [];
    const quiet = abnormalOnly && own.length === 0;
    context.globalAlpha = quiet ? 0.3 : 1;
    if (style === "heads") paintHeads(context, site, shown, view, size, palette);
    else if (style === "rosette" && !quiet) paintRosette(context, site, at, shown, palette);
    else paintModeDot(context, at, shown.mode, palette);
    context.globalAlpha = 1;
    const radius = style === "dot" ? DOT_RADIUS_PIXELS : ROSETTE_RADIUS_PIXELS;
    if (site.id === selected && style !== "heads") circle(context, at, radius + 3, 2, palette.accent);
    if (group.has(site.id)) square(context, at, radius + 6, palette.accent);
    if (style !== "heads")
      paintBadge(context, at, radius, badgeOf(own, detectors.get(site.id) ?? 0), palette);
    const few = style !== "dot" || scene.sites.length <= NAMED_DOTS_MAX;
    const named = site.id === selected || own.some(isWarning) || (few && !quiet);
    if (named && !(titled && style === "heads" && site.id === selected)) {
      labelled.push({ site, mode: shown.mode, selected: site.id === selected });
    }
  });
  paintLabels(context, labelled, view, size, { style, palette, places });
}

const DOT_RADIUS_PIXELS = 6;
/** More names than these are not read, and none of them finds room. */
const NAMED_DOTS_MAX = 40;

function isWarning({ kind }: Abnormality): boolean {
  return kind === "warning";
}

/** In the order of the scene's sites; frames have intersections in the network's, which is the same. */
function liveBySite({ sites }: Scene, frame: SignsFrame | null): readonly (IntersectionLive | undefined)[] {
  const intersections = frame?.intersections ?? [];
  if (sites.every(({ id }, index) => intersections[index]?.id === id)) return intersections;
  const byId = new Map(intersections.map((live) => [live.id, live]));
  return sites.map(({ id }: Site) => byId.get(id));
}

type Badge = { readonly text: string; readonly warning: boolean } | null;

/** The sign beside a rosette: what wants somebody, or how many detectors are not good. */
function badgeOf(own: readonly Abnormality[], detectors: number): Badge {
  if (own.some(isWarning)) return { text: "▲", warning: true };
  return detectors > 0 ? { text: `◆${detectors}`, warning: false } : null;
}

function paintBadge(
  context: OffscreenCanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  badge: Badge,
  palette: Palette,
): void {
  if (badge === null) return;
  context.font = `700 11px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const width = 8 + 7 * badge.text.length;
  const [left, top] = [x + radius * 0.6, y - radius - 8];
  context.fillStyle = badge.warning ? palette.warningGround : palette.noticeGround;
  context.beginPath();
  context.roundRect(left, top, width, 15, 3);
  context.fill();
  context.fillStyle = badge.warning ? palette.warningInk : palette.noticeInk;
  context.fillText(badge.text, left + width / 2, top + 8);
}

function circle(
  context: OffscreenCanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  width: number,
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

function square(
  context: OffscreenCanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.setLineDash([4, 3]);
  context.strokeRect(x - radius, y - radius, 2 * radius, 2 * radius);
  context.setLineDash([]);
}
