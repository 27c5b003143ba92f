import type { JSX } from "preact";
import type {
  CounterfactualView,
  ExplainedDecisionView,
  StageOutcomeView,
  TimingOutcomeView,
} from "../../../protocol/decision-answers.ts";
import { counterfactual, decideAgain, edits, withoutEdits } from "../../data/decisions-source.ts";
import { candidateBars, figure } from "../../data/explained.ts";
import { clock } from "../../data/store.ts";
import { useSize } from "../parts/use-size.ts";
import { Candidates } from "./Candidates.tsx";
import { Splits } from "./TimingChoice.tsx";

/** The same decision with other inputs: both choices side by side. Nothing of it is sent to the street. */
export function WhatIf({ decision }: { readonly decision: ExplainedDecisionView }): JSX.Element {
  const changed = [...edits.value];
  const answer = counterfactual.value;
  const titles = new Map(
    decision.variables.map(({ path, title, unit, value }) => [path, { title, unit, value }]),
  );
  return (
    <section class="card" aria-labelledby="what-if-heading">
      <h3 id="what-if-heading">
        What if <span class="change">decided again with other inputs; nothing is sent to the street</span>
      </h3>
      {changed.length === 0 ? (
        <p class="reason dim">Change a figure among the inputs above.</p>
      ) : (
        <>
          <ul class="what-if-changes">
            {changed.map(([path, value]) => (
              <li key={path}>
                {titles.get(path)?.title ?? path}: {figure(titles.get(path)?.value ?? 0)} →{" "}
                <b>{figure(value)}</b> {titles.get(path)?.unit}
              </li>
            ))}
          </ul>
          <p class="why-buttons">
            <button type="button" disabled={answer.kind === "asking"} onClick={() => void decideAgain()}>
              {answer.kind === "asking" ? "Deciding…" : "Decide again"}
            </button>
            <button type="button" onClick={withoutEdits}>
              As it was
            </button>
          </p>
        </>
      )}
      <div role="status">
        {answer.kind === "failed" && (
          <p class="reason">
            <span class="badge badge-p3">◆ not decided again</span> {answer.fault.message}
          </p>
        )}
        {answer.kind === "ready" && <Both answer={answer.value} />}
      </div>
    </section>
  );
}

function Both({ answer }: { readonly answer: CounterfactualView }): JSX.Element {
  const { change, before, after } = answer;
  const verdict = { choice: "Another choice", time: "The same stage, another time" } as const;
  return (
    <>
      <p class="why-verdict">
        <b>{change === null ? "The same decision." : `${verdict[change]}.`}</b> {decidedText(after.decided)};
        it was {decidedText(before.decided)}.
      </p>
      <div class="why-both">
        <Side title="As it was" decided={before.decided} against={before.decided} sentences={[]} />
        <Side
          title="With other inputs"
          decided={after.decided}
          against={before.decided}
          sentences={after.sentences}
        />
      </div>
    </>
  );
}

type Decided = StageOutcomeView | TimingOutcomeView;

function decidedText(decided: Decided): string {
  if ("timing" in decided) {
    return `cycle ${decided.timing.cycleMs / 1000} s, offset ${decided.timing.offsetMs / 1000} s`;
  }
  const [first, next] = decided.stages;
  const then = next === undefined ? "" : `, then ${next.stage} from ${clock.value.time(next.startAt)}`;
  return `stage ${first?.stage ?? "none"}${then}`;
}

type SideProps = {
  readonly title: string;
  readonly decided: Decided;
  readonly against: Decided;
  readonly sentences: readonly string[];
};

function Side({ title, decided, against, sentences }: SideProps): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const width = size?.width ?? 0;
  return (
    <div ref={box}>
      <h4>{title}</h4>
      {"timing" in decided ? (
        <Splits
          rows={[[title, decided.timing] as const]}
          changed={"timing" in against ? against.timing : decided.timing}
        />
      ) : (
        width > 0 && (
          <Candidates
            narrow
            bars={candidateBars(decided)}
            width={width}
            label={`${title}: cost by first stage`}
          />
        )
      )}
      {sentences.length > 0 && (
        <details>
          <summary>Its reasons</summary>
          {sentences.map((sentence) => (
            <p key={sentence} class="reason dim">
              {sentence}
            </p>
          ))}
        </details>
      )}
    </div>
  );
}
