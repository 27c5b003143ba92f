import type { AlarmsNow } from "../ports/alarm-desk.ts";
import type { AlarmView } from "../protocol/alarm-view.ts";

/** The alarms as they are told: by id the text of each, and the flood that is on. What was noted is never changed. */
export type AlarmsNoted = {
  readonly at: number;
  readonly texts: ReadonlyMap<string, string>;
  readonly flood: string;
};

/** The latest alarms. */
export type AlarmBook = {
  /** What there is to be told: the same as before where nothing has changed; `undefined` before anything is known. */
  readonly note: () => AlarmsNoted | undefined;
  /** The next note looks again, however short a while ago it looked. */
  readonly renew: () => void;
};

/** Between two looks at the alarms: who reads them needs no more, and a storm is told in few messages. */
const LOOK_MS = 1_000;

/** `alarms`: as they are now, `undefined` before anything is known of them; `wallNow`: the wall's time, milliseconds. */
export function alarmBook(alarms: () => AlarmsNow | undefined, wallNow: () => number): AlarmBook {
  let noted: AlarmsNoted | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    note: () => {
      if (wallNow() < lookedAt + LOOK_MS) return noted;
      const now = alarms();
      if (now === undefined) return noted;
      lookedAt = wallNow();
      const texts = new Map(allOf(now).map((alarm) => [alarm.id, JSON.stringify(alarm)]));
      const flood = JSON.stringify(now.flood);
      if (noted === undefined || noted.flood !== flood || !sameTexts(noted.texts, texts)) {
        noted = { at: now.at, texts, flood };
      }
      return noted;
    },
    renew: () => {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** The content of an `AlarmsMessage`: what a console that was told `before` has to know; everything where it was told nothing. */
export function alarmsContent(before: AlarmsNoted | undefined, now: AlarmsNoted): string {
  const changed = [...now.texts].flatMap(([id, text]) => (before?.texts.get(id) === text ? [] : [text]));
  const gone = [...(before?.texts.keys() ?? [])].filter((id) => !now.texts.has(id));
  const whole = before === undefined;
  return `{"kind":"alarms","at":${now.at},"whole":${whole},"changed":[${changed.join(",")}],"gone":${JSON.stringify(gone)},"flood":${now.flood}}`;
}

function sameTexts(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return left.size === right.size && [...right].every(([id, text]) => left.get(id) === text);
}

function allOf({ active, shelved, suppressed, outOfService }: AlarmsNow): readonly AlarmView[] {
  return [...active, ...shelved, ...suppressed, ...outOfService];
}
