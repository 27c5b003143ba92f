import { batch, effect, signal } from "@preact/signals";
import type {
  CounterfactualView,
  DecisionListView,
  ExplainedDecisionView,
  ListedDecisionView,
} from "../../protocol/decision-answers.ts";
import { type ApiFault, getJson, sendJson } from "./api.ts";
import { type DecisionLevel, type Edits, listedAfter, neighbour } from "./explained.ts";
import { frameAt, go, place, selectedId } from "./store.ts";
import { isReplay } from "./time.ts";

/** What is read of the server, from the question to the answer. */
export type Asked<Value> =
  | { readonly kind: "none" }
  | { readonly kind: "asking" }
  | { readonly kind: "ready"; readonly value: Value }
  | { readonly kind: "failed"; readonly fault: ApiFault };

const NONE = { kind: "none" } as const;

export const level = signal<DecisionLevel>("tactical");
/** The decision that is shown; the one before stays while the next one is asked for. */
export const explained = signal<Asked<ExplainedDecisionView>>(NONE);
/** Whether another one is being asked for. */
export const asking = signal(false);
export const sensitivity = signal<Asked<NonNullable<ExplainedDecisionView["sensitivity"]>>>(NONE);
export const listed = signal<readonly ListedDecisionView[]>([]);
export const edits = signal<Edits>(new Map());
export const counterfactual = signal<Asked<CounterfactualView>>(NONE);

const REFRESH_MS = 4_000;
/** What cannot be had is not asked for all the time. */
const FAILED_TURNS = 8;
const LISTED_BEFORE_MS = 10 * 60_000;
const LISTED_AFTER_MS = 4 * 60_000;

/** Reads the decision that the address names, and those around it; the returned function ends it. */
export function followDecisions(): () => void {
  let listedOf: string | null = null;
  const endQuestion = effect(() => {
    const [id, at, wanted] = [selectedId.value, place.value.at, level.value];
    if (id === null) return;
    if (listedOf !== id) {
      listedOf = id;
      batch(() => {
        listed.value = [];
        explained.value = { kind: "asking" };
      });
    }
    forget();
    void readExplanation(id, at, wanted);
    void readList(id, at);
  });
  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    const id = selectedId.peek();
    if (explained.peek().kind === "failed" && turn % FAILED_TURNS !== 0) return;
    // Whoever tries other inputs keeps the decision that he tries them on.
    if (id === null || isReplay.peek() || edits.peek().size > 0 || asking.peek()) return;
    void readList(id, null).then((news) => {
      if (news) void readExplanation(id, null, level.peek());
    });
  }, REFRESH_MS);
  return () => {
    clearInterval(timer);
    endQuestion();
    explained.value = NONE;
    forget();
  };
}

function forget(): void {
  batch(() => {
    edits.value = new Map();
    counterfactual.value = NONE;
    sensitivity.value = NONE;
  });
}

let question = 0;

async function readExplanation(id: string, at: number | null, wanted: DecisionLevel): Promise<void> {
  question += 1;
  const own = question;
  asking.value = true;
  const answer = await getJson<ExplainedDecisionView>(explanationPath(id, at, wanted, false));
  if (own !== question) return;
  batch(() => {
    asking.value = false;
    if (answer.ok && shownId() !== answer.value.id) forget();
    explained.value = answer.ok
      ? { kind: "ready", value: answer.value }
      : { kind: "failed", fault: answer.fault };
  });
}

function shownId(): string | null {
  const shown = explained.peek();
  return shown.kind === "ready" ? shown.value.id : null;
}

function explanationPath(
  id: string,
  at: number | null,
  wanted: DecisionLevel,
  withSensitivity: boolean,
): string {
  const instant = at === null ? "" : `&at=${at}`;
  const more = withSensitivity ? "&sensitivity=true" : "";
  return `api/decisions/${encodeURIComponent(id)}/explanation?level=${wanted}${instant}${more}`;
}

/** Whether the latest decision of the level that is shown has become another one. */
async function readList(id: string, at: number | null): Promise<boolean> {
  const around = at ?? frameAt.peek();
  const from = Math.max(0, Math.floor(around - LISTED_BEFORE_MS));
  const to = Math.floor(around + LISTED_AFTER_MS);
  const path = `api/decisions/${encodeURIComponent(id)}/list?from=${from}&to=${to}`;
  const answer = await getJson<DecisionListView>(path);
  if (!answer.ok || selectedId.peek() !== id) return false;
  listed.value = listedAfter(listed.peek(), answer.value.decisions);
  const last = listed.peek().findLast((decision) => decision.level === level.peek());
  return last !== undefined && last.id !== shownId();
}

/** Works out what would have changed the decision that is shown: seconds of processor. */
export async function askSensitivity(): Promise<void> {
  const shown = explained.peek();
  if (shown.kind !== "ready") return;
  sensitivity.value = { kind: "asking" };
  const { id, intersection, at, level: own } = shown.value;
  const answer = await getJson<ExplainedDecisionView>(explanationPath(intersection, at, own, true));
  if (shownId() !== id) return;
  sensitivity.value = answer.ok
    ? { kind: "ready", value: answer.value.sensitivity ?? [] }
    : { kind: "failed", fault: answer.fault };
}

/** Decides the shown decision again with the edited inputs. Nothing of it is sent anywhere. */
export async function decideAgain(): Promise<void> {
  const shown = explained.peek();
  if (shown.kind !== "ready" || edits.peek().size === 0) return;
  counterfactual.value = { kind: "asking" };
  const { id, intersection, at, level: own } = shown.value;
  const body = { at, level: own, inputs: Object.fromEntries(edits.peek()) };
  const path = `api/decisions/${encodeURIComponent(intersection)}/counterfactual`;
  const answer = await sendJson<CounterfactualView>("POST", path, body);
  if (shownId() !== id) return;
  counterfactual.value = answer.ok
    ? { kind: "ready", value: answer.value }
    : { kind: "failed", fault: answer.fault };
}

export function withoutEdits(): void {
  batch(() => {
    edits.value = new Map();
    counterfactual.value = NONE;
  });
}

/** Goes to the decision before or after the one that is shown. */
export function stepDecision(step: 1 | -1): void {
  const shown = explained.peek();
  const at = shown.kind === "ready" ? shown.value.at : (place.peek().at ?? frameAt.peek());
  const next = neighbour(listed.peek(), level.peek(), at, step);
  if (next !== null) go({ at: next.at });
}
