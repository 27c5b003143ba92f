import { labelPlaces } from "./labels.ts";
import type { MapLayer, MapShown } from "./map-shown.ts";
import type { MapLayers, StageOrder } from "./map-stage.ts";
import { paintLasso, paintRegions } from "./paint-groups.ts";
import { paintLinks } from "./paint-links.ts";
import { paintSites } from "./paint-sites.ts";
import { paintStreet } from "./paint-street.ts";
import { paintVehicles } from "./paint-vehicles.ts";
import type { Palette } from "./palette.ts";
import { siteStyle } from "./site-style.ts";

/** Canvases of a map, and the colours that are painted on them. */
export type MapCanvases = {
  readonly canvases: Readonly<Record<MapLayer, OffscreenCanvas>>;
  readonly palette: Palette;
};

/** What the page tells the worker that paints its maps: what the stage is told, with canvases for who paints them. */
export type MapOrder =
  | Exclude<StageOrder, { readonly kind: "map" }>
  | ({ readonly kind: "map"; readonly map: number } & MapCanvases);

/** Paints a map on its canvases. */
export function paintMap({ canvases, palette }: MapCanvases): MapLayers {
  const places = labelPlaces();
  const begin = (layer: MapLayer, shown: MapShown): OffscreenCanvasRenderingContext2D =>
    cleared(canvases[layer], shown);
  return {
    street: (shown, { scene }) => {
      paintStreet(begin("street", shown), scene, shown.view, shown.size, palette);
    },
    links: (shown, { scene }) => {
      const { view, size, layers } = shown;
      const context = begin("links", shown);
      paintLinks(context, { ...shown, scene }, view, size, palette);
      if (layers.has("regions") && siteStyle(scene, view) !== "heads")
        paintRegions(context, scene, view, size, palette);
    },
    vehicles: (shown, { scene }, traffic) => {
      const context = begin("vehicles", shown);
      if (traffic === null) return;
      const style = { fill: palette.vehicle, kerbSide: scene.kerbSide };
      paintVehicles(context, traffic.motion, traffic.progress, shown.view, shown.size, style);
    },
    signs: (shown, street, frame) => {
      const { view, size, layers, lasso } = shown;
      const context = begin("signs", shown);
      if (layers.has("modes"))
        paintSites(context, { ...shown, ...street, frame }, view, size, { palette, places });
      paintLasso(context, lasso, view, size, palette);
    },
  };
}

/** A canvas without a picture, to be painted in CSS pixels. It is given a size only when that is another one: that takes time. */
function cleared(canvas: OffscreenCanvas, { size, pixelRatio }: MapShown): OffscreenCanvasRenderingContext2D {
  const [width, height] = [Math.round(size.width * pixelRatio), Math.round(size.height * pixelRatio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (context === null) throw new TypeError("this browser gives a canvas no 2d context");
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  return context;
}
