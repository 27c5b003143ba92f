import type { EventLog } from "../../ports/event-log.ts";
import type { EventRow, Store } from "../../ports/store.ts";
import type { LogFrame } from "../../protocol/frames.ts";
import { readEventFile } from "../event-file.ts";
import { eventFiles } from "../event-log.ts";
import { newEvents } from "../event-sequence.ts";

type Recording = {
  readonly store: Pick<Store, "append">;
  /** Number of the next event that the store has not, by intersection. */
  readonly nextEvent: ReadonlyMap<string, number>;
};

/** The event log, whose events go to the store as well as they are taken, each once. */
export function recordingEventLog(log: EventLog, { store, nextEvent }: Recording): EventLog {
  return {
    progress: (intersection) => log.progress(intersection),
    append: (intersection, first, events) => {
      const { received } = log.progress(intersection);
      const refusal = log.append(intersection, first, events);
      if (refusal !== undefined) return refusal;
      const taken = newEvents(received, first, events);
      // The store may have events that the log lost with a killed process: the controller sends those again.
      if (taken.ok) recordEvents(store, nextEvent.get(intersection) ?? 0, intersection, taken.value);
      return undefined;
    },
    close: async () => await log.close(),
  };
}

/** Records after which the disk is waited for. */
const RECORDS_AT_ONCE = 1_000;

/**
 * Gives the store what a log on the disk has and it has not: log and store are synchronised apart, and controllers do not send again
 * what the log has.
 */
export async function recordMissingEvents(
  folder: string,
  {
    store,
    nextEvent,
  }: { readonly store: Pick<Store, "append" | "flushed">; readonly nextEvent: ReadonlyMap<string, number> },
): Promise<void> {
  let records = 0;
  for (const path of await eventFiles(folder)) {
    await readEventFile(path, async ({ of, first, events }) => {
      recordEvents(store, nextEvent.get(of) ?? 0, of, { first, events });
      records += 1;
      if (records % RECORDS_AT_ONCE === 0) await store.flushed();
    });
  }
}

function recordEvents(
  store: Pick<Store, "append">,
  next: number,
  intersection: string,
  { first, events }: { readonly first: number; readonly events: LogFrame["events"] },
): void {
  const rows = events.flatMap(([at, code, parameter], index): readonly EventRow[] => {
    const number = first + index;
    return number < next ? [] : [{ at, intersection, number, code, parameter }];
  });
  if (rows.length > 0) store.append({ table: "events", rows });
}
