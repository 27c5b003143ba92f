import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { memoryConnector } from "../../src/adapters/memory-link.ts";
import type { Link } from "../../src/ports/link.ts";
import { type FieldLink, openFieldLink } from "../../sim/field/field-link.ts";
import { handClock, settled, START, startField } from "./fake-field.ts";

const WELCOME = {
  type: "welcome",
  seq: 0,
  at: START,
  session: "t.1",
  version: 1,
  heartbeatMs: 1000,
  linkLostMs: 3000,
  logStored: 0,
  logReceived: 0,
  logWindow: 4000,
};

const heartbeat = (seq: number) => ({ type: "heartbeat", seq, at: START, logStored: 0 });

/** One link to an engine that says what the test says; every connection is remembered. */
async function openLink() {
  const connections: { readonly link: Link; readonly heard: string[]; readonly closings: string[] }[] = [];
  const notices: string[] = [];
  const hand = handClock();
  const link: FieldLink = openFieldLink({
    identity: "t",
    connect: memoryConnector((far) => {
      const connection = { link: far, heard: [] as string[], closings: [] as string[] };
      connections.push(connection);
      return {
        message: (text) => connection.heard.push(text),
        closed: (reason) => connection.closings.push(reason),
      };
    }),
    hello: () => ({ type: "hello", at: START }),
    changed: () => undefined,
    notice: (text) => notices.push(text),
    timer: hand.clock.after,
  });
  await settled();
  const say = async (index: number, ...frames: readonly object[]): Promise<void> => {
    for (const frame of frames) {
      defined(connections[index], "a connection").link.send(JSON.stringify(frame));
    }
    await settled();
  };
  return { link, connections, notices, say, ...hand };
}

describe("a link", () => {
  it("passes over what comes twice or too late, and counts it", async () => {
    const { link, say } = await openLink();
    await say(0, WELCOME, heartbeat(1), heartbeat(1), heartbeat(3), heartbeat(2), WELCOME, heartbeat(4));
    expect(link.take().map(({ seq }) => seq)).toEqual([0, 1, 3, 4]);
    expect(link).toMatchObject({ duplicates: 3, received: 4, welcomes: 1, up: true });
  });

  it("takes a command, as an engine sends it", async () => {
    const { link, say } = await openLink();
    const command = {
      type: "command",
      seq: 1,
      at: START,
      id: "c1",
      intersection: "t",
      effectiveAt: START,
      validUntil: START + 60_000,
      by: "operator",
      reason: "fire",
      order: { kind: "release" },
    };
    await say(0, WELCOME, command);
    expect(link.take().at(-1)).toEqual(command);
  });

  it("on which the engine is silent for longer than its welcome allows is opened anew", async () => {
    const { link, connections, notices, say, advance } = await openLink();
    await say(0, WELCOME);
    for (let second = 1; second <= 3; second += 1) link.passed(1000);
    expect(link.up).toBe(true);
    await say(0, heartbeat(1));
    for (let second = 1; second <= 3; second += 1) link.passed(1000);
    expect(link.up, "a heartbeat is a sign of life").toBe(true);
    link.passed(1000);
    expect(link.up).toBe(false);
    expect(notices).toEqual(["t: nothing heard for 4000 ms; link opened anew"]);
    await advance(200);
    expect(connections.map(({ closings }) => closings)).toEqual([["nothing heard for 4000 ms"], []]);
    await say(1, WELCOME);
    expect(link).toMatchObject({ up: true, welcomes: 2 });
    link.passed(3000);
    expect(link.up, "counted anew").toBe(true);
  });

  it("that is not up is not silent", async () => {
    const { link, connections, advance } = await openLink();
    for (let second = 1; second <= 60; second += 1) link.passed(1000);
    await advance(10_000);
    expect(connections).toHaveLength(1);
  });

  it("hears no more of a connection that it has given up", async () => {
    const { link, say, advance, connections } = await openLink();
    await say(0, WELCOME);
    const earlier = defined(connections[0], "the first connection").link;
    link.reopen("half open");
    earlier.send(JSON.stringify(heartbeat(1)));
    await advance(200);
    await say(1, WELCOME);
    expect(link.take().map(({ type }) => type)).toEqual(["welcome"]);
    expect(connections).toHaveLength(2);
  });

  it("that the engine ends at once is tried again", async () => {
    const hand = handClock();
    let tries = 0;
    openFieldLink({
      identity: "t",
      connect: memoryConnector((far) => {
        tries += 1;
        far.close(4429, "too many");
        return { message: () => undefined, closed: () => undefined };
      }),
      hello: () => ({ type: "hello", at: START }),
      changed: () => undefined,
      notice: () => undefined,
      timer: hand.clock.after,
    });
    await settled();
    await hand.advance(200);
    await hand.advance(400);
    expect(tries).toBe(3);
  });
});

describe("a controller's link", () => {
  it("that the engine ends opens again, and the street is told anew", async () => {
    const { engine, advance, log, stop, result } = startField();
    engine.answers = false;
    await settled();
    engine.gateway.disconnect("t", "too much");
    engine.events.length = 0;
    await settled();
    await advance(199);
    expect(engine.events.map(({ kind }) => kind)).toEqual([]);
    await advance(1);
    expect(engine.events).toMatchObject([{ kind: "linkUp", intersection: "t", at: START, plan: "day" }]);
    engine.answer();
    await settled();
    expect(
      log.filter((entry) => entry.startsWith("step")),
      "one controller is no reason to wait",
    ).toEqual(["step 0"]);
    const states = engine.events.filter((event) => event.kind === "frame" && event.frame.type === "state");
    expect(states).toMatchObject([{ intersection: "t", frame: { plan: "day" } }]);
    engine.answers = true;
    engine.answer();
    stop.abort();
    expect(await result).toMatchObject({ engineLosses: 0 });
  });

  it.each([
    "rubbish",
    `{"type":"fire"}`,
    `{"type":"heartbeat","seq":1}`,
    `{"type":"heartbeat","seq":1,"at":1,"x":1}`,
    "[]",
  ])("on which the engine says %s is closed, told, and opened again", async (text) => {
    const links: Link[] = [];
    const closings: string[] = [];
    let hellos = 0;
    const { notices, advance, stop, result } = startField({
      connector: () =>
        memoryConnector((link) => {
          links.push(link);
          return { message: () => (hellos += 1), closed: (reason) => closings.push(reason) };
        }),
    });
    await settled();
    expect([links.length, hellos]).toEqual([2, 2]);
    defined(links[1], "the controller's link").send(text);
    await settled();
    expect(closings).toEqual(["frame not understood"]);
    expect(notices).toEqual([
      "t: the engine sent a frame that this controller does not understand; link closed",
    ]);
    await advance(200);
    expect([links.length, hellos], "and opened anew").toEqual([3, 3]);
    stop.abort();
    await result;
  });

  it("over which nothing arrives any more is opened anew; the engine is not called lost", async () => {
    let deaf = false;
    const { engine, advance, notices, log, stop, result } = startField({
      connector: (toEngine) => (listener) =>
        toEngine({
          ...listener,
          // Heartbeats go to controllers only.
          message: (text) => {
            if (!deaf || !text.includes(`"heartbeat"`)) listener.message(text);
          },
        }),
    });
    await settled();
    deaf = true;
    await settled();
    const stepsBefore = log.filter((entry) => entry.startsWith("step")).length;
    engine.events.length = 0;
    await advance(1999);
    expect(log.filter((entry) => entry.startsWith("step"))).toHaveLength(stepsBefore);
    expect(notices).toEqual([]);
    deaf = false;
    await advance(201);
    expect(notices[0]).toBe("t: the link is half open; link opened anew");
    expect(engine.events.map(({ kind }) => kind)).toContain("linkUp");
    expect(log.filter((entry) => entry.startsWith("step")).length).toBeGreaterThan(stepsBefore);
    stop.abort();
    expect(await result).toMatchObject({ engineLosses: 0 });
  });

  it("waits longer after each failure, up to two seconds", async () => {
    let tries = 0;
    const { advance, stop, result } = startField({
      connector: () => async () => {
        tries += 1;
        throw new Error("nobody listens");
      },
    });
    await settled();
    const triesAfter: number[] = [];
    for (const waitMs of [200, 400, 800, 1600, 2000, 2000]) {
      await advance(waitMs - 1);
      triesAfter.push(tries);
      await advance(1);
      triesAfter.push(tries);
    }
    // The plant's link and the controller's.
    expect(triesAfter).toEqual([2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14]);
    stop.abort();
    await result;
  });
});
