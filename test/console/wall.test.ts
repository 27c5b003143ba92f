import { describe, expect, it } from "vitest";
import { overlap } from "../../src/console/draw/labels.ts";
import {
  adaptiveFigure,
  type DatedStudy,
  delayFigure,
  emissionFigure,
  measuredFigure,
  shiftAt,
  sideText,
  wallAlarms,
  wallWarnings,
} from "../../src/console/wall/figures.ts";
import { labelsAtLevels } from "../../src/console/wall/labels.ts";
import type { AlarmView } from "../../src/protocol/alarm-view.ts";
import type { PlanBenefitView } from "../../src/protocol/plan-benefit.ts";

const benefit: PlanBenefitView = {
  at: 0,
  intersections: 12,
  rated: 11,
  byStages: 9,
  vehPerHour: 9_000,
  delaySeconds: 31.2,
  baselineDelaySeconds: 36,
  co2SavedGramsPerHour: 41_600,
};

const STUDY: DatedStudy = {
  endedAt: 0,
  day: "27 Nov 2026",
  replications: 10,
  baseline: "fixed",
  delaySeconds: 41,
  baselineDelaySeconds: 50,
  ci95Seconds: [-11, -7],
  isDistinct: true,
};

describe("the wall's figures", () => {
  it("say by how much the expected delay is less than by time of day, and how that is known", () => {
    expect(delayFigure(benefit, null, null)).toMatchObject({
      value: "−13",
      unit: "%",
      text: "31.2 s a vehicle, 36.0 s by time of day",
      note: expect.stringContaining("11 of 12 intersections that run a timing plan"),
    });
    expect(delayFigure({ ...benefit, delaySeconds: 36.1 }, null, null).value).toBe("±0");
    expect(delayFigure({ ...benefit, delaySeconds: 39.6 }, null, null).value).toBe("+10");
  });

  it("say what is saved by proxy, or that more is burnt", () => {
    expect(emissionFigure(benefit, null)).toMatchObject({ value: "+42", unit: "kg/h" });
    expect(emissionFigure({ ...benefit, co2SavedGramsPerHour: -4_620 }, null)).toMatchObject({
      value: "−4.6",
      text: "more is burnt than by the plans by time of day",
    });
  });

  it("are a dash with the reason where nothing is known, and never a number", () => {
    const none = { ...benefit, delaySeconds: null, baselineDelaySeconds: null, co2SavedGramsPerHour: null };
    for (const figure of [delayFigure, emissionFigure]) {
      expect(figure(null, "no plant is connected yet", null)).toMatchObject({
        value: "—",
        text: "no plant is connected yet",
      });
      expect(figure(null, null, null).value).toBe("—");
      expect(figure(none, null, null)).toMatchObject({
        value: "—",
        text: "9 of 12 intersections are decided each second: what they would do otherwise only a what-if run tells",
      });
    }
    expect(delayFigure({ ...none, byStages: 0 }, null, null).text).toBe(
      "no timing plan with a forecast runs yet",
    );
    expect(measuredFigure(null)).toMatchObject({ value: "—", text: "nobody measures it on this street" });
  });

  it("are of the latest study where most intersections are decided each second, and say so", () => {
    const adaptive = { ...benefit, byStages: 12, rated: 0, delaySeconds: null, baselineDelaySeconds: null };
    expect(delayFigure(adaptive, null, STUDY)).toEqual({
      title: "Delay against the plans by time of day",
      value: "−18",
      unit: "% in a study",
      text: "study of 27 Nov 2026, 10 replications: 41.0 s a vehicle adaptive, 50.0 s fixed",
      note: "A what-if study by simulation, not measured on the street; 95 % interval −22 to −14 %",
      isStudy: true,
    });
    expect(delayFigure(adaptive, null, { ...STUDY, isDistinct: false })).toMatchObject({
      value: "—",
      text: "−18 % is not told apart from noise (study of 27 Nov 2026, 10 replications)",
      isStudy: true,
    });
    // Plans that run are expected something of: that is the street's, and goes before a study.
    expect(delayFigure(benefit, null, STUDY)).toEqual(delayFigure(benefit, null, null));
    expect(delayFigure(null, "no plant is connected yet", STUDY).value).toBe("—");
    expect(delayFigure(adaptive, null, null).note).toMatch(/^No finished study compares adaptive with fixed/);
  });

  it("say how many are adaptive, and what the others run", () => {
    const counts = { total: 12, linked: 11, adaptive: 8, plan: 1, local: 2, interrupted: 0 };
    expect(adaptiveFigure(counts)).toMatchObject({
      value: "8",
      unit: "of 12",
      text: "1 engine plan, 2 local plan, 1 not linked",
    });
    const all = { total: 2, linked: 2, adaptive: 2, plan: 0, local: 0, interrupted: 0 };
    expect(adaptiveFigure(all).text).toBe("every intersection");
  });
});

const warning = (link: string, kind: "spillback" | "oversaturated", probability: number) => ({
  link,
  kind,
  from: 0,
  probability,
});

const alarm = (id: string, priority: "P1" | "P2" | "P3"): AlarmView => ({
  id,
  type: "linkLost",
  intersection: id,
  part: null,
  text: id,
  state: "activeUnacknowledged",
  priority,
  activeSince: 0,
  occurrences: 1,
  acknowledged: null,
  shelved: null,
  outOfService: null,
  suppressedBy: null,
  response: "",
  consequence: "",
  owner: "",
  children: 0,
  firstOut: false,
  effect: "",
});

describe("the wall's lists", () => {
  it("have the gravest alarms that there is room for, and how many there are more", () => {
    const alarms = [alarm("a", "P3"), alarm("b", "P1"), alarm("c", "P2")];
    const { shown, more } = wallAlarms(new Map(alarms.map((one) => [one.id, one])), 2);
    expect([shown.map(({ id }) => id), more]).toEqual([["b", "c"], 1]);
    expect(wallAlarms(new Map(), 2)).toEqual({ shown: [], more: 0 });
  });

  it("have queues that block others first, then the likeliest", () => {
    const listed = wallWarnings([
      { id: "x", warnings: [warning("a", "oversaturated", 0.9), warning("b", "spillback", 0.6)] },
      { id: "y", warnings: [warning("c", "spillback", 0.8)] },
    ]);
    expect(listed.map(({ intersection, link }) => `${intersection} ${link}`)).toEqual(["y c", "x b", "x a"]);
  });

  it.each([
    [0, "from the north"],
    [44, "from the north"],
    [46, "from the east"],
    [180, "from the south"],
    [270, "from the west"],
    [320, "from the north"],
  ])("call an approach at %i° %s", (bearing, text) => {
    expect(sideText(bearing)).toBe(text);
  });
});

it("the page moves a step a minute, and is where it was after eight", () => {
  const steps = Array.from({ length: 9 }, (_, minute) => shiftAt(minute * 60_000).join());
  expect(new Set(steps.slice(0, 8)).size).toBe(8);
  expect(steps[8]).toBe(steps[0]);
  expect(shiftAt(59_999)).toEqual(shiftAt(0));
});

it("labels of a street of twelve all find room, none over another", () => {
  const wishes = Array.from({ length: 12 }, (_, index) => ({
    id: String(index),
    x: 60 + index * 80,
    y: 300,
    gap: 20,
    width: 150,
    height: 24,
    priority: 0,
  }));
  const placed = labelsAtLevels(wishes, 14, { width: 1_000, height: 600 });
  expect(placed).toHaveLength(12);
  expect(
    placed.flatMap((one, index) => placed.slice(index + 1).filter((other) => overlap(one, other))),
  ).toEqual([]);
});
