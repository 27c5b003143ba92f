import { openAlarmFile } from "../adapters/alarm-file.ts";
import type { SettingAsideTold } from "../adapters/kept-file.ts";
import { openSessionFile } from "../adapters/session-file.ts";
import { openStudyFiles } from "../adapters/study-files.ts";
import { createJournalFile, noJournal } from "../adapters/journal-file.ts";
import { forgetfulTrail, openAuditTrail } from "../adapters/audit/trail.ts";
import { forgetfulChanges, openChangeFiles } from "../adapters/change-file.ts";
import { openEventLog } from "../adapters/event-log.ts";
import { forgetfulEventLog } from "../adapters/event-sequence.ts";
import { recordingEventLog, recordMissingEvents } from "../adapters/history/event-recorder.ts";
import { type History, openHistory } from "../adapters/history/store.ts";
import { runFilesBeside, type RunFiles } from "../adapters/run-files.ts";
import { lockRun } from "../adapters/run-lock.ts";
import type { Network } from "../model/files.ts";
import type { Condition } from "../alarms/alarm.ts";
import type { AlarmMemory } from "../ports/alarm-desk.ts";
import type { AuditTrail } from "../ports/audit.ts";
import type { ChangeStore } from "../ports/change-desk.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Journal } from "../ports/journal.ts";
import type { SessionMemory } from "../ports/sessions.ts";
import type { StudyMemory } from "../ports/studies.ts";
import { wallClock, wallTime } from "./wall-clock.ts";

/** Stops a demonstration that is left alone from filling the disk. */
const JOURNAL_LENGTH_MAX = 1024 ** 3;

/** What a run writes: the engine's journal, the controllers' event log, the history, and the audit trail. */
export type RunLog = {
  readonly journal: Journal;
  /** Its events go to the history as well. */
  readonly eventLog: EventLog;
  /** The engine's memory; `undefined` where none is kept. */
  readonly history: History | undefined;
  readonly audit: AuditTrail;
  readonly changes: ChangeStore;
  /** `undefined` where the controllers do not outlive the engine either. */
  readonly alarmMemory: AlarmMemory | undefined;
  /** `undefined` where nothing is written, as the next. */
  readonly sessionMemory: SessionMemory | undefined;
  readonly studyMemory: StudyMemory | undefined;
  /** Which of them have begun to fail, or can be written again, since this was asked last. */
  readonly conditions: () => readonly Condition[];
  /** Which of them cannot be written now, each with why. */
  readonly failing: () => readonly string[];
  /** Where the journal stands; `undefined` where none is kept. */
  readonly journalPath: string | undefined;
  /** Gives the place back to others. To be called when all are closed. */
  readonly release: () => Promise<void>;
};

export type RunLogOptions = {
  /** `--journal`: a file, or `off` for nothing at all. */
  readonly asked: string | undefined;
  /** Where a run writes that was not told where. */
  readonly usual: RunFiles;
  /** Whether the controllers' logs go on where the run before ended: they outlive an engine, not a simulation. */
  readonly continues: boolean;
  /** Whose history is kept and for how long; absent for none. */
  readonly history?: { readonly network: Network; readonly keptDays: number } | undefined;
};

/**
 * Takes the place where a run writes, for this process alone.
 *
 * @throws PhasewiseError RUN_IN_USE while another process writes there, STORE_FAILED where nobody can
 */
export async function openRunLog(options: RunLogOptions): Promise<RunLog> {
  const { asked, usual, continues } = options;
  const { tell, conditions, failing } = storeConditions();
  const nothing = {
    eventLog: forgetfulEventLog(),
    history: undefined,
    alarmMemory: undefined,
    sessionMemory: undefined,
    studyMemory: undefined,
    audit: forgetfulTrail(wallTime),
    changes: forgetfulChanges(),
    conditions,
    failing,
    release: () => Promise.resolve(),
  };
  if (asked === "off") return { ...nothing, journal: noJournal, journalPath: undefined };
  const files = asked === undefined ? usual : await runFilesBeside(asked);
  if (files === undefined) return { ...nothing, journal: openJournal(asked ?? "", tell), journalPath: asked };
  const told = (part: Part, what: string) => keepingTold(tell, part, what);
  const release = await lockRun(files.lock, "end that run, or write elsewhere with --journal FILE");
  try {
    const journal = openJournal(files.journal, tell);
    const log = await openEventLog({
      folder: files.events,
      continues,
      failed: ({ message }) => {
        console.error(`Event log stopped: ${message}; controllers keep their events`);
        tell("events", message);
      },
      recovered: () => {
        console.error("Event log goes on: events are stored again");
        tell("events", undefined);
      },
      timer: wallClock.after,
    });
    const history = await openRunHistory(files, options, tell);
    const eventLog =
      history === undefined ? log : recordingEventLog(log, { store: history, nextEvent: history.nextEvent });
    const audit = await openTrail(files.audit, tell);
    const changes = await openChanges(files.changes, tell);
    const alarmMemory = continues
      ? await openAlarmFile(files.alarms, told("alarms", "What operators say of alarms"))
      : undefined;
    const sessionMemory = await openSessionFile(files.sessions, told("sessions", "Who is signed in"));
    const studyMemory = await openStudyFiles(files.studies, told("studies", "What becomes of studies"));
    return {
      eventLog,
      history,
      audit,
      changes,
      alarmMemory,
      sessionMemory,
      studyMemory,
      conditions,
      failing,
      release,
      journal,
      journalPath: files.journal,
    };
  } catch (cause) {
    await release();
    throw cause;
  }
}

/** The history of a run, with what a killed process had stored of the controllers' logs and not yet of it. */
async function openRunHistory(
  files: RunFiles,
  { history: asked, continues }: RunLogOptions,
  tell: TellStore,
): Promise<History | undefined> {
  if (asked === undefined) return undefined;
  const { network, keptDays } = asked;
  const history = await openHistory({
    folder: files.history,
    continues,
    network: {
      id: network.id,
      timeZone: network.timeZone,
      regions: new Map(network.intersections.map(({ id }) => [id, network.region])),
    },
    keptDays,
    failed: (message) => {
      console.error(`History: ${message}`);
      tell("history", message);
    },
    recovered: (message) => {
      console.error(`History: ${message}`);
      tell("history", undefined);
    },
    timer: wallClock.after,
  });
  if (continues) await recordMissingEvents(files.events, { store: history, nextEvent: history.nextEvent });
  return history;
}

type Part = "journal" | "events" | "history" | "audit" | "changes" | "alarms" | "sessions" | "studies";
type TellStore = (part: Part, failure: string | undefined) => void;

/** Failures of what a run writes, as conditions of alarms. */
function storeConditions(): { readonly tell: TellStore } & Pick<RunLog, "conditions" | "failing"> {
  const waiting: Condition[] = [];
  const failures = new Map<string, string>();
  return {
    tell: (part, failure) => {
      if (failure === undefined) failures.delete(part);
      else failures.set(part, failure);
      const text = failure ?? "can be written again";
      waiting.push({ type: "storeFailing", intersection: null, part, raised: failure !== undefined, text });
    },
    conditions: () => waiting.splice(0),
    failing: () => [...failures].map(([part, failure]) => `${part}: ${failure}`),
  };
}

async function openTrail(folder: string, tell: TellStore): Promise<AuditTrail> {
  return await openAuditTrail({
    folder,
    now: wallTime,
    failed: ({ message }) => {
      console.error(`Audit trail stopped: ${message}`);
      tell("audit", message);
    },
    recovered: () => {
      console.error("Audit trail goes on: entries are stored again");
      tell("audit", undefined);
    },
    timer: wallClock.after,
  });
}

async function openChanges(folder: string, tell: TellStore): Promise<ChangeStore> {
  return await openChangeFiles({
    folder,
    failed: ({ message }) => {
      console.error(`Changes of parameters cannot be stored: ${message}; they wait`);
      tell("changes", message);
    },
    recovered: () => {
      console.error("Changes of parameters are stored again");
      tell("changes", undefined);
    },
    timer: wallClock.after,
  });
}

/** Tells in words and as an alarm that `what`, a part of what a run leaves behind, cannot be kept. */
function keepingTold(tell: TellStore, part: Part, what: string): SettingAsideTold {
  return {
    failed: (message) => {
      console.error(`${what} cannot be kept: ${message}`);
      tell(part, message);
    },
    recovered: () => {
      console.error(`${what} can be kept again`);
      tell(part, undefined);
    },
    setAside: (message) => console.error(`${what}: ${message}`),
  };
}

/** A journal file; when it can be written no longer the engine goes on without. */
function openJournal(path: string, tell: TellStore): Journal {
  return createJournalFile({
    path,
    lengthMax: JOURNAL_LENGTH_MAX,
    failed: ({ message }) => {
      console.error(`Journal stopped: ${message}; the engine goes on without one`);
      tell("journal", message);
    },
  });
}
