import type { JSX } from "preact";
import type { RefusalView } from "../../../protocol/operating.ts";

/** By which rule, and why. */
export function Refusals({ refusals }: { readonly refusals: readonly RefusalView[] }): JSX.Element {
  return (
    <ul class="refusals">
      {refusals.map(({ rule, detail }) => (
        <li key={`${rule} ${detail}`}>
          <b>{rule}</b> {detail}
        </li>
      ))}
    </ul>
  );
}
