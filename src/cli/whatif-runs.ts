import type { Arm } from "../../sim/whatif/arms.ts";
import type { Run } from "../../sim/whatif/run.ts";
import { PhasewiseError } from "../errors.ts";
import { msToSeconds } from "../units.ts";
import type { Crew } from "./crew.ts";
import type { RunFolder } from "./run-folder.ts";
import { durationText, TimeLeft } from "./time-left.ts";
import type { WhatifAnswer, WhatifTask } from "./whatif-task.ts";

type Failure = Extract<WhatifAnswer, { readonly kind: "failed" }>;
type RunTask = Extract<WhatifTask, { readonly kind: "run" }>;

/** What has run so far, by arm in their order, and the runs in which SUMO died. */
export type Runs = {
  readonly runsOf: ReadonlyMap<string, readonly Run[]>;
  readonly failed: readonly Failure[];
};

export type RunsOptions = {
  readonly arms: readonly Arm[];
  readonly folder: RunFolder;
  readonly stopped: AbortSignal;
  /** Makes workers where there is something for them to do. */
  readonly crewOf: (tasks: number) => Crew<WhatifTask, WhatifAnswer>;
  /** Told before the first run of a batch and after each. */
  readonly progress?: ((progress: RunProgress) => void) | undefined;
};

/** How far a batch is. */
export type RunProgress = {
  readonly done: number;
  readonly total: number;
  /** Wall time; 0 where nothing is left, or nothing is known yet. */
  readonly leftMs: number;
};

/** Gathers runs: those that the folder has, and batch by batch those that it lacks. */
export class RunGathering {
  readonly #runs: ReadonlyMap<string, Map<number, Run>>;
  readonly #failed: Failure[] = [];
  readonly #timeLeft = new TimeLeft();
  readonly #options: RunsOptions;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#runs = new Map(options.arms.map(({ name }) => [name, new Map<number, Run>()]));
    for (const { arm, seed, run, wallMs } of options.folder.finished) {
      this.#runs.get(arm)?.set(seed, run);
      this.#timeLeft.finished(arm, wallMs);
    }
  }

  has({ arm, seed }: RunTask): boolean {
    return this.#runs.get(arm.name)?.has(seed) === true;
  }

  /** Those of the given seeds, each in rising order. */
  runs(seeds: readonly number[]): Runs {
    const rising = seeds.toSorted((left, right) => left - right);
    const runsOf = new Map(
      [...this.#runs].map(([name, bySeed]) => [name, rising.flatMap((seed) => bySeed.get(seed) ?? [])]),
    );
    return { runsOf, failed: this.#failed };
  }

  /**
   * Runs what is missing of the tasks, whichever core has which; less where the user stops it. SUMO's death in a run (its assertions do
   * fail now and then) loses that one alone; anything else ends them all, and so does it where no run is left.
   */
  async batch(tasks: readonly RunTask[]): Promise<void> {
    const { stopped, crewOf } = this.#options;
    const waiting = tasks.filter((task) => !this.has(task));
    if (waiting.length === 0) return;
    const crew = crewOf(waiting.length);
    const left = new Set(waiting);
    const progress = (): void =>
      this.#options.progress?.({
        done: tasks.length - left.size,
        total: tasks.length,
        leftMs: this.#leftMs(left, crew.size),
      });
    progress();
    let fatal: Failure | PhasewiseError | undefined;
    const stop = (): void => crew.tell({ kind: "stop" });
    stopped.addEventListener("abort", stop);
    const next = (): WhatifTask | undefined => (stopped.aborted ? undefined : waiting.shift());
    await crew.work(next, (answer) => {
      if (answer.kind === "stopped") return;
      const own = tasks.find(({ arm, seed }) => arm.name === answer.arm && seed === answer.seed);
      if (own !== undefined) left.delete(own);
      const place = `${tasks.length - left.size} of ${tasks.length}`;
      const failure =
        answer.kind === "ran" ? this.#keep(answer, place, left, crew.size) : this.#lose(answer, place);
      progress();
      if (failure === undefined) return;
      fatal ??= failure;
      waiting.length = 0;
      stop();
    });
    stopped.removeEventListener("abort", stop);
    const reason = fatal ?? (this.#failed.length === tasks.length ? this.#failed[0] : undefined);
    if (reason === undefined || stopped.aborted) return;
    if (reason instanceof PhasewiseError) throw reason;
    throw reason.code === null ? new Error(reason.message) : new PhasewiseError(reason.code, reason.message);
  }

  /** A run that cannot be kept ends the command: the next ones would be lost too. */
  #keep(
    { arm, seed, run, wallMs }: Extract<WhatifAnswer, { readonly kind: "ran" }>,
    place: string,
    left: ReadonlySet<RunTask>,
    workers: number,
  ): PhasewiseError | undefined {
    try {
      this.#runs.get(arm)?.set(seed, this.#options.folder.keep({ arm, seed, run, wallMs }).run);
    } catch (cause) {
      if (cause instanceof PhasewiseError) return cause;
      throw cause;
    }
    this.#timeLeft.finished(arm, wallMs);
    const leftMs = this.#leftMs(left, workers);
    tell({ arm, run, wallMs }, place, leftMs === 0 ? "" : `, about ${durationText(leftMs)} left`);
    return undefined;
  }

  #leftMs(left: ReadonlySet<RunTask>, workers: number): number {
    return this.#timeLeft.estimateMs(
      [...left].map((task) => task.arm.name),
      workers,
    );
  }

  #lose(answer: Failure, place: string): Failure | undefined {
    if (answer.code !== "SUMO_FAILED") return answer;
    this.#failed.push(answer);
    console.error(`${place}: ${answer.arm}, seed ${answer.seed}: FAILED: ${answer.message}`);
    return undefined;
  }
}

type Told = { readonly arm: string; readonly run: Run; readonly wallMs: number };

function tell({ arm, run, wallMs }: Told, place: string, left: string): void {
  const { seed, delaySeconds, arrived, scheduled, jammed, monitorTrips } = run.measures;
  // What was said on the way matters only where something went wrong.
  if (monitorTrips > 0) for (const notice of run.notices) console.error(`${arm}, seed ${seed}: ${notice}`);
  console.error(
    `${place}: ${arm}, seed ${seed}: mean delay ${delaySeconds.toFixed(1)} s/veh, ${arrived} of ${scheduled} arrived` +
      `${jammed ? ", JAMMED" : ""}, ${msToSeconds(wallMs).toFixed(1)} s${left}`,
  );
}
