import { describe, expect, it } from "vitest";
import {
  asText,
  candidateBars,
  editedWith,
  figure,
  listedAfter,
  neighbour,
  splitBars,
  whole,
} from "../../src/console/data/explained.ts";
import type { ListedDecisionView } from "../../src/protocol/decision-answers.ts";

const listed = (at: number, level: ListedDecisionView["level"] = "tactical"): ListedDecisionView => ({
  id: `${at}-${level}`,
  at,
  level,
  choice: "a",
  kept: true,
  rival: null,
  rivalMoreVehSeconds: null,
});

describe("the list of decisions", () => {
  it("grows by what is read anew, in the order of time, and is the same list without news", () => {
    const before = [listed(10), listed(30)];
    expect(listedAfter(before, [listed(20), listed(30)]).map(({ at }) => at)).toEqual([10, 20, 30]);
    expect(listedAfter(before, [listed(30)])).toBe(before);
  });

  it("is stepped through on one level, from the one in force at an instant", () => {
    const decisions = [listed(10), listed(15, "strategic"), listed(20), listed(30)];
    const step = (at: number, by: 1 | -1) => neighbour(decisions, "tactical", at, by)?.at ?? null;
    expect([step(25, -1), step(25, 1), step(10, -1), step(30, 1), step(5, 1)]).toEqual([
      10,
      30,
      null,
      null,
      10,
    ]);
  });
});

it("candidates say what they lose against the cheapest one, also where that was not allowed", () => {
  const candidates = [
    { stage: "a", costVehSeconds: 874 },
    { stage: "b", costVehSeconds: 850 },
  ];
  expect(candidateBars({ stages: [{ stage: "a", startAt: 0 }], candidates })).toEqual([
    { stage: "a", costVehSeconds: 874, lossVehSeconds: 24, chosen: true },
    { stage: "b", costVehSeconds: 850, lossVehSeconds: 0, chosen: false },
  ]);
});

it("splits follow one another", () => {
  const stages = [
    { stage: "a", splitMs: 30_000 },
    { stage: "b", splitMs: 20_000 },
  ];
  expect(splitBars(stages).map(({ fromMs }) => fromMs)).toEqual([0, 30_000]);
});

describe("an input with another value", () => {
  const variable = { path: "p", value: 2.261, min: 0, max: 60 };
  const edit = (text: string, before: ReadonlyMap<string, number> = new Map()) => [
    ...editedWith(before, variable, text),
  ];

  it("is kept, and forgotten again with the value that it had, as its field shows it", () => {
    expect(edit("3.5")).toEqual([["p", 3.5]]);
    expect(edit("2.26", new Map([["p", 3.5]]))).toEqual([]);
  });

  it("changes nothing where it is no number or out of bounds", () => {
    for (const text of ["", "many", "-1", "61"]) expect(edit(text)).toEqual([]);
  });
});

it("numbers are as short as they can be told", () => {
  expect([figure(2.2649), figure(3), whole(-11793.4), whole(1234)]).toEqual([
    "2.26",
    "3",
    "−11,793",
    "1,234",
  ]);
});

it("an explanation goes on as text with its permanent address", () => {
  expect(asText({ id: "7-tactical-x", intersection: "x", sentences: ["One.", "Two."] }, "http://h/#/d")).toBe(
    "Decision 7-tactical-x of x\n\nOne.\nTwo.\n\nhttp://h/#/d\n",
  );
});
