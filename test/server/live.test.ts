import { describe, expect, it } from "vitest";
import { createStage } from "../../src/server/live.ts";
import {
  handClock,
  logEntry,
  sceneAsked,
  sceneAt,
  sceneDecided,
  sceneOnPlan,
  sceneWithLog,
  viewer,
} from "./scenes.ts";

const MEBIBYTE = 1024 * 1024;

/** A stage on a clock of the test's own. */
function stage() {
  const hand = handClock();
  return { stage: createStage(hand.clock), ...hand };
}

describe("somebody who joins", () => {
  it("is told everything that there is", () => {
    const { stage: live } = stage();
    live.plantConnected(true);
    live.show(sceneWithLog(1, logEntry(1), logEntry(2)));
    const { one, messages } = viewer();
    live.join(one);
    expect(messages).toMatchObject([
      { kind: "detail", intersections: [{ id: "t" }] },
      { kind: "log", entries: [{ id: 1 }, { id: 2 }] },
      { kind: "frame", plantConnected: true, speedFactor: 10, intersections: [{ id: "t" }], vehicles: [] },
    ]);
  });

  it("before the first instant is told nothing until there is something", () => {
    const { stage: live } = stage();
    const { one, kinds } = viewer();
    live.join(one);
    live.plantConnected(true);
    expect(kinds()).toEqual([]);
    live.show(sceneAt(0));
    expect(kinds()).toEqual(["detail", "log", "frame"]);
  });

  it("gets the newest state of each log entry, of the last 300", () => {
    const { stage: live } = stage();
    for (let id = 1; id <= 310; id += 1) live.show(sceneWithLog(id, logEntry(id)));
    live.show(sceneWithLog(311, logEntry(20, "accepted")));
    const { one, messages } = viewer();
    live.join(one);
    const log = messages.find(({ kind }) => kind === "log");
    const entries = log?.kind === "log" ? log.entries : [];
    expect(entries).toHaveLength(300);
    expect(entries[0]?.id).toBe(11);
    expect(entries.filter(({ id }) => id === 20)).toMatchObject([{ text: "accepted" }]);
    expect(entries.at(-1), "the newest news last").toMatchObject({ id: 20 });
  });

  it("is asked for positions only while there", () => {
    const { stage: live } = stage();
    const [first, second] = [viewer(), viewer()];
    expect(live.watching).toBe(false);
    const seat = live.join(first.one);
    const other = live.join(second.one);
    seat.leave();
    expect(live.watching).toBe(true);
    other.leave();
    expect(live.watching).toBe(false);
    live.show(sceneOnPlan(1, "day"));
    expect([first.messages, second.messages]).toEqual([[], []]);
  });
});

describe("what changes", () => {
  it("is told, and only that", () => {
    const { stage: live, advance } = stage();
    live.show(sceneOnPlan(0, "day"));
    const { one, messages, kinds } = viewer();
    live.join(one);
    messages.length = 0;
    live.show(sceneOnPlan(1, "day"));
    expect(kinds(), "the same plan").not.toContain("detail");
    live.show(sceneOnPlan(2, "night"));
    live.show(sceneWithLog(3, logEntry(7)));
    expect(kinds(), "the street at once").toEqual(["delta"]);
    advance(100);
    expect(messages.slice(1), "and then the latest of everything").toMatchObject([
      { kind: "detail", intersections: [{ id: "t" }] },
      { kind: "log", entries: [{ id: 7 }] },
      { kind: "delta" },
    ]);
  });

  it("of what operators ask is told when it is asked, and when the street shows it or no longer does", () => {
    const { stage: live, advance } = stage();
    live.show(sceneAsked(0, "day"));
    const { one, messages } = viewer();
    live.join(one);
    const told = (): unknown[] => {
      const details = messages.splice(0).flatMap((message) => (message.kind === "detail" ? [message] : []));
      return details.map(({ intersections }) => intersections[0]?.operating?.commands[0]?.street);
    };
    expect(told()).toEqual([{ asAsked: false, text: "plan day" }]);
    live.show(sceneAsked(1, "day"));
    advance(100);
    expect(told()).toEqual([]);
    live.show(sceneAsked(2, "free"));
    advance(100);
    expect(told()).toEqual([{ asAsked: true, text: "free operation" }]);
  });

  it("in the street is shown ten times a second at most, the newest of it", () => {
    const { stage: live, advance, waiting } = stage();
    const { one, messages } = viewer();
    live.show(sceneAt(0));
    live.join(one);
    messages.length = 0;
    const start = sceneAt(0).state.now;
    for (let instant = 1; instant <= 50; instant += 1) live.show(sceneAt(instant));
    expect(messages, "the first one at once").toMatchObject([{ kind: "delta", at: start + 1000 }]);
    expect(waiting(), "and one more to come").toBe(1);
    advance(99);
    expect(messages).toHaveLength(1);
    advance(1);
    expect(messages).toMatchObject([{}, { kind: "delta", at: start + 50_000 }]);
    advance(1000);
    expect(messages, "nothing new, nothing told").toHaveLength(2);
    expect(
      messages.map(({ seq }) => seq),
      "numbered with those of joining",
    ).toEqual([4, 5]);
  });

  it("keeps the measures that were told last, and counts what was dropped", () => {
    const { stage: live } = stage();
    const measures = {
      type: "measures",
      seq: 1,
      at: 5,
      vehiclesRunning: 3,
      vehiclesWaitingToEnter: 2,
      vehiclesArrived: 1,
      delaySeconds: null,
    } as const;
    live.show(sceneAt(0, { measures }));
    live.show(sceneAt(1, { dropped: { detections: 4 } }));
    const { one, messages } = viewer();
    live.join(one);
    expect(messages.at(-1)).toMatchObject({
      measures: {
        at: 5,
        vehiclesRunning: 3,
        vehiclesWaitingToEnter: 2,
        vehiclesArrived: 1,
        delaySeconds: null,
      },
      counters: expect.arrayContaining([expect.objectContaining({ name: "overflow.detections", value: 4 })]),
    });
  });

  it("of the plant's link is shown", () => {
    const { stage: live, advance } = stage();
    live.plantConnected(true);
    live.show(sceneAt(0));
    const { one, messages } = viewer();
    live.join(one);
    advance(1000);
    live.plantConnected(false);
    expect(messages.at(-1)).toMatchObject({ kind: "delta", plantConnected: false });
  });
});

describe("decisions", () => {
  const START = sceneAt(0).state.now;
  const decidedAt = (seconds: number) => ({
    kind: "decisions",
    intersections: [{ id: "t", decision: { at: START + seconds * 1000 } }],
  });

  it("go with the next frame when they are new, without the whole detail", () => {
    const { stage: live, advance } = stage();
    const { one, messages, kinds } = viewer();
    live.show(sceneDecided(0, null));
    live.join(one);
    live.show(sceneDecided(1, 1));
    for (const second of [2, 3, 4]) live.show(sceneDecided(second, second));
    expect(messages.slice(-2)).toMatchObject([decidedAt(1), { kind: "delta" }]);
    messages.length = 0;
    advance(100);
    expect(kinds(), "once a second").toEqual(["delta"]);
    advance(1000);
    expect(messages.slice(1), "the newest of them").toMatchObject([decidedAt(4)]);
    messages.length = 0;
    live.show(sceneDecided(5, 4));
    advance(1000);
    expect(kinds(), "the same one stands").toEqual(["delta"]);
    live.show(sceneDecided(6, null));
    advance(1000);
    expect(messages.at(-2)).toMatchObject({ intersections: [{ id: "t", decision: null }] });
  });

  it("reach who joined between one and its end", () => {
    const { stage: live, advance } = stage();
    const [first, second] = [viewer(), viewer()];
    live.show(sceneDecided(0, null));
    live.join(first.one);
    live.show(sceneDecided(1, null));
    live.show(sceneDecided(2, 2));
    live.join(second.one);
    expect(second.messages[0]).toMatchObject({
      kind: "detail",
      intersections: [{ decision: { stage: "2-6" } }],
    });
    live.show(sceneDecided(3, null));
    advance(100);
    expect(second.messages.at(-2)).toMatchObject({ kind: "decisions", intersections: [{ decision: null }] });
  });

  it("that a viewer could not take are told again, and are no reason to tell it everything", () => {
    const { stage: live, advance } = stage();
    const slow = viewer();
    live.show(sceneDecided(0, null));
    live.join(slow.one);
    slow.messages.length = 0;
    slow.state.bufferedBytes = MEBIBYTE;
    live.show(sceneDecided(1, 1));
    slow.state.bufferedBytes = 0;
    live.show(sceneDecided(2, 1));
    advance(100);
    expect(slow.messages).toMatchObject([decidedAt(1), { kind: "delta" }]);
  });
});

describe("somebody who reads slowly", () => {
  it("misses frames, and holds up neither the others nor the engine", () => {
    const { stage: live, advance } = stage();
    const [slow, quick] = [viewer(), viewer()];
    live.show(sceneAt(0));
    live.join(slow.one);
    live.join(quick.one);
    slow.state.bufferedBytes = MEBIBYTE;
    slow.messages.length = 0;
    for (let instant = 1; instant <= 20; instant += 1) {
      live.show(sceneAt(instant));
      advance(100);
    }
    expect(slow.messages).toEqual([]);
    expect(quick.messages.length).toBeGreaterThan(20);
    slow.state.bufferedBytes = MEBIBYTE - 1;
    live.show(sceneAt(21));
    advance(100);
    expect(slow.messages, "only smoothness was lost").toMatchObject([
      { kind: "delta", at: sceneAt(21).state.now },
    ]);
  });

  it("has nothing piled up for it, and is told the latest of everything once it has caught up", () => {
    const { stage: live, advance } = stage();
    const slow = viewer();
    live.show(sceneOnPlan(0, "day"));
    live.join(slow.one);
    slow.state.bufferedBytes = 2 * MEBIBYTE;
    slow.messages.length = 0;
    for (let instant = 1; instant <= 100; instant += 1) {
      live.show(sceneOnPlan(instant, instant % 2 === 0 ? "day" : "night"));
      live.show(sceneWithLog(instant, logEntry(instant)));
      advance(100);
    }
    expect(slow.messages, "nothing while it does not read").toEqual([]);
    expect(live.figures().skipped).toBeGreaterThanOrEqual(100);
    slow.state.bufferedBytes = 0;
    advance(100);
    expect(slow.kinds(), "even where the street stands still").toEqual(["detail", "log", "delta"]);
    const [detail, log] = slow.messages;
    expect(detail).toMatchObject({ intersections: [{ id: "t" }] });
    expect(log?.kind === "log" ? log.entries.map(({ id }) => id) : []).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    advance(1000);
    expect(slow.messages, "and no more than that").toHaveLength(3);
  });
});

it("a stage that is closed tells nobody anything", () => {
  const { stage: live, advance, waiting } = stage();
  const { one, messages } = viewer();
  live.show(sceneAt(0));
  live.join(one);
  live.show(sceneAt(1));
  live.show(sceneAt(2));
  messages.length = 0;
  live.close();
  live.show(sceneOnPlan(3, "night"));
  advance(1000);
  expect([messages, waiting()]).toEqual([[], 0]);
});
