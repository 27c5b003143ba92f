import type { JSX } from "preact";
import { useSize } from "../parts/use-size.ts";

type Props = {
  readonly phases: readonly string[];
  readonly height: number;
  readonly label: (phase: string) => string;
  /** The panel of a phase, in a box of the given width and `height`. */
  readonly draw: (phase: string, width: number) => JSX.Element;
  /** Least width of a panel. */
  readonly widthMin?: number;
};

const GAP = 14;
const HEAD = 17;

/** A panel a phase, side by side in one drawing, so that all of them are taken away together. */
export function PhasePanels({ phases, height, label, draw, widthMin = 230 }: Props): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const total = size?.width ?? 0;
  const columns = Math.max(1, Math.min(phases.length, Math.floor((total + GAP) / (widthMin + GAP))));
  const width = (total - GAP * (columns - 1)) / columns;
  const rows = Math.ceil(phases.length / columns);
  const rowHeight = height + HEAD + 6;
  return (
    <div ref={box} class="pf-panels" style={{ minHeight: `${rowHeight}px` }}>
      {size !== null && total > 80 && phases.length > 0 && (
        <svg
          viewBox={`0 0 ${total} ${rows * rowHeight}`}
          height={rows * rowHeight}
          role="img"
          aria-label={phases.map((phase) => `phase ${phase}: ${label(phase)}`).join("; ")}
        >
          {phases.map((phase, index) => (
            <g
              key={phase}
              transform={`translate(${(index % columns) * (width + GAP)} ${Math.floor(index / columns) * rowHeight})`}
            >
              <text class="pf-panel-head" x={0} y={12}>
                <tspan class="pf-panel-phase">∅{phase}</tspan> {label(phase)}
              </text>
              <g transform={`translate(0 ${HEAD})`}>{draw(phase, width)}</g>
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}
