import { describe, expect, it } from "vitest";
import { evaluationPage, verdictOf } from "../../src/cli/evaluate-html.ts";
import type { Compared, DayReport, Evaluation } from "../../src/cli/evaluate-report.ts";
import { instantMs } from "../../src/units.ts";

const compared = (on: number, off: number, ci95: Compared["ci95"]): Compared => ({
  on: { mean: on, periods: 4 },
  off: { mean: off, periods: 5 },
  difference: on - off,
  ci95,
});

function dayWith(ci95: Compared["ci95"], alike = true): DayReport {
  return {
    day: 0,
    onIntervals: 8,
    offIntervals: 10,
    compared: {
      approachSeconds: compared(31, 51, ci95),
      failedGreensShare: compared(0.1, 0.2, [-0.15, -0.05]),
      flowVehPerHour: compared(360, 350, [-20, 40]),
      alike,
    },
    plans: { plans: 3, ownSeconds: 20, scheduledSeconds: 22.5, differenceMean: -2.5, ci95: null },
    forecasts: [
      {
        intersection: "t",
        movement: "<b>",
        forecasts: 2,
        maeVehPerHour: 40,
        biasVehPerHour: -20,
        meanVehPerHour: 130,
        coveredShare: 0.5,
      },
    ],
  };
}

describe("the verdict of a day", () => {
  it.each([
    [
      [-25, -15],
      true,
      "gains",
      "Less time with the engine: -20.0 s a vehicle on the approaches [-25.0, -15.0].",
    ],
    [[5, 15], true, "loses", /^More time with the engine/],
    [[-45, 5], true, "open", /^No difference can be told/],
    [null, true, "open", "No verdict: -20.0 s a vehicle on the approaches, too few for an interval."],
    [[-25, -15], false, "open", /^No verdict: the flows differ by more than a tenth/],
  ] as const)("for an interval of %j and flows alike %j: %s", (ci95, alike, kind, text) => {
    const found = verdictOf(dayWith(ci95, alike));
    expect(found.kind).toBe(kind);
    expect(found.text).toMatch(text);
  });

  it("is none where nothing can be compared", () => {
    const text = "No verdict: only one kind of period was watched, with the engine or without.";
    expect(verdictOf({ ...dayWith(null), compared: null })).toEqual({ kind: "open", text });
  });
});

describe("the page of an evaluation", () => {
  const day = dayWith([-25, -15]);
  const report: Evaluation = {
    intervalMinutes: 5,
    days: [day],
    changes: [
      {
        at: instantMs(0),
        intersections: ["t"],
        from: ["local"],
        to: "adaptive",
        by: "ann",
        reason: "a & b",
        compared: null,
      },
    ],
    detectors: [
      {
        intersection: "t",
        detector: "loop",
        failedMs: 600_000,
        suspectMs: 0,
        state: "failed",
        since: instantMs(0),
        fault: "stuckOn",
        reason: "on for 10 min",
        movementIntervalsImputed: 6,
        intervalsLeftToPlan: 1,
      },
    ],
    shadow: {},
  };
  const words = {
    network: "t",
    journal: "journal.ndjson",
    clock: (at: number) => new Date(at).toISOString().slice(0, 16),
    from: 0,
    until: 3_600_000,
    command: "phasewise evaluate 'my run' --html page.html",
    unknown: ["What would have happened"],
  };
  const page = evaluationPage(report, words);

  it("tells verdict, tables with intervals, forecasts, detectors, what it cannot know, and the command", () => {
    for (const part of [
      '<div class="verdict gains"><h3>Day 1</h3>',
      '<th scope="row">seconds a vehicle on the approach</th><td>31.0 (4)</td><td>51.0 (5)</td><td>-20.0 [-25.0, -15.0]</td>',
      "<td>10.0 (4)</td><td>20.0 (5)</td><td>-10.0 [-15.0, -5.0]</td>",
      "3 timing plans, expected 20.0 s/veh; the plans by time of day under the same forecasts 22.5: -2.5 s/veh, too few for an interval.",
      "<h3>1970-01-01T00:00 t: local → adaptive</h3>\n<p>By ann: a &amp; b</p>\n<p>No whole interval on both sides.</p>",
      '<th scope="row">t/&lt;b&gt;</th><td>40</td><td>-20</td><td>130</td><td>2</td><td>50</td>',
      "<li>t: loop: failed since 1970-01-01T00:00, stuckOn (on for 10 min); failed 10 min",
      "<li>What would have happened</li>",
      "<pre>phasewise evaluate 'my run' --html page.html</pre>",
    ]) {
      expect(page).toContain(part);
    }
  });

  it("needs nothing else, and says what it has not", () => {
    expect(page).not.toMatch(/<script|<link|src=|href=|url\(|@import/);
    const empty = evaluationPage({ ...report, days: [], changes: [], detectors: [] }, words);
    for (const text of ["No interval was closed.", "No mode was changed.", "<p>None.</p>"])
      expect(empty).toContain(text);
    const unlike = evaluationPage({ ...report, days: [dayWith([-25, -15], false)] }, words);
    expect(unlike).toContain("these are not the same traffic");
  });
});
