import { describe, expect, it } from "vitest";
import { readFrame } from "../../src/adapters/frame-reader.ts";
import { CONTROLLER_FRAMES, hello, PLANT_FRAMES, plantHello } from "./gateway-links.ts";

const detailOf = (frame: object | string): string => {
  const read = readFrame(typeof frame === "string" ? frame : JSON.stringify(frame));
  if (read.ok) return "accepted";
  expect(read.error.code).toBe("MALFORMED");
  return read.error.detail;
};

describe("a frame that is read", () => {
  it.each([hello("t"), plantHello(), ...Object.values(CONTROLLER_FRAMES), ...Object.values(PLANT_FRAMES)])(
    "is what was sent: $type",
    (frame) => expect(readFrame(JSON.stringify(frame))).toEqual({ ok: true, value: frame }),
  );

  it.each([
    ["that is no JSON", "{", "frame: found no JSON, allowed: a JSON object"],
    [
      "of an unknown type",
      `{"type":"goo"}`,
      `frame#/type: found "goo", allowed: hello, plantHello, state, detections, zone, ack, alarm, log, ready, traffic, measures`,
    ],
    ["of no type", "[1]", /^frame#\/type: found nothing, allowed: hello, /],
    [
      "with an unknown code",
      { ...CONTROLLER_FRAMES.alarm, code: "FIRE" },
      `alarm#/code: found "FIRE", allowed: "ENGINE_LOST" or "PLAN_EXPIRED" or "SCHEDULE_EXPIRED" or "MONITOR_TRIP" [SCHEMA]`,
    ],
    [
      "with an unknown property",
      { ...CONTROLLER_FRAMES.alarm, colour: "red" },
      `alarm#/colour: found "red", allowed: no such property [SCHEMA]`,
    ],
    [
      "with a time before time",
      { ...CONTROLLER_FRAMES.alarm, at: -1 },
      "alarm#/at: found -1, allowed: be >= 0 [SCHEMA]",
    ],
    [
      "with lamps that do not exist",
      { ...CONTROLLER_FRAMES.state, lamps: "rGGb" },
      `state#/lamps: found "rGGb", allowed: match pattern "^[Ggyrxf]{1,64}$" [SCHEMA]`,
    ],
    [
      "with a detection that is neither on nor off",
      { ...CONTROLLER_FRAMES.detections, events: [["stop", 5, 2]] },
      "detections#/events/0/2: found 2, allowed: 0 or 1 [SCHEMA]",
    ],
  ])("%s is refused with place, what was found and what is allowed", (_name, frame, detail) => {
    expect(detailOf(frame)).toMatch(detail);
  });

  it("with many faults tells three of them and how many more there are, in a bounded text", () => {
    const detail = detailOf({ type: "state", a: 1, b: 2, c: 3, d: 4, e: "x".repeat(5000) });
    expect(detail.split("; ")).toHaveLength(4);
    expect(detail).toMatch(/; and \d more$/);
    const long = detailOf({ type: "ack", ["x".repeat(100_000)]: 1 });
    expect(long.length).toBeLessThanOrEqual(400);
  });

  it("never tells what is secret", () => {
    const secret = "hunter2-hunter2";
    const { plan: _, ...withoutPlan } = hello("t", { credential: `${secret}-hunter2` });
    for (const frame of [
      hello("t", { credential: secret }),
      hello("t", { credential: { [secret]: secret } }),
      withoutPlan,
      { type: "hello", credential: secret },
      JSON.stringify(hello("t", { credential: `${secret}-hunter2` })).slice(0, -1),
    ]) {
      const detail = detailOf(frame);
      expect(detail).not.toBe("accepted");
      expect(detail).not.toContain("hunter2");
    }
  });
});
