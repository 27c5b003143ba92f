import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { memoryConnector } from "../../src/adapters/memory-link.ts";
import type { Link } from "../../src/ports/link.ts";
import { settled, START, startField } from "./fake-field.ts";

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
