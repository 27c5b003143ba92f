import { signal } from "@preact/signals";
import type { StudiesView, StudyDetail, StudyRequest, StudyView } from "../../protocol/studies.ts";
import { type ApiAnswer, getJson, sendJson } from "./api.ts";

/** What-if studies as the server told them last; null until it has. */
export const studies = signal<ApiAnswer<StudiesView> | null>(null);

/** The study whose result is shown; null for none. */
export const studyShown = signal<string | null>(null);
/** Results, by study: they do not change any more. */
const details = signal<ReadonlyMap<string, ApiAnswer<StudyDetail>>>(new Map());

export function detailOf(id: string): ApiAnswer<StudyDetail> | undefined {
  return details.value.get(id);
}

export async function loadStudies(): Promise<void> {
  studies.value = await getJson<StudiesView>("api/studies");
}

export async function loadStudy(id: string): Promise<void> {
  const answer = await getJson<StudyDetail>(`api/studies/${encodeURIComponent(id)}`);
  details.value = new Map(details.peek()).set(id, answer);
}

export async function askStudy(request: StudyRequest): Promise<ApiAnswer<StudyView>> {
  const answer = await sendJson<StudyView>("POST", "api/studies", request);
  if (answer.ok) await loadStudies();
  return answer;
}

export async function cancelStudy(id: string): Promise<ApiAnswer<StudyView>> {
  const answer = await sendJson<StudyView>("DELETE", `api/studies/${encodeURIComponent(id)}`, {});
  await loadStudies();
  return answer;
}

export function isActive({ state }: StudyView): boolean {
  return state === "queued" || state === "running";
}
