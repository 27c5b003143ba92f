import { describe, expect, it } from "vitest";
import { COMPARED_MEASURES } from "../../sim/whatif/compared.ts";
import { reportOf, type ReportHead } from "../../sim/whatif/report.ts";
import type { RunMeasures } from "../../sim/whatif/run.ts";
import { describeReport, type Manner } from "../../sim/whatif/table.ts";
import { quietRun as run } from "./quiet-run.ts";

const HEAD: ReportHead = { scenario: "made-up", plant: "sumo", profile: "street", observe: "loops" };

const FIXED = [
  run(1, { delaySeconds: 40, waitMaxSeconds: 100 }),
  run(2, { delaySeconds: 50, waitMaxSeconds: 320, jammed: true }),
  run(3, { delaySeconds: 42, waitMaxSeconds: 90 }),
];
/** In another order: a core was faster. */
const ADAPTIVE = [
  run(3, { delaySeconds: 31.00049, decisions: 3, decisionMicrosecondsMean: 200.5 }),
  run(1, { delaySeconds: 30, decisions: 1, decisionMicrosecondsMean: 100 }),
  run(2, { delaySeconds: 38, decisions: 2 }),
];

const both = () =>
  reportOf(
    HEAD,
    new Map([
      ["fixed", FIXED],
      ["adaptive", ADAPTIVE],
    ]),
  );

describe("the report", () => {
  it("has the runs by seed, and mean and median of every measure", () => {
    const { controls, ...head } = both();
    expect(head).toMatchObject(HEAD);
    const { fixed, adaptive } = controls;
    expect(adaptive?.runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(adaptive?.runs[2]?.delaySeconds, "rounded").toBe(31);
    expect(fixed?.mean).toMatchObject({ delaySeconds: 44, waitMaxSeconds: 170, arrived: 90, scheduled: 100 });
    expect(fixed?.median).toMatchObject({ delaySeconds: 42, waitMaxSeconds: 100 });
  });

  it("gives the share of jams, and times of decisions over the runs that had any", () => {
    const { fixed, adaptive } = both().controls;
    expect([fixed?.mean.jammed, adaptive?.mean.jammed]).toEqual([0.333, 0]);
    expect(fixed?.mean.decisionMicrosecondsMean).toBeNull();
    expect(adaptive?.mean).toMatchObject({ decisions: 2, decisionMicrosecondsMean: 150.25 });
  });

  it("compares a variant with another one where that is its base", () => {
    const runs = new Map([
      ["fixed", FIXED],
      ["adaptive", ADAPTIVE],
      ["adaptive with an event", FIXED],
    ]);
    const { comparisons } = reportOf(HEAD, runs, (name) => (name.includes("event") ? "adaptive" : undefined));
    const delays = comparisons.filter(({ measure }) => measure === "delaySeconds");
    expect(delays.map(({ base, variant, differenceMean }) => [base, variant, differenceMean])).toEqual([
      ["fixed", "adaptive", -11],
      ["adaptive", "adaptive with an event", 11],
    ]);
  });

  it("compares each variant with the first control, seed by seed", () => {
    const { comparisons } = both();
    expect(comparisons.map(({ measure }) => measure)).toEqual(COMPARED_MEASURES);
    // −10, −12 and −10.99951: mean −10.99984; variance 1.00000; 4.30265 · √(1/3) = 2.48414.
    expect(comparisons[0]).toEqual({
      base: "fixed",
      variant: "adaptive",
      measure: "delaySeconds",
      baseMean: 44,
      differenceMean: -11,
      ci95: [-13.484, -8.516],
      pairs: 3,
      // t = −10.99984 / √(1/3) = −19.0523 with two degrees of freedom: p = 1 − t/√(2 + t²) = 0.002744.
      pValue: 0.002744,
      // Of the family of fifteen both have eight: the smallest p counts eight times.
      pHolm: 0.021949,
      // Of a base of 44.
      differencePercent: -25,
      // 5 % of 44 is 2.2: (3.1824 · 1 / 2.2)² = 2.1 of 4, (4.3027 / 2.2)² = 3.8 of 3.
      replicationsNeeded: 4,
      verdict: "better",
    });
    expect(comparisons[1]).toMatchObject({
      differenceMean: 0,
      ci95: [0, 0],
      differencePercent: null,
      pHolm: 1,
      verdict: "indistinguishable from noise",
    });
  });

  it("has nothing to compare a single control with", () => {
    expect(reportOf(HEAD, new Map([["fixed", FIXED]])).comparisons).toEqual([]);
  });

  it("pairs only what has the same seed", () => {
    const runsOf = new Map([
      ["fixed", FIXED],
      ["adaptive", [run(3, { delaySeconds: 31 }), run(9, { delaySeconds: 1 })]],
    ]);
    expect(reportOf(HEAD, runsOf).comparisons[0]).toMatchObject({
      differenceMean: -11,
      ci95: null,
      pairs: 1,
      verdict: "too few pairs",
    });
  });
});

const MANNERS = new Map<string, Manner>([
  ["fixed", { pace: "on their own plans", byEngine: false }],
  ["adaptive", { pace: "decides each second", byEngine: true }],
]);

describe("the table", () => {
  it("says what was run and observed, one line a control, and what the comparison came to", () => {
    const lines = describeReport(both(), MANNERS).split("\n");
    expect(lines[0]).toBe("made-up on sumo, profile street, 3 seeds (1, 2, 3): means over the seeds");
    expect(lines[1]).toMatch(/^observed \(loops\): induction loops alone/);
    const cells = lines.slice(3, 6).map((line) => line.split(/ {2,}/).slice(0, 8));
    expect(cells).toEqual([
      ["", "delay s/veh", "median", "time loss", "waiting", "longest wait s", "arrived", "jams"],
      ["fixed", "44", "42", "0", "0", "320", "90/100", "1 of 3"],
      ["adaptive", "33", "31", "0", "0", "0", "90/100", "0 of 3"],
    ]);
    expect(lines[5]).toMatch(/ decides each second, sees loops$/);
    expect(lines[7]).toBe(
      "adaptive against fixed, delay: −11.0 s/veh (−25.0 %), 95 % from −13.5 to −8.5 (3 pairs), p 0.003, by Holm 0.022: better",
    );
  });

  it("says in its head who is not measured, where there is a warm-up", () => {
    const lines = describeReport({ ...both(), warmupSeconds: 600 }, MANNERS).split("\n");
    expect(lines[2]).toBe("after a warm-up of 600 s: who was scheduled in it is not measured");
  });

  it("lists losing results first", () => {
    const worse = ADAPTIVE.map((one) => ({ ...one, waitingSeconds: 20 + one.seed }));
    const told = lines(
      new Map([
        ["fixed", FIXED],
        ["adaptive", worse],
      ]),
    ).slice(7);
    const words = told.map((line) => /, ([^:]+): [+−]?\d.*: (.+)$/.exec(line)?.slice(1));
    expect(words.slice(0, 2)).toEqual([
      ["waiting", "worse"],
      ["delay", "better"],
    ]);
    expect(words.slice(2).map((word) => word?.[1])).toEqual(Array(6).fill("indistinguishable from noise"));
  });

  it("says beside each result under RESCO's clearances where we differ from its agents", () => {
    const loops = describeReport({ ...both(), profile: "resco" }, MANNERS).split("\n");
    expect(loops[2]).toMatch(/^RESCO's agents decide each 10 s, .* within 200 m of the stop line$/);
    expect(loops.slice(5, 7)).toEqual([
      expect.stringMatching(/ on their own plans$/),
      expect.stringMatching(/decides each second, not each 10 s; sees loops, not 200 m; least green 5 s/),
    ]);
    const zone = describeReport({ ...both(), profile: "resco", observe: "zone" }, MANNERS).split("\n");
    expect(zone[6]).toMatch(/sees 200 m, junction and exits, not 200 m alone/);
  });
});

const lines = (runs: ReadonlyMap<string, readonly RunMeasures[]>) =>
  describeReport(reportOf(HEAD, runs), new Map()).split("\n");

const check = (delays: readonly number[]) =>
  reportOf(HEAD, new Map([["fixed", delays.map((delaySeconds, seed) => run(seed, { delaySeconds }))]]))
    .selfCheck;

describe("a control against itself", () => {
  it("pairs its first seeds with its last ones, and tells how much is called significant", () => {
    // Differences 1, −1, 2, −2: t is 0.
    expect(check([40, 50, 42, 44, 41, 49, 44, 42])).toEqual({
      control: "fixed",
      pairs: 4,
      measures: 8,
      significantAlone: 0,
      significant: 0,
    });
    // Differences 10, 11, 10, 11, of a last seed without a partner nothing.
    expect(check([40, 50, 42, 44, 50, 61, 52, 55, 900])).toMatchObject({
      significantAlone: 1,
      significant: 1,
    });
    expect(check([40, 50, 42])).toBeNull();
  });

  it("is told", () => {
    const runs = [1, 2, 3, 4].map((seed) => run(seed, { delaySeconds: 40 + (seed % 2) }));
    expect(lines(new Map([["fixed", runs]])).at(-1)).toBe(
      "fixed against itself with other seeds (2 pairs): of 8 measures 0 significant by Holm, 0 by p alone; each would be a false alarm",
    );
  });
});

describe("a report from which runs are missing", () => {
  it("names the seeds of all controls, and has no figures where there is no run", () => {
    const told = lines(
      new Map([
        ["fixed", FIXED.slice(1)],
        ["adaptive", ADAPTIVE.slice(0, 2)],
        ["sotl", []],
      ]),
    );
    expect(told[0]).toMatch(/3 seeds \(1, 2, 3\)/);
    const none = told.find((line) => line.startsWith("sotl "));
    expect(none).toMatch(/^sotl( +–){5} +–\/– +0 of 0 /);
  });
});
