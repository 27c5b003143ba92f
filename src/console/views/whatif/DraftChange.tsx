import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { StudyDetail, StudyResult } from "../../../protocol/studies.ts";
import { sendJson } from "../../data/api.ts";
import { whyNotPresent } from "../../data/present.ts";
import { may } from "../../data/person.ts";
import { openView } from "../../data/store.ts";
import { Hindrance } from "../parts/BackToLive.tsx";

type Props = { readonly detail: StudyDetail; readonly result: StudyResult };

/** What was tried with other parameters, as a draft of a change of the engine: it is dry-run and approved in the tuning view, as any other. */
export function DraftChange({ detail, result }: Props): JSX.Element | null {
  const [refused, setRefused] = useState<string | null>(null);
  const tried = result.arms.filter(({ settings }) => settings.length > 0);
  if (tried.length === 0) return null;
  const why = whyNotPresent.value ?? (may("draft") ? null : "Your role may not draft changes.");
  const draft = async (settings: readonly string[]): Promise<void> => {
    const set = settings.map((one) => {
      const [path = "", value] = one.split("=");
      return { path, value: Number(value) };
    });
    const title = `${detail.request.name}: ${settings.join(", ")}`.slice(0, 200);
    const answer = await sendJson("POST", "api/changes", { title, set });
    if (answer.ok) openView("tuning");
    else setRefused(answer.fault.message);
  };
  return (
    <section class="card draft-change" aria-label="Draft as a change">
      <h3>Draft as a parameter change</h3>
      <Hindrance why={why} />
      <ul>
        {tried.map(({ name, settings }) => (
          <li key={name}>
            <button
              type="button"
              disabled={why !== null}
              title={why ?? undefined}
              onClick={() => void draft(settings)}
            >
              Draft {settings.join(", ")}
            </button>
          </li>
        ))}
      </ul>
      {refused !== null && <p role="alert">Not drafted: {refused}</p>}
    </section>
  );
}
