import { computed, signal } from "@preact/signals";
import type { StripView } from "../../protocol/strip.ts";
import { getJson } from "./api.ts";
import { ceilMs } from "../draw/planned.ts";
import { frame, frameAt, lampHistory, networkView, selected, selectedId } from "./store.ts";
import { servicesOf, shownUntil } from "./strip.ts";
import { withYellowLimits } from "./yellow-limits.ts";

/** How much of the past the strip shows, milliseconds. */
export const STRIP_SPANS = [90_000, 180_000, 360_000] as const;
export const stripSpanMs = signal<(typeof STRIP_SPANS)[number]>(STRIP_SPANS[1]);

/** What the strip is compared with: so long before; null for nothing. */
export const COMPARISONS: readonly (readonly [name: string, ms: number | null])[] = [
  ["nothing", null],
  ["1 h before", 3_600_000],
  ["the day before", 86_400_000],
  ["7 days before", 7 * 86_400_000],
];
export const comparedMs = signal<number | null>(null);

type StripLoad =
  | { readonly kind: "loading" }
  | { readonly kind: "ready"; readonly view: StripView }
  /** What is stored cannot be had: why, in the server's words. */
  | { readonly kind: "absent"; readonly reason: string };

const load = signal<StripLoad>({ kind: "loading" });
const comparedLoad = signal<StripLoad | null>(null);

export const strip = computed(() => {
  const { value } = load;
  return value.kind === "ready" && value.view.intersection === selectedId.value ? value.view : null;
});
export const compared = computed(() => {
  const { value } = comparedLoad;
  return value?.kind === "ready" && value.view.intersection === selectedId.value ? value.view : null;
});

/** Why the strip has no causes, calls and detectors; null where it has them, or waits for them. */
export const stripAbsent = computed(() => (load.value.kind === "absent" ? load.value.reason : null));
export const comparedAbsent = computed(() =>
  comparedLoad.value?.kind === "absent" ? comparedLoad.value.reason : null,
);

const selectedLamps = computed(() => lampHistory.value.byId.get(selectedId.value ?? "") ?? NONE);
const NONE: readonly never[] = [];

/** How long yellow lasts on this plant, by place of the phase. */
const yellowMs = computed(() => {
  const stepMs = networkView.value?.plantStepMs ?? 1_000;
  return (selected.value?.phases ?? []).map(({ yellowSeconds }) => ceilMs(yellowSeconds, stepMs));
});

/** What the heads of the selected intersection showed up to the latest frame; anew only when one of them changed. */
export const shown = computed(() => {
  const [stored, lamps] = [strip.value, selectedLamps.value];
  const told = shownUntil(stored, lamps, frame.peek()?.at ?? 0);
  return withYellowLimits(told, yellowMs.value, stored?.toldTo ?? null);
});

export const services = computed(() => {
  const [phases, ends, entries] = [selected.value?.phases ?? [], strip.value?.ends ?? [], shown.value];
  return servicesOf(phases, entries, ends, frame.peek()?.at ?? 0);
});

const POLL_MS = 2_000;
/** What cannot be had is not asked for all the time. */
const ABSENT_POLL_MS = 30_000;
const COMPARED_POLL_MS = 10_000;
/** Read beyond what is shown, so that a bar does not lose its begin at the edge. */
const MARGIN_MS = 60_000;

/** Reads what is stored of the selected intersection again and again; the returned function ends it. */
export function followStrip(): () => void {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let comparedAt = Number.NEGATIVE_INFINITY;
  let comparedWith = "";
  const turn = async (): Promise<void> => {
    const [id, now] = [selectedId.peek(), frameAt.peek()];
    if (id !== null && now > 0) {
      const key = `${id} ${comparedMs.peek()}`;
      const due = key !== comparedWith || Math.abs(performance.now() - comparedAt) > COMPARED_POLL_MS;
      const answers = await Promise.all([read(id, now), due ? readCompared(id, now) : null]);
      if (due) [comparedAt, comparedWith] = [performance.now(), key];
      if (ended || id !== selectedId.peek()) return again(0);
      load.value = answers[0];
      if (due) comparedLoad.value = answers[1];
    }
    again(load.peek().kind === "absent" ? ABSENT_POLL_MS : POLL_MS);
  };
  const again = (waitMs: number): void => {
    if (!ended) timer = setTimeout(() => void turn(), waitMs);
  };
  load.value = { kind: "loading" };
  comparedLoad.value = null;
  const endSelection = followSelection(() => {
    clearTimeout(timer);
    again(0);
  });
  return () => {
    ended = true;
    clearTimeout(timer);
    endSelection();
  };
}

/** Calls back at once and whenever something else is to be read. */
function followSelection(act: () => void): () => void {
  const key = computed(() => `${selectedId.value} ${stripSpanMs.value} ${comparedMs.value}`);
  return key.subscribe(act);
}

async function read(id: string, now: number): Promise<StripLoad> {
  return await readWindow(id, now - stripSpanMs.peek() - MARGIN_MS, now);
}

async function readCompared(id: string, now: number): Promise<StripLoad | null> {
  const before = comparedMs.peek();
  if (before === null) return null;
  const at = now - before;
  const answer = await readWindow(id, at - stripSpanMs.peek() - MARGIN_MS, at + COMPARED_POLL_MS * 6);
  if (answer.kind !== "ready" || answer.view.toldTo !== null) return answer;
  return { kind: "absent", reason: "nothing is stored of that time" };
}

async function readWindow(id: string, from: number, to: number): Promise<StripLoad> {
  const path = `api/intersections/${encodeURIComponent(id)}/strip`;
  const answer = await getJson<StripView>(
    `${path}?from=${Math.max(0, Math.floor(from))}&to=${Math.floor(to)}`,
  );
  return answer.ok ? { kind: "ready", view: answer.value } : { kind: "absent", reason: answer.fault.message };
}
