import { describe, expect, it } from "vitest";
import {
  type ByModel,
  choose,
  FORECAST_MODELS,
  type ForecastModel,
  judge,
  NO_CHOICE,
  type OnlineChoice,
} from "../../src/forecast/online-choice.ts";

const SAID: ByModel = { level: 10, ar1: 10, profile: 10, "profile-rls": 10 };

/** A choice after intervals in each of which these were forecast and this counted. */
function after(
  intervals: readonly { readonly said: ByModel; readonly count: number }[],
  from: OnlineChoice = choose(NO_CHOICE, SAID),
): OnlineChoice {
  return intervals.reduce((choice, { said, count }) => choose(judge(choice, said, count), said), from);
}

function times(count: number, of: (index: number) => { readonly said: ByModel; readonly count: number }) {
  return Array.from({ length: count }, (_, index) => of(index));
}

function using(model: ForecastModel): OnlineChoice {
  return { ...NO_CHOICE, chosen: model };
}

describe("the choice of a model", () => {
  it("begins with the plainest that has a forecast", () => {
    expect(choose(NO_CHOICE, SAID).chosen).toBe("level");
    expect(choose(NO_CHOICE, { ...SAID, level: null }).chosen).toBe("ar1");
    const nothing = { level: null, ar1: null, profile: null, "profile-rls": null };
    expect(choose(NO_CHOICE, nothing).chosen).toBeNull();
    expect(choose(using("profile"), nothing).chosen).toBeNull();
  });

  it("goes to one that errs less again and again, but not before it has for an hour", () => {
    const intervals = times(12, (index) => ({
      said: { ...SAID, profile: 12 },
      count: index % 2 === 0 ? 12 : 13,
    }));
    expect(after(intervals.slice(1)).chosen).toBe("level");
    expect(after(intervals).chosen).toBe("profile");
  });

  it("takes the one that saves most of several", () => {
    const said = { ...SAID, profile: 12, "profile-rls": 13 };
    expect(after(times(12, () => ({ said, count: 13 }))).chosen).toBe("profile-rls");
  });

  it("is not moved by one great success among chance", () => {
    // Off by one, either way, and once right where the level was off by 20.
    const intervals = times(24, (index) => ({
      said: { ...SAID, profile: index === 5 ? 30 : 10 + (index % 2 === 0 ? 1 : -1) },
      count: index === 5 ? 30 : 10,
    }));
    expect(after(intervals).chosen).toBe("level");
  });

  it("does not take a richer model for less than 1 % of the error, but a plainer one for any gain", () => {
    // Off by 100 against 99.5, each time: no chance at all, and half a per cent.
    const richer = times(50, () => ({ said: { ...SAID, profile: 10.5 }, count: 110 }));
    expect(after(richer, using("level")).chosen).toBe("level");
    const plainer = times(50, () => ({ said: { ...SAID, level: 10.5 }, count: 110 }));
    expect(after(plainer, using("profile")).chosen).toBe("level");
  });

  it("leaves a model that has nothing to say, and compares anew with the one that takes its place", () => {
    const before = after(
      times(30, () => ({ said: { ...SAID, level: 30 }, count: 10 })),
      using("ar1"),
    );
    expect(before.savings.level?.mean).toBe(-20);
    const left = choose(before, { ...SAID, ar1: null });
    expect(left.chosen).toBe("level");
    expect(left.savings).toEqual({ level: null, ar1: null, profile: null, "profile-rls": null });
    expect(left.errors).toEqual(before.errors);
  });

  it("scores what each model had said, weighing the last half day", () => {
    const { errors } = after([
      { said: { ...SAID, ar1: null }, count: 14 },
      { said: { ...SAID, profile: 9 }, count: 10 },
    ]);
    expect(errors.level).toEqual({ meanAbsolute: 2, scored: 2 });
    expect(errors.ar1).toEqual({ meanAbsolute: 0, scored: 1 });
    expect(errors.profile).toEqual({ meanAbsolute: 2.5, scored: 2 });
    const long = after(times(500, (index) => ({ said: SAID, count: index < 400 ? 110 : 10 })));
    // 100 intervals of 0 after 400 of 100: 100·(1 − 1/144)^100.
    expect(long.errors.level?.meanAbsolute).toBeCloseTo(49.82, 1);
  });

  it("names each model once, the plainest first", () => {
    expect(FORECAST_MODELS).toEqual(["level", "ar1", "profile", "profile-rls"]);
  });
});
