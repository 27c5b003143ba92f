import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiAnswer, ApiFault } from "./api.ts";
import { frameAt } from "./store.ts";
import { isTimeJump } from "./time-jump.ts";

/** What was last answered to a question that is asked again and again. */
export type Polled<Value> = {
  /** The last good answer to this question; null before the first. It stays while a newer one is waited for. */
  readonly value: Value | null;
  /** Run time of the frame that was shown when the answer was asked for. */
  readonly asOf: number | null;
  /** Why the latest question was not answered; null where it was. */
  readonly fault: ApiFault | null;
  readonly isLoading: boolean;
};

const NOTHING = { value: null, asOf: null, fault: null, isLoading: true } as const;

/** Answers, or fails, for the instant that is shown; the signal is aborted when nobody waits any more. */
export type Ask<Value> = (at: number, signal: AbortSignal) => Promise<ApiAnswer<Value>>;

/** A slider that is drawn through a day jumps with every pixel. */
const AFTER_JUMP_MS = 300;

/**
 * Asks now, and again `everyMs` of wall time after each answer. `question` names what is asked: with another one the running request
 * is aborted and the next one asked at once, and the picture before it is kept until that is answered. Where time jumps, what was
 * answered is of another time and goes at once. Null asks nothing.
 */
export function usePolled<Value>(question: string | null, everyMs: number, ask: Ask<Value>): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value>>(NOTHING);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (question === null) return undefined;
    let abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      const { signal } = abort;
      const at = frameAt.peek();
      setPolled((before) => ({ ...before, isLoading: true }));
      const answer = await latest.current(at, signal);
      if (signal.aborted) return;
      setPolled((before) =>
        answer.ok
          ? { value: answer.value, asOf: at, fault: null, isLoading: false }
          : { ...before, fault: answer.fault, isLoading: false },
      );
      timer = setTimeout(() => void poll(), everyMs);
    };
    let shownAt = frameAt.peek();
    const endJumps = frameAt.subscribe((at) => {
      const jumps = isTimeJump(shownAt, at);
      shownAt = at;
      if (!jumps) return;
      abort.abort();
      clearTimeout(timer);
      abort = new AbortController();
      setPolled(NOTHING);
      // Between two sources of time nothing is shown: what comes then jumps as well.
      if (at > 0) timer = setTimeout(() => void poll(), AFTER_JUMP_MS);
    });
    void poll();
    return () => {
      endJumps();
      abort.abort();
      clearTimeout(timer);
    };
  }, [question, everyMs]);
  return polled;
}

/** Draws whoever calls it anew once a wall second, and says the instant that is shown then. */
export function useSlowTime(): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return frameAt.peek();
}
