import { describe, expect, it } from "vitest";
import {
  bodyOf,
  commandDraft,
  controlDraft,
  controlReleaseDraft,
  countdownText,
  modeBackDraft,
  modeDraft,
  reviewDraft,
  timesOf,
  timeText,
  usualTime,
} from "../../src/console/data/drafts.ts";
import {
  COMMAND_BODY,
  COMMANDS_BODY,
  CONTROL_BODY,
  MODE_BODY,
  MODES_BODY,
  RELEASE_BODY,
  REVIEW_BODY,
} from "../../src/protocol/operate.ts";

const HOLD = { kind: "hold", phases: ["2", "6"] } as const;

describe("what a draft sends", () => {
  it.each([
    ["api/intersections/elm/commands", commandDraft(["elm"], HOLD), 60, COMMAND_BODY],
    ["api/commands", commandDraft(["elm", "oak"], { kind: "free" }), 600, COMMANDS_BODY],
    ["api/intersections/elm/commands", commandDraft(["elm"], { kind: "clear" }), null, COMMAND_BODY],
    ["api/intersections/elm/mode", modeDraft(["elm"], "plan"), 1800, MODE_BODY],
    ["api/intersections/elm/mode", modeDraft(["elm"], "plan"), null, MODE_BODY],
    ["api/modes", modeDraft(["elm", "oak"], "plan"), 1800, MODES_BODY],
    ["api/intersections/elm/mode", modeBackDraft("elm", "adaptive"), null, MODE_BODY],
    ["api/intersections/elm/review", reviewDraft("elm", "p-1", false), null, REVIEW_BODY],
    ["api/control", controlDraft(["elm"], null), 1800, CONTROL_BODY],
    ["api/control/7-1", controlReleaseDraft("7-1", ["elm"]), null, RELEASE_BODY],
    ["api/intersections/a%25b/commands", commandDraft(["a%b"], HOLD), 60, COMMAND_BODY],
  ])("goes to %s, and is what the server's schema takes", (path, draft, seconds, shape) => {
    expect(draft.path).toBe(path);
    const body = { ...bodyOf(draft, seconds), reason: "parade" };
    expect(shape.check("body", body)).toEqual({ ok: true, value: body });
  });

  it("says the end where there is one to choose, and only there", () => {
    expect(bodyOf(commandDraft(["elm"], HOLD), 60)).toEqual({ order: HOLD, seconds: 60 });
    expect(bodyOf(commandDraft(["elm"], { kind: "release" }), null)).toEqual({ order: { kind: "release" } });
    expect(bodyOf(modeDraft(["elm"], "plan"), null)).toEqual({ mode: "plan", seconds: null });
    // Back to what stands is for good.
    expect(bodyOf(modeBackDraft("elm", "adaptive"), null)).toEqual({ mode: "adaptive", seconds: null });
  });

  it("takes control from others only where they are named", () => {
    expect(controlDraft(["elm"], null)).toMatchObject({ body: { takeOver: false }, warning: null });
    expect(controlDraft(["elm"], "ann")).toMatchObject({
      title: "Take control from ann",
      body: { takeOver: true },
      warning: expect.stringContaining("an alarm tells everybody"),
    });
  });

  it("is said in words", () => {
    const titles = [
      HOLD,
      { ...HOLD, phases: ["2"] },
      { kind: "placeCall", phase: "4", pedestrian: true },
    ] as const;
    expect(titles.map((order) => commandDraft(["elm"], order).title)).toEqual([
      "Hold phases 2, 6 green",
      "Hold phase 2 green",
      "Place a pedestrian call of phase 4",
    ]);
    expect(commandDraft(["elm"], { kind: "flash" }).warning).toMatch(/everybody has to give way/);
  });
});

describe("the time that something lasts", () => {
  it("is chosen from what the envelope allows, the longest included", () => {
    expect(timesOf("lease", 120)).toEqual([15, 30, 60, 120]);
    expect(timesOf("lease", 90)).toEqual([15, 30, 60, 90]);
    expect(timesOf("lease", 10)).toEqual([10]);
    expect(timesOf("mode", null).at(-1)).toBeNull();
    expect(timesOf("area", null)).not.toContain(null);
    expect(timesOf("none", null)).toEqual([]);
  });

  it("is half an hour unless somebody says otherwise, or as long as the envelope lets it", () => {
    expect([usualTime("lease", 120), usualTime("lease", 3600), usualTime("mode", null)]).toEqual([
      120, 1800, 1800,
    ]);
    for (const [lasts, max] of [
      ["lease", 120],
      ["lease", 90],
      ["lease", 1800],
      ["mode", null],
      ["area", null],
    ] as const) {
      expect(timesOf(lasts, max)).toContain(usualTime(lasts, max));
    }
  });

  it.each([
    [45, "45 s"],
    [90, "90 s"],
    [120, "2 min"],
    [1800, "30 min"],
    [3600, "1 h"],
    [5400, "1 h 30 min"],
    [null, "until somebody changes it"],
  ])("%s is said as %s", (seconds, text) => expect(timeText(seconds)).toBe(text));

  it.each([
    [65_000, "1:05"],
    [64_001, "1:05"],
    [3_725_000, "1:02:05"],
    [0, "0:00"],
    [-5000, "0:00"],
  ])("%i ms are left as %s", (leftMs, text) => expect(countdownText(leftMs)).toBe(text));
});
