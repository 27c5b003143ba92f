import type { JSX } from "preact";
import type { StudyState, StudyView } from "../../../protocol/studies.ts";
import { ageText } from "../../data/clock.ts";
import { wallAt } from "../../data/store.ts";
import { requestText } from "./study-form.ts";

type Props = {
  readonly studies: readonly StudyView[];
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
};

/** Every study, newest first, with how far it is. */
export function StudyList({ studies, shown, onShow }: Props): JSX.Element {
  if (studies.length === 0) {
    return (
      <p class="reason dim">No study yet. A study runs beside the engine and never touches the street.</p>
    );
  }
  return (
    <ul class="study-items">
      {studies.map((study) => (
        <li key={study.id}>
          <button
            type="button"
            class="study-item"
            aria-current={study.id === shown ? "true" : undefined}
            onClick={() => onShow(study.id)}
          >
            <span class="study-name">{study.request.name}</span>
            <StudyBadge state={study.state} />
            <small class="study-what">{requestText(study.request)}</small>
            <small>
              {study.who}, {ageText(wallAt.value - study.askedAt)} ago
            </small>
            <small class="study-outcome">{outcomeText(study)}</small>
          </button>
          {study.state === "running" && <StudyMeter study={study} />}
        </li>
      ))}
    </ul>
  );
}

const SIGN: Readonly<Record<StudyState, string>> = {
  queued: "◷",
  running: "▸",
  done: "◆",
  failed: "✕",
  cancelled: "○",
  interrupted: "◇",
};

export function StudyBadge({ state }: { readonly state: StudyState }): JSX.Element {
  return (
    <span class={`status study-${state}`}>
      <span aria-hidden="true">{SIGN[state]}</span> {state}
    </span>
  );
}

export function StudyMeter({ study }: { readonly study: StudyView }): JSX.Element {
  const { progress, request } = study;
  return (
    <progress
      class="study-meter"
      aria-label={`${request.name}: runs done`}
      max={progress?.total ?? 1}
      {...(progress === null ? {} : { value: progress.done })}
    />
  );
}

/** What came of it, or how far it is. */
function outcomeText(study: StudyView): string {
  const { state, verdicts, reason } = study;
  if (state === "running") return progressText(study);
  // Its badge says it already; the page says more.
  if (state === "interrupted") return "";
  if (state === "done" && verdicts !== null) return `${verdicts.worse} worse, ${verdicts.better} better`;
  return reason === null ? "" : (reason.split("\n")[0] ?? "").slice(0, 60);
}

export function progressText({ progress }: StudyView): string {
  if (progress === null) return "starting";
  const { done, total, leftMs } = progress;
  const left = leftMs === null ? "" : `, about ${leftText(leftMs)} left`;
  return `${done} of ${total} runs${left}`;
}

function leftText(ms: number): string {
  return ms < 1_000 ? "a moment" : ageText(ms);
}
