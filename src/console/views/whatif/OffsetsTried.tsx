import type { JSX } from "preact";
import type { StudyResult } from "../../../protocol/studies.ts";
import { offsetWords } from "./offset-words.ts";

/** The offsets that a study has tried, by intersection. */
export function OffsetsTried({ result }: { readonly result: StudyResult }): JSX.Element | null {
  // All arms that have any have the same.
  const arms = result.arms.filter(({ offsets = [] }) => offsets.length > 0);
  const [first] = arms;
  if (first === undefined) return null;
  return (
    <section class="card offsets-tried" aria-label="Offsets tried">
      <h3>Offsets tried</h3>
      <ul>
        {first.offsets?.map((one) => (
          <li key={one}>{offsetWords(one)}</li>
        ))}
      </ul>
      <p class="dim">
        With them against the same plans without ({arms.map(({ control }) => control).join(", ")}).
        Controllers begin in step in both: what it costs to get there is in neither.
      </p>
    </section>
  );
}
