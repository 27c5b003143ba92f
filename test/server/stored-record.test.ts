import { describe, expect, it } from "vitest";
import { holderOf } from "../../src/explain/decidable.ts";
import { checkedContent, checkedRecord } from "../../src/server/stored-record.ts";
import { MINUTE_MS } from "../../src/units.ts";
import { BEGIN, type LoopOptions, runLoop, started } from "../engine/closed-loop.ts";
import { type Recorded, recordedOn } from "../explain/recorded-run.ts";

function recordedIn(options: LoopOptions, seconds: number): Recorded {
  const { tables, inputs, effects } = runLoop(started(options), seconds);
  return recordedOn({ configuration: tables.configuration, startsAt: BEGIN, inputs, effects });
}

const stages = recordedIn({ mode: "adaptive" }, 120);
const timings = recordedIn({ mode: "plan", intervalMs: 3 * MINUTE_MS }, 400);

function contentOfLevel(
  level: "tactical" | "strategic",
  { contents, records }: Recorded,
  which: number,
): string {
  return contents.filter((_, place) => records[place]?.level === level)[which] ?? "";
}

describe("a stored decision", () => {
  it.each([
    ["tactical", stages],
    ["strategic", timings],
  ] as const)("of a run is read back whole: %s", (level, { contents, records, decidable }) => {
    const places = [...records.keys()].filter((place) => records[place]?.level === level);
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) {
      const record = records[place];
      const holder = records.findIndex(({ id }) => record !== undefined && id === holderOf(record));
      const stored = { level, content: contents[place] ?? "", holder: contents[holder] ?? "" };
      expect(checkedRecord(stored)).toEqual({ ok: true, value: decidable[place] });
    }
  });

  const content = contentOfLevel("tactical", stages, 0);

  it.each([
    ["no JSON", "{", "found text that is no JSON, allowed: a tactical decision record"],
    ["null", "null", "record#: found null, allowed: be object"],
    [
      "a word for an instant",
      content.replace(/"at":\d+/, '"at":"noon"'),
      'record#/at: found "noon", allowed: be integer',
    ],
    [
      "a parameter that would search for ever",
      content.replace(/"expansionsMax":\d+/, '"expansionsMax":1e9'),
      "record#/problem/parameters/expansionsMax: found 1000000000, allowed: be <= 100000",
    ],
    [
      "a field of another version",
      content.replace('"sent":', '"other":1,"sent":'),
      "record#/other: found 1, allowed: no such property",
    ],
  ])("is refused where it is spoiled: %s", (_, spoiled, why) => {
    expect(spoiled).not.toBe(content);
    expect(checkedContent("tactical", spoiled)).toEqual({
      ok: false,
      error: `what is stored cannot be used: ${why}`,
    });
  });

  it("is refused where its holder is another record, or of another level", () => {
    const second = contentOfLevel("tactical", stages, 1);
    const timing = contentOfLevel("strategic", timings, 0);
    expect(checkedRecord({ level: "tactical", content: second, holder: second })).toMatchObject({
      ok: false,
    });
    expect(checkedRecord({ level: "tactical", content, holder: timing })).toMatchObject({ ok: false });
  });
});
