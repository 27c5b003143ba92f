import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { IntersectionDetail } from "../../../protocol/live.ts";
import { controlDraft, modeDraft, MODES } from "../../data/drafts.ts";
import { askedText, whyNotAsk } from "../../data/operate.ts";
import { me } from "../../data/person.ts";
import { intersectionNames, selected, selectedDetail, selectedLive } from "../../data/store.ts";
import { Hindrance } from "../parts/BackToLive.tsx";
import { Advised } from "./Advised.tsx";
import { AskButton } from "./AskButton.tsx";
import { InForce } from "./InForce.tsx";
import { OrderForms } from "./OrderForms.tsx";
import { StreetNow } from "./StreetNow.tsx";

/** Everything that can be asked of the selected intersection, and what has been. Each button opens a preview; nothing is sent by one press. */
export function CommandPanel(): JSX.Element | null {
  const heading = useId();
  const intersection = selected.value;
  if (intersection === null) return null;
  const detail = selectedDetail.value;
  const operating = detail?.operating;
  const { id } = intersection;
  return (
    <section class="card operate" aria-labelledby={heading}>
      <header class="operate-head">
        <h2 id={heading}>Operate {intersectionNames.value.get(id) ?? id}</h2>
        <p role="status" class="dim">
          {askedText.value}
        </p>
      </header>
      <Hindrance why={whyNotAsk.value} />
      <div class="operate-grid">
        <div>
          <StreetNow intersection={intersection} />
          <h3>Asked, and what the street shows of it</h3>
          {operating === undefined ? (
            <p class="reason dim">What was asked is not known here.</p>
          ) : (
            <InForce intersection={id} operating={operating} />
          )}
          <ControlAsk intersection={id} detail={detail} />
        </div>
        <div>
          <ModeAsk intersection={id} />
          <Advised intersection={id} detail={detail} />
          <OrderForms intersection={intersection} />
        </div>
      </div>
    </section>
  );
}

function ModeAsk({ intersection }: { readonly intersection: string }): JSX.Element {
  const now = useComputed(() => selectedLive.value?.mode ?? null).value;
  return (
    <fieldset>
      <legend>Mode: how far the engine goes</legend>
      <div class="choices-row">
        {MODES.map(([mode, meaning]) => (
          <AskButton
            key={mode}
            asks={modeDraft([intersection], mode)}
            pressed={mode === now}
            why={mode === now ? `It is in mode ${mode}: ${meaning}.` : null}
          >
            {mode}
            {mode === now ? "" : "…"}
          </AskButton>
        ))}
      </div>
      <p class="dim">{MODES.find(([mode]) => mode === now)?.[1] ?? "not known"}</p>
    </fieldset>
  );
}

type DetailProps = {
  readonly detail: IntersectionDetail | undefined;
};

function ControlAsk({
  intersection,
  detail,
}: DetailProps & { readonly intersection: string }): JSX.Element | null {
  const control = detail?.operating?.control ?? null;
  if (control?.by === me.value?.name) return null;
  return (
    <p class="choices-row">
      <AskButton asks={controlDraft([intersection], control?.by ?? null)}>
        {control === null ? "Take control…" : `Take control from ${control.by}…`}
      </AskButton>
      <span class="dim">
        {control === null
          ? "Nobody has control: everybody who may operate may ask."
          : "What others ask is refused while somebody has control."}
      </span>
    </p>
  );
}
