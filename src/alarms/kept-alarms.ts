import { after, HOUR_MS, type InstantMs } from "../units.ts";
import {
  type Acknowledgement,
  type Alarm,
  alarmId,
  type AlarmPlace,
  isSilenced,
  type Shelf,
  type Withdrawal,
} from "./alarm.ts";
import { ALARM_TYPES } from "./alarm-types.ts";
import { type Alarms, NO_ALARMS, SHELF_MAX_MS } from "./alarms.ts";

/** What operators have said of an alarm, so that an engine that begins anew knows it: conditions come back by themselves, words do not. */
export type KeptAlarm = AlarmPlace & {
  readonly text: string;
  readonly acknowledged: Acknowledgement | null;
  readonly shelved: Shelf | null;
  readonly outOfService: Withdrawal | null;
};

/** A shift: who has not seen the alarm again by then is told anew. */
const RECALLED_MAX_MS = 8 * HOUR_MS;

/** What is to be kept of the alarms. */
export function keptAlarms({ byId }: Alarms): readonly KeptAlarm[] {
  return [...byId.values()].flatMap((alarm): readonly KeptAlarm[] => {
    const { type, intersection, part, text, shelved, outOfService } = alarm;
    const acknowledged = standingWord(alarm);
    if (acknowledged === null && shelved === null && outOfService === null) return [];
    return [{ type, intersection, part, text, acknowledged, shelved, outOfService }];
  });
}

/** What is said once is another matter when it is said again. */
function standingWord({ type, life, acknowledged, recalled }: Alarm): Acknowledgement | null {
  if (ALARM_TYPES[type].kind === "pulse") return null;
  if (life === "activeAcknowledged") return acknowledged;
  return recalled === null ? null : { by: recalled.by, at: recalled.at };
}

/**
 * The alarms of an engine that begins at `at`, with what operators had said before: none is active before its condition is seen again. A
 * shelf that has ended, or that is of another clock since it ends later than any may, is dropped, as is a type that there is no more.
 */
export function alarmsWith(kept: readonly KeptAlarm[], at: InstantMs): Alarms {
  const alarms = kept
    .filter(({ type }) => type in ALARM_TYPES)
    .map((one): Alarm => {
      const { type, intersection, part, text, acknowledged, outOfService } = one;
      const holds =
        one.shelved !== null && one.shelved.until > at && one.shelved.until <= after(at, SHELF_MAX_MS);
      return {
        id: alarmId(one),
        type,
        intersection,
        part,
        text,
        life: "normal",
        raised: false,
        raisedChangedAt: at,
        activeSince: null,
        occurrences: 0,
        acknowledged: null,
        recalled: acknowledged === null ? null : { ...acknowledged, until: after(at, RECALLED_MAX_MS) },
        shelved: holds ? one.shelved : null,
        outOfService,
        suppressedBy: null,
      };
    })
    .filter((alarm) => alarm.recalled !== null || isSilenced(alarm));
  return { ...NO_ALARMS, byId: new Map(alarms.map((alarm) => [alarm.id, alarm])) };
}
