import type { JSX } from "preact";
import type { ExplainedTimingView, TimingOutcomeView } from "../../../protocol/decision-answers.ts";
import { secondsText, signedSeconds } from "../../data/clock.ts";
import { figure, splitBars, whole } from "../../data/explained.ts";
import { splitChanges } from "../../draw/cycle.ts";
import { Figure } from "../parts/Figure.tsx";
import { useSize } from "../parts/use-size.ts";

type Timing = TimingOutcomeView["timing"];

/** The plan that ran and the one that was chosen, split by split. */
export function TimingChoice({ decision }: { readonly decision: ExplainedTimingView }): JSX.Element {
  const { running, decided, fate, group } = decision;
  const { timing, considered } = decided;
  return (
    <>
      <Figure
        title="What ran, and what was chosen"
        fileName={`${decision.id}-splits`}
        note={`splits in seconds; ${group.length === 1 ? "alone" : `together with ${group.length - 1} others that share the cycle`}`}
        table={() => ({
          columns: ["Stage", "Chosen s", "Change s"],
          rows: changesOf(running, timing).map(({ stage, splitMs, differenceMs }) => [
            stage,
            splitMs / 1000,
            differenceMs === null ? "new" : differenceMs / 1000,
          ]),
        })}
      >
        <Splits rows={[["ran", running] as const, ["chosen", timing] as const]} changed={running} />
      </Figure>
      <section class="card" aria-labelledby="considered-heading">
        <h3 id="considered-heading">Its own words</h3>
        <p class="reason">{decided.reason}</p>
        <p class="reason dim">
          {"plan" in fate ? `Sent as plan ${fate.plan}.` : `Not sent: ${fate.notSent}.`}
        </p>
        {considered.length > 0 && (
          <ul class="reason">
            {considered.map(({ cycleSeconds, sequences, worthVehSeconds, queueRatio }) => (
              <li key={`${cycleSeconds} ${sequences}`}>
                A cycle of <b>{cycleSeconds} s</b>
                {sequences && " with other sequences"}: {figure(queueRatio * 100)} % of the queues, worth{" "}
                {whole(worthVehSeconds)} veh·s after its transition
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function changesOf(running: Timing, chosen: Timing): ReturnType<typeof splitChanges> {
  return splitChanges(withoutIntergreens(running), withoutIntergreens(chosen));
}

/** A stored timing tells no intergreens; changes of splits need none. */
function withoutIntergreens({ cycleMs, stages }: Timing): Parameters<typeof splitChanges>[1] {
  return { cycleMs, stages: stages.map((stage) => ({ ...stage, intergreenMs: 0 })) };
}

const ROW = 34;
const NAME = 112;

type SplitsProps = {
  readonly rows: readonly (readonly [name: string, timing: Timing])[];
  /** What differences are told from. */
  readonly changed: Timing;
};

/** Cycles as bars of their splits, one under the other on the same scale. */
export function Splits({ rows, changed }: SplitsProps): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const width = size?.width ?? 0;
  const longest = Math.max(...rows.map(([, { cycleMs }]) => cycleMs));
  const perMs = Math.max(0, width - NAME - 2) / longest;
  const height = rows.length * ROW;
  return (
    <div ref={box}>
      {width > 0 && (
        <svg
          class="splits"
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={rows
            .map(([name, { cycleMs }]) => `${name}: cycle ${secondsText(cycleMs)} s`)
            .join("; ")}
        >
          {rows.map(([name, timing], place) => {
            const changes = changesOf(changed, timing);
            const top = place * ROW + 3;
            return (
              <g key={name}>
                <text class="costs-stage costs-strong" x={0} y={top + 12}>
                  {name}
                </text>
                <text class="costs-stage" x={0} y={top + 25}>
                  {secondsText(timing.cycleMs)} s, offset {secondsText(timing.offsetMs)} s
                </text>
                {splitBars(timing.stages).map(({ stage, fromMs, splitMs }, index) => {
                  const difference = changes[index]?.differenceMs ?? null;
                  const x = NAME + fromMs * perMs;
                  return (
                    <g key={`${stage} ${fromMs}`}>
                      <rect class="splits-stage" x={x} y={top} width={splitMs * perMs} height={ROW - 6} />
                      <text class="costs-stage" x={x + 5} y={top + 12}>
                        {stage} <tspan class="costs-strong">{secondsText(splitMs)}</tspan>
                      </text>
                      {difference !== 0 && (
                        <text class="splits-change" x={x + 5} y={top + 24}>
                          {difference === null ? "new" : signedSeconds(difference)}
                        </text>
                      )}
                    </g>
                  );
                })}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}
