import type { JSX } from "preact";
import { type CandidateBar, whole } from "../../data/explained.ts";

const ROW = 26;
/** Room for names and for figures; the narrow one leaves out what each loses. */
const WIDE = { name: 96, figures: 150 } as const;
const NARROW = { name: 58, figures: 56 } as const;

type Props = {
  readonly bars: readonly CandidateBar[];
  readonly width: number;
  readonly label: string;
  readonly narrow?: boolean;
};

/** Costs of the choices from zero; what each loses against the cheapest one is set off. */
export function Candidates({ bars, width, label, narrow = false }: Props): JSX.Element {
  const most = Math.max(1, ...bars.map(({ costVehSeconds }) => costVehSeconds));
  const { name, figures } = narrow ? NARROW : WIDE;
  const room = Math.max(30, width - name - figures);
  const xOf = (cost: number): number => name + (Math.max(0, cost) / most) * room;
  const height = bars.length * ROW;
  return (
    <svg
      class="costs"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {bars.map(({ stage, costVehSeconds, lossVehSeconds, chosen }, place) => {
        const top = place * ROW + 4;
        const least = costVehSeconds - lossVehSeconds;
        return (
          <g key={stage}>
            {chosen && (
              <rect class="costs-chosen" x={0.5} y={top - 3.5} width={width - 1} height={ROW - 1} rx={3} />
            )}
            <text class={chosen ? "costs-stage costs-strong" : "costs-stage"} x={8} y={top + 13}>
              {stage}
              {chosen && " ✓"}
            </text>
            <rect
              class="costs-least"
              x={name}
              y={top + 2}
              width={Math.max(1, xOf(least) - name)}
              height={ROW - 12}
            />
            <rect
              class="costs-loss"
              x={xOf(least)}
              y={top + 2}
              width={Math.max(0, xOf(costVehSeconds) - xOf(least))}
              height={ROW - 12}
            />
            <text class="costs-figure costs-strong" x={width - (narrow ? 8 : 78)} y={top + 13}>
              {whole(costVehSeconds)}
            </text>
            {!narrow && (
              <text class="costs-figure" x={width - 8} y={top + 13}>
                {lossVehSeconds === 0 ? "cheapest" : `+${whole(lossVehSeconds)}`}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
