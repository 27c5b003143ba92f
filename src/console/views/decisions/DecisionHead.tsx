import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { addressOf } from "../../data/address.ts";
import { ageText } from "../../data/clock.ts";
import { asking, explained, level, stepDecision } from "../../data/decisions-source.ts";
import { asText, type DecisionLevel, LEVEL_TEXT } from "../../data/explained.ts";
import { clock, frameAt, go, place, selectedId } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";

const LEVELS: readonly DecisionLevel[] = ["tactical", "strategic"];

/** What was decided in one sentence, and the way to other decisions. */
export function DecisionHead({ name }: { readonly name: string }): JSX.Element {
  const shown = explained.value;
  const decision = shown.kind === "ready" ? shown.value : null;
  const age = decision === null ? null : ageText(frameAt.value - decision.at);
  const [first, second] = decision?.sentences ?? [];
  return (
    <header class="card why-head">
      <div class="why-tools">
        <h2>{name}</h2>
        <div role="group" aria-label="Level">
          {LEVELS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={level.value === one}
              onClick={() => (level.value = one)}
            >
              {LEVEL_TEXT[one]}
            </button>
          ))}
        </div>
        <div role="group" aria-label="Step">
          <button type="button" onClick={() => stepDecision(-1)} title="The decision before ( , )">
            ‹ before
          </button>
          <button type="button" onClick={() => stepDecision(1)} title="The decision after ( . )">
            after ›
          </button>
          <button type="button" aria-pressed={!isReplay.value} onClick={() => go({ at: null })}>
            latest
          </button>
        </div>
        {decision !== null && (
          <span class="dim">
            {clock.value.time(decision.at)}, {age} ago{asking.value && " · reading"}
          </span>
        )}
        <Passing />
      </div>
      {first !== undefined && <p class="why-sentence live">{first}</p>}
      {second !== undefined && <p class="why-second live">{second}</p>}
    </header>
  );
}

/** The explanation as text, its permanent link, and the street at that instant. */
function Passing(): JSX.Element | null {
  const [copied, setCopied] = useState<string | null>(null);
  const shown = explained.value;
  if (shown.kind !== "ready") return null;
  const { at, intersection } = shown.value;
  const link = addressOf({ view: "decisions", intersection, at });
  const copy = async (what: string, text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(`${what} copied`);
    } catch {
      setCopied("this browser does not let pages copy");
    }
  };
  const address = new URL(link, document.baseURI).href;
  return (
    <div class="why-passing" role="group" aria-label="Pass on">
      <span class="dim" role="status">
        {copied}
      </span>
      <button type="button" onClick={() => void copy("text", asText(shown.value, address))}>
        Copy as text
      </button>
      <button type="button" onClick={() => void copy("link", address)}>
        Copy link
      </button>
      <a
        class="button"
        href={addressOf({
          view: "intersection",
          intersection: place.value.intersection ?? selectedId.value,
          at,
        })}
      >
        Street at that instant
      </a>
    </div>
  );
}
