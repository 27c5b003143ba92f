import type { JSX } from "preact";
import { type DraftDifference, unitText } from "./edits.ts";

/** Parameter by parameter, what is and what would be. */
export function Differences({
  differences,
  empty,
}: {
  readonly differences: readonly DraftDifference[];
  readonly empty: string;
}): JSX.Element {
  if (differences.length === 0) return <p class="dim">{empty}</p>;
  return (
    <ul class="differences live" aria-label="Differences">
      {differences.map(({ path, unit, from, to }) => (
        <li key={path}>
          <code>{path}</code>
          <span>
            <del>{from}</del> <span aria-hidden="true">→</span> <ins>{to}</ins>
            {unitText(unit)}
          </span>
        </li>
      ))}
    </ul>
  );
}
