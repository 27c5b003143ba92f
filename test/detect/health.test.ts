import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import {
  type LoopChange,
  type LoopChanges,
  NO_CHANGES,
  placeOf,
  withChange,
} from "../../src/detect/changes.ts";
import { minuteOf } from "../../src/detect/health-minute.ts";
import { learntRatio } from "../../src/detect/health-pairs.ts";
import { after, instantMs, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import {
  ADVANCE,
  approachTable,
  BEFORE,
  BEGIN,
  but,
  ENTRY,
  learntStreet,
  minute,
  run,
  SIDE,
  soundMinute,
  startStreet,
  STOP,
  type Street,
} from "./health-street.ts";

const stateOf = ({ detectors }: Street, detector: number): string =>
  defined(detectors[detector], "detector").state;
const ruleOf = ({ detectors }: Street, detector: number): string | undefined =>
  defined(detectors[detector], "detector").finding?.rule;
const reasonOf = ({ detectors }: Street, detector: number): string =>
  defined(detectors[detector], "detector").finding?.reason ?? "";
const others = (street: Street, detector: number): readonly string[] =>
  street.detectors.filter((_, index) => index !== detector).map(({ state }) => state);
const GOOD = ["good", "good", "good", "good"];

const second = (seconds: number) => after(BEGIN, seconds * SECOND_MS);
const loopChange = (seconds: number, on: boolean, sequence = 0) => ({ at: second(seconds), on, sequence });

const changesOf = (told: readonly LoopChange[]): LoopChanges =>
  told.reduce((changes, one) => withChange(changes, placeOf(changes, one), one), NO_CHANGES);

describe("a minute of a loop", () => {
  it("counts who came, how long it was occupied, and what is too short for a vehicle", () => {
    const changes = [
      loopChange(-5, true),
      loopChange(2, false), // 2 s of this minute
      loopChange(10, true),
      loopChange(10.1, false), // 0.1 s: too short
      loopChange(10.2, true), // after 0.1 s: too short a gap
      loopChange(12.2, false),
      loopChange(50, true),
      loopChange(70, false), // the next minute's
    ];
    const told = minuteOf(changesOf(changes), [], second(0), second(60), false);
    expect(told).toMatchObject({
      arrivals: 3,
      departures: 3,
      changes: 6,
      shortChanges: 2,
      onSince: second(50),
    });
    expect(told.occupiedMs).toBeCloseTo(2000 + 100 + 2000 + 10_000, 6);
  });

  it("counts a vehicle for an off after an off, whose on was lost", () => {
    expect(
      minuteOf(changesOf([loopChange(1, false), loopChange(9, false)]), [], second(0), second(60), false)
        .arrivals,
    ).toBe(1);
  });

  it("tells departures by the lanes that might go, or had until three seconds before", () => {
    const releases = [
      { at: second(-20), released: [true, false] },
      { at: second(10), released: [false, false] },
      { at: second(14), released: [false, true] },
    ];
    const changes = [5, 12.9, 13.1, 20].flatMap((seconds) => [
      loopChange(seconds - 1, true),
      loopChange(seconds, false),
    ]);
    const told = minuteOf(changesOf(changes), releases, second(0), second(60), false);
    // At 5 and 12.9 the first lane, at 13.1 nobody any more, at 20 the second.
    expect(told.departuresInGreen).toEqual([2, 1]);
  });
});

describe("a sound street", () => {
  it("is good, and its ratios are learnt", () => {
    const street = learntStreet();
    expect(street.detectors.map(({ state }) => state)).toEqual(["good", "good", "good", "good", "good"]);
    // The stop-line loop and its sibling: 6 to 3.
    expect(learntRatio(defined(street.detectors[STOP]?.pairs[0], "pair"))).toBeCloseTo(2, 6);
    expect(street.changes).toEqual([]);
  });
});

const held = (street: Street, minutes: number, rest = soundMinute()): Street =>
  run(street, minutes, (_, at) =>
    rest.map((own, index) =>
      index === STOP
        ? minute(0, {
            occupiedMs: MINUTE_MS,
            onSince: instantMs(street.at),
            departures: 0,
            departuresInGreen: [0, 0],
          })
        : { ...own, onSince: own.onSince === null ? null : at },
    ),
  );

describe("a detector that is stuck on", () => {
  it("is suspect at half of the longest presence, failed at the whole of it, and no other one is", () => {
    const half = held(learntStreet(), 5);
    expect([stateOf(half, STOP), ruleOf(half, STOP)]).toEqual(["suspect", "stuckOn"]);
    const whole = held(learntStreet(), 10);
    expect([stateOf(whole, STOP), ruleOf(whole, STOP)]).toEqual(["failed", "stuckOn"]);
    expect(reasonOf(whole, STOP)).toContain("for 600 s, at most 600 s");
    expect(others(whole, STOP)).toEqual(GOOD);
  });

  it("is an incident while its neighbours see nobody either", () => {
    const jam = soundMinute().map(() => minute(0, { departuresInGreen: [0, 0] }));
    const whole = held(learntStreet(), 12, jam);
    expect([stateOf(whole, STOP), ruleOf(whole, STOP)]).toEqual(["suspect", "stuckOn"]);
    expect(reasonOf(whole, STOP)).toContain("rather standing traffic");
  });

  it("is blamed after four times as long where it has no neighbours to say anything", () => {
    const alone = learntStreet(approachTable({ neighbours: approachTable().neighbours.map(() => []) }));
    expect(stateOf(held(alone, 39), STOP)).toBe("suspect");
    expect(stateOf(held(alone, 40), STOP)).toBe("failed");
  });

  it("is judged by its own usual count while neighbours move, before any ratio is known", () => {
    const young = run(startStreet(), 5, soundMinute);
    expect(learntRatio(defined(young.detectors[STOP]?.pairs[0], "pair"))).toBeUndefined();
    expect(stateOf(held(young, 10), STOP)).toBe("failed");
    const jam = soundMinute().map(() => minute(0, { departuresInGreen: [0, 0] }));
    expect(reasonOf(held(young, 10, jam), STOP)).toContain("rather standing traffic");
  });

  it("is found sooner where the network says so", () => {
    const thresholds = approachTable().thresholds.map((own) => ({ ...own, presenceMaxSeconds: 180 }));
    // Of six a minute, twenty are due after four.
    expect(stateOf(held(learntStreet(approachTable({ thresholds })), 3), STOP)).toBe("suspect");
    expect(stateOf(held(learntStreet(approachTable({ thresholds })), 4), STOP)).toBe("failed");
  });
});

describe("a detector that is stuck off", () => {
  it("is failed once twenty vehicles are missing, and no other one is", () => {
    // The neighbours' 21 a minute make expect 6: three minutes are 18, four 24, less what the first silent ones have taught.
    const three = run(learntStreet(), 3, () => but(STOP, minute(0, { departuresInGreen: [0, 0] })));
    expect([stateOf(three, STOP), ruleOf(three, STOP)]).toEqual(["suspect", "stuckOff"]);
    const four = run(three, 1, () => but(STOP, minute(0, { departuresInGreen: [0, 0] })));
    expect([stateOf(four, STOP), ruleOf(four, STOP)]).toEqual(["failed", "stuckOff"]);
    expect(reasonOf(four, STOP)).toBe(
      "no vehicle for 4 min, 24 expected by 4 of 4 neighbours, at most 20 are chance",
    );
    expect(others(four, STOP)).toEqual(GOOD);
  });

  it("is doubted after hours without a vehicle where nobody else can tell, and never at night for less", () => {
    const alone = approachTable({ neighbours: approachTable().neighbours.map(() => []) });
    const night = run(startStreet(alone), 200, () => soundMinute().map(() => minute(0)));
    expect(night.changes).toEqual([]);
    const hours = run(night, 50, () => soundMinute().map(() => minute(0)));
    // The advance loops after 4 h, the others later.
    expect(hours.detectors.map(({ state }) => state)).toEqual(["good", "good", "suspect", "suspect", "good"]);
  });
});

const emptyApproach = () =>
  soundMinute().map((own, index) => (index <= ADVANCE ? minute(0, { departuresInGreen: [0, 0] }) : own));

const nobody = () => soundMinute().map(() => minute(0, { departuresInGreen: [0, 0] }));

describe("a dead card", () => {
  it("is one name for what falls silent together while others move", () => {
    // Stop-line loops with nine a minute, less what their first silent minutes have taught: 60 after nine. By then the single ones have been found.
    const dead = run(learntStreet(), 9, () =>
      soundMinute().map((own, index) => (index <= ADVANCE ? minute(0, { departuresInGreen: [0, 0] }) : own)),
    );
    expect(dead.detectors.map(({ state }) => state)).toEqual(["failed", "failed", "failed", "good", "good"]);
    expect(dead.detectors.slice(0, 3).map(({ finding }) => finding?.rule)).toEqual([
      "deadCard",
      "deadCard",
      "deadCard",
    ]);
  });

  it("is a closed street where the intersection before it sends nobody either, and a card where it does", () => {
    const table = approachTable();
    const neighbours = table.neighbours.map((places) => [...places, { node: 7, detector: 0 }]);
    const street = run(startStreet({ ...table, neighbours }), 30, soundMinute, 9);
    const closed = run(street, 9, nobody, 0);
    expect(closed.detectors.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => "suspect"));
    expect(reasonOf(closed, STOP)).toContain("rather a closed street");
    const dead = run(street, 9, nobody, 9);
    expect(dead.detectors.map(({ finding }) => finding?.rule)).toEqual(
      Array.from({ length: 5 }, () => "deadCard"),
    );
  });

  it("is an approach that gets nobody for minutes, while none outside of it can tell", () => {
    const neighbours = approachTable().neighbours.map((places) =>
      places.filter(({ detector }) => detector <= ADVANCE),
    );
    const nine = run(learntStreet(approachTable({ neighbours })), 9, emptyApproach);
    expect(nine.detectors.slice(0, 3).map(({ state }) => state)).toEqual(["suspect", "suspect", "suspect"]);
    expect(reasonOf(nine, STOP)).toContain("no neighbour outside of them is known");
    // 120 vehicles: 18 minutes, while the rest of the intersection goes on.
    expect(stateOf(run(nine, 6, emptyApproach), STOP)).toBe("suspect");
    expect(stateOf(run(nine, 9, emptyApproach), STOP)).toBe("failed");
    expect(stateOf(run(nine, 9, nobody), STOP)).toBe("suspect");
  });

  it("is not found in what nobody watched: a gap is not silence", () => {
    // Minutes that were not watched whole are not given; an hour later all goes on.
    const before = learntStreet();
    const later = run({ ...before, at: after(before.at, 60 * MINUTE_MS) }, 30, soundMinute);
    expect(later.changes).toEqual([]);
  });
});

describe("a detector that chatters", () => {
  const chatters = minute(60, { departuresInGreen: [40, 10] });

  it("is failed after one minute of more than a lane can bring, where its neighbours do not", () => {
    const one = run(learntStreet(), 1, () => but(ADVANCE, chatters));
    expect([stateOf(one, ADVANCE), ruleOf(one, ADVANCE)]).toEqual(["failed", "chatter"]);
    expect(reasonOf(one, ADVANCE)).toContain("60 actuations in the last minute, at most 45");
    expect(others(one, ADVANCE)).toEqual(GOOD);
  });

  it("is suspect after one such minute and failed after a second where it has no neighbours", () => {
    const alone = approachTable({ neighbours: approachTable().neighbours.map(() => []) });
    const one = run(learntStreet(alone), 1, () => but(ADVANCE, chatters));
    expect([stateOf(one, ADVANCE), ruleOf(one, ADVANCE)]).toEqual(["suspect", "chatter"]);
    expect(
      stateOf(
        run(one, 1, () => but(ADVANCE, chatters)),
        ADVANCE,
      ),
    ).toBe("failed");
  });

  it("is found by pulses that are too short, against its own usual share and not an absolute one", () => {
    const half = minute(6, { shortChanges: 6 });
    const usual = run(startStreet(), 30, () => but(ADVANCE, half));
    expect(usual.changes).toEqual([]);
    const changed = run(learntStreet(), 7, () => but(ADVANCE, half));
    expect([stateOf(changed, ADVANCE), ruleOf(changed, ADVANCE)]).toEqual(["failed", "chatter"]);
    expect(reasonOf(changed, ADVANCE)).toContain(
      "34 % of the last pulses and gaps are too short for a vehicle, usually 2 %",
    );
  });
});

describe("a detector that drops vehicles", () => {
  it("is found by its neighbours, named, and alone", () => {
    const drops = run(run(learntStreet(), 90, soundMinute), 25, () => but(ADVANCE, minute(3)));
    expect([stateOf(drops, ADVANCE), ruleOf(drops, ADVANCE)]).toEqual(["failed", "dropouts"]);
    expect(reasonOf(drops, ADVANCE)).toContain("4 of 4 neighbours");
    expect(others(drops, ADVANCE)).toEqual(GOOD);
  });

  it("is not one where all have halved: that is the traffic", () => {
    const halved = run(learntStreet(), 60, () => [
      minute(3, { departuresInGreen: [3, 0] }),
      minute(1, { departuresInGreen: [0, 1] }),
      minute(3),
      minute(2),
      minute(5),
    ]);
    expect(halved.changes).toEqual([]);
  });

  it("is found by four neighbours though all the traffic doubles in the same minute and its own count stays", () => {
    const doubled = soundMinute().map((own, index) => (index === ADVANCE ? own : minute(2 * own.arrivals)));
    const drops = run(run(learntStreet(), 90, soundMinute), 30, () => doubled);
    const failed = drops.changes.filter(({ to }) => to === "failed");
    expect(failed.map(({ detector, finding }) => [detector, finding?.rule])).toEqual([[ADVANCE, "dropouts"]]);
  });

  it("is a change of pattern after three days, and learnt anew", () => {
    const drops = run(learntStreet(), 25, () => but(ADVANCE, minute(3)));
    const days = run(drops, 3 * 24 * 60 + 30, () => but(ADVANCE, minute(3)));
    expect(stateOf(days, ADVANCE)).toBe("good");
    expect(days.changes.filter(({ detector, to }) => detector === ADVANCE && to === "failed")).toHaveLength(
      1,
    );
  });
});

describe("detectors that are swapped", () => {
  it("are found by the lamps and named with each other", () => {
    const swapped = run(learntStreet(), 3, () => {
      const [stop, side, ...rest] = soundMinute();
      return [defined(side, "side"), defined(stop, "stop"), ...rest];
    });
    expect([ruleOf(swapped, STOP), ruleOf(swapped, SIDE)]).toEqual(["swapped", "swapped"]);
    expect(reasonOf(swapped, STOP)).toContain("tells what side should");
    expect(reasonOf(swapped, SIDE)).toContain("tells what stop should");
    expect([ADVANCE, BEFORE, ENTRY].map((other) => stateOf(swapped, other))).toEqual([
      "good",
      "good",
      "good",
    ]);
  });
});
