import { PhasewiseError } from "../errors.ts";
import { LOG_LOST_CODE } from "../protocol/frames.ts";
import { type InstantMs, instantMs } from "../units.ts";
import { readEventFile } from "./event-file.ts";
import { eventFiles } from "./event-log.ts";

/** An event as it was stored. */
export type StoredEvent = {
  readonly device: string;
  readonly at: InstantMs;
  readonly code: number;
  readonly parameter: number;
};

/** What reading an event log came to. */
export type StoredEvents = {
  readonly events: number;
  /** Events that controllers have lost before they could be stored. */
  readonly lost: number;
  /** Places of damage, each with its file; what stands behind one is not read. */
  readonly damaged: readonly string[];
};

/** Hands on the events of an event log's folder, those of an intersection in their order. Throws DATA_MISSING without a file. */
export async function readStoredEvents(
  folder: string,
  take: (event: StoredEvent) => void,
): Promise<StoredEvents> {
  const files = await eventFiles(folder);
  if (files.length === 0) {
    throw new PhasewiseError(
      "DATA_MISSING",
      `${folder}: has no events-N.log; allowed: the folder of an event log`,
    );
  }
  let [events, lost] = [0, 0];
  const damaged: string[] = [];
  for (const path of files) {
    const found = await readEventFile(path, ({ of, events: own }) => {
      for (const [at, code, parameter] of own) {
        if (code === LOG_LOST_CODE) lost += parameter;
        else {
          events += 1;
          take({ device: of, at: instantMs(at), code, parameter });
        }
      }
    });
    if (found.damaged) damaged.push(`${path}: damaged at byte ${found.wholeBytes}`);
  }
  return { events, lost, damaged };
}
