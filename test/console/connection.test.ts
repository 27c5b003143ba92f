import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advanceConnection,
  type Connection,
  type ConnectionCommand,
  type ConnectionEvent,
  connectionText,
  firstConnection,
  freshnessAt,
  retryDelayMs,
} from "../../src/console/data/connection.ts";

function run(events: readonly ConnectionEvent[]): {
  state: Connection;
  commands: readonly ConnectionCommand[];
} {
  let state = firstConnection(0);
  const commands = events.map((event) => {
    const step = advanceConnection(state, event);
    state = step.state;
    return step.command;
  });
  return { state, commands };
}

describe("staleness", () => {
  it("is not claimed before the first frame: there is nothing that could be stale", () => {
    expect(freshnessAt(run([{ kind: "opened", at: 100 }]).state, 60_000)).toEqual({ kind: "none" });
  });

  it("begins exactly three seconds after the last frame and counts whole seconds", () => {
    const { state } = run([
      { kind: "opened", at: 100 },
      { kind: "frame", at: 1_000 },
    ]);
    expect(freshnessAt(state, 3_999)).toEqual({ kind: "live" });
    expect(freshnessAt(state, 4_000)).toEqual({ kind: "stale", silentSeconds: 3 });
    expect(freshnessAt(state, 8_900)).toEqual({ kind: "stale", silentSeconds: 7 });
  });

  it("does not end when the socket opens again, only with a frame", () => {
    const reopened = run([
      { kind: "frame", at: 1_000 },
      { kind: "closed", at: 2_000 },
      { kind: "tick", at: 2_500 },
      { kind: "opened", at: 6_000 },
    ]);
    expect(freshnessAt(reopened.state, 6_000).kind).toBe("stale");
    const { state } = advanceConnection(reopened.state, { kind: "frame", at: 6_100 });
    expect(freshnessAt(state, 6_100).kind).toBe("live");
  });
});

describe("reconnecting", () => {
  it("waits half a second, then doubles up to eight seconds", () => {
    expect([0, 1, 2, 3, 4, 5, 60].map(retryDelayMs)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it("connects again once the wait is over, not before", () => {
    const { commands, state } = run([
      { kind: "closed", at: 1_000 },
      { kind: "tick", at: 1_250 },
      { kind: "tick", at: 1_499 },
      { kind: "tick", at: 1_500 },
    ]);
    expect(commands).toEqual([null, null, null, "connect"]);
    expect(state.phase).toBe("connecting");
  });

  it("waits longer after a socket that opened and closed without a frame", () => {
    const { state } = run([
      { kind: "closed", at: 0 },
      { kind: "tick", at: 500 },
      { kind: "opened", at: 600 },
      { kind: "closed", at: 700 },
    ]);
    expect(state.retryAt).toBe(1_700);
  });

  it("starts from the shortest wait again after a frame", () => {
    const { state } = run([
      { kind: "closed", at: 0 },
      { kind: "tick", at: 500 },
      { kind: "opened", at: 600 },
      { kind: "frame", at: 650 },
      { kind: "closed", at: 700 },
    ]);
    expect(state.retryAt).toBe(1_200);
  });

  it("gives up a socket that stays open and silent for ten seconds", () => {
    const { commands, state } = run([
      { kind: "opened", at: 0 },
      { kind: "frame", at: 2_000 },
      { kind: "tick", at: 11_999 },
      { kind: "tick", at: 12_000 },
    ]);
    expect(commands).toEqual([null, null, null, "abandon"]);
    expect(state).toMatchObject({ phase: "waiting", retryAt: 12_500 });
  });

  it("is not upset by the close that an abandoned socket reports late", () => {
    const before = run([
      { kind: "opened", at: 0 },
      { kind: "tick", at: 10_000 },
    ]).state;
    expect(advanceConnection(before, { kind: "closed", at: 10_400 }).state).toEqual(before);
  });

  it("never stays without an attempt: whatever happens, ticking on leads to connect within the longest wait", () => {
    const kind = fc.constantFrom("opened", "frame", "closed", "tick");
    const happened = fc.array(fc.record({ kind, afterMs: fc.integer({ min: 0, max: 12_000 }) }), {
      maxLength: 40,
    });
    let waited = 0;
    fc.assert(
      fc.property(happened, (drawn) => {
        let at = 0;
        let state = firstConnection(0);
        for (const { kind: one, afterMs } of drawn) {
          at += afterMs;
          state = advanceConnection(state, { kind: one, at }).state;
        }
        // A link that nothing is heard of: given up after 10 s, tried again after 8 s at most.
        let connected = false;
        for (const end = at + 18_500; at <= end && !connected; at += 250) {
          const step = advanceConnection(state, { kind: "tick", at });
          state = step.state;
          connected = step.command === "connect";
        }
        waited += 1;
        expect(connected, `no attempt; ended as ${JSON.stringify(state)}`).toBe(true);
      }),
      { seed: 20260105 },
    );
    expect(waited).toBeGreaterThanOrEqual(100);
  });
});

describe("what the banner says", () => {
  it.each<readonly [string, readonly ConnectionEvent[], number]>([
    ["connecting", [], 100],
    ["link open, waiting for the server", [{ kind: "opened", at: 0 }], 100],
    ["reconnecting", [{ kind: "closed", at: 0 }], 100],
    [
      "reconnecting in 3 s",
      [
        { kind: "closed", at: 0 },
        { kind: "tick", at: 500 },
        { kind: "closed", at: 600 },
        { kind: "tick", at: 1_600 },
        { kind: "closed", at: 1_700 },
        { kind: "tick", at: 3_700 },
        { kind: "closed", at: 3_800 },
      ],
      4_900,
    ],
  ])("%s", (text, events, at) => {
    expect(connectionText(run(events).state, at)).toBe(text);
  });
});
