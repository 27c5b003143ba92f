import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Intersection } from "../../../model/intersection.ts";
import { ageText } from "../../data/clock.ts";
import { isStateOld, LAMP_LETTER, LAMP_TEXT, lampOf, MODE_TEXT, siteMode } from "../../data/site.ts";
import { frameAt, networkView, selectedLive } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";

/** What the street does now, by its controller's last word, beside what is asked of it. */
export function StreetNow({ intersection }: { readonly intersection: Intersection }): JSX.Element {
  const old = useComputed(() =>
    isStateOld(selectedLive.value, frameAt.value, networkView.value?.plantStepMs ?? 100),
  );
  const text = useComputed(() => {
    const live = selectedLive.value;
    const stage = old.value ? "stage not known" : `stage ${live?.stage ?? "not known"}`;
    return `${MODE_TEXT[siteMode(live)]} · plan ${live?.plan ?? "not known"} · ${stage}`;
  });
  const age = useComputed(() => {
    const at = selectedLive.value?.stateAt ?? null;
    return at === null ? "never heard" : `${ageText(frameAt.value - at)} old`;
  });
  return (
    <div class="street-now live" data-old={old}>
      <p>
        <span class="dim">The street {isReplay.value ? "then" : "now"}</span> {text}{" "}
        <span class="dim">· {age}</span>
      </p>
      <ul aria-label="Lamps by phase">
        {intersection.phases.map(({ id }, index) => (
          <li key={id}>
            {id} <Lamp index={index} old={old.value} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Lamp({ index, old }: { readonly index: number; readonly old: boolean }): JSX.Element {
  const lamp = useComputed(() => (old ? "unknown" : lampOf(selectedLive.value?.lamps ?? "", index))).value;
  return (
    <span class={`lamp lamp-${lamp}`} title={LAMP_TEXT[lamp]}>
      {LAMP_LETTER[lamp]}
    </span>
  );
}
