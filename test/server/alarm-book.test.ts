import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/alarms/alarm.ts";
import { alarmList } from "../../src/alarms/alarm-list.ts";
import { type Alarms, alarmsAt, NO_ALARMS } from "../../src/alarms/alarms.ts";
import type { AlarmsNow } from "../../src/ports/alarm-desk.ts";
import { alarmBook, alarmsContent } from "../../src/server/alarm-book.ts";
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

/** What a console that was told everything so far is told of each of these, one a second. */
function toldOf(...each: readonly (AlarmsNow | undefined)[]) {
  let now: AlarmsNow | undefined;
  let wallMs = 0;
  const book = alarmBook(
    () => now,
    () => wallMs,
  );
  let before: ReturnType<typeof book.note>;
  return each.map((next): unknown => {
    wallMs += 1_000;
    now = next;
    const noted = book.note();
    const told = noted === undefined || noted === before ? undefined : alarmsContent(before, noted);
    before = noted;
    return told === undefined ? undefined : JSON.parse(told);
  });
}

describe("what is told of alarms", () => {
  it("is nothing before anything is known, then everything, then each change once", () => {
    const told = toldOf(
      undefined,
      nowOf(one, 5),
      nowOf(one, 6),
      nowOf(two, 7),
      nowOf(two, 8, "another"),
      nowOf(NO_ALARMS, 9),
    );
    expect(told).toMatchObject([
      undefined,
      {
        kind: "alarms",
        at: 5,
        whole: true,
        changed: [{ id: "storeFailing:network:events", state: "activeUnacknowledged" }],
        gone: [],
        flood: null,
      },
      undefined,
      { whole: false, changed: [{ id: "storeFailing:network:history" }] },
      // What the engine does about them is another thing now.
      { changed: [{ effect: "another" }, { effect: "another" }] },
      { changed: [], gone: ["storeFailing:network:events", "storeFailing:network:history"] },
    ]);
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
    expect(kinds()).toContain("alarms");
    messages.length = 0;
    now = nowOf(two, 1);
    hand.advance(900);
    stage.show(sceneAt(1));
    expect(kinds(), "too soon").not.toContain("alarms");
    hand.advance(100);
    stage.show(sceneAt(2));
    expect(messages.filter(({ kind }) => kind === "alarms")).toMatchObject([
      { whole: false, changed: [{ id: "storeFailing:network:history" }] },
    ]);
  });

  it("tells what an operator did although the street stands still", () => {
    const hand = handClock();
    let now = nowOf(one, 0);
    const stage = createStage(hand.clock, () => now);
    stage.show(sceneAt(0));
    const { one: joined, messages, kinds } = viewer();
    stage.join(joined);
    messages.length = 0;
    now = nowOf(two, 0);
    hand.advance(200);
    stage.alarmsChanged();
    expect(kinds()).toEqual(["alarms"]);
  });

  it("tells a viewer that could not take them the latest, and one that asks anew everything", () => {
    const hand = handClock();
    let now = nowOf(one, 0);
    const stage = createStage(hand.clock, () => now);
    stage.show(sceneAt(0));
    const slow = viewer();
    const seat = stage.join(slow.one);
    slow.messages.length = 0;
    slow.state.bufferedBytes = 2 ** 20;
    now = nowOf(two, 1);
    hand.advance(2_000);
    stage.show(sceneAt(1));
    expect(slow.messages).toEqual([]);
    slow.state.bufferedBytes = 0;
    hand.advance(2_000);
    stage.show(sceneAt(2));
    const alarms = () => slow.messages.filter(({ kind }) => kind === "alarms");
    expect(alarms()).toMatchObject([{ whole: false, changed: [{}] }]);
    slow.messages.length = 0;
    seat.ask({ kind: "resync" });
    hand.advance(200);
    expect(alarms()).toMatchObject([{ whole: true, changed: [{}, {}] }]);
  });
});
