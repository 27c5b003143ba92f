import type { JSX } from "preact";
import type { ExplainedDecisionView } from "../../../protocol/decision-answers.ts";

/** The rules without which another choice would have been made. */
export function Bounds({ decision }: { readonly decision: ExplainedDecisionView }): JSX.Element {
  const { bounds } = decision;
  return (
    <section class="card" aria-labelledby="bounds-heading">
      <h3 id="bounds-heading">
        Bound by <span class="change">found by deciding again without each rule</span>
      </h3>
      {bounds.length === 0 ? (
        <p class="reason">No rule: without any one of them the choice is the same.</p>
      ) : (
        <ul class="bounds">
          {bounds.map(({ rule, title, changes, instead }) => (
            <li key={rule}>
              <code>{rule}</code>
              <div>
                <p>
                  <b>{title}</b>{" "}
                  <span class="dim">{changes === "choice" ? "decided it" : "set its time"}</span>
                </p>
                <p class="dim">Without it, {instead}.</p>
              </div>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>The whole explanation in words</summary>
        {decision.sentences.map((sentence) => (
          <p key={sentence} class="reason">
            {sentence}
          </p>
        ))}
      </details>
    </section>
  );
}
