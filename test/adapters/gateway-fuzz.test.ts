import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONTROLLER_FRAME_LENGTH_MAX } from "../../src/adapters/frame-reader.ts";
import {
  CONTROLLER_CHARACTERS_PER_INSTANT_MAX,
  FRAMES_PER_INSTANT_MAX,
} from "../../src/adapters/link-session.ts";
import { shapeOf } from "../../src/model/fault.ts";
import { LOG_LOST_CODE, RefusalFrame } from "../../src/protocol/frames.ts";
import {
  AT,
  CONTROLLER_FRAMES,
  ENGINE_FRAMES,
  type FarEnd,
  hello,
  linkedGateway,
  LOG_FRAME,
  openGateway,
  PLANT_FRAMES,
  plantHello,
} from "./gateway-links.ts";

const VALID_FRAMES: readonly object[] = [
  hello("t"),
  plantHello(),
  ...Object.values(CONTROLLER_FRAMES),
  LOG_FRAME,
  ...Object.values(ENGINE_FRAMES),
  ...Object.values(PLANT_FRAMES),
];

const refusalShape = shapeOf(RefusalFrame);

/** What must hold whatever one link of controller `t` sends. */
function expectOthersUndisturbed(linked: ReturnType<typeof linkedGateway>, text: string): void {
  const { t, u, plant, events, gateway } = linked;
  const before = t.sent.length;
  const duplicatesBefore = gateway.refused.get("DUPLICATE") ?? 0;
  expect(() => t.say(text), text.slice(0, 200)).not.toThrow();
  for (const event of events) {
    if ("intersection" in event) expect(event.intersection, text.slice(0, 200)).toBe("t");
    else expect.fail(`a controller caused ${event.kind} with ${text.slice(0, 200)}`);
  }
  const answers = t.sent.slice(before);
  const passed = events.some(({ kind }) => kind === "frame" || kind === "logged");
  // A number that the link has passed is counted, without an answer.
  const duplicate = answers.length === 0 && gateway.refused.get("DUPLICATE") === duplicatesBefore + 1;
  expect(
    answers.map(({ type }) => type),
    text.slice(0, 200),
  ).toEqual(passed || duplicate ? [] : ["refusal"]);
  if (duplicate) expect(events).toEqual([]);
  for (const answer of answers) expect(refusalShape.accepts(answer), JSON.stringify(answer)).toBe(true);
  expect([u, plant].map(({ sent, closed }) => [sent.length, closed])).toEqual([
    [1, undefined],
    [1, undefined],
  ]);
}

/** A link that nobody knows yet: refused and closed, nothing happens. */
function expectStrangerRefused(text: string): void {
  const { connect, events } = openGateway();
  const link: FarEnd = connect();
  expect(() => link.say(text), text.slice(0, 200)).not.toThrow();
  expect(link.refusals, text.slice(0, 200)).toHaveLength(1);
  expect(refusalShape.accepts(link.refusals[0])).toBe(true);
  expect(link.closed).toMatchObject({ code: 4401 });
  expect(events).toEqual([]);
}

const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);
const alarm = JSON.stringify(CONTROLLER_FRAMES.alarm);
const withProperty = (property: string): string => alarm.replace(/}$/, `,${property}}`);
const withValue = (name: string, value: string): string =>
  alarm.replace(new RegExp(`"${name}":[^,}]+`), `"${name}":${value}`);

const HOSTILE: Readonly<Record<string, string>> = {
  nothing: "",
  "no JSON": "\u0000\u0001\ufffd{",
  "cut off": alarm.slice(0, -5),
  "an array": "[]",
  null: "null",
  "a number": "1e308",
  "no type": "{}",
  "a type of another kind": `{"type":7}`,
  "a type of the prototype": `{"type":"constructor"}`,
  "a type named __proto__": `{"type":"__proto__"}`,
  "a type it only inherits": `{"__proto__":{"type":"alarm"}}`,
  "a type that the engine sends": `{"type":"go","seq":1,"at":1,"links":[],"wantTraffic":true}`,
  "an unknown property": withProperty(`"extra":1`),
  "a property __proto__": withProperty(`"__proto__":{"code":"x"}`),
  "a property constructor": withProperty(`"constructor":{}`),
  "not a number": withValue("at", "NaN"),
  "an infinite instant": withValue("at", "1e400"),
  "an instant beyond bounds": withValue("at", "100000000000001"),
  "a negative instant": withValue("at", "-1"),
  "half a millisecond": withValue("at", "1.5"),
  "an instant in a text": withValue("at", `"${CONTROLLER_FRAMES.alarm.at}"`),
  "a number beyond the safe ones": withValue("seq", "9007199254740992"),
  "an unknown code": withValue("code", `"FIRE"`),
  "a code of the prototype": withValue("code", `"toString"`),
  "a text too long": withValue("detail", JSON.stringify("x".repeat(401))),
  "a list for a text": withValue("detail", `["a"]`),
  "arrays in arrays": deep("[", "]", 100_000),
  "objects in objects": `${`{"a":`.repeat(40_000)}1${"}".repeat(40_000)}`,
  "a deep value of a frame": `{"type":"alarm","seq":${deep("[", "]", 100_000)}}`,
  "a deep value under an unknown name": withProperty(`"x":${deep("[", "]", 100_000)}`),
  "one character more than allowed": withValue(
    "detail",
    JSON.stringify("x".repeat(CONTROLLER_FRAME_LENGTH_MAX)),
  ),
  "more events than a frame may have": JSON.stringify({
    ...CONTROLLER_FRAMES.detections,
    events: Array.from({ length: 2001 }, () => CONTROLLER_FRAMES.detections.events[0]),
  }),
  "another intersection's id": withProperty(`"intersection":"u"`),
  "a log without events": JSON.stringify({ ...LOG_FRAME, events: [] }),
  "a log of more events than a frame may have": JSON.stringify({
    ...LOG_FRAME,
    events: Array.from({ length: 1001 }, () => LOG_FRAME.events[0]),
  }),
  "a log event of four parts": JSON.stringify({ ...LOG_FRAME, events: [[1, 2, 3, 4]] }),
  "a log event with a code below 0": JSON.stringify({ ...LOG_FRAME, events: [[1, -1, 3]] }),
  "a log event with a parameter that is none": JSON.stringify({ ...LOG_FRAME, events: [[1, 1, null]] }),
  "a log of another intersection": JSON.stringify({ ...LOG_FRAME, intersection: "u" }),
  "a log that counts beyond the numbers": JSON.stringify({
    ...LOG_FRAME,
    first: Number.MAX_SAFE_INTEGER,
    events: [[AT, LOG_LOST_CODE, 1]],
  }),
  "an acknowledgement of a plan and of a command": JSON.stringify({
    ...CONTROLLER_FRAMES.accepted,
    command: "c1",
  }),
  ...Object.fromEntries(
    Object.entries(ENGINE_FRAMES).map(([name, frame]) => [`the engine's ${name}`, JSON.stringify(frame)]),
  ),
};

describe.each(Object.entries(HOSTILE))("%s", (_name, text) => {
  it("from a controller is refused, and nobody else notices", () => {
    const linked = linkedGateway();
    expectOthersUndisturbed(linked, text);
    expect(linked.t.refusals).toMatchObject([{ code: "MALFORMED" }]);
    expect(linked.t.closed, "one mistake is forgiven").toBeUndefined();
  });

  it("from a stranger ends the link", () => expectStrangerRefused(text));
});

/** A change somewhere in a frame: a value replaced, a property taken away or added. */
const mutations = fc
  .tuple(
    fc.constantFrom(...VALID_FRAMES),
    fc.nat(),
    fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(-1, 1.5, 2 ** 53, 1e300, "", "__proto__", "t", "u", null, true, [], {}),
    ),
    fc.constantFrom("replace", "remove", "add"),
    fc.constantFrom("extra", "__proto__", "constructor", "intersection", "toJSON", "length"),
  )
  .map(([frame, pick, value, kind, name]) => {
    const entries = Object.entries(frame);
    const index = pick % entries.length;
    const changed = entries.flatMap(([key, old], at) => {
      if (at !== index || kind === "add") return [[key, old]];
      return kind === "remove" ? [] : [[key, value]];
    });
    const all = kind === "add" ? [...changed, [name, value]] : changed;
    return `{${all.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one) ?? "null"}`).join(",")}}`;
  });

const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("utf8")),
  fc.json(),
  fc
    .tuple(fc.constantFrom(...VALID_FRAMES), fc.nat(400))
    .map(([frame, length]) => JSON.stringify(frame).slice(0, length)),
  { arbitrary: mutations, weight: 6 },
);

/** Values that stand where a frame has another one. */
const WRONG: readonly string[] = [
  "null",
  "true",
  "-1",
  "1.5",
  "1e308",
  "9007199254740992",
  `""`,
  `"__proto__"`,
  `"u"`,
  "[]",
  "[[[[[[]]]]]]",
  "{}",
  `{"__proto__":{}}`,
  deep("[", "]", 20_000),
];

describe("every part of every frame", () => {
  it.each(VALID_FRAMES.map((frame, index) => [`${JSON.stringify(frame).slice(0, 30)} (${index})`, frame]))(
    "%s may be anything: it is refused, or its own",
    (_name, frame) => {
      for (const key of Object.keys(frame)) {
        for (const wrong of WRONG) {
          const parts = Object.entries(frame).map(
            ([name, value]) => `"${name}":${name === key ? wrong : JSON.stringify(value)}`,
          );
          expectOthersUndisturbed(linkedGateway(), `{${parts.join(",")}}`);
        }
      }
    },
  );
});

describe("a flood", () => {
  it("of frames ends its link alone, within one instant", () => {
    const linked = linkedGateway();
    let frames = 0;
    while (linked.t.closed === undefined && frames < 10_000) {
      frames += 1;
      linked.t.say({ ...CONTROLLER_FRAMES.alarm, seq: frames });
    }
    expect(linked.t.closed).toMatchObject({ code: 4429 });
    expect(frames, "far above what a controller sends").toBe(FRAMES_PER_INSTANT_MAX);
    expect(linked.gateway.refused.get("FLOOD")).toBe(1);
    expect([linked.u.closed, linked.plant.closed]).toEqual([undefined, undefined]);
  });

  it("of long frames ends its link alone", () => {
    const linked = linkedGateway();
    const long = JSON.stringify({
      ...CONTROLLER_FRAMES.detections,
      events: Array.from({ length: 2000 }, () => ["d".repeat(100), AT, 1]),
    });
    let characters = 0;
    for (let seq = 3; linked.t.closed === undefined && seq < 100; seq += 1) {
      linked.t.say(long.replace(`"seq":2`, `"seq":${seq}`));
      characters += long.length;
    }
    expect(linked.t.refusals).toEqual([]);
    expect(linked.t.closed).toMatchObject({ code: 4429 });
    expect(characters).toBeLessThan(CONTROLLER_CHARACTERS_PER_INSTANT_MAX + 2 * long.length);
    expect([linked.u.closed, linked.plant.closed]).toEqual([undefined, undefined]);
  });

  it("of replayed frames is passed over and ends as every flood", () => {
    const linked = linkedGateway();
    linked.t.say(CONTROLLER_FRAMES.alarm);
    for (let count = 0; count < 500; count += 1) linked.t.say(CONTROLLER_FRAMES.alarm);
    expect(linked.events).toHaveLength(1);
    expect(linked.gateway.refused.get("DUPLICATE")).toBe(500);
    expect(linked.t.closed).toBeUndefined();
    for (let count = 0; count < 500; count += 1) linked.t.say(CONTROLLER_FRAMES.alarm);
    expect(linked.t.closed).toMatchObject({ code: 4429 });
  });

  it("is none when it is spread over as many instants", () => {
    const linked = linkedGateway();
    for (let instant = 1; instant <= 50; instant += 1) {
      for (let count = 0; count < 100; count += 1) {
        linked.t.say({ ...CONTROLLER_FRAMES.alarm, seq: 100 * instant + count });
        linked.u.say({ ...CONTROLLER_FRAMES.alarm, seq: 100 * instant + count });
      }
      linked.plant.say({ ...PLANT_FRAMES.ready, seq: instant });
    }
    expect([linked.t.closed, linked.u.closed, linked.plant.closed]).toEqual(Array(3).fill(undefined));
  });

  it("of the plant ends its link as well", () => {
    const linked = linkedGateway();
    for (let seq = 1; seq <= FRAMES_PER_INSTANT_MAX; seq += 1) {
      linked.plant.say({ ...PLANT_FRAMES.measures, seq });
    }
    expect(linked.plant.closed).toMatchObject({ code: 4429 });
    expect(linked.events.at(-1)).toEqual({ kind: "plantDown" });
  });
});

describe("whatever a link sends", () => {
  it("reaches the engine only as its own valid frame; all else is refused", () => {
    let passed = 0;
    let refused = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const linked = linkedGateway();
        expectOthersUndisturbed(linked, text);
        const frame = linked.events.find((event) => event.kind === "frame")?.frame;
        if (linked.t.refusals.length > 0) refused += 1;
        if (frame !== undefined) {
          passed += 1;
          expect(frame, "the frame as it was sent").toEqual(JSON.parse(text));
        }
      }),
      { numRuns: 600 },
    );
    expect(passed, "frames that passed").toBeGreaterThan(5);
    expect(refused, "frames that were refused").toBeGreaterThan(200);
  });

  it("does not let a stranger in without the secret", () => {
    fc.assert(
      fc.property(texts, fc.string({ minLength: 16, maxLength: 40 }), (text, credential) => {
        const valid = [hello("t"), plantHello()].some((frame) => JSON.stringify(frame) === text);
        fc.pre(!valid && !text.includes("secret-of-t"));
        if (!text.includes("secret-of-the-plant")) expectStrangerRefused(text);
        expectStrangerRefused(JSON.stringify(hello("t", { credential })));
      }),
      { numRuns: 300 },
    );
  });
});
