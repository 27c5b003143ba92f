import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/alarms/alarm.ts";
import { alarmList } from "../../src/alarms/alarm-list.ts";
import { type Alarms, alarmsAt, NO_ALARMS } from "../../src/alarms/alarms.ts";
import type { AlarmsNow } from "../../src/ports/alarm-desk.ts";
import { alarmLedger } from "../../src/server/alarm-ledger.ts";
import { createStage } from "../../src/server/live.ts";
import { instantMs } from "../../src/units.ts";
import { handClock, sceneAt, viewer } from "./scenes.ts";

const failed = (part: string, raised = true): Condition => ({
  type: "storeFailing",
  intersection: null,
  part,
  raised,
  text: "ENOSPC",
});

function nowOf(alarms: Alarms, at: number, effect = "as it is"): AlarmsNow {
  const { active, shelved, suppressed, outOfService, flood } = alarmList(alarms);
  const told = (list: typeof active) => list.map((alarm) => ({ ...alarm, effect }));
  return {
    at,
    active: told(active),
    shelved: told(shelved),
    suppressed: told(suppressed),
    outOfService: told(outOfService),
    flood,
  };
}

const one = alarmsAt(NO_ALARMS, [failed("events")], instantMs(0)).alarms;
const two = alarmsAt(one, [failed("history")], instantMs(1_000)).alarms;

/** A ledger that is asked every second, of what there is then. */
function ledgerOf() {
  let now: AlarmsNow | undefined;
  let wallMs = 0;
  const ledger = alarmLedger(
    () => now,
    () => wallMs,
  );
  const fresh = (next: AlarmsNow) => {
    wallMs += 1_000;
    now = next;
    return ledger.fresh();
  };
  return { fresh, whole: ledger.whole };
}

describe("what is told of alarms", () => {
  it("is nothing before anything is known", () => {
    const ledger = ledgerOf();
    expect(ledger.whole()).toEqual([]);
    expect(ledger.fresh(nowOf(NO_ALARMS, 0))).toEqual([]);
  });

  it("is each change once, and the number rises with it", () => {
    const { fresh } = ledgerOf();
    expect(fresh(nowOf(one, 5))).toMatchObject([
      {
        at: 5,
        seq: 1,
        whole: false,
        changed: [{ id: "storeFailing:network:events", state: "activeUnacknowledged" }],
        gone: [],
      },
    ]);
    expect(fresh(nowOf(one, 6)), "nothing new").toEqual([]);
    expect(fresh(nowOf(two, 7))).toMatchObject([
      { seq: 2, changed: [{ id: "storeFailing:network:history" }] },
    ]);
    expect(fresh(nowOf(two, 8, "another")), "what the engine does about it").toMatchObject([
      { seq: 3, changed: [{ effect: "another" }, { effect: "another" }] },
    ]);
    expect(fresh(nowOf(NO_ALARMS, 9))).toMatchObject([
      { seq: 4, changed: [], gone: ["storeFailing:network:events", "storeFailing:network:history"] },
    ]);
  });

  it("to a viewer that is new is everything, under the number of what was told last", () => {
    const { fresh, whole } = ledgerOf();
    fresh(nowOf(one, 5));
    expect(whole()).toMatchObject([{ seq: 1, whole: true, changed: [{}] }]);
    expect(fresh(nowOf(two, 7))).toMatchObject([{ seq: 2, whole: false }]);
  });
});

describe("the stage", () => {
  it("tells alarms to who joins, and afterwards once a second at most", () => {
    const hand = handClock();
    let now = nowOf(one, 0);
    const stage = createStage(hand.clock, () => now);
    stage.show(sceneAt(0));
    const { one: joined, messages, kinds } = viewer();
    stage.join(joined);
    expect(kinds()).toEqual(["detail", "log", "alarms", "frame"]);
    messages.length = 0;
    hand.advance(100);
    stage.show(sceneAt(1));
    expect(kinds()).toEqual(["alarms", "frame"]);
    now = nowOf(two, 1);
    hand.advance(900);
    stage.show(sceneAt(2));
    expect(
      kinds().filter((kind) => kind === "alarms"),
      "too soon",
    ).toHaveLength(1);
    hand.advance(100);
    stage.show(sceneAt(3));
    expect(messages.filter(({ kind }) => kind === "alarms")).toMatchObject([{ seq: 1 }, { seq: 2 }]);
  });

  it("tells a viewer that could not take them everything anew", () => {
    const hand = handClock();
    let now = nowOf(one, 0);
    const stage = createStage(hand.clock, () => now);
    stage.show(sceneAt(0));
    const slow = viewer();
    stage.join(slow.one);
    slow.messages.length = 0;
    slow.state.bufferedBytes = 2 ** 20;
    now = nowOf(two, 1);
    hand.advance(2_000);
    stage.show(sceneAt(1));
    expect(slow.messages).toEqual([]);
    slow.state.bufferedBytes = 0;
    hand.advance(2_000);
    stage.show(sceneAt(2));
    expect(slow.messages.find(({ kind }) => kind === "alarms")).toMatchObject({
      whole: true,
      changed: [{}, {}],
    });
  });
});
