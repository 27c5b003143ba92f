import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { ExplainedDecisionView } from "../../../protocol/decision-answers.ts";
import { asking, explained, followDecisions, level, stepDecision } from "../../data/decisions-source.ts";
import { LEVEL_TEXT } from "../../data/explained.ts";
import { selected } from "../../data/store.ts";
import { isTyping } from "../shell/keys.ts";
import { letterKeys } from "../shell/switches.ts";
import { Bounds } from "./Bounds.tsx";
import { DecisionHead } from "./DecisionHead.tsx";
import { DecisionList } from "./DecisionList.tsx";
import { Outcome } from "./Outcome.tsx";
import { SensitivityCard } from "./SensitivityCard.tsx";
import { StageChoice } from "./StageChoice.tsx";
import { StageInputs } from "./StageInputs.tsx";
import { TimingChoice } from "./TimingChoice.tsx";
import { TimingInputs } from "./TimingInputs.tsx";
import { WhatIf } from "./WhatIf.tsx";

/** Why an intersection's stage or timing plan was chosen: what it was made on, what else was looked at, what came of it. */
export function DecisionsView(): JSX.Element {
  useEffect(followDecisions, []);
  useEffect(followKeys, []);
  const intersection = selected.value;
  if (intersection === null) return <p class="card">This network has no intersection.</p>;
  const shown = explained.value;
  return (
    <div class="why">
      <DecisionList />
      <div class="view-page" tabIndex={0} role="region" aria-label={`Why? ${intersection.name}`}>
        <DecisionHead name={intersection.name} />
        {shown.kind === "ready" ? (
          <Explained key={shown.value.level} decision={shown.value} />
        ) : shown.kind === "failed" ? (
          <Failed status={shown.fault.status} message={shown.fault.message} />
        ) : (
          <p class="card dim" role="status">
            Reading the decision, and taking each rule away once to see which of them bound it
            {level.value === "strategic" && "; for the timing of a whole group that takes some seconds"}.
          </p>
        )}
      </div>
    </div>
  );
}

function Explained({ decision }: { readonly decision: ExplainedDecisionView }): JSX.Element {
  return (
    <div class="why-columns" aria-busy={asking.value}>
      <div class="why-column">
        {decision.level === "tactical" ? (
          <StageChoice decision={decision} />
        ) : (
          <TimingChoice decision={decision} />
        )}
        <Bounds decision={decision} />
        <Outcome decision={decision} />
      </div>
      <div class="why-column">
        {decision.level === "tactical" ? (
          <StageInputs decision={decision} />
        ) : (
          <TimingInputs decision={decision} />
        )}
        <WhatIf decision={decision} />
        <SensitivityCard decision={decision} />
      </div>
    </div>
  );
}

/** Why there is nothing to show, and what can be done about it. */
function Failed({ status, message }: { readonly status: number; readonly message: string }): JSX.Element {
  const other = level.value === "tactical" ? "strategic" : "tactical";
  return (
    <div class="card" role="status">
      <h3>
        {status === 404 ? (
          "No such decision is remembered"
        ) : (
          <span class="badge badge-p3">◆ The decision cannot be explained now</span>
        )}
      </h3>
      <p class="reason">{message}</p>
      {status === 404 && (
        <>
          <p class="reason dim">
            Decisions are remembered for as long as the history is kept. Where an intersection follows its
            plan, no stages are chosen; timing plans are chosen every few minutes.
          </p>
          <p class="reason">
            <button type="button" onClick={() => (level.value = other)}>
              Show the {LEVEL_TEXT[other].toLowerCase()} instead
            </button>
          </p>
        </>
      )}
    </div>
  );
}

/** `,` and `.` step through the decisions. */
function followKeys(): () => void {
  addEventListener("keydown", stepByKey);
  return () => removeEventListener("keydown", stepByKey);
}

function stepByKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !letterKeys.peek() || isTyping(event.target)) return;
  if (event.key === ",") stepDecision(-1);
  else if (event.key === ".") stepDecision(1);
  else return;
  event.preventDefault();
}
