import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { followTuning, loadTuning, tuning, tuningFault } from "../../data/changes.ts";
import { whyNotPresent } from "../../data/present.ts";
import { Hindrance } from "../parts/BackToLive.tsx";
import { ChangeCard } from "./ChangeCard.tsx";
import { ChangeList } from "./ChangeList.tsx";
import { DraftEditor } from "./DraftEditor.tsx";
import { ParameterTable } from "./ParameterTable.tsx";
import { shownChange } from "./state.ts";

/** Parameters of the engine: what is in force, and the way of a change from its draft to a roll back. */
export function TuningView(): JSX.Element {
  useEffect(followTuning, []);
  const load = tuning.value;
  const fault = tuningFault.value;
  if (load === null) return <Blank fault={fault} />;
  const shown = shownChange.value;
  return (
    <div class="view-tuning">
      <h1 class="spoken">Tuning</h1>
      <ParameterTable parameters={load.parameters.parameters} />
      <div class="tuning-side" tabIndex={0} role="region" aria-label="Changes of parameters">
        {fault !== null && (
          <p class="card" role="alert">
            <span class="badge badge-p2">▲ not up to date</span> {fault}
          </p>
        )}
        <Hindrance why={whyNotPresent.value} />
        <DraftEditor parameters={load.parameters.parameters} />
        {shown !== null && <ChangeCard change={shown} changes={load.changes} />}
        <ChangeList changes={load.changes} />
      </div>
    </div>
  );
}

function Blank({ fault }: { readonly fault: string | null }): JSX.Element {
  return (
    <div class="view-page">
      <section class="card" role={fault === null ? "status" : "alert"}>
        <h1>Tuning</h1>
        {fault === null ? (
          <p class="dim">Asking the server for the parameters.</p>
        ) : (
          <>
            <p>
              <span class="badge badge-p2">▲ The parameters could not be read</span> {fault}
            </p>
            <button type="button" onClick={() => void loadTuning()}>
              Try again
            </button>
          </>
        )}
      </section>
    </div>
  );
}
