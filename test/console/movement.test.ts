import { describe, expect, it } from "vitest";
import {
  flowSeries,
  imputedText,
  intervalText,
  laterText,
  nextText,
} from "../../src/console/data/movement.ts";
import type { MovementForecastView } from "../../src/protocol/live.ts";

const forecast = (vehPerHour: number) => ({
  vehPerHour,
  lowerVehPerHour: vehPerHour - 60,
  upperVehPerHour: vehPerHour + 60,
});

/** Two intervals: the detectors counted in the first and failed in the second. */
const movement = (rest: Partial<MovementForecastView> = {}): MovementForecastView => ({
  movement: "west_through",
  history: [
    { from: 0, vehPerHour: 360, forecast: forecast(348) },
    { from: 300_000, vehPerHour: null, forecast: forecast(372) },
  ],
  nextFrom: 600_000,
  next: forecast(384),
  later: [],
  imputedVehPerHour: null,
  model: "level",
  errors: [],
  drift: null,
  degreeOfSaturation: null,
  ...rest,
});

describe("imputed counts", () => {
  it("are named in words, and nothing is said where a movement counts itself", () => {
    expect(imputedText(movement())).toBeNull();
    expect(imputedText(movement({ imputedVehPerHour: 239.6 }))).toBe("imputed 240");
    expect(imputedText(movement({ imputedVehPerHour: 0 }))).toBe("imputed 0");
  });

  it("stand beside what was measured in the newest interval, and in no other", () => {
    const failed = movement({ imputedVehPerHour: 240 });
    expect(intervalText(failed, 1, "08:05")).toBe(
      "08:05: measured —, imputed 240, forecast 372 (90 % in 312–432) veh/h",
    );
    expect(intervalText(failed, 0, "08:00")).toBe(
      "08:00: measured 360, forecast 348 (90 % in 288–408) veh/h",
    );
    expect(intervalText(movement(), 1, "08:05")).toBe(
      "08:05: measured —, forecast 372 (90 % in 312–432) veh/h",
    );
    expect(intervalText(failed, 2, "08:10")).toBe("");
  });

  it("are told of the next interval, because plans are made for them", () => {
    expect(nextText(movement({ imputedVehPerHour: 240 }), "08:10")).toBe(
      "next, from 08:10: forecast 384 (90 % in 324–444) veh/h; decided on imputed 240 veh/h, its detectors are not trusted",
    );
    expect(nextText(movement({ next: null }), "08:10")).toBe("next, from 08:10: forecast — veh/h");
  });

  it("are drawn apart: at the newest interval, in a series that has nothing measured in it", () => {
    const {
      seconds,
      measured,
      imputed,
      forecast: line,
      upper,
      lower,
    } = flowSeries(movement({ imputedVehPerHour: 240 }));
    expect(seconds).toEqual([0, 300, 600]);
    expect(measured).toEqual([360, null, null]);
    expect(imputed).toEqual([null, 240, null]);
    expect(line).toEqual([348, 372, 384]);
    expect(upper).toEqual([408, 432, 444]);
    expect(lower).toEqual([288, 312, 324]);
    expect(flowSeries(movement({ nextFrom: null })).imputed).toEqual([null, null]);
  });
});

describe("intervals behind the next one", () => {
  const ahead = movement({ later: [forecast(400), forecast(420)] });

  it("are drawn after it, each an interval later, with where nine counts of ten should lie", () => {
    const { seconds, measured, forecast: line, upper, lower } = flowSeries(ahead);
    expect(seconds).toEqual([0, 300, 600, 900, 1_200]);
    expect(measured).toEqual([360, null, null, null, null]);
    expect(line).toEqual([348, 372, 384, 400, 420]);
    expect(upper.slice(3)).toEqual([460, 480]);
    expect(lower.slice(3)).toEqual([340, 360]);
  });

  it("are read out with their own begin", () => {
    expect(laterText(ahead, 1, "08:20")).toBe("from 08:20: forecast 420 (90 % in 360–480) veh/h");
  });
});
