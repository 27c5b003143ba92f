import type { JSX } from "preact";
import type { StudyComparison, StudyResult } from "../../../protocol/studies.ts";
import { VERDICT_SIGN } from "./forest.ts";

/** What was found, in sentences: what is worse first, then what is better; what shows no difference is folded. */
export function Verdicts({ result }: { readonly result: StudyResult }): JSX.Element {
  const { comparisons, selfCheck } = result;
  const told = comparisons.filter(({ verdict }) => verdict === "worse" || verdict === "better");
  const untold = comparisons.filter((one) => !told.includes(one) && one.pairs > 0);
  return (
    <section class="card verdicts" aria-label="Verdicts">
      <h3>Verdicts</h3>
      {told.length === 0 ? (
        <p>No difference is shown: with so few seeds, only large ones would be.</p>
      ) : (
        <Sentences list={told} />
      )}
      {untold.length > 0 && (
        <details>
          <summary>{untold.length} comparisons show no difference</summary>
          <Sentences list={untold} />
        </details>
      )}
      <p class="dim">
        All measures of a variant are judged together (Holm), so that a false alarm among them is rarer than
        one in twenty: an interval that leaves out zero is not yet a difference.
      </p>
      {selfCheck !== null && <p class="dim">{selfCheck}</p>}
    </section>
  );
}

function Sentences({ list }: { readonly list: readonly StudyComparison[] }): JSX.Element {
  return (
    <ul>
      {list.map((one) => (
        <li key={`${one.variant} ${one.measure}`}>
          <span aria-hidden="true" class="verdict-sign">
            {VERDICT_SIGN[one.verdict]}
          </span>{" "}
          {one.sentence}
        </li>
      ))}
    </ul>
  );
}
