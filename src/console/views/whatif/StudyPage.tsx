import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { StudyDetail, StudyResult, StudyView } from "../../../protocol/studies.ts";
import { may } from "../../data/person.ts";
import { clock } from "../../data/store.ts";
import { askStudy, cancelStudy, detailOf, isActive, loadStudy, studyShown } from "../../data/studies.ts";
import { DraftChange } from "./DraftChange.tsx";
import { ForestPlot } from "./ForestPlot.tsx";
import { MeansTable } from "./MeansTable.tsx";
import { OffsetsTried } from "./OffsetsTried.tsx";
import { progressText, StudyBadge, StudyMeter } from "./StudyList.tsx";
import { requestText } from "./study-form.ts";
import { Verdicts } from "./Verdicts.tsx";

/** One study: how far it is, or what it came to. */
export function StudyPage({ study }: { readonly study: StudyView }): JSX.Element {
  const { id, state } = study;
  useEffect(() => {
    if (state === "done") void loadStudy(id);
  }, [id, state]);
  return (
    <article class="study-page" aria-label={study.request.name}>
      <Head study={study} />
      {state === "done" && <Outcome study={study} />}
      {state === "queued" && <p class="card">It waits for the studies before it.</p>}
      {state === "running" && (
        <section class="card study-progress" aria-label="Progress">
          <p role="status">{progressText(study)}</p>
          <StudyMeter study={study} />
          <p class="dim">
            One core, behind the engine. You may leave this page; the study goes on, and what is finished is
            kept when it is cancelled.
          </p>
        </section>
      )}
      {hasEndedWithout(study) && (
        <section class="card" aria-label="Why it has no result">
          <p class="study-reason">{study.reason}</p>
        </section>
      )}
    </article>
  );
}

/** Over, and without a result: it can be asked for again. */
function hasEndedWithout({ state }: StudyView): boolean {
  return state === "failed" || state === "cancelled" || state === "interrupted";
}

function Head({ study }: { readonly study: StudyView }): JSX.Element {
  const [refused, setRefused] = useState<string | null>(null);
  const { id, request, state, who, streetAt } = study;
  const allowed = may("study");
  const cancel = async (): Promise<void> => {
    const answer = await cancelStudy(id);
    setRefused(answer.ok ? null : answer.fault.message);
  };
  const startAgain = async (): Promise<void> => {
    const answer = await askStudy(request);
    setRefused(answer.ok ? null : answer.fault.message);
    if (answer.ok) studyShown.value = answer.value.id;
  };
  return (
    <header class="card study-head">
      <h2>
        {request.name} <StudyBadge state={state} />
      </h2>
      <p>{requestText(request)}</p>
      <p class="dim">
        Asked for by {who}
        {streetAt !== null &&
          ` at ${clock.value.time(streetAt)} of the street, ${clock.value.date(streetAt)}`}
      </p>
      <div class="study-tools">
        {isActive(study) && (
          <button
            type="button"
            onClick={() => void cancel()}
            disabled={!allowed}
            title={allowed ? undefined : "Your role may not cancel studies."}
          >
            Cancel study
          </button>
        )}
        {hasEndedWithout(study) && (
          <button
            type="button"
            onClick={() => void startAgain()}
            disabled={!allowed}
            title={allowed ? undefined : "Your role may not ask for studies."}
          >
            Start again
          </button>
        )}
        {state === "done" && (
          <a href={`api/studies/${encodeURIComponent(id)}/report`} target="_blank" rel="noreferrer">
            Full report
          </a>
        )}
        {refused !== null && <span role="alert">{refused}</span>}
      </div>
    </header>
  );
}

function Outcome({ study }: { readonly study: StudyView }): JSX.Element {
  const answer = detailOf(study.id);
  if (answer === undefined) {
    return (
      <p class="card" role="status">
        Reading the result…
      </p>
    );
  }
  if (!answer.ok) {
    return (
      <p class="card" role="alert">
        The result cannot be read: {answer.fault.message}
      </p>
    );
  }
  const { result } = answer.value;
  return result === null ? (
    <p class="card">It has no result.</p>
  ) : (
    <Result detail={answer.value} result={result} />
  );
}

function Result({
  detail,
  result,
}: {
  readonly detail: StudyDetail;
  readonly result: StudyResult;
}): JSX.Element {
  const { failed } = result;
  return (
    <>
      {result.unsafe && (
        <p class="card" role="alert">
          <span class="badge badge-p1">■ unsafe</span> A run broke a safety rule: see the full report.
        </p>
      )}
      {failed.length > 0 && (
        <p class="card">
          {failed.length} runs failed and are left out:{" "}
          {failed.map(({ arm, seed }) => `${arm}, seed ${seed}`).join("; ")}.
        </p>
      )}
      <OffsetsTried result={result} />
      <ForestPlot
        result={result}
        fileName={`study-${detail.request.name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`}
      />
      <Verdicts result={result} />
      <MeansTable result={result} />
      <DraftChange detail={detail} result={result} />
    </>
  );
}
