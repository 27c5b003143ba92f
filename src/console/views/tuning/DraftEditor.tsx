import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ParameterView } from "../../../protocol/change.ts";
import { askChange } from "../../data/changes.ts";
import { refusalOf, Refused } from "./ActButton.tsx";
import { Differences } from "./Differences.tsx";
import { draftDifferences, draftRefusal } from "./edits.ts";
import { clearEdits, draftTitle, edits, revising, showChange } from "./state.ts";

/** What has been typed over the parameters, as the draft that it would make. */
export function DraftEditor({
  parameters,
}: {
  readonly parameters: readonly ParameterView[];
}): JSX.Element | null {
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (edits.value.size === 0 && revising.value === null) return null;
  const differences = draftDifferences(parameters, edits.value);
  const refusal =
    refusalOf(null, "draft", "draft") ?? draftRefusal(parameters, edits.value, draftTitle.value);
  const id = revising.value;
  const save = async (): Promise<void> => {
    setBusy(true);
    const set = differences.map(({ path, to }) => ({ path, value: to }));
    const body = { title: draftTitle.value.trim(), set };
    const { change, refusal: told } = await askChange("POST", id === null ? "" : `/${id}/revise`, body);
    setBusy(false);
    setRefused(told);
    if (change === null) return;
    clearEdits();
    showChange(change);
  };
  return (
    <section class="card tuning-draft" aria-labelledby="tuning-draft">
      <h2 id="tuning-draft">{id === null ? "New draft" : `Revision of ${id}`}</h2>
      <Differences differences={differences} empty="Nothing differs from what is in force." />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (refusal === null) void save();
        }}
      >
        <label for="draft-title">What it is for</label>
        <input
          id="draft-title"
          maxLength={200}
          placeholder="for example: fewer stops on Union Avenue"
          value={draftTitle.value}
          onInput={({ currentTarget }) => (draftTitle.value = currentTarget.value)}
        />
        <div class="act-buttons">
          <button
            type="submit"
            class="primary"
            disabled={refusal !== null || busy}
            title={refusal ?? undefined}
          >
            {id === null ? "Save draft" : "Save revision"}
          </button>
          <button type="button" onClick={clearEdits}>
            Discard
          </button>
          {refusal !== null && <span class="dim">{refusal}</span>}
        </div>
        {refused !== null && <Refused text={refused} />}
      </form>
    </section>
  );
}
