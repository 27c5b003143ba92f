import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { closeSubstitutes } from "../../src/detect/health.ts";
import { kept, opened } from "../../src/detect/health-kept.ts";
import { dispersionOf } from "../../src/detect/health-dispersion.ts";
import { learntRatio } from "../../src/detect/health-pairs.ts";
import {
  ADVANCE,
  approachTable,
  but,
  learntStreet,
  minute,
  run,
  soundMinute,
  startStreet,
  STOP,
  type Street,
} from "./health-street.ts";
import { MINUTE_MS } from "../../src/units.ts";

const stateOf = ({ detectors }: Street, detector: number): string =>
  defined(detectors[detector], "detector").state;

describe("what stands for a failed detector", () => {
  it("is its ratio to the neighbours times what they count", () => {
    const dead = run(learntStreet(), 10, () => but(STOP, minute(0, { departuresInGreen: [0, 0] })));
    const next = run({ ...dead, detectors: closeSubstitutes(dead.detectors.map(kept)).map(opened) }, 5, () =>
      [0, 6, 12, 6, 18].map((count) => minute(count)),
    );
    // Twice as much for all of them: 12 a minute, less what the first silent minutes have taught.
    expect(next.detectors[STOP]?.substitute?.basis).toBe("neighbours");
    expect(next.detectors[STOP]?.substitute?.vehicles).toBeGreaterThan(56);
    expect(next.detectors[STOP]?.substitute?.vehicles).toBeLessThanOrEqual(60);
  });

  it("is its usual count times that of the intersection where no neighbour is good", () => {
    const table = approachTable();
    const neighbours = table.neighbours.map((places, own) => (own === STOP ? [] : places));
    const street = learntStreet({ ...table, neighbours });
    const next = run(
      { ...street, detectors: closeSubstitutes(street.detectors.map(kept)).map(opened) },
      1,
      () => [0, 6, 12, 6, 18].map((count) => minute(count)),
    );
    // Usually 27 of all, now 42 without it: a ratio of 42 to 27 of its six.
    expect(next.detectors[STOP]?.substitute).toEqual({
      vehicles: expect.closeTo((6 * 42) / 27, 6),
      basis: "usual",
    });
  });

  it("is nothing while nothing is known", () => {
    expect(run(startStreet(), 1, soundMinute).detectors[STOP]?.substitute).toBeNull();
  });

  it("learns nothing from what it stands for", () => {
    const before = learntStreet();
    const dead = run(before, 60, () => but(STOP, minute(0, { departuresInGreen: [0, 0] })));
    const ratio = learntRatio(defined(dead.detectors[STOP]?.pairs[0], "pair"));
    // Only the minutes before it was suspected have taught it.
    expect(ratio).toBeGreaterThan(1.85);
    expect(dead.detectors[STOP]?.usual?.perMinute).toBeGreaterThan(5);
  });
});

const dead = (): Street => run(learntStreet(), 5, () => but(STOP, minute(0, { departuresInGreen: [0, 0] })));

describe("the way back", () => {
  it("leads over recovering: five minutes without a finding, and thirty", () => {
    const repaired = run(dead(), 60, soundMinute);
    const own = repaired.changes.filter(({ detector }) => detector === STOP).slice(-2);
    expect(own.map(({ to, minute: at }) => [to, at])).toEqual([
      ["recovering", 9],
      ["good", 34],
    ]);
  });

  it("begins anew with any finding", () => {
    const once = run(dead(), 20, soundMinute);
    expect(stateOf(once, STOP)).toBe("recovering");
    const again = run(once, 4, () => but(STOP, minute(0, { departuresInGreen: [0, 0] })));
    expect(stateOf(again, STOP)).toBe("failed");
  });

  it("does not flap, whatever the counts are", () => {
    let met = 0;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 200, maxLength: 200 }), (counts) => {
        const street = run(learntStreet(), counts.length, (count) =>
          but(ADVANCE, minute(defined(counts[count - 1], "count"))),
        );
        const failed = street.changes.filter(
          ({ detector, from, to }) => detector === ADVANCE && from !== "failed" && to === "failed",
        );
        const good = street.changes.filter(({ detector, to }) => detector === ADVANCE && to === "good");
        met += failed.length;
        // A suspect is good again after five minutes at the soonest, a failed one after half an hour.
        const last = street.changes.filter(({ detector }) => detector === ADVANCE);
        for (const [index, change] of last.entries()) {
          const before = last[index - 1];
          if (change.to !== "good" || before === undefined) continue;
          expect(change.minute - before.minute).toBeGreaterThanOrEqual(before.to === "suspect" ? 5 : 25);
        }
        expect(good.length).toBeLessThanOrEqual(40);
      }),
      { numRuns: 40, seed: 1 },
    );
    expect(met).toBeGreaterThan(20);
  });
});

describe("what is kept of a detector", () => {
  it("is the whole of its record, whatever it has met", () => {
    const counts = fc.array(fc.constantFrom(0, 3, 6, 60), { minLength: 30, maxLength: 60 });
    let odd = 0;
    fc.assert(
      fc.property(counts, (arrivals) => {
        const street = run(learntStreet(), arrivals.length, (count) => {
          const own = arrivals[count - 1] ?? 0;
          return but(STOP, minute(own, { departuresInGreen: [0, own], shortChanges: own % 4 }));
        });
        for (const record of street.detectors) expect(opened(kept(record))).toEqual(record);
        if (street.detectors[STOP]?.lamps.oddInGreen.length === 2) odd += 1;
        for (const { detectors } of [startStreet(), street]) {
          // 29 figures, eight by neighbour, one by hour and by lane.
          for (const record of detectors)
            expect(kept(record).figures.length).toBeLessThanOrEqual(29 + 32 + 24 + 2);
        }
      }),
      { numRuns: 50, seed: 1 },
    );
    expect(odd).toBeGreaterThan(20);
  });
});

/** Of nine vehicles a minute on two lanes, by quarters of an hour three or six take the first. */
const inTurns = (count: number) => {
  const [few, many] = Math.floor(count / 15) % 2 === 0 ? [3, 6] : [6, 3];
  return [minute(few), minute(many), minute(few), minute(many), minute(9)];
};

const dispersionAt = ({ detectors }: Street, detector: number, neighbour: number): number =>
  dispersionOf(defined(detectors[detector]?.pairs[neighbour], "pair"));

describe("counts that scatter about their neighbours'", () => {
  it("speak for no fault where a lane is chosen by turns, and the loop that the same vehicles pass is believed most", () => {
    const street = run(startStreet(), 8 * 60, inTurns);
    expect(street.changes.filter(({ to }) => to === "failed")).toEqual([]);
    // Beside the stop-line loop: the other lane, and the advance loop of its own.
    expect(dispersionAt(street, STOP, 0)).toBeGreaterThan(2);
    expect(dispersionAt(street, STOP, 1)).toBe(1);
  });

  it("hide no loop that tells half of what the one before it does", () => {
    const street = run(startStreet(), 2 * 60, inTurns);
    const halved = run(street, 60, (count) =>
      inTurns(count).map((own, index) => (index === STOP ? minute(Math.floor(own.arrivals / 2)) : own)),
    );
    const failed = halved.changes.filter(({ to }) => to === "failed");
    expect(failed.map(({ detector, finding }) => [detector, finding?.rule])).toEqual([[STOP, "dropouts"]]);
  });

  it("keep nobody from knowing the loop that the same vehicles pass", () => {
    // The other lane has all the traffic, and from the tenth minute on none; those of the own lane count alike.
    const turned = run(startStreet(), 60, (count) => {
      const [own, other] = count < 10 ? [1, 9] : [9, 1];
      return [minute(own), minute(other), minute(own), minute(other), minute(10)];
    });
    expect(learntRatio(defined(turned.detectors[STOP]?.pairs[1], "pair"))).toBeCloseTo(1, 6);
    expect(turned.changes.filter(({ to }) => to === "failed")).toEqual([]);
  });

  it("tell nothing while a loop is held: a queue in red is no lane that was not chosen", () => {
    const before = learntStreet();
    const held = run(before, 8, () => but(STOP, minute(0, { occupiedMs: MINUTE_MS, onSince: before.at })));
    // The first minute is a count of none yet, which four neighbours doubt; those after it are not.
    expect(held.detectors[STOP]?.evidence.fewer).toBeLessThan(3);
    expect(held.detectors[STOP]?.usual?.perMinute).toBeGreaterThan(5.5);
  });
});
