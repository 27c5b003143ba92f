import type { JSX } from "preact";
import type { IntersectionDetail } from "../../../protocol/live.ts";
import { clock } from "../../data/store.ts";

/** Approaches that are likely to be congested, and detectors that are not good; nothing where there is neither. */
export function Warnings({
  detail,
}: {
  readonly detail: IntersectionDetail | undefined;
}): JSX.Element | null {
  const warnings = detail?.warnings ?? [];
  const detectors = detail?.detectors ?? [];
  if (warnings.length === 0 && detectors.length === 0) return null;
  return (
    <section aria-labelledby="warnings-heading">
      <h3 id="warnings-heading">Warnings</h3>
      <ul class="warnings">
        {warnings.map(({ link, kind, from, probability }) => (
          <li key={`${link} ${kind}`}>
            <span class={kind === "spillback" ? "badge badge-p2" : "badge badge-p3"}>
              {kind === "spillback" ? "▲ queue longer than" : "◆ over capacity"}
            </span>{" "}
            {link} from {clock.value.minute(from)}
            <span class="dim"> · {Math.round(probability * 100)} % likely</span>
          </li>
        ))}
        {detectors.map(({ detector, state, since, reason }) => (
          <li key={detector} title={reason}>
            <span class={state === "failed" ? "badge badge-p2" : "badge badge-p3"}>
              {state === "failed" ? "▲" : "◆"} detector {state}
            </span>{" "}
            {detector} since {clock.value.minute(since)}
            <span class="dim"> · {reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
