import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { ListedDecisionView } from "../../../protocol/decision-answers.ts";
import { explained, level, listed } from "../../data/decisions-source.ts";
import { LEVEL_TEXT, whole } from "../../data/explained.ts";
import { clock, go } from "../../data/store.ts";

/** Decisions around the one that is shown, newest first; those that changed something stand out. */
export function DecisionList(): JSX.Element {
  const own = useComputed(() =>
    listed.value.filter((decision) => decision.level === level.value).toReversed(),
  );
  const shown = explained.value.kind === "ready" ? explained.value.value.id : null;
  return (
    <section class="card why-list" aria-labelledby="decisions-heading">
      <h2 id="decisions-heading">{LEVEL_TEXT[level.value]} decisions</h2>
      <Timeline decisions={own.value} shown={shown} />
      <div class="why-scroll live" tabIndex={0} role="region" aria-label="Decisions, newest first">
        <ol>
          {own.value.map((decision) => (
            <Listed key={decision.id} decision={decision} shown={decision.id === shown} />
          ))}
        </ol>
        {own.value.length === 0 && <p class="reason dim">None in these minutes.</p>}
      </div>
    </section>
  );
}

type ListedProps = { readonly decision: ListedDecisionView; readonly shown: boolean };

function Listed({ decision, shown }: ListedProps): JSX.Element {
  const { at, choice, kept, rival, rivalMoreVehSeconds } = decision;
  return (
    <li>
      <button type="button" aria-current={shown} data-kept={kept} onClick={() => go({ at })}>
        <span>{clock.value.time(at)}</span>
        <b>{kept ? `keep ${choice}` : `→ ${choice}`}</b>
        <span class="dim">
          {rival !== null && rivalMoreVehSeconds !== null
            ? `${rival} ${rivalMoreVehSeconds < 0 ? "" : "+"}${whole(rivalMoreVehSeconds)} veh·s`
            : ""}
        </span>
      </button>
    </li>
  );
}

const WIDTH = 200;
const HEIGHT = 30;

/** The same along time: tall where something was changed. The list beneath is its twin. */
function Timeline({
  decisions,
  shown,
}: {
  readonly decisions: readonly ListedDecisionView[];
  readonly shown: string | null;
}): JSX.Element | null {
  const [last, first] = [decisions[0], decisions.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const xOf = (at: number): number => 4 + ((at - first.at) / (last.at - first.at)) * (WIDTH - 8);
  return (
    <div class="why-timeline live">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" preserveAspectRatio="none">
        <line class="why-axis" x1={0} x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        {decisions.map(({ id, at, kept }) => (
          <line
            key={id}
            class={id === shown ? "why-tick why-tick-shown" : "why-tick"}
            x1={xOf(at)}
            x2={xOf(at)}
            y1={id === shown ? 0 : kept ? HEIGHT - 9 : HEIGHT - 20}
            y2={HEIGHT - 1}
            onClick={() => go({ at })}
          />
        ))}
      </svg>
      <p class="dim">
        <span>{clock.value.time(first.at)}</span>
        <span>{clock.value.time(last.at)}</span>
      </p>
    </div>
  );
}
