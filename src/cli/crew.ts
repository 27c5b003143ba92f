import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { numberOption, type RawOptions } from "./options.ts";

/** Cores that are taken where nothing is asked for. */
const JOBS_DEFAULT_MAX = 8;

/** `--jobs`: how many workers a command has. */
export function jobsOption(options: RawOptions): number {
  const asked = numberOption(options, "jobs", { min: 1, max: 64, integer: true });
  return asked ?? Math.min(JOBS_DEFAULT_MAX, availableParallelism());
}

/** What a worker says: a word of `progress`, or anything else, which is its result. */
type CrewAnswer = { readonly kind: string };

/** Worker threads, each with at most one task. They run the compiled script, which answers every task with one result. */
export class Crew<Task, Answer extends CrewAnswer> {
  readonly #workers: readonly Worker[];

  constructor(script: URL, jobs: number) {
    this.#workers = Array.from(
      { length: jobs },
      () =>
        new Worker(script, {
          resourceLimits: { maxOldGenerationSizeMb: 7_000 },
        }),
    );
  }

  get size(): number {
    return this.#workers.length;
  }

  /** Gives out tasks until there are none, or until `take` says that it is enough. */
  async work(next: () => Task | undefined, take: (answer: Answer) => void): Promise<void> {
    await Promise.all(this.#workers.map(async (worker) => await this.#occupy(worker, next, take)));
  }

  async #occupy(worker: Worker, next: () => Task | undefined, take: (answer: Answer) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const give = (): void => {
        const task = next();
        // The second argument says what is handed over instead of copied: nothing.
        if (task !== undefined) return worker.postMessage(task, []);
        worker.off("message", onAnswer);
        worker.off("error", reject);
        resolve();
      };
      const onAnswer = (answer: Answer): void => {
        take(answer);
        if (answer.kind !== "progress") give();
      };
      worker.on("message", onAnswer);
      worker.on("error", reject);
      give();
    });
  }

  /** Says something to all of them, whatever they do. */
  tell(word: Task): void {
    for (const worker of this.#workers) worker.postMessage(word, []);
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#workers.map(async (worker) => await worker.terminate()));
  }
}
