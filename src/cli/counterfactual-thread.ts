import { Worker } from "node:worker_threads";
import type { Timer } from "../ports/timer.ts";
import type { CounterfactualResult, CounterfactualTask } from "../server/counterfactual.ts";

/** A group's timing plan takes up to 7 s with all its rules, and machines differ. */
const DEADLINE_MS = 30_000;

/** What is used of a worker. */
export type CounterfactualWorker = Pick<Worker, "postMessage" | "terminate"> & {
  on(event: "message", listener: (result: CounterfactualResult) => void): unknown;
  on(event: "error", listener: (cause: Error) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
};

export type CounterfactualThread = {
  /** One at a time; who comes while it works is told to ask again. */
  readonly decide: (task: CounterfactualTask) => Promise<CounterfactualResult>;
  readonly close: () => Promise<void>;
};

/** The thread beside the engine's in which decisions are decided again. It starts with the first task, and anew after one that took too long. */
export function counterfactualThread(
  timeZone: string,
  timer: Timer,
  start: () => CounterfactualWorker = () => startWorker(timeZone),
): CounterfactualThread {
  let worker: CounterfactualWorker | undefined;
  let answer: ((result: CounterfactualResult) => void) | undefined;
  let closed = false;
  const settle = (result: CounterfactualResult): void => {
    const waiting = answer;
    answer = undefined;
    waiting?.(result);
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
  return {
    decide: async (task) => {
      if (closed) return { kind: "unavailable", error: "the engine is stopping" };
      if (answer !== undefined) {
        return { kind: "unavailable", error: "another decision is being decided again; ask once more" };
      }
      worker ??= started();
      const own = worker;
      return await new Promise<CounterfactualResult>((resolve) => {
        const cancel = timer(DEADLINE_MS, () => {
          settle({ kind: "late", error: `it was not decided within ${DEADLINE_MS / 1000} s` });
          void drop();
        });
        answer = (result) => {
          cancel();
          resolve(result);
        };
        // The second argument says what is handed over instead of copied: nothing.
        own.postMessage(task, []);
      });
    },
    close: async () => {
      closed = true;
      settle({ kind: "unavailable", error: "the engine is stopping" });
      await drop();
    },
  };
}

function startWorker(workerData: string): CounterfactualWorker {
  const resourceLimits = { maxOldGenerationSizeMb: 1_000 };
  return new Worker(new URL("./counterfactual-worker.js", import.meta.url), { workerData, resourceLimits });
}
