import type { JSX } from "preact";
import type { TimingView } from "../../../protocol/live.ts";
import { secondsText, signedSeconds } from "../../data/clock.ts";
import { droppedStages, splitChanges } from "../../draw/cycle.ts";
import { PlanReason } from "./PlanReason.tsx";

type Props = {
  readonly running: TimingView | null;
  readonly next: TimingView | null;
  /** Whether the street follows the running plan. */
  readonly runs: boolean;
};

/** The plan that will run next, and what of it differs from the running one; no word of none where no plan runs. */
export function NextPlan({ running, next, runs }: Props): JSX.Element | null {
  if (next === null && !runs) return null;
  if (next === null) {
    return (
      <section aria-labelledby="next-heading">
        <h3 id="next-heading">Next plan</h3>
        <p class="reason dim">None waits: the running plan goes on.</p>
      </section>
    );
  }
  const changes = splitChanges(running, next);
  const dropped = running === null ? [] : droppedStages(running, next);
  return (
    <section aria-labelledby="next-heading">
      <h3 id="next-heading">
        Next plan <Change label="cycle" from={running?.cycleMs} to={next.cycleMs} />
        <Change label="offset" from={running?.offsetMs} to={next.offsetMs} />
      </h3>
      <ol class="next-bar live" aria-label="Splits of the next plan">
        {changes.map(({ stage, splitMs, differenceMs }, index) => (
          <li
            key={`${stage} ${index}`}
            style={{ width: `${(splitMs / next.cycleMs) * 100}%` }}
            data-changed={differenceMs !== 0}
          >
            <span>
              {stage} <b>{secondsText(splitMs)}</b>
            </span>
            <em>{differenceMs === null ? "new" : `${signedSeconds(differenceMs)} s`}</em>
          </li>
        ))}
      </ol>
      {dropped.length > 0 && <p class="reason">No longer served: {dropped.join(", ")}.</p>}
      <PlanReason timing={next} absent="" />
    </section>
  );
}

type ChangeProps = { readonly label: string; readonly from: number | undefined; readonly to: number };

function Change({ label, from, to }: ChangeProps): JSX.Element {
  const changed = from !== undefined && from !== to;
  return (
    <span class="change" data-changed={changed}>
      {label} {changed && `${secondsText(from)} → `}
      {secondsText(to)} s
    </span>
  );
}
