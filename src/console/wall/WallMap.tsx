import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { PRIORITY_SHAPE } from "../data/alarm-list.ts";
import { alarmsAtSites } from "../data/alarms.ts";
import { isInterruption, MODE_TEXT, needsSomebody, type SiteMode, siteMode } from "../data/site.ts";
import { details, liveById, scene } from "../data/store.ts";
import { labelsAtLevels } from "./labels.ts";
import type { Scene, Site } from "../draw/scene.ts";
import { fitView, type Size, toScreen, type WorldPoint } from "../draw/transform.ts";
import { wallWarnings } from "./figures.ts";

/** Shares of the screen's height: what is read from ten metres. */
const LABEL_SHARE = 0.021;
const GLYPH_SHARE = 0.014;
const MARGIN_SHARE = 0.05;
/** Of the label's height, the width of a mean letter. */
const LETTER_RATIO = 0.54;

/** The network as a schematic: streets with the congestion that is expected of them, intersections with who runs them. */
export function WallMap(): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const drawn = scene.value;
  return (
    <div class="wall-map live" ref={box}>
      {drawn !== null && size.width > 0 && <Schematic scene={drawn} size={size} />}
      <Legend />
    </div>
  );
}

function Schematic({ scene: drawn, size }: { readonly scene: Scene; readonly size: Size }): JSX.Element {
  const view = fitView(drawn.bounds, size, innerHeight * MARGIN_SHARE);
  const glyph = innerHeight * GLYPH_SHARE;
  const path = (line: readonly WorldPoint[]): string =>
    `M${line.map(([x, y]) => toScreen(view, size, x, y).map(Math.round).join(" ")).join("L")}`;
  const warned = new Map(wallWarnings(details.value.values()).map(({ link, kind }) => [link, kind]));
  const places = drawn.sites.map((site) => {
    const [x, y] = toScreen(view, size, site.x, site.y);
    return { site, x, y, mode: siteMode(liveById.value.get(site.id)) };
  });
  return (
    <svg width={size.width} height={size.height} role="img" aria-label="The network">
      {drawn.links.map(({ id, line }) => (
        <path key={id} class="wall-link" d={path(line)} />
      ))}
      {drawn.links
        .filter(({ id }) => warned.has(id))
        .map(({ id, line }) => (
          <path key={id} class={`wall-link wall-link-${warned.get(id)}`} d={path(line)} />
        ))}
      {places.map(({ site, x, y, mode }) => (
        <Glyph key={site.id} x={x} y={y} radius={glyph} mode={mode} />
      ))}
      <Labels places={places} size={size} glyph={glyph} />
    </svg>
  );
}

type Placed = { readonly site: Site; readonly x: number; readonly y: number; readonly mode: SiteMode };

function Labels({
  places,
  size,
  glyph,
}: {
  readonly places: readonly Placed[];
  readonly size: Size;
  readonly glyph: number;
}): JSX.Element {
  const letters = innerHeight * LABEL_SHARE;
  const unacknowledged = alarmsAtSites.value;
  const named = places.map(({ site, x, y, mode }) => {
    const worst = unacknowledged.get(site.id)?.worst.priority;
    const alarmed = worst !== undefined || needsSomebody(mode);
    const badge = worst === undefined ? "▲" : `${PRIORITY_SHAPE[worst]} ${worst}`;
    const state = needsSomebody(mode) || isInterruption(mode) ? ` · ${MODE_TEXT[mode]}` : "";
    return { site, x, y, alarmed, text: `${alarmed ? `${badge} ` : ""}${site.name}${state}` };
  });
  const boxes = labelsAtLevels(
    named.map(({ site, x, y, alarmed, text }) => ({
      id: site.id,
      x,
      y,
      gap: glyph * 1.5,
      width: text.length * letters * LETTER_RATIO,
      height: letters * 1.25,
      priority: alarmed ? 1 : 0,
    })),
    glyph,
    size,
  );
  const byId = new Map(named.map((one) => [one.site.id, one]));
  return (
    <g font-size={letters}>
      {boxes.map(({ id, x, y, width, height }) => {
        const own = byId.get(id);
        if (own === undefined) return null;
        const tone = own.alarmed ? "wall-label wall-label-alarmed" : "wall-label";
        const [middle, edge] = [x + width / 2, y > own.y ? y : y + height];
        const far = Math.abs(edge - own.y) > 2 * glyph;
        return (
          <g key={id} class={tone}>
            {far && <path class="wall-leader" d={`M${own.x} ${own.y}L${middle} ${edge}`} />}
            <text x={middle} y={y + height * 0.78}>
              {own.text}
            </text>
          </g>
        );
      })}
    </g>
  );
}

const LEGEND: readonly (readonly [mode: SiteMode, text: string])[] = [
  ["schedule", "adaptive"],
  ["plan", "engine plan"],
  ["local", "local plan"],
  ["flash", "interrupted"],
  ["unlinked", "not linked"],
];

function Legend(): JSX.Element {
  const radius = innerHeight * 0.008;
  const side = radius * 3;
  return (
    <ul class="wall-legend" aria-label="Legend">
      {LEGEND.map(([mode, text]) => (
        <li key={mode}>
          <svg width={side} height={side} aria-hidden="true">
            <Glyph x={side / 2} y={side / 2} radius={radius} mode={mode} />
          </svg>
          {text}
        </li>
      ))}
      <li>
        <span class="wall-legend-link wall-legend-full" aria-hidden="true" /> full
      </li>
      <li>
        <span class="wall-legend-link" aria-hidden="true" /> queue expected
      </li>
      <li>■ P1 ▲ P2 ◆ P3 unacknowledged alarm</li>
    </ul>
  );
}

type GlyphProps = {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly mode: SiteMode;
};

/** As on the map: a diamond for adaptive, a whole ring for the engine's plan, a dashed one for the local plan, barred, crossed out. */
function Glyph({ x, y, radius, mode }: GlyphProps): JSX.Element {
  const tone = needsSomebody(mode) ? "wall-glyph wall-glyph-alarmed" : "wall-glyph";
  const diamond = `M${x} ${y - radius * 1.2}L${x + radius * 1.2} ${y}L${x} ${y + radius * 1.2}L${x - radius * 1.2} ${y}Z`;
  const isAdaptive = mode === "schedule";
  const isLocal = mode === "local" || mode === "free" || mode === "unknown";
  return (
    <g class={tone} stroke-width={radius * 0.32}>
      {isAdaptive ? (
        <path d={diamond} />
      ) : (
        <circle
          cx={x}
          cy={y}
          r={radius}
          stroke-dasharray={isLocal ? `${radius * 0.7} ${radius * 0.5}` : undefined}
        />
      )}
      {isInterruption(mode) && <path d={`M${x - radius} ${y}h${2 * radius}`} />}
      {mode === "unlinked" && (
        <path d={`M${x - radius * 1.1} ${y + radius * 1.1}l${radius * 2.2} ${-radius * 2.2}`} />
      )}
    </g>
  );
}
