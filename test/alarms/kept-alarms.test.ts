import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/alarms/alarm.ts";
import { alarmList } from "../../src/alarms/alarm-list.ts";
import { actOnAlarm, type AlarmAct, type Alarms, alarmsAt, NO_ALARMS } from "../../src/alarms/alarms.ts";
import { alarmsWith, keptAlarms } from "../../src/alarms/kept-alarms.ts";
import { HOUR_MS, instantMs } from "../../src/units.ts";

const at = (seconds: number) => instantMs(seconds * 1000);
const HOUR_SECONDS = HOUR_MS / 1000;

const detector = (raised: boolean): Condition => ({
  type: "detectorFailed",
  intersection: "x",
  part: "d1",
  raised,
  text: "stuckOn",
});
const ID = "detectorFailed:x:d1";

/** The alarms after a failed detector and what was done with its alarm, ten seconds later. */
function answered(...acts: readonly AlarmAct[]): Alarms {
  let { alarms } = alarmsAt(NO_ALARMS, [detector(true)], at(0));
  for (const act of acts) {
    const done = actOnAlarm(alarms, act, at(10));
    if (!done.ok) throw new Error(done.error);
    ({ alarms } = done.value);
  }
  return alarms;
}

const acknowledge: AlarmAct = { kind: "acknowledge", alarm: ID, by: "ann" };
const shelve: AlarmAct = { kind: "shelve", alarm: ID, by: "ann", reason: "works", until: at(HOUR_SECONDS) };
const withdraw: AlarmAct = { kind: "outOfService", alarm: ID, by: "ann", reason: "dug up" };

const restarted = (alarms: Alarms, seconds: number): Alarms => alarmsWith(keptAlarms(alarms), at(seconds));

describe("an engine that begins anew", () => {
  it("has nothing of alarms of which nobody has said anything", () => {
    expect(keptAlarms(answered())).toEqual([]);
    expect(alarmsWith([], at(60))).toEqual(NO_ALARMS);
  });

  it("does not ask again for what was acknowledged when it comes back, and tells by whom", () => {
    const { alarms, transitions } = alarmsAt(restarted(answered(acknowledge), 60), [detector(true)], at(90));
    expect(transitions).toMatchObject([{ from: "normal", to: "activeAcknowledged", annunciated: false }]);
    expect(alarmList(alarms).active).toMatchObject([{ id: ID, acknowledged: { by: "ann", at: at(10) } }]);
    // Over, and come again: that is another matter.
    const over = alarmsAt(alarms, [detector(false)], at(100)).alarms;
    const gone = alarmsAt(over, [], at(160)).alarms;
    expect(alarmsAt(gone, [detector(true)], at(200)).transitions).toMatchObject([{ annunciated: true }]);
  });

  it("asks for it again after a shift in which it did not come back", () => {
    const begun = restarted(answered(acknowledge), 60);
    const { alarms, transitions } = alarmsAt(begun, [], at(60 + 8 * HOUR_SECONDS));
    expect([alarms.byId.size, transitions]).toEqual([0, []]);
    const late = alarmsAt(alarms, [detector(true)], at(61 + 8 * HOUR_SECONDS));
    expect(late.transitions).toMatchObject([{ annunciated: true }]);
  });

  it("keeps a shelf until its end, with what stands under it, and then asks", () => {
    const begun = restarted(answered(acknowledge, shelve), 60);
    expect(alarmList(begun).shelved).toMatchObject([{ id: ID, shelved: { by: "ann", reason: "works" } }]);
    const silent = alarmsAt(begun, [detector(true)], at(90));
    expect(silent.transitions.filter(({ annunciated }) => annunciated)).toEqual([]);
    const ended = alarmsAt(silent.alarms, [], at(HOUR_SECONDS));
    expect(ended.transitions).toMatchObject([
      { from: "shelved", to: "activeUnacknowledged", annunciated: true },
    ]);
  });

  it("keeps what is out of service, over as many beginnings as there are", () => {
    const twice = restarted(restarted(answered(withdraw), 60), 120);
    expect(alarmList(twice).outOfService).toMatchObject([{ id: ID, outOfService: { reason: "dug up" } }]);
  });

  it("drops a shelf that is over, and one of another clock: no shelf is longer than eight hours", () => {
    const alarms = answered(shelve);
    expect(restarted(alarms, HOUR_SECONDS).byId.size).toBe(0);
    expect(alarmsWith(keptAlarms(alarms), instantMs(HOUR_MS - 8 * HOUR_MS - 1)).byId.size).toBe(0);
    expect(alarmsWith(keptAlarms(alarms), instantMs(HOUR_MS - 8 * HOUR_MS)).byId.size).toBe(1);
  });

  it("keeps no acknowledgement of what is said once: said again it is another matter", () => {
    const refused: Condition = { ...detector(true), type: "commandRefused", part: null };
    const { alarms } = alarmsAt(NO_ALARMS, [refused], at(0));
    const done = actOnAlarm(alarms, { kind: "acknowledge", alarm: "commandRefused:x", by: "ann" }, at(1));
    expect(done.ok && keptAlarms(done.value.alarms)).toEqual([]);
  });
});
