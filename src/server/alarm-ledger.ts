import type { AlarmsNow } from "../ports/alarm-desk.ts";
import type { AlarmsMessage, AlarmView } from "../protocol/alarm-view.ts";

/** Which alarms all viewers have, so that each change is told once; lists of one message, or of none. */
type AlarmLedger = {
  /** What is to be told now. */
  readonly fresh: () => readonly AlarmsMessage[];
  /** Everything, for a viewer that knows nothing yet. */
  readonly whole: () => readonly AlarmsMessage[];
};

/** Between two messages of what changed: who reads alarms needs no more, and a storm is told in few. */
const INTERVAL_MS = 1_000;

/** `alarms`: as they are now, `undefined` before anything is known of them; `wallNow`: the wall's time, milliseconds. */
export function alarmLedger(alarms: () => AlarmsNow | undefined, wallNow: () => number): AlarmLedger {
  /** By id, as it was sent. */
  let known = new Map<string, string>();
  let knownFlood = "null";
  let seq = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    fresh: () => {
      if (wallNow() < lookedAt + INTERVAL_MS) return [];
      const now = alarms();
      if (now === undefined) return [];
      lookedAt = wallNow();
      const all = allOf(now);
      const texts = new Map(all.map((alarm) => [alarm.id, JSON.stringify(alarm)]));
      const changed = all.filter(({ id }) => known.get(id) !== texts.get(id));
      const gone = [...known.keys()].filter((id) => !texts.has(id));
      const flood = JSON.stringify(now.flood);
      if (changed.length === 0 && gone.length === 0 && flood === knownFlood) return [];
      known = texts;
      knownFlood = flood;
      seq += 1;
      return [{ kind: "alarms", at: now.at, seq, whole: false, changed, gone, flood: now.flood }];
    },
    // What of it is newer than what was told is told again: each alarm is told as it is, not how it changed.
    whole: () => {
      const now = alarms();
      if (now === undefined) return [];
      const { at, flood } = now;
      return [{ kind: "alarms", at, seq, whole: true, changed: allOf(now), gone: [], flood }];
    },
  };
}

function allOf({ active, shelved, suppressed, outOfService }: AlarmsNow): readonly AlarmView[] {
  return [...active, ...shelved, ...suppressed, ...outOfService];
}
