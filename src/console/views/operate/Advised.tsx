import type { JSX } from "preact";
import type { IntersectionDetail, TimingView } from "../../../protocol/live.ts";
import { secondsText, signedSeconds } from "../../data/clock.ts";
import { reviewDraft } from "../../data/drafts.ts";
import { clock } from "../../data/store.ts";
import { splitChanges } from "../../draw/cycle.ts";
import { AskButton } from "./AskButton.tsx";

type Props = { readonly intersection: string; readonly detail: IntersectionDetail | undefined };

/** An advised plan beside the one that runs, and the answer to it; nothing where none waits. */
export function Advised({ intersection, detail }: Props): JSX.Element | null {
  const proposal = detail?.proposal ?? null;
  if (proposal === null) return null;
  const { id, reason, validUntil } = proposal;
  return (
    <fieldset>
      <legend>
        Advised plan {id}
        {validUntil === null ? "" : `, waits until ${clock.value.time(validUntil)}`}
      </legend>
      <table class="prospect live">
        <thead>
          <tr>
            <th scope="col">Seconds</th>
            <th scope="col">Runs</th>
            <th scope="col">Advised</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(detail?.running ?? null, proposal).map(({ what, nowMs, nextMs }, index) => (
            <tr key={`${what} ${index}`} data-changed={nowMs !== nextMs}>
              <th scope="row">{what}</th>
              <td>{nowMs === null ? "—" : secondsText(nowMs)}</td>
              <td>
                {secondsText(nextMs)} {nowMs === null ? "" : <small>{signedSeconds(nextMs - nowMs)}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="reason-text">
        <b>Why</b> {reason}
      </p>
      <div class="choices-row">
        <AskButton asks={reviewDraft(intersection, id, true)}>Approve…</AskButton>
        <AskButton asks={reviewDraft(intersection, id, false)}>Reject…</AskButton>
      </div>
    </fieldset>
  );
}

type Row = { readonly what: string; readonly nowMs: number | null; readonly nextMs: number };

function rowsOf(running: TimingView | null, proposal: TimingView): readonly Row[] {
  return [
    { what: "cycle", nowMs: running?.cycleMs ?? null, nextMs: proposal.cycleMs },
    { what: "offset", nowMs: running?.offsetMs ?? null, nextMs: proposal.offsetMs },
    ...splitChanges(running, proposal).map(({ stage, splitMs, differenceMs }) => ({
      what: `stage ${stage}`,
      nowMs: differenceMs === null ? null : splitMs - differenceMs,
      nextMs: splitMs,
    })),
  ];
}
