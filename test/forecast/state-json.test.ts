import { describe, expect, it } from "vitest";
import { update } from "../../src/forecast/model.ts";
import { MODELS, USUAL_SETTINGS } from "../../src/forecast/registry.ts";
import { stateFromJson, stateToJson } from "../../src/forecast/state-json.ts";

const history = {
  slotsPerDay: 24,
  days: Array.from({ length: 10 }, (_, day) => ({
    day,
    counts: Array.from({ length: 24 }, (_slot, slot) =>
      day === 2 && slot === 3 ? Number.NaN : 20 + (((day * 24 + slot) * 7919) % 13),
    ),
  })),
};

describe("a model as JSON", () => {
  it.each(MODELS.map(({ name }) => name))("%s comes back as it was, in the middle of a day too", (name) => {
    const entry = MODELS.find((one) => one.name === name);
    const state = entry?.fit(history, { ...USUAL_SETTINGS, order: 3, ...entry.fixed });
    if (state === undefined) throw new Error("not fitted");
    const later = [7, Number.NaN, 12].reduce(
      (now, count, slot) => update(now, { day: 10, slot, count }),
      state,
    );
    for (const one of [state, later])
      expect(stateFromJson(stateToJson(one))).toEqual({ ok: true, value: one });
  });

  it.each([
    ["no JSON", "{", /no JSON/],
    ["another version", `{"forecastModel":2,"state":{}}`, /version 1/],
    ["another kind", `{"forecastModel":1,"state":{"kind":"oracle"}}`, /level, seasonal, linear/],
    [
      "a property too many",
      `{"forecastModel":1,"state":{"kind":"level","gain":1,"level":2,"x":3}}`,
      /x, allowed/,
    ],
    [
      "a level that is none",
      `{"forecastModel":1,"state":{"kind":"level","gain":1,"level":"2"}}`,
      /no number/,
    ],
    [
      "weights that do not fit the lags",
      `{"forecastModel":1,"state":{"kind":"linear","lags":[1],"weights":[1],"innovation":1,"recursion":null,"usual":null}}`,
      /one more than lags/,
    ],
  ])("refuses %s", (_name, text, message) => {
    const read = stateFromJson(text);
    expect(read.ok ? "" : read.error).toMatch(message);
  });
});
