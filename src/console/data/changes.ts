import { signal } from "@preact/signals";
import type { ChangesView, ChangeView, ParametersView } from "../../protocol/change.ts";
import { getJson, sendJson } from "./api.ts";

/** What the server last said of parameters and changes; null before it did. */
export type TuningLoad = { readonly parameters: ParametersView; readonly changes: ChangesView };

export const tuning = signal<TuningLoad | null>(null);
/** Why the last question was not answered; null while it was. */
export const tuningFault = signal<string | null>(null);

const FAST_MS = 1_000;
const SLOW_MS = 3_000;

/** Asks again and again until the returned function is called: each second while something is under way, else each third. */
export function followTuning(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const ask = async (): Promise<void> => {
    await loadTuning();
    if (ended) return;
    const waits = tuning.peek()?.changes.changes.some(isUnderWay) ?? true;
    timer = setTimeout(() => void ask(), waits ? FAST_MS : SLOW_MS);
  };
  void ask();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

export async function loadTuning(): Promise<void> {
  const [parameters, changes] = await Promise.all([
    getJson<ParametersView>("api/parameters"),
    getJson<ChangesView>("api/changes"),
  ]);
  if (parameters.ok && changes.ok) {
    tuning.value = { parameters: parameters.value, changes: changes.value };
    tuningFault.value = null;
    return;
  }
  const failed = [parameters, changes].find((answer) => !answer.ok);
  tuningFault.value = failed?.ok === false ? failed.fault.message : null;
}

function isUnderWay({ state, dryRun, rollBackAsked }: ChangeView): boolean {
  return state === "scheduled" || dryRun?.outcome.kind === "running" || rollBackAsked !== null;
}

/** Asks the server for something and shows at once what came of it; why it was not done, or null. */
export async function askChange(
  method: "POST" | "DELETE",
  path: string,
  body: object,
): Promise<{ readonly change: string | null; readonly refusal: string | null }> {
  const answer = await sendJson<{ readonly change: string }>(method, `api/changes${path}`, body);
  await loadTuning();
  return answer.ok
    ? { change: answer.value.change, refusal: null }
    : { change: null, refusal: answer.fault.message };
}
