import type { Abnormality } from "../data/abnormal.ts";
import type { IntersectionLive } from "../../protocol/live.ts";
import { isStateOld, siteMode } from "../data/site.ts";
import type { Box, LabelPlaces } from "./labels.ts";
import type { MapShown, SignsFrame, Street } from "./map-shown.ts";
import { type LabelledSite, paintLabels } from "./paint-labels.ts";
import type { Palette } from "./palette.ts";
import { paintHeads, paintModeDot, paintRosette, type Shown } from "./paint-signals.ts";
import type { Scene, Site } from "./scene.ts";
import { type SiteBadge, siteBadge } from "./site-badge.ts";
import { ROSETTE_RADIUS_PIXELS, type SiteStyle, siteStyle } from "./site-style.ts";
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
  const badged: Badged[] = [];
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
    const badge = siteBadge(own, detectors.get(site.id) ?? 0);
    if (badge !== null) badged.push({ badge, ...badgeAt(at, style, view) });
    const few = style !== "dot" || scene.sites.length <= NAMED_DOTS_MAX;
    const named = site.id === selected || own.some(wantsSomebody) || (few && !quiet);
    if (named && !(titled && style === "heads" && site.id === selected)) {
      labelled.push({ site, mode: shown.mode, selected: site.id === selected });
    }
  });
  // After all rosettes, of which none may stand on a badge; the gravest last, on top of others.
  const taken = badged.toSorted(graverLast).map((one) => paintBadge(context, one, palette));
  paintLabels(context, labelled, view, size, { style, palette, places, taken });
}

const DOT_RADIUS_PIXELS = 6;
/** More names than these are not read, and none of them finds room. */
const NAMED_DOTS_MAX = 40;

function wantsSomebody({ kind }: Abnormality): boolean {
  return kind !== "notice";
}

/** In the order of the scene's sites; frames have intersections in the network's, which is the same. */
function liveBySite({ sites }: Scene, frame: SignsFrame | null): readonly (IntersectionLive | undefined)[] {
  const intersections = frame?.intersections ?? [];
  if (sites.every(({ id }, index) => intersections[index]?.id === id)) return intersections;
  const byId = new Map(intersections.map((live) => [live.id, live]));
  return sites.map(({ id }: Site) => byId.get(id));
}

const BADGE_HEIGHT_PIXELS = 15;
/** At stop lines and lamps there is room beside the corner of the junction alone. */
const CORNER_METERS = 17;

function graverLast(left: Badged, right: Badged): number {
  return (right.badge.tone ?? "P9").localeCompare(left.badge.tone ?? "P9");
}

type Badged = { readonly badge: SiteBadge; readonly left: number; readonly top: number };

/** Where an intersection's badge stands: beside its rosette, or beyond the corner of its junction. */
function badgeAt(
  [x, y]: readonly [number, number],
  style: SiteStyle,
  view: MapView,
): Pick<Badged, "left" | "top"> {
  if (style === "heads") {
    const corner = CORNER_METERS * view.pixelsPerMeter;
    return { left: x + corner, top: y - corner - BADGE_HEIGHT_PIXELS };
  }
  const radius = style === "dot" ? DOT_RADIUS_PIXELS : ROSETTE_RADIUS_PIXELS;
  return { left: x + radius * 0.6, top: y - radius - 8 };
}

/** Paints a badge and tells the room that it takes. */
function paintBadge(
  context: OffscreenCanvasRenderingContext2D,
  { badge: { text, tone }, left, top }: Badged,
  palette: Palette,
): Box {
  context.font = `700 11px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const width = 8 + context.measureText(text).width;
  const colors = tone === null ? { ground: palette.panel, ink: palette.notice } : palette.badge[tone];
  context.fillStyle = colors.ground;
  context.beginPath();
  context.roundRect(left, top, width, BADGE_HEIGHT_PIXELS, 3);
  context.fill();
  context.strokeStyle = colors.ink;
  context.lineWidth = 1;
  if (tone === null) context.stroke();
  context.fillStyle = colors.ink;
  context.fillText(text, left + width / 2, top + 8);
  return { x: left, y: top, width, height: BADGE_HEIGHT_PIXELS };
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
