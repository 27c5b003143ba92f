import { stat } from "node:fs/promises";
import { join } from "node:path";

/** What a run writes down, and the lock that keeps it for one process. */
export type RunFiles = {
  readonly journal: string;
  /** Folder of the event log. */
  readonly events: string;
  /** Folder of the history. */
  readonly history: string;
  /** Folder of the audit trail. */
  readonly audit: string;
  /** Folder of the changes of parameters. */
  readonly changes: string;
  /** What operators said of alarms. */
  readonly alarms: string;
  /** Who is signed in. */
  readonly sessions: string;
  /** Folder of the what-if studies of the running network. */
  readonly studies: string;
  readonly lock: string;
};

/** Files of a run in a folder of its own. */
export function runFilesIn(folder: string, journal: string): RunFiles {
  return {
    journal: join(folder, journal),
    events: join(folder, "events"),
    history: join(folder, "history"),
    audit: join(folder, "audit"),
    changes: join(folder, "changes"),
    alarms: join(folder, "alarms.json"),
    sessions: join(folder, "sessions.json"),
    studies: join(folder, "studies"),
    lock: join(folder, "lock"),
  };
}

/** Files beside a journal that the user names; `undefined` where it is no file: nothing can stand beside a device. */
export async function runFilesBeside(journal: string): Promise<RunFiles | undefined> {
  const found = await stat(journal).catch(() => undefined);
  if (found !== undefined && !found.isFile()) return undefined;
  return {
    journal,
    events: `${journal}.events`,
    history: `${journal}.history`,
    audit: `${journal}.audit`,
    changes: `${journal}.changes`,
    alarms: `${journal}.alarms.json`,
    sessions: `${journal}.sessions.json`,
    studies: `${journal}.studies`,
    lock: `${journal}.lock`,
  };
}
