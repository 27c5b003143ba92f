import * as fc from "fast-check";
import { expect, it } from "vitest";
import { recordedDemand } from "../../sim/twin/recorded-demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { RecordedInterval } from "../../src/model/recorded-counts.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { after, HOUR_MS, instantMs, MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));

/** The T without its demand, as a journal has it; pedestrians of phase 2 call where there is no recall. */
function recordedT(recall: boolean): Network {
  const { demand: _, intersections, ...network } = smallNetwork();
  return {
    ...network,
    intersections: intersections.map((intersection) => ({
      ...intersection,
      phases: intersection.phases.map((phase) =>
        phase.pedestrian === undefined ? phase : { ...phase, pedestrian: { ...phase.pedestrian, recall } },
      ),
    })),
  };
}

const NETWORK = recordedT(false);
const MOVEMENTS = NETWORK.intersections[0]?.movements ?? [];

/** Five minutes from 07:00 on: counts of EBT, EBR, WBT, WBL, NBL, NBR, and calls of the pedestrians of phase 2. */
function interval(place: number, counts: readonly (number | null)[], calls = 0): RecordedInterval {
  const from = after(MIDNIGHT, 7 * HOUR_MS + 5 * place * MINUTE_MS);
  return {
    from,
    until: after(from, 5 * MINUTE_MS),
    intersections: [
      {
        intersection: "t",
        movements: MOVEMENTS.map(({ fromLink, toLink }, movement) => {
          return { fromLink, toLink, vehicles: counts[movement] ?? null, isReplaced: false };
        }),
        pedestrianCalls: new Map(calls === 0 ? [] : [["2", calls]]),
      },
    ],
  };
}

it("is what was counted, by entry and interval, and what stands for what was not", () => {
  const intervals = [interval(0, [20, 5, 10], 2), interval(1, [30, 5])];
  const { demand, notes } = recordedDemand(NETWORK, intervals, MIDNIGHT);
  expect(demand.entries).toEqual([
    {
      link: "west_t",
      // 25 and 35 vehicles in five minutes.
      vehicles: [
        { at: "07:00", perHour: 300 },
        { at: "07:04", perHour: 300 },
        { at: "07:05", perHour: 420 },
        { at: "07:09", perHour: 420 },
      ],
    },
    {
      link: "east_t",
      // 10 went on in one interval, and so do in the other; who turns left was never counted: one for three that go on.
      vehicles: ["07:00", "07:04", "07:05", "07:09"].map((at) => ({ at, perHour: (10 + 10 / 3) * 12 })),
    },
  ]);
  const shares = new Map(demand.turning.map(({ fromLink, shares: own }) => [fromLink, own]));
  expect(shares.get("west_t")).toEqual([
    { toLink: "t_east", share: 50 / 60 },
    { toLink: "t_south", share: 10 / 60 },
  ]);
  expect(shares.get("east_t")?.map(({ share }) => share.toFixed(9))).toEqual(["0.750000000", "0.250000000"]);
  expect(shares.get("south_t")).toEqual([
    { toLink: "t_west", share: 0.5 },
    { toLink: "t_east", share: 0.5 },
  ]);
  expect(demand.pedestrians).toEqual([
    {
      intersection: "t",
      phase: "2",
      persons: [
        { at: "07:00", perHour: 24 },
        { at: "07:04", perHour: 24 },
        { at: "07:05", perHour: 0 },
        { at: "07:09", perHour: 0 },
      ],
    },
  ]);
  const told = notes.join("\n");
  expect(told).toContain("estimated: 70 vehicles on 2 of 3 entries in 2 intervals");
  expect(told).toContain("imputed: 1 missing counts, by the mean of the movement's others");
  expect(told).toContain("imputed: never counted, their usual part of their link: WBL, NBL, NBR");
  expect(told).toContain("not estimated: entries without any count, nobody comes by them: south_t");
  expect(told).not.toContain("recall");
});

it("does not take recalls for pedestrians", () => {
  const { demand, notes } = recordedDemand(recordedT(true), [interval(0, [20, 5, 10], 2)], MIDNIGHT);
  expect(demand.pedestrians).toEqual([]);
  expect(notes.join("\n")).toContain(
    "not estimated: pedestrians at phases on recall, where nobody has to call: t 2",
  );
});

it("turns as usual where nobody came, and goes over midnight in the order of the day", () => {
  const night = {
    ...interval(0, [0, 0, 4, 0]),
    from: after(MIDNIGHT, 24 * HOUR_MS - 5 * MINUTE_MS),
    until: after(MIDNIGHT, 24 * HOUR_MS),
  };
  const morning = {
    ...interval(0, [0, 0, 2, 0]),
    from: night.until,
    until: after(night.until, 5 * MINUTE_MS),
  };
  const { demand } = recordedDemand(NETWORK, [night, morning], MIDNIGHT);
  expect(demand.entries[1]?.vehicles).toEqual([
    { at: "00:00", perHour: 24 },
    { at: "00:04", perHour: 24 },
    { at: "23:55", perHour: 48 },
    { at: "23:59", perHour: 48 },
  ]);
  const [west] = demand.turning;
  expect(west?.shares).toEqual([
    { toLink: "t_east", share: 0.75 },
    { toLink: "t_south", share: 0.25 },
  ]);
});

it.each([
  ["no interval", NETWORK, [], "found no whole strategic interval"],
  ["no count on any entry", NETWORK, [interval(0, [])], "found no count on west_t, east_t, south_t"],
  [
    "junctions without signals",
    { ...NETWORK, connections: [{ fromLane: "west_t.0", toLane: "t_east.0", lengthMeters: 10 }] },
    [interval(0, [1])],
    "found junctions without signals",
  ],
])("of %s is refused", (_name, network, intervals, message) => {
  expect(() => recordedDemand(network, intervals, MIDNIGHT)).toThrow(message);
});

it("is a demand that the network may have, whatever was counted", () => {
  const count = fc.option(fc.integer({ min: 0, max: 150 }), { nil: null });
  const counts = fc.array(count, { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(counts, fc.nat(9)), { minLength: 1, maxLength: 5 }), (rows) => {
      fc.pre(rows.some(([row]) => row.some((vehicles) => vehicles !== null)));
      const intervals = rows.map(([row, calls], place) => interval(place, row, calls));
      const { demand } = recordedDemand(NETWORK, intervals, MIDNIGHT);
      expect(validateNetwork(filesOfNetwork({ ...NETWORK, demand }))).toMatchObject({ ok: true });
    }),
    { numRuns: 60 },
  );
});
