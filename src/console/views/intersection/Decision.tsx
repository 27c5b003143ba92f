import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Intersection } from "../../../model/intersection.ts";
import type { DecisionView } from "../../../protocol/live.ts";
import { ageText } from "../../data/clock.ts";
import { choices, expectedText, nextStageText, seenText, stageText } from "../../data/decision.ts";
import { isStateOld } from "../../data/site.ts";
import { frameAt, networkView, selectedDecision, selectedLive } from "../../data/store.ts";

type Props = {
  readonly intersection: Intersection;
  /** Whether the street does what is decided. */
  readonly sent: boolean;
};

/** What the adaptive level decided last for the selected intersection, and why. Not announced: it changes every second. */
export function Decision({ intersection, sent }: Props): JSX.Element {
  const decision = selectedDecision.value;
  const shown = useComputed(() => {
    const live = selectedLive.value;
    const old = isStateOld(live, frameAt.value, networkView.value?.plantStepMs ?? 100);
    return old ? "?" : stageText(intersection, live);
  });
  const next = useComputed(() => {
    const latest = selectedDecision.value;
    return latest === null ? "—" : nextStageText(latest, selectedLive.value?.stage ?? null, frameAt.value);
  });
  const age = useComputed(() => {
    const at = selectedDecision.value?.at ?? null;
    return at === null ? "—" : `${ageText(frameAt.value - at)} ago`;
  });
  return (
    <section class="decision" aria-labelledby="decision-heading">
      <h3 id="decision-heading">Decision {!sent && <span class="change">shown, not sent</span>}</h3>
      <dl class="facts live">
        <div>
          <dt>Stage now</dt>
          <dd>{shown}</dd>
        </div>
        <div>
          <dt>Next</dt>
          <dd>{next}</dd>
        </div>
        <div>
          <dt>Decided</dt>
          <dd>{age}</dd>
        </div>
      </dl>
      {decision === null ? <p class="reason dim">No decision yet.</p> : <Why decision={decision} />}
    </section>
  );
}

function Why({ decision }: { readonly decision: DecisionView }): JSX.Element {
  const shown = choices(decision);
  return (
    <div class="reason live">
      <p class="dim" id="choices-heading">
        Expected cost by first choice, veh·s
      </p>
      {shown.length === 0 ? (
        <p class="choices dim">no choice</p>
      ) : (
        <ol class="choices" aria-labelledby="choices-heading">
          {shown.map(({ stage, cost, more, chosen }, index) => (
            <li key={`${stage} ${index}`} data-chosen={chosen}>
              <span>
                {stage} {chosen && <em>chosen</em>}
              </span>
              <span>
                <b>{cost}</b> {more}
              </span>
            </li>
          ))}
        </ol>
      )}
      <p class="reason-text">
        <b>Bound by</b> {decision.binding ?? "nothing"}
      </p>
      <p class="reason-text">
        <b>Expected</b> {expectedText(decision)}
      </p>
      <p class="reason-text">
        <b>Seen</b> {seenText(decision)}
      </p>
      {decision.earlier.length > 0 && (
        <ul class="reason-text dim" aria-label="Choices before this one">
          {decision.earlier.map(({ at, stage, reason }) => (
            <li key={at}>
              {stage}, {ageText(decision.at - at)} before: {reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
