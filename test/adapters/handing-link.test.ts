import { describe, expect, it } from "vitest";
import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import { createGateway } from "../../src/adapters/gateway.ts";
import { handingConnector } from "../../src/adapters/memory-link.ts";
import { openFieldLink } from "../../sim/field/field-link.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import { type Link, type LinkListener, sendFrame } from "../../src/ports/link.ts";
import { CONTROLLER_FRAMES, hello, NETWORK, SECRETS } from "./gateway-links.ts";
import { handTimer } from "./hand-timer.ts";

const { timer } = handTimer();

/** All that was sent before has come: links deliver in microtasks. */
async function delivered(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function linkedByHand() {
  const events: FieldEvent[] = [];
  const gateway = createGateway({
    network: NETWORK,
    credentials: SECRETS,
    eventLog: forgetfulEventLog(),
    timer,
  });
  gateway.events.subscribe((event) => events.push(event));
  const came: object[] = [];
  const ends: string[] = [];
  const listener: LinkListener = {
    message: () => expect.unreachable("a text"),
    handed: (frame) => came.push(frame),
    closed: (reason) => ends.push(reason),
  };
  const link = await handingConnector(gateway.accept)(listener);
  sendFrame(link, hello("t"));
  await delivered();
  return { gateway, link, events, came, ends };
}

describe("frames that are handed over", () => {
  it("are the very same, in order, and never come inside the call that hands them", async () => {
    const { link, events, came } = await linkedByHand();
    expect(came).toMatchObject([{ type: "welcome", seq: 0 }]);
    const state = { ...CONTROLLER_FRAMES.state, seq: 1 };
    sendFrame(link, state);
    expect(events).toHaveLength(1);
    await delivered();
    expect(events).toHaveLength(2);
    const [, told] = events;
    expect(told?.kind === "frame" ? told.frame : undefined).toBe(state);
  });

  it("are checked by their schemas as texts are", async () => {
    const { gateway, link, events, came } = await linkedByHand();
    sendFrame(link, { ...CONTROLLER_FRAMES.state, seq: 1, lamps: "Z" });
    sendFrame(link, { ...CONTROLLER_FRAMES.state, seq: 2, more: 1 });
    sendFrame(link, { ...CONTROLLER_FRAMES.state, seq: "3" });
    await delivered();
    expect(came.slice(1)).toMatchObject(Array.from({ length: 3 }, () => ({ code: "MALFORMED" })));
    expect(gateway.refused.get("MALFORMED")).toBe(3);
    expect(events.filter(({ kind }) => kind === "frame")).toEqual([]);
  });

  it("come no more once the link is closed", async () => {
    const { link, events, ends } = await linkedByHand();
    link.close(1000, "enough");
    sendFrame(link, { ...CONTROLLER_FRAMES.state, seq: 1 });
    await delivered();
    expect(events.map(({ kind }) => kind)).toEqual(["linkUp", "linkDown"]);
    expect(ends).toEqual(["enough"]);
  });

  it("that a controller does not understand end its link, as texts do", async () => {
    const notices: string[] = [];
    let far: Link | undefined;
    const link = openFieldLink({
      identity: "t",
      connect: handingConnector((opened) => {
        far = opened;
        return { message: () => undefined, handed: () => undefined, closed: () => undefined };
      }),
      hello: () => ({ type: "hello" }),
      changed: () => undefined,
      notice: (text) => notices.push(text),
      timer,
    });
    await delivered();
    far?.hand?.({ type: "timingPlan", seq: 0, at: 0, cycleMs: -1 });
    await delivered();
    expect(notices).toEqual([
      "t: the engine sent a frame that this controller does not understand; link closed",
    ]);
    link.close();
  });
});
