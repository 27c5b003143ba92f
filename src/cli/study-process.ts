import { PhasewiseError } from "../errors.ts";
import type { StudyNews, StudyOrder } from "./study-messages.ts";
import type { StudyTask } from "./study-request.ts";
import { studyResult } from "./study-result.ts";
import { comparisonOf, runComparison } from "./whatif.ts";
import { whatifRequest } from "./whatif-request.ts";

/** The process of one study: `phasewise whatif` on one core, told by messages of the engine's process, with which it ends. */
const stop = new AbortController();
const orphaned = (): never => process.exit(1);

process.on("message", (order: StudyOrder) => {
  if (order.kind === "stop") stop.abort();
  else void run(order.task).then(last);
});
process.on("disconnect", orphaned);
// Ctrl-C reaches every process of a terminal: the engine's says what becomes of this one.
process.on("SIGINT", () => undefined);

async function run({ argument, options, snapshot, inForce }: StudyTask): Promise<StudyNews | undefined> {
  try {
    const request = { ...(await whatifRequest(argument, options, snapshot)), inForce };
    const comparison = await comparisonOf(request);
    const told = await runComparison(comparison, options, {
      jobs: 1,
      stopped: stop.signal,
      progress: ({ done, total, leftMs }) =>
        tell({ kind: "progress", progress: { done, total, leftMs: leftMs === 0 ? null : leftMs } }),
    });
    if (told === undefined) return undefined;
    return { kind: "done", result: studyResult(comparison, told), folder: told.folder };
  } catch (cause) {
    if (cause instanceof PhasewiseError) return { kind: "failed", reason: cause.message };
    return {
      kind: "failed",
      reason: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    };
  }
}

function tell(news: StudyNews): void {
  process.send?.(news);
}

/** Says what is to be said last, and ends once that is on its way. */
function last(news: StudyNews | undefined): void {
  process.off("disconnect", orphaned);
  if (news === undefined) leave();
  else process.send?.(news, leave);
}

function leave(): void {
  process.disconnect?.();
}
