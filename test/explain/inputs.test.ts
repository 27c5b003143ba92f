import { describe, expect, it } from "vitest";
import { boundsOf, decideAgain } from "../../src/explain/decidable.ts";
import { explanation } from "../../src/explain/explanation.ts";
import { inputsOf, withInput } from "../../src/explain/inputs.ts";
import { nearestFirst, sensitivityOf } from "../../src/explain/sensitivity.ts";
import { arrivals, greenFor, lane, outlookOf } from "../optimize/tactical/junctions.ts";
import { crossingRecord } from "./two-streets.ts";

const QUEUE = [
  { earliestSeconds: 0, vehicles: 1, urgency: 1.2 },
  { earliestSeconds: 1, vehicles: 0.5, urgency: 1.1 },
  { earliestSeconds: 3, vehicles: 1, urgency: 1 },
  { earliestSeconds: 6, vehicles: 1, urgency: 1.3 },
];
const record = crossingRecord(
  outlookOf([lane({ arrivals: QUEUE }), lane({ arrivals: arrivals(4, 8) })]),
  greenFor(20),
);

function laneWith(path: string, value: number) {
  const other = withInput(record, path, value);
  if (!other.ok) throw new Error(other.error);
  return other.value.problem.outlook.lanes[0];
}

describe("the inputs of a decision", () => {
  it("are told with the values that they had", () => {
    const values = Object.fromEntries(inputsOf(record).map(({ path, value }) => [path, value]));
    expect(values).toEqual({
      "lane.main.0.waiting": 2.5,
      "lane.main.0.coming": 1,
      "lane.main.0.unseen": 0,
      "lane.main.0.delayWeight": 1,
      "lane.main.0.headway": 2,
      "lane.side.0.waiting": 0,
      "lane.side.0.coming": 2,
      "lane.side.0.unseen": 0,
      "lane.side.0.delayWeight": 1,
      "lane.side.0.headway": 2,
      "exit.main out.full": 0,
      "exit.side out.full": 0,
      "inside.through main": 0,
      "inside.through side": 0,
      "green.seconds": 20,
    });
  });

  it("are changed alone: fewer of a queue are the first of it, more stand behind, those who come are more or less of each", () => {
    expect(laneWith("lane.main.0.waiting", 1.25)?.arrivals).toEqual([
      { earliestSeconds: 0, vehicles: 1, urgency: 1.2 },
      { earliestSeconds: 1, vehicles: 0.25, urgency: 1.1 },
      { earliestSeconds: 3, vehicles: 1, urgency: 1 },
    ]);
    const more = laneWith("lane.main.0.waiting", 4)?.arrivals ?? [];
    expect(more.filter(({ urgency }) => urgency > 1).reduce((sum, { vehicles }) => sum + vehicles, 0)).toBe(
      4,
    );
    expect(more.slice(0, 3).map(({ earliestSeconds }) => earliestSeconds)).toEqual([0, 0, 0]);
    expect(laneWith("lane.main.0.coming", 3)?.arrivals[2]).toEqual({
      earliestSeconds: 3,
      vehicles: 3,
      urgency: 1,
    });
    expect(laneWith("lane.main.0.unseen", 720)?.unseenVehPerSecond).toBe(0.2);
    expect(laneWith("lane.main.0.delayWeight", 0.5)?.delayWeight).toBe(0.5);
    expect(laneWith("lane.main.0.waiting", 4)?.headwaySeconds).toBe(2);
  });

  it("are refused beyond what can be thought of, and by other names", () => {
    expect(withInput(record, "lane.main.0.headway", 0)).toEqual({
      ok: false,
      error: "lane.main.0.headway: found 0, allowed: 1 to 8 (s); it was 2",
    });
    expect(withInput(record, "lane.main.0.speed", 1).ok).toBe(false);
    expect(withInput(record, "green.seconds", Number.NaN).ok).toBe(false);
  });
});

describe("the sensitivity of a choice", () => {
  const found = sensitivityOf(record);

  it("is the nearest value that changes it: there it is another one, a step nearer it is not", () => {
    let thresholds = 0;
    for (const { path, value, below, above } of found) {
      const step = inputsOf(record).find((input) => input.path === path)?.step ?? Number.NaN;
      for (const threshold of [below, above]) {
        if (threshold === null) continue;
        thresholds += 1;
        const there = withInput(record, path, threshold.value);
        const nearer = threshold.value + Math.sign(value - threshold.value) * step;
        const before = withInput(record, path, Math.max(0, nearer));
        if (!there.ok || !before.ok) throw new Error("within bounds");
        expect(there.value.decided.stages[0]?.stage).toBe("side");
        expect([path, before.value.decided.stages[0]?.stage]).toEqual([path, "main"]);
      }
    }
    expect(thresholds).toBeGreaterThan(2);
  });

  it("tells that more on the side street would have ended the main street's green, and nothing less would", () => {
    const side = found.find(({ path }) => path === "lane.side.0.waiting");
    expect(side?.below).toBeNull();
    expect(side?.above?.value).toBeGreaterThan(1);
    expect(nearestFirst(found).every(({ below, above }) => below !== null || above !== null)).toBe(true);
  });
});

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

describe("the explanation", () => {
  it("says in sentences what was chosen, between what, on what, bound by what, and what came of it", () => {
    const sentences = explanation(record, {
      clock,
      bounds: boundsOf(record),
      sensitivity: sensitivityOf(record),
      realised: {
        level: "tactical",
        of: record.id,
        untilAt: record.at,
        served: 9,
        shown: [{ stage: "main", at: record.at }],
      },
    });
    const text = sentences.join("\n");
    const at = clock(record.at);
    expect(sentences[0]).toMatch(new RegExp(`^At ${at} crossing kept stage main green`));
    expect(text).toMatch(
      /The best plan that begins with keeping it costs \d+ veh·s of weighted delay; the best with changing to side \d+ veh·s, \d+ more\./,
    );
    expect(text).toContain(
      "By the loops, vehicles: on side 3.0 held up and 0.0 coming; on main 0.0 held up and 2.0 coming.",
    );
    expect(text).toContain("Not measured: lane side.0 (imputed).");
    expect(text).toContain("Neighbours expected to send 4.5 vehicles over main.");
    expect(text).toMatch(
      /Stage main could end from \S+ on, when the minimum green of phase M \(S22, 5 s\) was over/,
    );
    expect(text).toMatch(
      /With [\d.]+ instead of 0 veh \(vehicles held up in lane side\.0\) stage side would have been chosen\./,
    );
    expect(sentences.at(-1)).toBe(
      `What came of it: until ${at} 9 vehicles left over the stop lines; the heads showed main from ${at}.`,
    );
  });

  it("names the rule and what would have been without it", () => {
    const held = decideAgain(crossingRecord(outlookOf([lane(), lane({ arrivals: QUEUE })]), greenFor(2)));
    expect(explanation(held, { clock })).toContain(
      "Bound by S22, minimum green: without it, stage side would have been chosen.",
    );
  });
});
