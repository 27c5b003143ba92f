import { describe, expect, it } from "vitest";
import type { CountHistory } from "../../src/forecast/history.ts";
import {
  CLOCK_FEATURES,
  clockFeatures,
  fitLstm,
  LSTM_LAGS,
  type LstmGate,
  lstmOutput,
  type LstmState,
  type LstmTask,
  type LstmWeights,
  predictLstm,
} from "../../src/forecast/lstm.ts";
import { predict, update } from "../../src/forecast/model.ts";
import { stateFromJson, stateToJson } from "../../src/forecast/state-json.ts";

const NO_CLOCK = Array.from({ length: CLOCK_FEATURES }, () => 0);

function gate(count: number, hidden: number, bias: number): LstmGate {
  return { count: [count], clock: NO_CLOCK, hidden: [hidden], bias: [bias] };
}

/** One unit, gates wide open or shut: what it puts out is the hyperbolic tangent of the sum of what it saw. */
const SUMMING: LstmWeights = {
  units: 1,
  gates: {
    input: gate(0, 0, 50),
    candidate: gate(1, 0, 0),
    output: gate(0, 0, 50),
    forget: gate(0, 0, 50),
  },
  output: [2],
  outputBias: 0.5,
};

const START: LstmState = {
  kind: "lstm",
  slotsPerDay: 4,
  centre: 10,
  scale: 5,
  lags: Array.from({ length: LSTM_LAGS }, () => 10),
  weights: SUMMING,
};

describe("a network's output", () => {
  it("is what one unit makes of two counts by hand", () => {
    // c = tanh 0.3, then c + tanh 0.4; h = tanh c.
    const cell = Math.tanh(0.3) + Math.tanh(0.4);
    expect(lstmOutput(SUMMING, [0.3, 0.4], NO_CLOCK)).toBeCloseTo(2 * Math.tanh(cell) + 0.5, 12);
  });

  it("forgets where the forget gate is shut, and feeds its own output back", () => {
    const { input, candidate, output } = SUMMING.gates;
    const forgetting = { ...SUMMING, gates: { input, candidate, output, forget: gate(0, 0, -50) } };
    expect(lstmOutput(forgetting, [0.3, 0.4], NO_CLOCK)).toBeCloseTo(2 * Math.tanh(Math.tanh(0.4)) + 0.5, 12);
    const fed = { ...forgetting, gates: { ...forgetting.gates, candidate: gate(1, 1, 0) } };
    const first = Math.tanh(Math.tanh(0.3));
    const second = Math.tanh(Math.tanh(0.4 + first));
    expect(lstmOutput(fed, [0.3, 0.4], NO_CLOCK)).toBeCloseTo(2 * second + 0.5, 12);
  });

  it("knows the time of day and the weekday", () => {
    const clock = clockFeatures({ day: 3, slot: 1 }, 4);
    expect(clock).toHaveLength(CLOCK_FEATURES);
    // A quarter of the day has gone, and day 3 of 1970 was a Sunday.
    expect(clock.slice(0, 4).map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, 0, 0, -1]);
    expect(clock.slice(-7)).toEqual([1, 0, 0, 0, 0, 0, 0]);
    const late = { ...SUMMING.gates.input, clock: clock.map((_, index) => (index === 0 ? -100 : 0)) };
    const timed = { ...SUMMING, gates: { ...SUMMING.gates, input: late } };
    expect(lstmOutput(timed, [0.3], clock)).toBeCloseTo(0.5, 12);
  });
});

describe("a network as a model", () => {
  it("is taught by counts alone, and where one is not known by what it forecast", () => {
    const seen = update(START, { day: 0, slot: 0, count: 12 });
    expect(seen).toEqual({ ...START, lags: [12, ...START.lags.slice(1)] });
    const [forecast = Number.NaN] = predict(seen, { day: 0, slot: 1 }, 1);
    expect(forecast).toBeCloseTo(10 + 5 * (2 * Math.tanh(Math.tanh(0.4)) + 0.5), 9);
    const unseen = update(seen, { day: 0, slot: 1, count: Number.NaN });
    expect(unseen).toMatchObject({ lags: [forecast, 12, ...START.lags.slice(2)] });
    // Two intervals ahead the forecast of the first is among the lags.
    expect(predict(seen, { day: 0, slot: 1 }, 2)).toEqual([
      forecast,
      ...predict(unseen, { day: 0, slot: 2 }, 1),
    ]);
  });

  it("never forecasts less than nobody", () => {
    const gloomy = { ...START, weights: { ...SUMMING, outputBias: -9 } };
    expect(predictLstm(gloomy, { day: 0, slot: 0 }, 3)).toEqual([0, 0, 0]);
  });

  it("comes back from JSON as it was, and is refused with a weight too few", () => {
    expect(stateFromJson(stateToJson(START))).toEqual({ ok: true, value: START });
    const short = { ...START, weights: { ...SUMMING, output: [] } };
    const read = stateFromJson(stateToJson(short));
    expect(read.ok ? "" : read.error).toMatch(/weights of a network/);
    const few = stateFromJson(stateToJson({ ...START, lags: [1] }));
    expect(few.ok ? "" : few.error).toMatch(/12 lags/);
  });
});

function taskOf(days: CountHistory): LstmTask | undefined {
  let seen: LstmTask | undefined;
  fitLstm(
    days,
    7,
    (task) => {
      seen = task;
      return { weights: SUMMING, losses: { training: [1], validation: [1] } };
    },
    () => undefined,
  );
  return seen;
}

describe("what a network is trained on", () => {
  const history: CountHistory = {
    slotsPerDay: 24,
    days: Array.from({ length: 10 }, (_, day) => ({
      day,
      counts: Array.from({ length: 24 }, (_slot, slot) =>
        day === 1 && slot === 20 ? Number.NaN : day * 100 + slot,
      ),
    })),
  };

  it("ends before the days that validate, shares no count with them, and leaves out what is not known", () => {
    const task = taskOf(history);
    if (task === undefined) throw new Error("not trained");
    const { training, validation, scale, seed } = task;
    // Eight days of ten train: 192 windows less the first twelve and the thirteen with the count that is not known.
    expect([training.targets.length, validation.targets.length, seed]).toEqual([8 * 24 - 12 - 13, 36, 7]);
    const early = history.days.slice(0, 8).flatMap(({ counts }) => counts.filter((count) => count >= 0));
    const mean = early.reduce((sum, count) => sum + count, 0) / early.length;
    const count = (scaled: number): number => Math.round(mean + scale * scaled);
    expect(training.targets.map(count).at(-1)).toBe(723);
    expect(validation.counts[0]?.map(count)).toEqual(Array.from({ length: 12 }, (_, slot) => 800 + slot));
    expect(count(validation.targets[0] ?? Number.NaN)).toBe(812);
    expect(validation.clock[0]).toEqual(clockFeatures({ day: 8, slot: 12 }, 24));
  });

  it("does not hear of the days that validate, whatever was counted then", () => {
    const wild = {
      ...history,
      days: history.days.map((day, index) =>
        index < 8 ? day : { ...day, counts: day.counts.map(() => 9_999) },
      ),
    };
    expect(taskOf(wild)?.training).toEqual(taskOf(history)?.training);
  });

  it("is nothing where there is a single day", () => {
    expect(taskOf({ ...history, days: history.days.slice(0, 1) })).toBeUndefined();
  });
});
