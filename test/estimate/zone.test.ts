import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { laneTable } from "../../src/estimate/lanes.ts";
import { sightTable } from "../../src/estimate/sight-table.ts";
import { type ZoneConditions, zoneOutlook } from "../../src/estimate/zone.ts";
import { startZone, type ZoneMemory } from "../../src/estimate/zone-memory.ts";
import type { ZonePlace } from "../../src/model/zone-sight.ts";
import { instantMs } from "../../src/units.ts";
import { on, signal, street } from "./zone-street.ts";

const table = laneTable(signal);
const sight = sightTable(street, signal, table);
const conditions: ZoneConditions = {
  shares: table.priorShares,
  ratesVehPerSecond: [0, 0],
  headwaysSeconds: [2, 2.2],
  lamps: "",
  plannedLinks: new Set(),
  urgencySeconds: 120,
};

/** Looks once a second at what does not change, and gives the last outlook. */
function watch(
  vehicles: readonly ZonePlace[],
  { seconds = 0, from = 0, memory = startZone(table), ...known }: Partial<ZoneConditions> & Watched = {},
) {
  let look = zoneOutlook(
    sight,
    table,
    { at: instantMs(from), vehicles },
    memory,
    { ...conditions, ...known },
    instantMs(from),
  );
  for (let second = 1; second <= seconds; second += 1) {
    const at = instantMs(from + second * 1000);
    look = zoneOutlook(sight, table, { at, vehicles }, look.memory, { ...conditions, ...known }, at);
  }
  const lanes = look.outlook.lanes.map(({ arrivals }) => arrivals);
  return { ...look, straight: defined(lanes[0], "line.0"), left: defined(lanes[1], "line.1") };
}

type Watched = { readonly seconds?: number; readonly from?: number; readonly memory?: ZoneMemory };

describe("a vehicle's arrival, worked by hand", () => {
  it("accelerates at 2 m/s² to the free speed and cruises", () => {
    // 40 m to the end of near, 10 m of way, 50 m of line: 100 m. From 10 to 13.9 m/s: 1.95 s and 23.3 m; 76.7 m at 13.9 m/s.
    const { straight, left } = watch([on("near.0", [1, 40, 10])]);
    expect(straight).toHaveLength(1);
    expect(straight[0]?.earliestSeconds).toBeCloseTo(1.95 + 76.6975 / 13.9, 3);
    expect(straight[0]?.urgency).toBe(1);
    // Both lanes lie on the same link: equally, and so the other lane.
    expect([straight[0]?.vehicles, left[0]?.vehicles]).toEqual([0.5, 0.5]);
  });

  it("is certain of its lane on the lane, and there at once when it stands at the line", () => {
    expect(watch([on("line.1", [1, 1, 0])]).left).toEqual([{ earliestSeconds: 0, vehicles: 1, urgency: 1 }]);
    // 25 m at 5 m/s: √(25 + 100) = 11.18 m/s at the line, 3.09 s; it never reaches the free speed.
    expect(watch([on("line.1", [1, 25, 5])]).left[0]?.earliestSeconds).toBeCloseTo(3.09, 2);
  });

  it("goes on as fast as it is, and has come nearer since an older look", () => {
    expect(watch([on("line.0", [1, 40, 16])]).straight[0]?.earliestSeconds).toBeCloseTo(2.5, 6);
    const late = zoneOutlook(
      sight,
      table,
      { at: instantMs(0), vehicles: [on("line.0", [1, 40, 16])] },
      startZone(table),
      conditions,
      instantMs(1000),
    );
    expect(late.outlook.lanes[0]?.arrivals[0]?.earliestSeconds).toBeCloseTo(1.5, 6);
  });

  it("is likelier on the lane that more vehicles left by", () => {
    // 0.09 and 0.01 vehicles a second and 0.01 each for what is not known: 10 to 2.
    const { straight, left } = watch([on("near.0", [1, 40, 10])], { ratesVehPerSecond: [0.09, 0.01] });
    expect(straight[0]?.vehicles).toBeCloseTo(10 / 12, 9);
    expect(left[0]?.vehicles).toBeCloseTo(2 / 12, 9);
  });

  it("counts for more the longer it stood, over several stops, and is forgotten out of sight", () => {
    const stood = watch([on("line.0", [1, 1, 0])], { seconds: 60 });
    expect(stood.straight[0]?.urgency).toBe(1.5);
    const moving = watch([on("line.0", [1, 1, 3])], { from: 61_000, memory: stood.memory });
    expect(moving.straight[0]?.urgency).toBeCloseTo(1 + 61 / 120, 9);
    const gone = watch([], { from: 62_000, memory: moving.memory });
    expect(gone.memory.tracks.size).toBe(0);
    const back = watch([on("line.0", [1, 1, 0])], { from: 63_000, memory: gone.memory });
    expect(back.straight[0]?.urgency).toBe(1);
  });
});

describe("vehicles before another signal", () => {
  it("arrive while they move, not while they stand, and not when that signal tells its plan", () => {
    // On far 10 m before the other stop line: 10 + 20 + 100 + 10 + 50 = 190 m.
    expect(watch([on("far.0", [1, 10, 13.9])]).straight[0]?.earliestSeconds).toBeCloseTo(190 / 13.9, 3);
    expect(watch([on("far.0", [1, 10, 0])]).straight).toEqual([]);
    expect(watch([on("far.0", [1, 10, 13.9])], { plannedLinks: new Set(["near"]) }).straight).toEqual([]);
  });

  it("arrive once past its stop line, and beyond 200 m are not in sight", () => {
    const known = { plannedLinks: new Set(["near"]) };
    expect(watch([on("far.0:near.0", [1, 15, 0])], known).straight).toHaveLength(1);
    expect(watch([on("far.0", [1, 21, 13.9])]).straight).toEqual([]);
  });
});

describe("what no detector sees", () => {
  it("comes at the rate of departures from the edge of sight on, or is left to the neighbour that tells", () => {
    const known = { ratesVehPerSecond: [0.1, 0.05] };
    const [straight] = watch([], known).outlook.lanes;
    expect(straight?.unseenVehPerSecond).toBe(0.1);
    // near begins 160 m before the line, the way through the other signal 180 m; that signal's stop line is the edge.
    expect(straight?.sightSeconds).toBeCloseTo(180 / 13.9, 6);
    expect(straight?.streamShares).toEqual([1]);
    expect(straight?.headwaySeconds).toBe(2);
    const [planned] = watch([], { ...known, plannedLinks: new Set(["near"]) }).outlook.lanes;
    expect(planned?.unseenVehPerSecond).toBe(0);
  });
});

describe("lane correction", () => {
  const heads = [on("near.0", [1, 1, 0], [2, 9, 0], [3, 60, 10])];

  it("takes who stands before a green and empty lane for the other one, and those that stand behind", () => {
    // Straight on is green and empty for 5 s: neither the first nor who stands behind it waits for that; the third still moves.
    const before = watch(heads, { seconds: 4, lamps: "Grrr" });
    expect(before.straight.map(({ vehicles }) => vehicles)).toEqual([0.5, 0.5, 0.5]);
    const { straight, left, memory } = watch(heads, { seconds: 5, lamps: "Grrr" });
    expect(straight.map(({ vehicles }) => vehicles)).toEqual([0.5]);
    expect(left.map(({ vehicles }) => vehicles).toSorted((a, b) => a - b)).toEqual([0.5, 1, 1]);
    expect(memory.tracks.get(1)?.notFor).toEqual([0]);
    // Remembered under other lamps while it stands, forgotten when it moves.
    const red = watch(heads, { from: 6000, memory, lamps: "rrrr" });
    expect(red.straight).toHaveLength(1);
    const moves = watch([on("near.0", [1, 1, 2])], { from: 7000, memory: red.memory });
    expect(moves.memory.tracks.get(1)?.notFor).toEqual([]);
  });

  it("leaves the split alone while the lane is not empty or not green", () => {
    expect(watch([...heads, on("line.0", [7, 1, 5])], { seconds: 9, lamps: "Grrr" }).straight).toHaveLength(
      4,
    );
    expect(watch(heads, { seconds: 9, lamps: "yrrr" }).straight).toHaveLength(3);
  });

  it("counts a lane whose first vehicle stands in an unopposed green for the red lane beside it", () => {
    const queue = [on("line.0", [1, 1, 0], [2, 9, 0])];
    expect(watch(queue, { seconds: 4, lamps: "Grrr" }).straight).toHaveLength(2);
    const moved = watch(queue, { seconds: 5, lamps: "Grrr" });
    expect(moved.straight).toEqual([]);
    expect(moved.left).toHaveLength(2);
    // Until it moves, under whatever lamps; or until the other lane has been green and empty for it.
    expect(watch(queue, { from: 6000, memory: moved.memory, lamps: "rrrr" }).left).toHaveLength(2);
    const tried = watch(queue, { from: 6000, seconds: 5, memory: moved.memory, lamps: "rGrr" });
    expect(tried.straight).toHaveLength(2);
    const left = watch([on("line.0", [2, 1, 0])], { from: 6000, memory: moved.memory, lamps: "rrrr" });
    expect(left.straight).toHaveLength(1);
  });

  it("does not, when it yields, when its exit is full or somebody is inside ahead of it", () => {
    const queue = [on("line.0", [1, 1, 0])];
    expect(watch(queue, { seconds: 9, lamps: "grrr" }).straight).toHaveLength(1);
    const full = [on("out.0", [8, 95, 0]), on("out.1", [9, 95, 0])];
    expect(watch([...queue, ...full], { seconds: 9, lamps: "Grrr" }).straight).toHaveLength(1);
    const inside = [on("line.0:out.0", [8, 5, 0])];
    expect(watch([...queue, ...inside], { seconds: 9, lamps: "Grrr" }).straight).toHaveLength(1);
  });
});

const late = (meters: number, speed: number) => watch([on("line.1:left.0", [1, meters, speed])]).lateInside;
const exitFull = (...vehicles: readonly ZonePlace[]) => watch(vehicles).outlook.exitFull;

describe("exits and the inside of the junction", () => {
  it("an exit is full when the last vehicle of every lane stands within 8 m of its begin", () => {
    expect(exitFull()).toEqual([false, false]);
    expect(exitFull(on("left.0", [1, 50, 0], [2, 92.1, 1.4]))).toEqual([false, true]);
    expect(exitFull(on("left.0", [2, 92, 0]))).toEqual([false, false]);
    expect(exitFull(on("left.0", [2, 95, 1.5]))).toEqual([false, false]);
    expect(exitFull(on("out.0", [1, 95, 0]))).toEqual([false, false]);
    expect(exitFull(on("out.0", [1, 95, 0]), on("out.1", [2, 95, 0]))).toEqual([true, false]);
  });

  it("tells by movement who needs more than five seconds to get out, starting at 2 m/s² at once", () => {
    // From standing, 25 m in 5 s; at 2 m/s, 35 m.
    expect(late(25, 0)).toEqual([false, false]);
    expect(late(25.2, 0)).toEqual([false, true]);
    expect(late(35, 2)).toEqual([false, false]);
    expect(late(35.2, 2)).toEqual([false, true]);
  });

  it("tells who stands inside, and for how long, by movement", () => {
    const first = watch([on("line.1:left.0", [1, 8, 1.4])], { seconds: 4 });
    expect(first.outlook.standingInside).toEqual([
      { vehicles: 0, seconds: 0 },
      { vehicles: 1, seconds: 4 },
    ]);
    const second = [on("line.1:left.0", [1, 8, 0], [2, 14, 0]), on("line.0:out.1", [3, 8, 6])];
    expect(watch(second, { from: 5000, memory: first.memory }).outlook.standingInside).toEqual([
      { vehicles: 0, seconds: 0 },
      { vehicles: 2, seconds: 5 },
    ]);
  });
});

describe("whatever is seen", () => {
  const places = [
    "far.0",
    "far.0:near.0",
    "near.0",
    "near.0:line.0",
    "line.0",
    "line.1",
    "line.0:out.0",
    "out.0",
    "elsewhere",
  ];
  const lane = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 2500 }),
      fc.integer({ min: -5, max: 2000 }),
    ),
    { maxLength: 4 },
  );
  const snapshot = fc.array(
    fc.tuple(
      fc.constantFrom(...places),
      lane.map((cars) => cars.flat()),
    ),
    { maxLength: 9 },
  );
  const looks = fc.array(fc.tuple(snapshot, fc.constantFrom("", "Grrr", "rGrr", "gGrr", "yrrr")), {
    maxLength: 12,
  });

  it("no vehicle counts for more than one, no time is negative, arrivals ascend, and the same gives the same", () => {
    let met = 0;
    fc.assert(
      fc.property(looks, (seen) => {
        const run = () => {
          let memory = startZone(table);
          return seen.map(([vehicles, lamps], second) => {
            const at = instantMs(second * 3000);
            const look = zoneOutlook(sight, table, { at, vehicles }, memory, { ...conditions, lamps }, at);
            memory = look.memory;
            return look;
          });
        };
        const outlooks = run();
        expect(outlooks).toEqual(run());
        for (const [second, { outlook, memory }] of outlooks.entries()) {
          const cars = new Map(seen[second]?.[0]);
          const count = [...cars.values()].reduce((sum, flat) => sum + flat.length / 3, 0);
          const arrivals = outlook.lanes.flatMap((entry) => entry.arrivals);
          met += arrivals.length;
          expect(arrivals.reduce((sum, { vehicles }) => sum + vehicles, 0)).toBeLessThanOrEqual(count + 1e-9);
          for (const { earliestSeconds, vehicles, urgency } of arrivals) {
            expect(earliestSeconds).toBeGreaterThanOrEqual(0);
            expect(vehicles).toBeGreaterThan(0);
            expect(vehicles).toBeLessThanOrEqual(1 + 1e-9);
            expect(urgency).toBeGreaterThanOrEqual(1);
          }
          for (const { arrivals: own } of outlook.lanes) {
            const times = own.map(({ earliestSeconds }) => earliestSeconds);
            expect(times).toEqual(times.toSorted((a, b) => a - b));
          }
          const present = new Set(
            [...cars.values()].flatMap((flat) => flat.filter((_, index) => index % 3 === 0)),
          );
          expect([...memory.tracks.keys()].every((track) => present.has(track))).toBe(true);
        }
      }),
    );
    expect(met).toBeGreaterThan(100);
  });
});
