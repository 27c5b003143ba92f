import { describe, expect, it } from "vitest";
import { bookmarksOf, daysBetween, instantOn } from "../../src/console/views/whatif/bookmarks.ts";
import { forestOf } from "../../src/console/views/whatif/forest.ts";
import {
  firstForm,
  offsetControls,
  PRESETS,
  requestOf,
  requestText,
  type StudyForm,
  toggleControl,
  withBase,
  withOffset,
  withoutOffset,
} from "../../src/console/views/whatif/study-form.ts";
import {
  STUDY_LIMITS,
  STUDY_REQUEST,
  type StudyChoices,
  type StudyComparison,
  type StudyResult,
} from "../../src/protocol/studies.ts";

const names = ["fixed", "actuated", "webster", "running", "maxpressure", "adaptive"];
const CHOICES: StudyChoices = {
  controls: names.map((name) => ({
    name,
    text: "",
    fromNowOnly: name === "running",
    hasOffsets: ["running", "fixed"].includes(name),
  })),
  begins: ["now", "clock", "scenario"],
  parameters: [],
  eventForms: [],
  limits: STUDY_LIMITS,
};

describe("the form of a study", () => {
  const form: StudyForm = {
    name: " Peak ",
    begin: "clock",
    from: "08:00",
    controls: ["fixed", "adaptive"],
    seeds: 3,
    minutes: 30,
    demandPercent: 120,
    settings: ["optimize.horizonSeconds=40"],
    offsets: [],
    events: "demand=*1.3@600-1200\n\n",
  };

  it("makes a request that the server takes, and counts its runs", () => {
    const asked = requestOf(form, CHOICES);
    expect(asked).toEqual({
      ok: true,
      // Two controls as they are and under the event, and one setting, three seeds each.
      runs: 15,
      request: {
        name: "Peak",
        begin: { kind: "clock", from: "08:00" },
        controls: ["fixed", "adaptive"],
        seeds: 3,
        seconds: 1800,
        demandFactor: 1.2,
        settings: ["optimize.horizonSeconds=40"],
        events: ["demand=*1.3@600-1200"],
      },
    });
    if (asked.ok) expect(STUDY_REQUEST.accepts(asked.request)).toBe(true);
  });

  it.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    "%s is asked for as it stands, or lacks one thing",
    (name, preset) => {
      for (const begins of [CHOICES.begins, ["scenario"] as const]) {
        const asked = requestOf(preset.form({ ...CHOICES, begins }), { ...CHOICES, begins });
        if (name === "Another parameter") {
          expect(asked).toMatchObject({
            ok: false,
            problems: [expect.stringContaining("nothing to compare")],
          });
        } else expect(asked.ok).toBe(true);
      }
      expect(firstForm(CHOICES)).toMatchObject({
        begin: "now",
        controls: ["running", "webster", "adaptive"],
      });
    },
  );

  it.each([
    [{ name: " " }, "Give it a name."],
    [
      { controls: ["running", "adaptive"] },
      "running is the timing of the street now: begin now, or leave it out.",
    ],
    [{ from: "8" }, "Begin at a time such as 08:00."],
    [{ seeds: 2.5 }, "Seeds: a whole number from 1 to 30."],
    [{ minutes: Number.NaN }, "Duration: 1 to 240 min."],
    [{ demandPercent: 301 }, "Demand: 10 to 300 %."],
    [
      { controls: ["adaptive", "webster"], offsets: ["garden=12"] },
      "Offsets are tried with running or fixed: choose one of them.",
    ],
    [{ offsets: Array.from({ length: 51 }, (_, index) => `site${index}=5`) }, "Offsets: at most 50."],
    [{ controls: ["fixed", "actuated"] }, "Parameters are the engine's: choose adaptive too."],
    [
      { seeds: 30, controls: names.slice(0, 3).concat("adaptive") },
      "270 runs: at most 200; take fewer seeds or controls.",
    ],
  ] satisfies readonly (readonly [Partial<StudyForm>, string])[])("%o is told: %s", (change, problem) => {
    const asked = requestOf({ ...form, ...change }, CHOICES);
    expect(asked.ok ? [] : asked.problems).toContain(problem);
  });

  it("tries offsets with the plans that run now, or from a scenario's begin with the configured ones", () => {
    const offsets = ["garden=12", "harbor=-5"];
    const ahead = requestOf(firstForm(CHOICES, offsets), CHOICES);
    expect(ahead).toEqual({
      ok: true,
      // The plans that run, as they are and with both offsets, five seeds each.
      runs: 10,
      request: {
        name: "Offsets garden=12 harbor=-5",
        begin: { kind: "now" },
        controls: ["running"],
        seeds: 5,
        seconds: 900,
        offsets,
      },
    });
    if (!ahead.ok) throw new Error(ahead.problems.join());
    expect(STUDY_REQUEST.accepts(ahead.request)).toBe(true);
    expect(requestText(ahead.request)).toBe(
      "running · offsets garden=12 harbor=-5 · from now · 15 min · 5 seeds",
    );
    const scenario = firstForm({ ...CHOICES, begins: ["scenario"] }, offsets);
    expect(scenario).toMatchObject({ begin: "scenario", controls: ["fixed"], offsets });
    const many = Array.from({ length: 20 }, (_, index) => `intersection-${index}=5`);
    expect(firstForm(CHOICES, many).name).toHaveLength(80);
  });

  it("has one offset an intersection, and a control that has any", () => {
    const adaptive = { ...form, controls: ["adaptive"], offsets: ["garden=12", "harbor=-5"] };
    expect(withOffset(adaptive, "garden=3", CHOICES)).toEqual({
      offsets: ["harbor=-5", "garden=3"],
      controls: ["adaptive", "fixed"],
    });
    expect(withOffset({ ...adaptive, begin: "now" }, "elm=3", CHOICES).controls).toEqual([
      "adaptive",
      "running",
    ]);
    expect(withOffset(form, "elm=3", CHOICES).controls).toEqual(form.controls);
    expect(withoutOffset(adaptive, "garden=12")).toEqual(["harbor=-5"]);
    expect(offsetControls({ controls: names }, CHOICES)).toEqual(["fixed", "running"]);
  });

  it("keeps the order of controls, whose first one the others are compared with", () => {
    expect(toggleControl(form, "actuated")).toEqual(["fixed", "adaptive", "actuated"]);
    expect(toggleControl(form, "fixed")).toEqual(["adaptive"]);
    expect(withBase(form, "adaptive")).toEqual(["adaptive", "fixed"]);
  });

  it("says a request in a line", () => {
    const asked = requestOf(form, CHOICES);
    if (!asked.ok) throw new Error(asked.problems.join());
    expect(requestText(asked.request)).toBe(
      "fixed, adaptive · optimize.horizonSeconds=40 · demand=*1.3@600-1200 · from 08:00 · 30 min · demand 120 % · 3 seeds",
    );
  });
});

const comparison = (change: Partial<StudyComparison>): StudyComparison => ({
  base: "fixed",
  variant: "adaptive",
  measure: "delaySeconds",
  baseMean: 40,
  differenceMean: -8,
  differencePercent: -20,
  ci95: [-12, -4],
  pairs: 5,
  pHolm: 0.01,
  verdict: "better",
  sentence: "",
  ...change,
});

describe("the forest plot", () => {
  const arm = {
    control: "",
    base: null,
    pace: "",
    events: [],
    settings: [],
    seeds: [],
    means: {},
  };
  const result: StudyResult = {
    arms: ["fixed", "actuated", "adaptive"].map((name) => ({ ...arm, name })),
    measures: [
      { name: "delaySeconds", text: "delay", unit: "s/veh", better: "less" },
      { name: "unfinished", text: "unfinished", unit: "", better: "less" },
    ],
    comparisons: [
      comparison({}),
      comparison({ variant: "actuated", differenceMean: 6, ci95: null, verdict: "too few pairs" }),
      comparison({ measure: "unfinished", baseMean: 0, differenceMean: 2, ci95: [1, 3], verdict: "worse" }),
    ],
    selfCheck: null,
    failed: [],
    unsafe: false,
  };

  it("has differences and intervals in percent of the base, by measure, the variants in order", () => {
    const { groups, reachPercent } = forestOf(result, ["delaySeconds", "unfinished"]);
    expect(groups[0]?.rows.map(({ variant, percent, text }) => [variant, percent, text])).toEqual([
      ["actuated", { mean: 15, low: 15, high: 15 }, "+6.0 s/veh"],
      ["adaptive", { mean: -20, low: -30, high: -10 }, "−8.0 (−12.0 to −4.0) s/veh"],
    ]);
    expect(groups[1]?.rows, "of nothing there is no percentage").toMatchObject([
      { percent: null, text: "+2.0 (+1.0 to +3.0)", verdict: "worse" },
    ]);
    expect(reachPercent).toBe(50);
  });

  it("shows the measures that are asked for, and none where nothing could be paired", () => {
    expect(forestOf(result, ["delaySeconds"]).groups.length).toBe(1);
    const unpaired = { ...result, comparisons: [comparison({ pairs: 0, differenceMean: null, ci95: null })] };
    expect(forestOf(unpaired, ["delaySeconds"])).toEqual({ groups: [], reachPercent: 5 });
  });
});

describe("bookmarks", () => {
  const row = { at: 1_000, intersection: "a", kind: "operation", text: "Preemption", priority: "event" };

  it("are alarms as they were raised and what interrupts, newest first; plans and what passed are not", () => {
    const alarm = {
      at: 2_000,
      intersection: "b",
      priority: 2,
      state: "activeUnacknowledged",
      text: "Link lost",
    };
    const list = bookmarksOf(
      [row, { ...row, at: 1_500, text: "Normal operation" }, { ...row, kind: "plan", text: "Plan p pushed" }],
      [alarm, { ...alarm, at: 3_000, state: "clearedUnacknowledged" }],
    );
    expect(list).toEqual([
      { at: 2_000, intersection: "b", sort: "alarm", priority: 2, text: "Link lost" },
      { at: 1_000, intersection: "a", sort: "operation", priority: null, text: "Preemption" },
    ]);
  });

  it("are one where the same is told of many intersections at once", () => {
    const list = bookmarksOf([row, { ...row, intersection: "b" }, { ...row, intersection: "c" }], []);
    expect(list).toEqual([
      { at: 1_000, intersection: null, sort: "operation", priority: null, text: "Preemption" },
    ]);
  });
});

const HOUR = 3_600_000;
const clockWith = (offset: (at: number) => number) => (at: number) =>
  new Date(at + offset(at)).toISOString().slice(11, 19);

describe("a time that is picked", () => {
  it("is that time on that day, on days with a change of clocks too", () => {
    const utc = clockWith(() => 0);
    expect(instantOn(0, "07:30", utc)).toBe(7.5 * HOUR);
    expect(instantOn(0, "07:30:05", utc)).toBe(7.5 * HOUR + 5_000);
    // Midnight is at −7 h; the clocks go forwards an hour at 2 h of the day.
    const spring = clockWith((at) => (at < 9 * HOUR ? -7 * HOUR : -6 * HOUR));
    expect(instantOn(7 * HOUR, "08:00", spring)).toBe(14 * HOUR);
    for (const wrong of ["24:00", "7:30", "noon", "07:61"])
      expect(instantOn(0, wrong, utc), wrong).toBeNull();
  });

  it("is on one of the days of which something is stored, the latest first", () => {
    const DAY = 24 * HOUR;
    expect(daysBetween(7 * HOUR, DAY + HOUR, 0)).toEqual([DAY, 0]);
    expect(daysBetween(-HOUR, HOUR, DAY)).toEqual([0, -DAY]);
  });
});
