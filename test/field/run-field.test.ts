import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import { after } from "../../src/units.ts";
import { CONNECT_WALL_MS, ENGINE_LOST_WALL_MS } from "../../sim/field/run-field.ts";
import { smallNetwork } from "../model/small-network.ts";
import { settled, START, startField } from "./fake-field.ts";

const until = (seconds: number) => after(START, seconds * 1000);
const withoutProgress = (log: readonly string[]) => log.filter((entry) => !entry.startsWith("progress"));
const countOf = (log: readonly string[], start: string) =>
  log.filter((entry) => entry.startsWith(start)).length;

/** What the engine hears of a link that is closed from the second second up to the fifth. */
async function closedFromTwoToFive(): Promise<readonly string[]> {
  const told: string[] = [];
  const linkIsOpen = (_: string, at: number): boolean => at < until(2) || at >= until(5);
  const { engine, result } = startField({ until: until(8), linkIsOpen });
  engine.gateway.events.subscribe((event) => {
    if (event.kind === "ready") told.push(`ready ${(event.frame.at - START) / 1000}`);
    if (event.kind === "linkDown" || event.kind === "linkUp") told.push(event.kind);
  });
  expect(await result).toMatchObject({ engineLosses: 0 });
  return told;
}

describe("a link that the scenario closes", () => {
  it("is closed, waited for when it opens again, and in the same instants of every run", async () => {
    const first = await closedFromTwoToFive();
    expect(first.join(", ")).toBe(
      "linkUp, ready 0, ready 1, linkDown, ready 2, ready 3, ready 4, " +
        "linkUp, ready 5, ready 6, ready 7, ready 8, linkDown",
    );
    expect(await closedFromTwoToFive()).toEqual(first);
  });
});

describe("logs of the controllers", () => {
  it.each([
    ["sent", true],
    ["dropped", false],
  ] as const)("that are %s reach the engine: %s", async (logs, reach) => {
    const { engine, result } = startField({
      until: until(30),
      logs,
      step: (index) => ({
        actuations: [{ intersection: "t", detector: "stop", at: until(index + 1), on: index % 2 === 0 }],
      }),
    });
    const { controllers } = await result;
    expect(controllers.logEvents).toBeGreaterThanOrEqual(30);
    expect(engine.events.some(({ kind }) => kind === "logged")).toBe(reach);
    if (!reach) expect(controllers.logEventsUnconfirmed, "kept for nobody").toBe(0);
  });
});

describe("in lock-step", () => {
  it("each instant is ready, answered and only then left", async () => {
    const { result, log } = startField({ until: until(3) });
    expect(await result).toMatchObject({
      endedAt: until(3),
      engineLosses: 0,
      monitorTrips: 0,
      onLocalPlan: 1,
    });
    expect(log).toEqual([
      ...[0, 1, 2].flatMap((n) => [`ready ${n}`, `go ${n}`, `progress ${n}`, `step ${n}`]),
      "ready 3",
      "go 3",
      "progress 3",
      "finish",
      "close",
    ]);
  });

  it("the plant never moves before the answer, however long it takes", async () => {
    const { engine, log, advance, result } = startField({ until: until(1) });
    engine.answers = false;
    await settled();
    await advance(ENGINE_LOST_WALL_MS - 1);
    expect(withoutProgress(log)).toEqual(["ready 0"]);
    engine.answer();
    await settled();
    expect(withoutProgress(log)).toEqual(["ready 0", "go 0", "step 0", "ready 1"]);
    engine.answer();
    expect(await result).toMatchObject({ engineLosses: 0 });
  });

  it("nor before everything that the engine sent has arrived", async () => {
    const types: string[] = [];
    const held: (() => void)[] = [];
    let hold = false;
    const { engine, log, result } = startField({
      until: until(1),
      connector: (toEngine) => async (listener) =>
        await toEngine({
          ...listener,
          message: (text) => {
            const { type } = JSON.parse(text) as { readonly type: string };
            types.push(type);
            if (hold && type === "heartbeat") held.push(() => listener.message(text));
            else listener.message(text);
          },
        }),
    });
    engine.answers = false;
    await settled();
    hold = true;
    engine.answer();
    await settled();
    expect(types.slice(-2)).toEqual(["heartbeat", "go"]);
    expect(withoutProgress(log), "the heartbeat is still on its way").toEqual(["ready 0", "go 0"]);
    hold = false;
    for (const deliver of held) deliver();
    await settled();
    expect(withoutProgress(log)).toContain("step 0");
    engine.answer();
    await result;
  });

  it("the engine learns what the loops saw, what the street shows, and how the plant does", async () => {
    const { engine, result, lamps } = startField({
      until: until(2),
      step: (index) => ({
        actuations: [
          { intersection: "t", detector: "stop", at: after(START, 1000 * index + 300), on: index === 0 },
        ],
      }),
    });
    await result;
    const frames = engine.events.flatMap((event) => (event.kind === "frame" ? [event.frame] : []));
    const detections = frames.flatMap((frame) => (frame.type === "detections" ? [frame] : []));
    expect(
      detections.map(({ at, until: heardUntil, sequence, events }) => [at, heardUntil, sequence, events]),
    ).toEqual([
      [START, START, 0, []],
      [until(1), until(1), 1, [["stop", START + 300, 1]]],
      [until(2), until(2), 2, [["stop", START + 1300, 0]]],
    ]);
    const states = frames.flatMap((frame) => (frame.type === "state" ? [frame] : []));
    expect(states[0], "the street is told as soon as the link is up").toMatchObject({
      at: START,
      plan: "day",
    });
    // What the engine is told of an instant is what the plant is given to drive by.
    for (const [index, shown] of lamps.entries()) {
      const state = states.findLast(({ at }) => at <= until(index));
      expect(shown).toEqual([{ intersection: "t", lamps: state?.lamps, walk: state?.walk }]);
    }
    expect(
      engine.events.flatMap((event) => (event.kind === "measures" ? [event.frame.vehiclesRunning] : [])),
    ).toEqual([0, 0, 1]);
  });

  it("positions are fetched and sent only while somebody looks", async () => {
    const { engine, result, wanted, log } = startField({ until: until(4) });
    engine.wantTraffic = true;
    engine.gateway.events.subscribe((event) => {
      // Told with the answer to the instant before, so it holds from the answer to this one on.
      if (event.kind === "traffic" && event.frame.at === until(2)) engine.wantTraffic = false;
    });
    await result;
    expect(log.filter((entry) => entry.startsWith("step"))).toHaveLength(4);
    expect(wanted).toEqual([true, true, false, false]);
    const traffic = engine.events.flatMap((event) => (event.kind === "traffic" ? [event.frame] : []));
    expect(traffic.map(({ at, vehicles }) => [at, vehicles[0]])).toEqual([
      [until(1), 0],
      [until(2), 1],
    ]);
  });
});

describe("an engine that does not answer", () => {
  it("is lost after two seconds of wall time; the field goes on alone, and in step again when it is back", async () => {
    const { engine, log, notices, advance, stop, result } = startField();
    engine.answers = false;
    await settled();
    await advance(ENGINE_LOST_WALL_MS - 1);
    expect(countOf(log, "step")).toBe(0);
    await advance(1);
    expect(notices[0]).toMatch(/^\d\d:\d\d:\d\d engine lost \(no answer for 2 s\)/);
    expect(countOf(log, "step"), "steps without an answer").toBeGreaterThan(0);
    engine.answer();
    await settled();
    expect(notices.at(-1)).toMatch(/ the engine is back$/);
    // In step: the next instant waits for its answer again.
    await settled();
    const steps = countOf(log, "step");
    await settled();
    expect(countOf(log, "step")).toBe(steps);
    engine.answers = true;
    engine.answer();
    await settled();
    stop.abort();
    expect(await result).toMatchObject({ engineLosses: 1 });
    expect(notices.filter((text) => text.includes("engine lost"))).toHaveLength(1);
  });

  it("is noticed by the controllers in simulated time", async () => {
    const { engine, notices, advance, stop, result } = startField();
    await settled();
    engine.answers = false;
    await settled();
    await advance(ENGINE_LOST_WALL_MS);
    await settled();
    expect(notices.some((text) => text.startsWith("t: ENGINE_LOST: no heartbeat for 3000 ms"))).toBe(true);
    stop.abort();
    expect(await result).toMatchObject({ engineLosses: 1, onLocalPlan: 1 });
  });

  it("is told nothing meanwhile, and then how the street is, the newest alarms, and what it missed", async () => {
    const { engine, log, advance, stop, result } = startField();
    engine.answers = false;
    await settled();
    await advance(ENGINE_LOST_WALL_MS);
    const told = engine.events.length;
    const steps = countOf(log, "step");
    await settled();
    expect(countOf(log, "step"), "the field goes on").toBeGreaterThan(steps);
    expect(engine.events, "and nothing piles up").toHaveLength(told);
    engine.answer();
    await settled();
    const news = engine.events.slice(told);
    const at = news.flatMap((event) => (event.kind === "ready" ? [event.frame.at] : []))[0];
    expect(at).toBeGreaterThan(until(3));
    const frames = news.flatMap((event) => (event.kind === "frame" ? [event.frame] : []));
    expect(frames[0]).toMatchObject({ type: "state", at, plan: "day" });
    expect(frames).toContainEqual(expect.objectContaining({ type: "alarm", code: "ENGINE_LOST" }));
    // One detection frame a second is numbered whether it is sent or not: the gap is what was missed.
    const detections = frames.find(({ type }) => type === "detections");
    expect(detections).toMatchObject({ sequence: ((at ?? 0) - START) / 1000 });
    stop.abort();
    await result;
  });

  it("and ends its links is lost at once; a new one is found by itself", async () => {
    const { engine, log, notices, advance, stop, result } = startField();
    engine.answers = false;
    await settled();
    engine.listening = false;
    engine.gateway.close("the engine is stopping");
    await settled();
    expect(notices.at(-1)).toMatch(/engine lost \(its link is down\)/);
    const steps = countOf(log, "step");
    expect(steps).toBeGreaterThan(0);
    await advance(200);
    expect(
      notices.filter((text) => text.includes("is back")),
      "nobody listens yet",
    ).toEqual([]);
    engine.events.length = 0;
    engine.answers = true;
    engine.restart();
    await advance(5000);
    expect(notices.at(-1)).toMatch(/the engine is back$/);
    const kinds = engine.events.map(({ kind }) => kind);
    expect(kinds).toContain("plantUp");
    expect(kinds).toContain("linkUp");
    const up = engine.events.find((event) => event.kind === "plantUp");
    expect(up?.kind === "plantUp" ? up.clock.at : 0, "with the time that it is now").toBeGreaterThan(START);
    stop.abort();
    expect(await result).toMatchObject({ engineLosses: 1 });
  });
});

describe("a run that cannot begin", () => {
  it("says which links are missing, and ends its plant", async () => {
    const { advance, log, result } = startField({
      connector: () => async () => await Promise.reject(new Error("nobody")),
    });
    await advance(CONNECT_WALL_MS);
    await expect(result).rejects.toMatchObject({ code: "LINK_FAILED" });
    await expect(result).rejects.toThrow("no link to the engine within 20 s for plant, t");
    expect(log).toEqual(["close"]);
  });

  it("tells why the engine does not let it in", async () => {
    const { notices, stop, result } = startField({
      credentials: new Map([
        ["plant", "secret-of-the-plant"],
        ["t", "a-secret-of-long-ago"],
      ]),
    });
    await settled();
    expect(notices).toEqual(["t: refused by the engine: AUTH: t: unknown, or wrong credential"]);
    stop.abort();
    await result;
  });
});

describe("a run that is stopped", () => {
  it("while it waits for the engine ends at once and measures; the engine is not called lost", async () => {
    const { engine, notices, log, stop, result } = startField();
    engine.answers = false;
    await settled();
    stop.abort();
    expect(await result).toMatchObject({ endedAt: START, engineLosses: 0 });
    expect(notices).toEqual([]);
    expect(log.slice(-2)).toEqual(["finish", "close"]);
    expect(countOf(log, "step")).toBe(0);
  });

  it("before its links are up ends without a word of failure", async () => {
    const { stop, log, notices, result } = startField({
      connector: () => async () => await Promise.reject(new Error("nobody")),
    });
    stop.abort();
    expect(await result).toMatchObject({ endedAt: START, engineLosses: 0 });
    expect([notices, countOf(log, "step")]).toEqual([[], 0]);
  });

  it("while it paces itself does not wait for the pace", async () => {
    const { stop, result, log } = startField({ speedFactor: 1 });
    await settled();
    expect(countOf(log, "step"), "the first step is due at once").toBe(1);
    stop.abort();
    // The step that the pace held back, and then the end.
    expect(await result).toMatchObject({ endedAt: until(2) });
  });
});

describe("the pace", () => {
  it("is simulated seconds for each second of wall time", async () => {
    const { advance, log, stop, result } = startField({ speedFactor: 10 });
    await settled();
    await advance(99);
    expect(countOf(log, "step")).toBe(1);
    await advance(1);
    expect(countOf(log, "step")).toBe(2);
    await advance(900);
    expect(countOf(log, "step")).toBe(11);
    stop.abort();
    await result;
  });

  it("is not made up for by racing after a long pause", async () => {
    const { engine, advance, log, stop, result } = startField({ speedFactor: 10 });
    await settled();
    engine.answers = false;
    await advance(100);
    const before = countOf(log, "step");
    await advance(1900);
    engine.answers = true;
    engine.answer();
    await settled();
    expect(countOf(log, "step") - before, "late by less than two seconds: one step at once").toBe(1);
    await advance(1000);
    expect(countOf(log, "step") - before).toBe(11);
    stop.abort();
    await result;
  });
});

describe("the conflict monitor", () => {
  it("sees what a controller must not show; every trip is counted, told and reported", async () => {
    const network = smallNetwork();
    const [t] = network.intersections;
    // A stage that no check let through: phase 8 green against 2 and 6.
    const faulty: Network = {
      ...network,
      intersections: t
        ? [
            {
              ...t,
              stages: t.stages.map((stage) => ({ ...stage, phases: [...new Set([...stage.phases, "8"])] })),
            },
          ]
        : [],
    };
    const { engine, notices, result } = startField({ network: faulty, until: until(120) });
    const { monitorTrips } = await result;
    expect(monitorTrips).toBeGreaterThan(0);
    expect(notices.filter((text) => text.startsWith("t: MONITOR TRIP CONFLICT: "))).not.toEqual([]);
    expect(notices.filter((text) => text.includes("MONITOR TRIP"))).toHaveLength(monitorTrips);
    const alarms = engine.events.flatMap((event) =>
      event.kind === "frame" && event.frame.type === "alarm" && event.frame.code === "MONITOR_TRIP"
        ? [event.frame.detail]
        : [],
    );
    const sequence = alarms.filter((detail) => detail.startsWith("sequence: "));
    expect(alarms.length - sequence.length).toBe(monitorTrips);
    expect(sequence.at(-1), "what the heads showed when it tripped").toMatch(
      /^sequence: \d+ ms before [Ggyr]{4} [-D]{4}$/,
    );
  });

  it("is silent over ten minutes of a sound one", async () => {
    const { result } = startField({ until: until(600) });
    expect(await result).toMatchObject({ monitorTrips: 0, endedAt: until(600) });
  });
});
