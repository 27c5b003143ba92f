import { type InstantMs, instantMs, MINUTE_MS } from "../../src/units.ts";

/** Day on which simulated runs start, DESIGN §5: a Monday, no holiday, without a change of clocks. */
const RUN_DAY = { year: 2026, month: 1, day: 5 } as const;

/** Local midnight of the day on which runs start. `timeZone` is an IANA name. */
export function localMidnight(timeZone: string): InstantMs {
  const utc = Date.UTC(RUN_DAY.year, RUN_DAY.month - 1, RUN_DAY.day);
  // The zone's offset at that moment, told as GMT+01:00.
  const name = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(utc)
    .find(({ type }) => type === "timeZoneName")?.value;
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name ?? "") ?? [];
  const offsetMinutes = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === "-" ? -1 : 1);
  return instantMs(utc - offsetMinutes * MINUTE_MS);
}
