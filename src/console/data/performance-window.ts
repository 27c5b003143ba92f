const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export type WindowName = "15min" | "1h" | "3h" | "start";
export type Comparison = "none" | "before" | "yesterday";

/** Instants in [from, to), whole minutes, and the length of its bins. */
export type MeasureWindow = { readonly from: number; readonly to: number; readonly binMinutes: number };

/** A bin is so long that a window has some dozen of them, and a cycle or two at least fits. */
function binMinutesOf(spanMs: number): number {
  if (spanMs <= 30 * MINUTE_MS) return 3;
  if (spanMs <= HOUR_MS) return 5;
  if (spanMs <= 6 * HOUR_MS) return 15;
  return 60;
}

const SPAN_MS: Readonly<Record<Exclude<WindowName, "start">, number>> = {
  "15min": 15 * MINUTE_MS,
  "1h": HOUR_MS,
  "3h": 3 * HOUR_MS,
};

/**
 * The window that ends now: bins begin at multiples of their length since the epoch, so that they stay the same ones while time goes on,
 * and the running minute is in it. `startAt`: when the log begins; a day back at most.
 */
export function windowAt(name: WindowName, now: number, startAt: number | null): MeasureWindow {
  const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  const since = Math.max(startAt ?? to - HOUR_MS, to - DAY_MS);
  const spanMs = name === "start" ? Math.max(MINUTE_MS, to - since) : SPAN_MS[name];
  const binMinutes = binMinutesOf(spanMs);
  const binMs = binMinutes * MINUTE_MS;
  return { from: Math.floor((to - spanMs) / binMs) * binMs, to, binMinutes };
}

/** The window that one is compared with, and how much earlier it is; null for none. */
export function comparedWindow(
  { from, to, binMinutes }: MeasureWindow,
  comparison: Comparison,
): (MeasureWindow & { readonly earlierMs: number }) | null {
  if (comparison === "none") return null;
  const binMs = binMinutes * MINUTE_MS;
  // Whole bins, so that one bin stands beside one bin.
  const earlierMs = comparison === "yesterday" ? DAY_MS : Math.ceil((to - from) / binMs) * binMs;
  return { from: from - earlierMs, to: to - earlierMs, binMinutes, earlierMs };
}
