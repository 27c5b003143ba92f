import { SECOND_MS } from "../units.ts";
import { dryRun } from "./dry-run.ts";
import type { DryRunTask } from "./dry-run-task.ts";
import type { DryRunWord } from "../ports/change-desk.ts";
import { wallClock } from "./wall-clock.ts";
import { messageOf } from "../errors.ts";

/** The process of a dry run: takes one task, tells how far it is once a second and what came of it, and ends with its parent. */
process.once("disconnect", () => process.exit());
process.once("message", (task: DryRunTask) => {
  let toldAt = wallClock.now();
  const progress = (ratio: number): void => {
    if (wallClock.now() - toldAt < SECOND_MS) return;
    toldAt = wallClock.now();
    tell({ kind: "progress", ratio });
  };
  dryRun(task, wallClock, progress).then(
    (result) => tell({ kind: "done", result }),
    (cause: unknown) => tell({ kind: "failed", why: messageOf(cause) }),
  );
});

function tell(word: DryRunWord): void {
  process.send?.(word);
}
