import type { Timer } from "../../src/ports/timer.ts";

/** Wall time that moves when the test says so. */
export function handTimer() {
  let now = 0;
  let due: { readonly at: number; readonly run: () => void }[] = [];
  const timer: Timer = (delayMs, run) => {
    const entry = { at: now + delayMs, run };
    due.push(entry);
    return () => {
      due = due.filter((other) => other !== entry);
    };
  };
  /** Runs what falls due, one after the other. */
  const pass = (wallMs: number): void => {
    const end = now + wallMs;
    for (;;) {
      const next = due.toSorted((left, right) => left.at - right.at)[0];
      if (next === undefined || next.at > end) break;
      due = due.filter((other) => other !== next);
      now = next.at;
      next.run();
    }
    now = end;
  };
  return { timer, pass, waiting: () => due.length };
}
