import { defined } from "../assert.ts";
import type { ChangeAct, ChangeEvent } from "../changes/acts.ts";
import type { ChangeBook } from "../changes/book.ts";
import { settingsAfter } from "../changes/change.ts";
import type { DryRunner, DryRunWord } from "../ports/change-desk.ts";

/** The dry run that is under way, at most one, as the book of changes says it. */
export type RunningDryRuns = {
  /** Why none can be started now; `null` where one can. */
  impossible(): string | null;
  /** How far that of a change has come, 0 to 1; `null` for none. */
  ratioOf(change: string): number | null;
  /** Begins the one that was asked for by an act that is done, or ends the one that is not wanted any more. */
  follow(book: ChangeBook, act: ChangeAct): void;
  close(): void;
};

type Running = { readonly change: string; cancel: () => void; ratio: number };

/** `happened` is told how each ended, unless somebody ended it. */
export function runningDryRuns(runner: DryRunner, happened: (event: ChangeEvent) => void): RunningDryRuns {
  let running: Running | undefined;
  const stop = (): void => {
    running?.cancel();
    running = undefined;
  };
  const heard = (own: Running, word: DryRunWord): void => {
    if (running !== own) return;
    if (word.kind === "progress") {
      own.ratio = word.ratio;
      return;
    }
    running = undefined;
    const { change } = own;
    if (word.kind === "done") happened({ kind: "finishDryRun", change, result: word.result });
    else happened({ kind: "failDryRun", change, why: word.why });
  };
  return {
    impossible: () =>
      runner.unavailable ?? (running === undefined ? null : `a dry run of ${running.change} is under way`),
    ratioOf: (change) => (running?.change === change ? running.ratio : null),
    follow: ({ changes, inForce }, act) => {
      if (act.kind === "draft") return;
      const change = defined(changes.get(act.change), act.change);
      const wanted = change.dryRun?.outcome.kind === "running" && change.state === "draft";
      if (!wanted && running?.change === change.id) stop();
      if (act.kind !== "startDryRun") return;
      const own: Running = { change: change.id, cancel: () => undefined, ratio: 0 };
      running = own;
      const task = { plan: act.plan, now: inForce.settings, draft: settingsAfter(change) };
      own.cancel = runner.start(task, (word) => heard(own, word));
    },
    close: stop,
  };
}
