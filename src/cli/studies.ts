import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEntry, AuditTrail } from "../ports/audit.ts";
import type { Store } from "../ports/store.ts";
import type { Studies, StudyAnswer, StudyMemory } from "../ports/studies.ts";
import { STUDY_LIMITS, type StudyRequest, type StudyResult, type StudyView } from "../protocol/studies.ts";
import type { StudyNews } from "./study-messages.ts";
import { advanceQueue, isOver, leftMsAt, type QueueEvent, type Study } from "./study-queue.ts";
import { type StudiedEngine, studyChoices, studyTask, type StudyTask } from "./study-request.ts";
import type { RunningStudy, StudyRunner } from "./study-runner.ts";
import { createStudyShelf } from "./study-shelf.ts";

export type StudiesPorts = {
  readonly engine: StudiedEngine;
  readonly runner: StudyRunner;
  readonly audit: Pick<AuditTrail, "append">;
  /** Where finished studies are remembered; absent where nothing is. */
  readonly store: Pick<Store, "append"> | undefined;
  /** Where studies outlive the engine; absent where they need not. */
  readonly memory?: StudyMemory | undefined;
  /** The street's instant; `undefined` before a plant's clock is known. */
  readonly now: () => number | undefined;
  /** Epoch milliseconds of the wall's clock. */
  readonly wallTime: () => number;
};

/** Of an entry in the audit trail: a stack of our own mistakes is longer. */
const REASON_MAX = 400;

export type RunningStudies = Studies & {
  /** Ends the study that runs; resolves when what is to be kept of all was tried to be. */
  readonly close: () => Promise<void>;
};

/** What-if studies of a running engine: one at a time, each in a process of its own, audited, and remembered when finished. */
export function createStudies(ports: StudiesPorts): RunningStudies {
  const { engine, runner, audit, store, memory, now, wallTime } = ports;
  const tasks = new Map<string, StudyTask>();
  const shelf = createStudyShelf(memory);
  let { queue } = shelf;
  let running: RunningStudy | undefined;
  let asked = 0;

  const find = (id: string): Study | undefined => queue.find((study) => study.id === id);
  const handle = (event: QueueEvent): void => {
    const known = queue;
    const step = advanceQueue(queue, event);
    queue = step.queue;
    // Progress is not worth a file: it is told again every few seconds.
    if (event.kind !== "progress") shelf.changed(known, queue);
    for (const command of step.commands) {
      if (command.kind === "stop") running?.stop();
      else begin(command.id);
    }
  };
  const begin = (id: string): void => {
    const task = tasks.get(id);
    tasks.delete(id);
    if (task !== undefined) running = runner(task, (news) => heard(id, news));
  };
  const heard = (id: string, news: StudyNews): void => {
    const at = wallTime();
    if (news.kind === "done") shelf.put(id, news.folder);
    handle({ ...news, id, at });
    const study = find(id);
    if (study === undefined || news.kind === "progress") return;
    if (news.kind === "done")
      store?.append({ table: "runs", rows: [runRow(study, news.result, now() ?? at)] });
    audit.append(
      entry("finish", study, now(), news.kind === "done" ? "done" : news.reason.slice(0, REASON_MAX)),
    );
  };
  const ask = async (request: StudyRequest, who: string): Promise<StudyAnswer> => {
    const task = await studyTask(request, engine);
    if (!task.ok) return { kind: "invalid", why: task.error };
    if (queue.filter(({ state }) => state === "queued").length >= STUDY_LIMITS.waiting) {
      return {
        kind: "refused",
        why: `${STUDY_LIMITS.waiting} studies wait already; wait for one to begin, or cancel one`,
      };
    }
    const at = wallTime();
    asked += 1;
    const id = `study-${at.toString(36)}-${asked}`;
    tasks.set(id, task.value);
    const study = { id, request, who, streetAt: now() ?? null };
    handle({ kind: "asked", study, at });
    const known = find(id);
    if (known === undefined) return { kind: "unknown" };
    audit.append(entry("ask", known, now(), "done"));
    return { kind: "done", study: viewOf(known, at) };
  };
  const cancel = (id: string, who: string): StudyAnswer => {
    const study = find(id);
    if (study === undefined) return { kind: "unknown" };
    if (isOver(study)) return { kind: "refused", why: `the study is ${study.state} already` };
    const at = wallTime();
    tasks.delete(id);
    handle({ kind: "cancelled", id, reason: `cancelled by ${who}`, at });
    audit.append({ ...entry("cancel", study, now(), "done"), who });
    return { kind: "done", study: viewOf(find(id) ?? study, at) };
  };
  for (const study of shelf.interrupted) audit.append(entry("finish", study, now(), study.reason ?? ""));
  return {
    view: () => {
      const at = wallTime();
      return { studies: queue.map((study) => viewOf(study, at)).toReversed(), choices: studyChoices(engine) };
    },
    find: (id) => {
      const study = find(id);
      return study === undefined ? undefined : { ...viewOf(study, wallTime()), result: study.result };
    },
    ask,
    cancel,
    report: async (id) => {
      const folder = shelf.folder(id);
      if (folder === undefined) return undefined;
      return await readFile(join(folder, "report.html"), "utf8").catch(() => undefined);
    },
    close: async () => {
      running?.stop();
      await shelf.close();
    },
  };
}

function viewOf(study: Study, at: number): StudyView {
  const { result, progress, ...told } = study;
  const count = (verdict: string): number =>
    result?.comparisons.filter((one) => one.verdict === verdict).length ?? 0;
  return {
    ...told,
    progress:
      progress === null ? null : { done: progress.done, total: progress.total, leftMs: leftMsAt(study, at) },
    verdicts: result === null ? null : { worse: count("worse"), better: count("better") },
  };
}

/** A finished study as the history has it. */
function runRow({ id, request, who, askedAt, startedAt, endedAt }: Study, result: StudyResult, at: number) {
  const content = JSON.stringify({ request, who, askedAt, startedAt, endedAt, result });
  return { at, intersection: "", run: id, content };
}

function entry(
  verb: "ask" | "cancel" | "finish",
  { id, request, who }: Study,
  at: number | undefined,
  result: string,
): AuditEntry {
  return {
    at: at ?? null,
    who: verb === "finish" ? "engine" : who,
    action: `study.${verb}`,
    where: null,
    subject: id,
    before: null,
    after: verb === "ask" ? { ...request } : null,
    reason: null,
    result,
    correlation: id,
  };
}
