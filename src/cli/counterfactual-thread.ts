import { Worker } from "node:worker_threads";
import type { Timer } from "../ports/timer.ts";
import type { CounterfactualResult, CounterfactualTask, Unanswered } from "../server/counterfactual.ts";
import type { ExplanationResult, ExplanationTask } from "../server/explanation.ts";

/** A group's timing plan takes up to 7 s with all its rules, and machines differ. */
const DEADLINE_MS = 30_000;

/** Who comes behind so many others is told to ask again. */
const WAITING_MAX = 8;

export type DecisionTask =
  | { readonly kind: "counterfactual"; readonly task: CounterfactualTask }
  | { readonly kind: "explanation"; readonly task: ExplanationTask };

export type DecisionResult = CounterfactualResult | ExplanationResult;

/** What is used of a worker. */
export type CounterfactualWorker = Pick<Worker, "postMessage" | "terminate"> & {
  on(event: "message", listener: (result: DecisionResult) => void): unknown;
  on(event: "error", listener: (cause: Error) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
};

export type CounterfactualThread = {
  /** One after the other, in the order in which they were asked. */
  readonly decide: (task: CounterfactualTask) => Promise<CounterfactualResult>;
  readonly explain: (task: ExplanationTask) => Promise<ExplanationResult>;
  readonly close: () => Promise<void>;
};

type Asked = { readonly task: DecisionTask; readonly answer: (result: DecisionResult) => void };

const STOPPING: Unanswered = { kind: "unavailable", error: "the engine is stopping" };
const OTHER_QUESTION: Unanswered = { kind: "unavailable", error: "the thread answered another question" };

/**
 * The thread beside the engine's in which decisions are decided again and explained. It starts with the first task, and anew after one
 * that took too long.
 */
export function counterfactualThread(
  timeZone: string,
  timer: Timer,
  start: () => CounterfactualWorker = () => startWorker(timeZone),
): CounterfactualThread {
  let worker: CounterfactualWorker | undefined;
  let current: (Asked & { readonly cancel: () => void }) | undefined;
  let waiting: readonly Asked[] = [];
  let closed = false;

  const settle = (result: DecisionResult): void => {
    const asked = current;
    current = undefined;
    asked?.cancel();
    asked?.answer(result);
    next();
  };
  const started = (): CounterfactualWorker => {
    const own = start();
    const died = (why: string): void => {
      if (worker !== own) return;
      worker = undefined;
      settle({ kind: "unavailable", error: `the thread that decides again has ended: ${why}` });
    };
    own.on("message", (result) => {
      if (worker === own) settle(result);
    });
    own.on("error", (cause) => died(cause.message));
    own.on("exit", () => died("no reason is known"));
    return own;
  };
  const drop = async (): Promise<void> => {
    const own = worker;
    worker = undefined;
    await own?.terminate();
  };
  const next = (): void => {
    const [asked, ...others] = waiting;
    if (current !== undefined || asked === undefined) return;
    waiting = others;
    worker ??= started();
    const cancel = timer(DEADLINE_MS, () => {
      void drop();
      settle({ kind: "late", error: `it was not decided within ${DEADLINE_MS / 1000} s` });
    });
    current = { ...asked, cancel };
    // The second argument says what is handed over instead of copied: nothing.
    worker.postMessage(asked.task, []);
  };
  const ask = async (task: DecisionTask): Promise<DecisionResult> => {
    if (closed) return STOPPING;
    if (waiting.length >= WAITING_MAX) {
      return { kind: "unavailable", error: "too many decisions are being decided again; ask once more" };
    }
    return await new Promise<DecisionResult>((answer) => {
      waiting = [...waiting, { task, answer }];
      next();
    });
  };
  return {
    decide: async (task) => {
      const result = await ask({ kind: "counterfactual", task });
      return result.kind === "explained" ? OTHER_QUESTION : result;
    },
    explain: async (task) => {
      const result = await ask({ kind: "explanation", task });
      return result.kind === "decided" || result.kind === "refused" ? OTHER_QUESTION : result;
    },
    close: async () => {
      closed = true;
      const left = waiting;
      waiting = [];
      for (const { answer } of left) answer(STOPPING);
      settle(STOPPING);
      await drop();
    },
  };
}

function startWorker(workerData: string): CounterfactualWorker {
  const resourceLimits = { maxOldGenerationSizeMb: 1_000 };
  return new Worker(new URL("./counterfactual-worker.js", import.meta.url), { workerData, resourceLimits });
}
