import { signal } from "@preact/signals";
import type { StudiesView, StudyDetail } from "../../protocol/studies.ts";
import { getJson } from "../data/api.ts";
import { comparingStudies, type DelayStudy, delayStudyOf } from "./delay-study.ts";

/** A study takes minutes, and somebody who asks for it. */
const POLL_MS = 60_000;

/** What the latest study says that compares the engine's control with a fixed one; null where there is none, or it is not known yet. */
export const delayStudy = signal<DelayStudy | null>(null);

/** What finished studies said, by id and end: it does not change. */
let read: ReadonlyMap<string, DelayStudy | null> = new Map();

async function ask(): Promise<void> {
  const listed = await getJson<StudiesView>("api/studies");
  // Where none can be run, or the server is away, what is shown stays: it has its date.
  if (!listed.ok) return;
  const candidates = comparingStudies(listed.value.studies);
  const known = new Map<string, DelayStudy | null>();
  let latest: DelayStudy | null = null;
  for (const { id, endedAt } of candidates) {
    const key = `${id} ${endedAt}`;
    const said = read.has(key) ? read.get(key) : await readStudy(id);
    if (said === undefined) return;
    known.set(key, said);
    latest ??= said;
    if (latest !== null) break;
  }
  read = known;
  delayStudy.value = latest;
}

/** `undefined` where it cannot be read now. */
async function readStudy(id: string): Promise<DelayStudy | null | undefined> {
  const answer = await getJson<StudyDetail>(`api/studies/${encodeURIComponent(id)}`);
  return answer.ok ? delayStudyOf(answer.value) : undefined;
}

/** Asks for it as long as the page is there; the returned function ends it. */
export function followDelayStudy(): () => void {
  void ask();
  const timer = setInterval(() => void ask(), POLL_MS);
  return () => clearInterval(timer);
}
