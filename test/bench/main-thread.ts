/** As much of an event of Chromium's trace as is read. */
export type TraceEvent = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: when it began, how long it took, and how long its thread ran in it. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
};

/** Milliseconds of the page's main thread. */
export type MainThread = {
  readonly seconds: number;
  /** Work in each sixtieth of a second, of processor time. */
  readonly workPerFrame: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Longest task, and how many took more than 50 ms: of processor time, and by the wall's clock. */
  readonly longestTask: number;
  readonly tasksOver50: number;
  readonly longestTaskWall: number;
  readonly tasksOver50Wall: number;
};

const FRAME_MICROSECONDS = 1_000_000 / 60;
const LONG_MICROSECONDS = 50_000;

/** What the busiest main thread of a renderer did, out of a trace with the category `toplevel`. */
export function mainThreadOf(events: readonly TraceEvent[]): MainThread {
  const mains = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const tasksOf = ({ pid, tid }: TraceEvent): readonly TraceEvent[] =>
    events.filter(
      (event) => event.pid === pid && event.tid === tid && event.ph === "X" && event.name === "RunTask",
    );
  const tasks = mains.map(tasksOf).toSorted((a, b) => b.length - a.length)[0] ?? [];
  const begin = Math.min(...tasks.map(({ ts }) => ts));
  const end = Math.max(...tasks.map(({ ts, dur = 0 }) => ts + dur));
  const frames = new Float64Array(Math.max(1, Math.ceil((end - begin) / FRAME_MICROSECONDS)));
  for (const { ts, tdur = 0 } of tasks) {
    const frame = Math.floor((ts - begin) / FRAME_MICROSECONDS);
    frames[frame] = (frames[frame] ?? 0) + tdur;
  }
  const sorted = frames.toSorted();
  const quantile = (share: number): number =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1000;
  const longest = (of: (task: TraceEvent) => number): number =>
    tasks.reduce((most, task) => Math.max(most, of(task)), 0);
  const over = (of: (task: TraceEvent) => number): number =>
    tasks.filter((task) => of(task) > LONG_MICROSECONDS).length;
  const processor = ({ tdur = 0 }: TraceEvent): number => tdur;
  const wall = ({ dur = 0 }: TraceEvent): number => dur;
  return {
    seconds: (end - begin) / 1_000_000,
    workPerFrame: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    longestTask: longest(processor) / 1000,
    tasksOver50: over(processor),
    longestTaskWall: longest(wall) / 1000,
    tasksOver50Wall: over(wall),
  };
}
