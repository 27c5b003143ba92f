import { describe, expect, it } from "vitest";
import type { Head } from "../../src/signal/heads.ts";
import { runStages, type StagesDraft, type StagesState } from "../../src/signal/stages.ts";
import { restingState } from "../../src/signal/state.ts";
import type { InstantMs } from "../../src/units.ts";
import { leftTurnCrossing, second, tableOf } from "./crossings.ts";
import { FREE } from "./street.ts";

/** Single rounds of the stages `ab`, where B yields to A, `b` and `c`; everything clears for 3 s. */

const AT = second(1_000);
const ago = (seconds: number): InstantMs => second(1_000 - seconds);
const TABLE = tableOf(leftTurnCrossing(), 100);
const [AB, B, C] = [0, 1, 2];
const FULL = { interval: "green", greenAt: ago(60) } as const;
const YIELDS = { ...FULL, yields: true, yieldsSince: ago(60) } as const;

type Heads = Readonly<Record<string, Partial<Head>>>;

function round(
  heads: Heads,
  stages: StagesState,
  wanted: number | null = null,
  redUntil: InstantMs | null = null,
): StagesDraft {
  const state = restingState(TABLE, FREE, AT);
  const draft: StagesDraft = {
    table: TABLE,
    at: AT,
    heads: state.heads.map((head, phase) => ({ ...head, ...heads["ABC".charAt(phase)] })),
    followers: [],
    events: [],
    stages,
  };
  runStages(draft, {
    nextStage: () => (wanted === null ? null : { stage: wanted, reason: "forceOff" }),
    walkCalled: () => false,
    redUntil,
  });
  return draft;
}

const intervals = ({ heads }: StagesDraft) => heads.map(({ interval }) => interval);
const changing = (stage: number, nextStage: number, greenStartsAt = AT): StagesState => ({
  stage,
  nextStage,
  changing: true,
  greenStartsAt,
  shownSince: greenStartsAt,
});
const standing = (stage: number): StagesState => ({ ...changing(stage, stage, ago(60)), changing: false });

const due = (seconds: number) => changing(C, B, ago(seconds));
const begun = (stages: StagesState, redUntil: InstantMs) =>
  round({}, stages, null, redUntil).heads[1]?.interval;

describe("a stage begins", () => {
  it("when its intergreen is over, not before, though everything has cleared", () => {
    expect(intervals(round({}, changing(C, B)))).toEqual(["red", "green", "red"]);
    expect(intervals(round({}, changing(C, B, second(1_000.1))))).toEqual(["red", "red", "red"]);
  });

  it("later where red is extended, and five seconds later however long it is", () => {
    expect(begun(due(2), second(1_000.1))).toBe("red");
    expect(begun(due(2), AT)).toBe("green");
    expect(begun(due(4.9), second(1_100))).toBe("red");
    expect(begun(due(5), second(1_100))).toBe("green");
  });

  it("beside no green that is not its own", () => {
    expect(intervals(round({ A: YIELDS }, changing(C, B)))).toEqual(["green", "red", "red"]);
  });

  it("with the full right of way of a phase that goes on once its foe has cleared", () => {
    const early = round({ A: { greenEndedAt: ago(2.9) }, B: YIELDS }, changing(AB, B));
    expect([early.heads[1]?.yields, early.stages]).toEqual([true, changing(AB, B)]);
    const cleared = round({ A: { greenEndedAt: ago(3) }, B: YIELDS }, changing(AB, B));
    expect([cleared.heads[1]?.yields, cleared.heads[1]?.yieldsSince]).toEqual([false, AT]);
    expect(cleared.stages).toEqual({ ...standing(B), greenStartsAt: AT, shownSince: AT });
  });
});

describe("a stage ends", () => {
  it("once each of its phases has been green for an instant", () => {
    expect(intervals(round({ A: FULL, B: YIELDS }, standing(AB), B))[0]).toBe("yellow");
    expect(intervals(round({ A: FULL, B: { interval: "lead" } }, standing(AB), B))[0]).toBe("green");
    expect(intervals(round({ A: FULL, B: { ...YIELDS, greenAt: AT } }, standing(AB), B))[0]).toBe("green");
    expect(intervals(round({ A: FULL, B: { ...YIELDS, greenAt: ago(0.1) } }, standing(AB), B))[0]).toBe(
      "yellow",
    );
  });
});
