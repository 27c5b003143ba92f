import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { INTERVAL_DEFAULT_MS } from "../engine/configuration.ts";
import { intervalMsOf, type Setting } from "../engine/parameters/settings.ts";
import type { DryRunner, DryRunWord } from "../ports/change-desk.ts";
import { MINUTE_MS } from "../units.ts";
import type { DryRunEngine, DryRunTask } from "./dry-run-task.ts";

/** What is used of a process. */
export type DryRunProcess = {
  give(task: DryRunTask): void;
  kill(): void;
  onWord(listener: (word: DryRunWord) => void): void;
  /** Told how it ended, or why it could not begin. */
  onEnd(listener: (how: string) => void): void;
};

export type DryRunnerOptions = DryRunEngine & {
  /** The strategic interval of the running engine, which its dry runs have as well. */
  readonly intervalMs: number;
};

const NO_DEMAND =
  "this network has no demand of its own that could be simulated: its vehicles come from SUMO or from the street; compare with phasewise whatif --set, or replay --set --simulate";

/**
 * Dry runs in a process of its own, one at a time, of lower priority than the engine, and with a heap of its own. It ends with the dry run.
 */
export function dryRunner(
  { intervalMs, ...engine }: DryRunnerOptions,
  start: () => DryRunProcess = startProcess,
): DryRunner {
  return {
    unavailable: engine.network.demand === undefined ? NO_DEMAND : null,
    start: ({ plan, now, draft }, tell) => {
      const child = start();
      let over = false;
      const end = (word: DryRunWord): void => {
        if (over) return;
        over = true;
        child.kill();
        tell(word);
      };
      child.onWord((word) => {
        if (word.kind !== "progress") end(word);
        else if (!over) tell(word);
      });
      child.onEnd((how) => end({ kind: "failed", why: `its process ended: ${how}` }));
      const [before, after] = [now, draft].map((settings) => withInterval(settings, intervalMs));
      child.give({ engine, plan, now: before ?? [], draft: after ?? [] });
      return () => {
        over = true;
        child.kill();
      };
    },
  };
}

/** With the strategic interval among them, where it is another one than by default and nobody set it. */
function withInterval(settings: readonly Setting[], intervalMs: number): readonly Setting[] {
  if (intervalMs === INTERVAL_DEFAULT_MS || intervalMsOf(settings) !== undefined) return settings;
  return [...settings, { path: "strategic.intervalMinutes", value: intervalMs / MINUTE_MS }];
}

/** Of a core that both want, Linux leaves the engine three quarters. */
const PRIORITY = 5;
const HEAP_MAX_MB = 2_000;

function startProcess(): DryRunProcess {
  const child: ChildProcess = fork(new URL("./dry-run-worker.js", import.meta.url), {
    serialization: "advanced",
    execArgv: [`--max-old-space-size=${HEAP_MAX_MB}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  if (child.pid !== undefined) setPriority(child.pid, PRIORITY);
  return {
    give: (task) => child.send(task),
    kill: () => child.kill("SIGKILL"),
    onWord: (listener) => child.on("message", (word: DryRunWord) => listener(word)),
    onEnd: (listener) => {
      child.on("error", ({ message }) => listener(message));
      child.on("exit", (code, signal) => listener(signal ?? `exit code ${code}`));
    },
  };
}
