import type { JSX } from "preact";
import type { ExplainedDecisionView } from "../../../protocol/decision-answers.ts";
import { askSensitivity, sensitivity } from "../../data/decisions-source.ts";
import { figure } from "../../data/explained.ts";
import { Figure } from "../parts/Figure.tsx";
import { useSize } from "../parts/use-size.ts";

type Found = NonNullable<ExplainedDecisionView["sensitivity"]>;

/** Which input, changed by how much, would have changed the choice: on request, since every input is varied. */
export function SensitivityCard({ decision }: { readonly decision: ExplainedDecisionView }): JSX.Element {
  const answer = sensitivity.value;
  if (answer.kind === "ready") return <Nearest id={decision.id} found={answer.value} />;
  return (
    <section class="card" aria-labelledby="sensitivity-heading">
      <h3 id="sensitivity-heading">
        What would have changed it <span class="change">each input varied by itself</span>
      </h3>
      {answer.kind === "failed" && (
        <p class="reason">
          <span class="badge badge-p3">◆ not worked out</span> {answer.fault.message}
        </p>
      )}
      <p class="why-buttons">
        <button type="button" disabled={answer.kind === "asking"} onClick={() => void askSensitivity()}>
          {answer.kind === "asking" ? "Varying each input…" : "Work it out"}
        </button>
        <span class="dim">
          {decision.level === "tactical" ? "about a second" : "some seconds: a whole group is timed again"}
        </span>
      </p>
    </section>
  );
}

const SHOWN = 6;
const ROW = 40;

function Nearest({ id, found }: { readonly id: string; readonly found: Found }): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const width = size?.width ?? 0;
  const near = found.slice(0, SHOWN);
  const height = near.length * ROW;
  return (
    <Figure
      title="What would have changed it"
      fileName={`${id}-sensitivity`}
      note={`nearest ${near.length} of ${found.length} inputs that alone would have; all others as they were`}
      table={() => ({
        columns: ["Input", "Unit", "Was", "Turns at", "Choice then"],
        rows: found.flatMap(({ title, unit, value, below, above }) =>
          [below, above].flatMap((turn) =>
            turn === null
              ? []
              : [[title, unit, Number(figure(value)), Number(figure(turn.value)), turn.choice]],
          ),
        ),
      })}
    >
      <div ref={box}>
        {near.length === 0 && (
          <p class="reason">No single input within its bounds would have changed the choice.</p>
        )}
        {width > 0 && near.length > 0 && (
          <svg
            class="turns"
            width={width}
            height={height}
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label="Nearest values at which another choice would have been made"
          >
            {near.map((one, place) => (
              <Turn key={one.path} one={one} top={place * ROW} width={width} />
            ))}
          </svg>
        )}
      </div>
    </Figure>
  );
}

type TurnProps = { readonly one: Found[number]; readonly top: number; readonly width: number };

/** One input on the line of its possible values: where it was, and where the choice turns. */
function Turn({ one, top, width }: TurnProps): JSX.Element {
  const { title, unit, value, min, max, below, above } = one;
  const line = top + 32;
  const xOf = (at: number): number => 6 + ((at - min) / Math.max(1e-9, max - min)) * (width - 12);
  const words = [below, above]
    .flatMap((turn) => (turn === null ? [] : [`${figure(turn.value)}: ${turn.choice}`]))
    .join("; ");
  return (
    <g>
      <text class="costs-stage" x={0} y={top + 11}>
        {title} <tspan class="costs-strong">{figure(value)}</tspan> {unit}
      </text>
      <text class="turns-choice" x={0} y={top + 24}>
        turns at {words}
      </text>
      <line class="turns-line" x1={6} x2={width - 6} y1={line} y2={line} />
      <circle class="turns-was" cx={xOf(value)} cy={line} r={4} />
      {[below, above].map(
        (turn, side) =>
          turn !== null && <path key={side} class="turns-at" d={`M${xOf(turn.value)} ${line - 6}v12`} />,
      )}
    </g>
  );
}
