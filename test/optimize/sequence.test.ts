import { beforeAll, describe, expect, it } from "vitest";
import { readNetworkFolder } from "../../src/adapters/network-files.ts";
import { defined } from "../../src/assert.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import { resequenced, sequencesOf } from "../../src/optimize/sequence.ts";
import { twoStages } from "./crossing.ts";

/** Eight phases in two rings: lefts 1 and 5, through 2 and 6 on the main street. */
let eight: TimingTable;

beforeAll(async () => {
  const network = await readNetworkFolder(`${import.meta.dirname}/../../intersections/single`);
  if (!network.ok) throw new Error("the single intersection has faults");
  eight = timingTable(defined(network.value.intersections[0], "intersection"), 1000);
});

const order = (stages: string) =>
  stages.split(" ").map((stage) => defined(eight.stageIndex.get(stage), `stage ${stage}`));
const named = (sequence: readonly number[]) =>
  sequence.map((stage) => defined(eight.stages[stage], "stage").id).join(" ");

describe("sequences", () => {
  it("let the main street's lefts lead, lag, or one lead and one lag; the cross street stays", () => {
    expect(sequencesOf(eight, order("2-6 3-7 4-8 1-5")).map(named).toSorted()).toEqual(
      [
        // Both lead, with either ring's change first or both at once.
        "2-6 3-7 4-8 1-5",
        "2-6 3-7 4-8 1-5 1-6",
        "2-6 3-7 4-8 1-5 2-5",
        // Both lag.
        "2-6 1-5 3-7 4-8",
        "2-6 1-6 1-5 3-7 4-8",
        "2-6 2-5 1-5 3-7 4-8",
        // 5 leads and 1 lags; the other way round.
        "2-6 1-6 3-7 4-8 2-5",
        "2-6 2-5 3-7 4-8 1-6",
      ].toSorted(),
    );
  });

  it("have the one that runs first, whatever it is", () => {
    const [first] = sequencesOf(eight, order("2-6 1-6 3-7 4-8 2-5"));
    expect(named(defined(first, "sequence"))).toBe("2-6 1-6 3-7 4-8 2-5");
  });

  it("are the running one alone where there are no rings", () => {
    expect(sequencesOf(twoStages(), [0, 1])).toEqual([[0, 1]]);
  });
});

describe("splits of another sequence", () => {
  const ONE = [1, 1, 1, 1, 1];

  it("leave each phase its time: a left of 15 s leads on the one side and lags on the other", () => {
    // Of 71 s for the main street phases 1 and 5 have 15, phases 2 and 6 have 56: 56 − 15 = 41 s of both through phases.
    const present = [56, 16, 28, 15];
    const led = resequenced(eight, order("2-6 3-7 4-8 1-5"), present, order("2-6 1-6 3-7 4-8 2-5"), ONE);
    expect(led).toEqual([41, 15, 16, 28, 15]);
    // And back again.
    expect(
      resequenced(eight, order("2-6 1-6 3-7 4-8 2-5"), led, order("2-6 3-7 4-8 1-5"), ONE.slice(1)),
    ).toEqual(present);
  });

  it("keep the cycle and the least of every stage", () => {
    // No time is left for 2-5 between 1-5 and 2-6 but its least of 8 s.
    const splits = resequenced(
      eight,
      order("2-6 3-7 4-8 1-5"),
      [56, 16, 28, 15],
      order("2-6 3-7 4-8 1-5 2-5"),
      [20, 14, 28, 14, 8],
    );
    expect(splits).toEqual([48, 16, 28, 15, 8]);
  });
});
