import { computed, signal } from "@preact/signals";
import type { AskedAnswer } from "../../protocol/operate.ts";
import type { ControlView } from "../../protocol/operating.ts";
import { type ApiAnswer, sendJson } from "./api.ts";
import { bodyOf, type Draft } from "./drafts.ts";
import { may, me } from "./person.ts";
import { whyNotPresent } from "./present.ts";
import { details } from "./store.ts";

/** What waits to be confirmed; null for nothing. */
export const draft = signal<Draft | null>(null);
/** What was asked last, in words; empty at first. */
export const askedText = signal("");

/** Why nothing can be asked now; null where it can. */
export const whyNotAsk = computed((): string | null => {
  if (whyNotPresent.value !== null) return whyNotPresent.value;
  if (me.value === null) return "Who is signed in is not known yet.";
  return may("operate") ? null : `${me.value.name} may look and not operate.`;
});

type Said = { readonly seconds: number | null; readonly reason: string };

/** What would come of a draft now; `seconds` undefined: with the usual time. */
export async function preview(
  asked: Draft,
  seconds: number | null | undefined,
): Promise<ApiAnswer<AskedAnswer>> {
  const body = seconds === undefined ? asked.body : bodyOf(asked, seconds);
  return await sendJson<AskedAnswer>(asked.method, asked.path, { ...body, dryRun: true });
}

/** Asks it. */
export async function send(asked: Draft, { seconds, reason }: Said): Promise<ApiAnswer<AskedAnswer>> {
  return await sendJson<AskedAnswer>(asked.method, asked.path, { ...bodyOf(asked, seconds), reason });
}

const REASONS_KEY = "phasewise-reasons";
const REASONS_MAX = 6;

/** The reasons that were given last, newest first. */
export const recentReasons = signal<readonly string[]>(storedReasons());

export function rememberReason(reason: string): void {
  const next = [reason, ...recentReasons.peek().filter((other) => other !== reason)].slice(0, REASONS_MAX);
  recentReasons.value = next;
  try {
    localStorage.setItem(REASONS_KEY, JSON.stringify(next));
  } catch {
    // A browser that keeps nothing forgets them with the page.
  }
}

function storedReasons(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(REASONS_KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((one) => typeof one === "string").slice(0, REASONS_MAX) : [];
  } catch {
    return [];
  }
}

export type Area = ControlView & { readonly intersections: readonly string[] };

/** Who has control of what. */
export const areas = computed((): readonly Area[] => {
  const held = new Map<string, Area>();
  for (const { id, operating } of details.value.values()) {
    const control = operating?.control ?? null;
    if (control === null) continue;
    const intersections = [...(held.get(control.area)?.intersections ?? []), id];
    held.set(control.area, { ...control, intersections });
  }
  return [...held.values()];
});

/** In words, what operators have in force at an intersection; empty for nothing. */
export function inForceText(intersection: string): string {
  const operating = details.value.get(intersection)?.operating;
  if (operating === undefined) return "";
  const { commands, modeLease, control } = operating;
  return [
    ...commands.filter(({ state }) => state === "inForce" || state === "asked").map(({ text }) => text),
    ...(modeLease === null ? [] : [`mode for a time, then ${modeLease.standing}`]),
    ...(control === null ? [] : [`control: ${control.by}`]),
  ].join(" · ");
}
