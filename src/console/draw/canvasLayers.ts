import type { Size } from "./transform.ts";

const BENEATH = ["street", "links", "vehicles"] as const;
export type CanvasLayer = (typeof BENEATH)[number] | "signs";

/** Canvases that lie on one another, each with its own picture. */
export type CanvasLayers = {
  /** Clears a layer, to be painted in CSS pixels. */
  readonly begin: (layer: CanvasLayer) => CanvasRenderingContext2D;
  /** Whether a layer was painted for something else than this. */
  readonly isNew: (layer: CanvasLayer, now: readonly unknown[]) => boolean;
  /** Gives all of them a size in CSS pixels, and takes away what they show. */
  readonly resize: (size: Size) => void;
  /** Takes those away that were laid beneath. */
  readonly remove: () => void;
};

/** The canvas that takes the input is the uppermost, for the signs; the others are laid beneath it. Null in a browser that draws nothing. */
export function canvasLayers(canvas: HTMLCanvasElement): CanvasLayers | null {
  const contexts = new Map<CanvasLayer, CanvasRenderingContext2D>();
  const painted = new Map<CanvasLayer, readonly unknown[]>();
  let size: Size = { width: 1, height: 1 };
  const take = (layer: CanvasLayer, own: HTMLCanvasElement): void => {
    const context = own.getContext("2d");
    if (context !== null) contexts.set(layer, context);
  };
  for (const layer of BENEATH) {
    const own = document.createElement("canvas");
    own.className = "live";
    own.ariaHidden = "true";
    canvas.before(own);
    take(layer, own);
  }
  take("signs", canvas);
  if (contexts.size <= BENEATH.length) return null;
  return {
    begin: (layer) => {
      const context = contexts.get(layer);
      if (context === undefined) throw new RangeError(`no layer ${layer}`);
      const ratio = context.canvas.width / size.width;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size.width, size.height);
      return context;
    },
    isNew: (layer, now) => {
      const before = painted.get(layer);
      painted.set(layer, now);
      return before === undefined || now.some((part, index) => part !== before[index]);
    },
    resize: (now) => {
      size = now;
      for (const { canvas: own } of contexts.values()) {
        own.width = Math.round(now.width * devicePixelRatio);
        own.height = Math.round(now.height * devicePixelRatio);
      }
    },
    remove: () => {
      for (const { canvas: own } of contexts.values()) if (own !== canvas) own.remove();
    },
  };
}
