import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DemandFile } from "../../src/model/demand.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/units.ts";
import { dayProfileOf, perHourAt } from "../../sim/traffic/demand.ts";
import { scaledDemand, surgedDemand } from "../../sim/traffic/demand-change.ts";

/** 100 at midnight, rising to 340 at noon (20 an hour more each hour), and back. */
const demand: DemandFile = {
  version: 1,
  entries: [
    {
      link: "a",
      vehicles: [
        { at: "00:00", perHour: 100 },
        { at: "12:00", perHour: 340 },
      ],
    },
    { link: "b", vehicles: [{ at: "06:00", perHour: 60 }] },
  ],
  turning: [],
  pedestrians: [],
};

const rate = ({ entries }: DemandFile, link: string, ms: number): number =>
  perHourAt(dayProfileOf(entries.find((entry) => entry.link === link)?.vehicles ?? []), ms);

describe("a demand that is scaled", () => {
  it("brings so many times as many at every instant", () => {
    const more = scaledDemand(demand, { scale: 1.5 });
    for (const hour of [0, 3.1, 12, 23.99]) {
      expect(rate(more, "a", hour * HOUR_MS)).toBeCloseTo(1.5 * rate(demand, "a", hour * HOUR_MS), 9);
      expect(rate(more, "b", hour * HOUR_MS)).toBeCloseTo(90, 9);
    }
  });

  it("has factors that hold from their time up to the next one's, over midnight too", () => {
    const more = scaledDemand(demand, {
      scale: 2,
      profile: [
        { at: "06:00", factor: 1 },
        { at: "07:00", factor: 1.5 },
        { at: "08:00", factor: 0.5 },
      ],
    });
    const told = [0, 5.99, 6, 6.99, 7, 7.99, 8, 23].map((hour) => rate(more, "b", hour * HOUR_MS) / 60);
    // Before six the last one of the day before holds.
    const expected = [1, 1, 2, 2, 3, 3, 1, 1];
    expect(told.map((value) => Math.round(value * 100) / 100)).toEqual(expected);
  });

  it("brings as many times as many cyclists, and the same share of trucks", () => {
    const [first, ...others] = demand.entries;
    if (first === undefined) throw new Error("there is one");
    const mixed = { ...first, truckShare: 0.1, bicycles: [{ at: "00:00", perHour: 40 }] };
    const [more] = scaledDemand({ ...demand, entries: [mixed, ...others] }, { scale: 1.5 }).entries;
    expect(more?.bicycles).toEqual([{ at: "00:00", perHour: 60 }]);
    expect(more?.truckShare).toBe(0.1);
  });

  it("is the same object where nothing is changed", () => {
    expect(scaledDemand(demand, {})).toBe(demand);
    expect(surgedDemand(demand, [], 0)).toBe(demand);
  });
});

const clock = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");

describe("a surge", () => {
  const begin = 7 * HOUR_MS;

  it("lasts from its begin up to but without its end, at its entry alone", () => {
    const event = { kind: "demand", entry: "a", factor: 1.3, fromSeconds: 1800, untilSeconds: 2700 } as const;
    const surged = surgedDemand(demand, [event], begin);
    const times = (minutes: number): number =>
      rate(surged, "a", begin + minutes * MINUTE_MS) / rate(demand, "a", begin + minutes * MINUTE_MS);
    expect(
      [0, 29.99, 30, 37, 44.99, 45, 60].map((minutes) => Math.round(times(minutes) * 100) / 100),
    ).toEqual([1, 1, 1.3, 1.3, 1.3, 1, 1]);
    expect(rate(surged, "b", begin + 40 * MINUTE_MS)).toBe(60);
  });

  it("without an end lasts as long as the run, and may begin with it", () => {
    const surged = surgedDemand(demand, [{ kind: "demand", entry: "all", factor: 2, fromSeconds: 0 }], begin);
    expect(rate(surged, "b", begin)).toBe(120);
    expect(rate(surged, "b", begin + 23 * HOUR_MS)).toBe(120);
    const later = surgedDemand(
      demand,
      [{ kind: "demand", entry: "all", factor: 2, fromSeconds: 600 }],
      begin,
    );
    expect(rate(later, "b", begin + 9 * MINUTE_MS)).toBe(60);
    expect(rate(later, "b", begin + 10 * MINUTE_MS)).toBe(120);
    expect(rate(later, "b", begin + 23 * HOUR_MS)).toBe(120);
  });

  it("multiplies exactly, whatever the profile, and one surge after the other", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const point = fc.record({ minute, perHour: fc.integer({ min: 0, max: 2000 }) });
    const surge = fc.record({
      from: fc.integer({ min: 0, max: 1380 }),
      lasts: fc.integer({ min: 1, max: 59 }),
      factor: fc.constantFrom(0, 0.5, 1.3, 2),
    });
    const points = fc.uniqueArray(point, { minLength: 1, maxLength: 6, selector: (one) => one.minute });
    let met = 0;
    fc.assert(
      fc.property(points, fc.array(surge, { maxLength: 3 }), minute, (profile, surges, at) => {
        const vehicles = profile
          .toSorted((one, other) => one.minute - other.minute)
          .map((one) => ({ at: clock(one.minute), perHour: one.perHour }));
        const base = { ...demand, entries: [{ link: "a", vehicles }] };
        const surged = surgedDemand(
          base,
          surges.map(({ from, lasts, factor }) => ({
            kind: "demand",
            entry: "all",
            factor,
            fromSeconds: from * 60,
            untilSeconds: (from + lasts) * 60,
          })),
          begin,
        );
        const own = (at - 7 * 60 + 1440) % 1440;
        const now = surges.filter(({ from, lasts }) => own >= from && own < from + lasts);
        const factor = now.reduce((product, one) => product * one.factor, 1);
        // In the middle of the minute: no instant at which something changes.
        const ms = (at + 0.5) * MINUTE_MS;
        expect(rate(surged, "a", ms)).toBeCloseTo(factor * rate(base, "a", ms), 6);
        if (factor !== 1) met += 1;
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(met).toBeGreaterThan(10);
  });
});

const single = (link: string, ...departSeconds: readonly number[]) => ({
  links: [link],
  vehicleType: "car",
  departSeconds: [...departSeconds],
});

describe("trips", () => {
  const vehicleType = {
    id: "car",
    lengthMeters: 5,
    gapMeters: 2.5,
    accelerationMetersPerSecond2: 2.6,
    imperfection: 0.5,
    speedFactor: { mean: 1, deviation: 0.1, min: 0.2, max: 2 },
  };
  const departing: DemandFile = {
    version: 1,
    entries: [],
    turning: [],
    pedestrians: [],
    trips: {
      fromSeconds: 0,
      vehicleTypes: [vehicleType],
      routes: [single("a", 10, 40), single("b", 20), single("c", 30)],
    },
  };

  it("come half as often again when multiplied by 1.5: every second one twice, whatever its route", () => {
    // In order of departure .5 + 1.5 = 2 (two), 0 + 1.5 (one), .5 + 1.5 (two), 1.5 (one).
    expect(scaledDemand(departing, { scale: 1.5 }).trips?.routes).toEqual([
      single("a", 10, 10, 40),
      single("b", 20),
      single("c", 30, 30),
    ]);
  });

  it("stay away when halved, and with them routes that nobody takes", () => {
    // .5 + .5 (one), .5 (none), 1 (one), .5 (none).
    expect(scaledDemand(departing, { scale: 0.5 }).trips?.routes).toEqual([single("a", 10), single("c", 30)]);
  });

  it("are multiplied by the hour that they depart in", () => {
    const late = {
      ...departing,
      trips: { fromSeconds: 0, vehicleTypes: [vehicleType], routes: [single("a", 10, 3700)] },
    };
    const profile = [
      { at: "00:00", factor: 1 },
      { at: "01:00", factor: 3 },
    ];
    expect(scaledDemand(late, { profile }).trips?.routes).toEqual([single("a", 10, 3700, 3700, 3700)]);
  });
});
