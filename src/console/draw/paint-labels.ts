import { isInterruption, isRunByEngine, MODE_TEXT, needsSomebody, type SiteMode } from "../data/site.ts";
import { type Box, type LabelWish, type PlacedLabel, type LabelPlaces, placeLabels } from "./labels.ts";
import type { Palette } from "./palette.ts";
import { ROSETTE_RADIUS_PIXELS, type SiteStyle } from "./site-style.ts";
import type { Site } from "./scene.ts";
import { type MapView, type Size, toScreen } from "./transform.ts";

const LABEL_PIXELS = 11.5;
const LABEL_HEIGHT = 17;

export type LabelledSite = {
  readonly site: Site;
  readonly mode: SiteMode;
  readonly selected: boolean;
};

type Painting = {
  readonly style: SiteStyle;
  readonly palette: Palette;
  /** Where badges stand. */
  readonly taken: readonly Box[];
};

/** What stands beside an intersection: its name, and its mode in words where the engine does not run it. */
function labelText({ site, mode }: LabelledSite): string {
  if (needsSomebody(mode)) return `▲ ${site.name} · ${MODE_TEXT[mode]}`;
  if (isInterruption(mode)) return `${site.name} · ${MODE_TEXT[mode]}`;
  return mode === "local" || mode === "free" ? `${site.name} · ${mode}` : site.name;
}

/** Names of the intersections that find room; the selected one first, then those that are not run by the engine. */
export function paintLabels(
  context: OffscreenCanvasRenderingContext2D,
  sites: readonly LabelledSite[],
  view: MapView,
  size: Size,
  options: Painting & { readonly places: LabelPlaces },
): void {
  const { palette, places, taken } = options;
  const texts = sites.map((labelled) => `${labelled.selected ? "*" : ""}${labelText(labelled)}`);
  const room = taken.map(({ x, y, width }) => `${x} ${y} ${width}`);
  const placed = places.of([view, size, ...texts, ...room], () =>
    placesOf(context, sites, view, size, options),
  );
  const byId = new Map(sites.map((labelled) => [labelled.site.id, labelled]));
  for (const box of placed) {
    const labelled = byId.get(box.id);
    if (labelled !== undefined) paintLabel(context, box, labelled, palette);
  }
}

function placesOf(
  context: OffscreenCanvasRenderingContext2D,
  sites: readonly LabelledSite[],
  view: MapView,
  size: Size,
  { palette, style, taken }: Painting,
): readonly PlacedLabel[] {
  const rosettes = style !== "heads";
  const wishes: LabelWish[] = [];
  const obstacles: Box[] = [...taken];
  for (const labelled of sites) {
    const { site, mode, selected } = labelled;
    const [x, y] = toScreen(view, size, site.x, site.y);
    if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
    context.font = labelFont(selected, palette);
    const width = context.measureText(labelText(labelled)).width + 10;
    const gap = rosettes ? ROSETTE_RADIUS_PIXELS + 4 : Math.min(60, 22 * view.pixelsPerMeter);
    const priority = selected ? 2 : isRunByEngine(mode) ? 0 : 1;
    wishes.push({ id: site.id, x, y, gap, width, height: LABEL_HEIGHT, priority });
    if (rosettes) {
      const radius = ROSETTE_RADIUS_PIXELS;
      obstacles.push({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius });
    }
  }
  return placeLabels(wishes, obstacles, size);
}

function paintLabel(
  context: OffscreenCanvasRenderingContext2D,
  box: PlacedLabel,
  labelled: LabelledSite,
  palette: Palette,
): void {
  context.globalAlpha = 0.86;
  context.fillStyle = palette.ground;
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, 3);
  context.fill();
  context.globalAlpha = 1;
  if (labelled.selected) {
    context.strokeStyle = palette.accent;
    context.lineWidth = 1;
    context.stroke();
  }
  context.font = labelFont(labelled.selected, palette);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = needsSomebody(labelled.mode)
    ? palette.warning
    : labelled.selected
      ? palette.textStrong
      : palette.text;
  context.fillText(labelText(labelled), box.x + box.width / 2, box.y + box.height / 2 + 0.5);
}

function labelFont(selected: boolean, palette: Palette): string {
  return `${selected ? 600 : 400} ${LABEL_PIXELS}px ${palette.font}`;
}
