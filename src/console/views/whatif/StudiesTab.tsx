import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { StudiesView } from "../../../protocol/studies.ts";
import { isActive, loadStudies, studies, studyShown } from "../../data/studies.ts";
import { NewStudy } from "./NewStudy.tsx";
import { newStudy } from "./shown.ts";
import { StudyList } from "./StudyList.tsx";
import { StudyPage } from "./StudyPage.tsx";

/** Progress comes once a second; while nothing runs, somebody else may still ask for a study. */
const ACTIVE_EVERY_MS = 1_000;
const IDLE_EVERY_MS = 5_000;

export function StudiesTab(): JSX.Element {
  const answer = studies.value;
  const active = answer?.ok === true && answer.value.studies.some(isActive);
  useEffect(() => {
    void loadStudies();
    const timer = setInterval(() => void loadStudies(), active ? ACTIVE_EVERY_MS : IDLE_EVERY_MS);
    return () => clearInterval(timer);
  }, [active]);
  if (answer === null) {
    return (
      <p class="card" role="status">
        Asking the server for its studies…
      </p>
    );
  }
  if (!answer.ok) {
    return (
      <div class="card" role="alert">
        <p>Studies are not to be had: {answer.fault.message}</p>
        <button type="button" onClick={() => void loadStudies()}>
          Try again
        </button>
      </div>
    );
  }
  return <Studies view={answer.value} />;
}

function Studies({ view }: { readonly view: StudiesView }): JSX.Element {
  const shown = view.studies.find(({ id }) => id === studyShown.value) ?? view.studies[0] ?? null;
  const asked = newStudy.value;
  const asks = asked !== null || shown === null;
  const offsets = asked?.offsets ?? [];
  return (
    <div class="studies">
      <section class="card studies-list" aria-label="Studies">
        <header>
          <h2>Studies</h2>
          <button type="button" aria-pressed={asks} onClick={() => (newStudy.value = { offsets: [] })}>
            + New study
          </button>
        </header>
        <StudyList
          studies={view.studies}
          shown={asks ? null : (shown?.id ?? null)}
          onShow={(id) => {
            studyShown.value = id;
            newStudy.value = null;
          }}
        />
      </section>
      {asks || shown === null ? (
        <NewStudy
          key={offsets.join(" ")}
          offsets={offsets}
          choices={view.choices}
          onAsked={(id) => {
            studyShown.value = id;
            newStudy.value = null;
          }}
        />
      ) : (
        <StudyPage key={shown.id} study={shown} />
      )}
    </div>
  );
}
