import { describe, expect, it } from "vitest";
import type { TimingTable } from "../../src/model/timing.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import type { SignalInput } from "../../src/signal/machine.ts";
import { coordinated, DAY, LAG, LAGGING, LEAD, LEADING, plan } from "./coordinated.ts";
import { second, timing } from "./crossings.ts";
import {
  detector,
  eventsOf,
  FREE,
  PEDESTRIANS,
  runStreet,
  type Street,
  type Timed,
  vehicle,
  walker,
} from "./street.ts";

const MAIN = "rGrrrGrr";
function called(table: TimingTable, input: SignalInput, at: number, to: number) {
  return runStreet(table, { plan: DAY, to, inputs: [[at, input]] }).shown;
}

describe("a cycle of the rings", () => {
  it("holds the coordinated phases until their yield point, and returns to them early", () => {
    const inputs: Timed[] = [
      [5, vehicle(3)],
      [50, vehicle(3)],
    ];
    expect(runStreet(coordinated(), { plan: DAY, to: 112, inputs }).shown).toEqual([
      [0, MAIN],
      [25, "ryrrryrr"],
      [29, "rrrrrrrr"],
      [30, "rrrGrrrr"],
      [36, "rrryrrrr"],
      [40, "rrrrrrrr"],
      // Early return to green, held until the yield point of the next cycle.
      [41, MAIN],
      [100, "ryrrryrr"],
      [104, "rrrrrrrr"],
      [105, "rrrGrrrr"],
      [111, "rrryrrrr"],
    ]);
  });

  it("rests in the coordinated phases through the yield point when nobody calls", () => {
    const street = runStreet(coordinated(), { plan: DAY, to: 200 });
    expect(street.shown).toEqual([[0, MAIN]]);
    expect(street.state.cycle?.startAt).toBe(second(150));
  });

  it("tells the coordinated phases' end as a force-off, the others' as a gap", () => {
    const street = runStreet(coordinated(), { plan: DAY, to: 45, inputs: [[5, vehicle(3)]] });
    expect(eventsOf(street, 2, 4, 5, 6)).toEqual([[25, 6]]);
    expect(eventsOf(street, 4, 4, 5, 6)).toEqual([[36, 4]]);
  });

  it("permissive period: a call is served when its green can still begin 6 s before the force-off at 57 s", () => {
    // Clearance of 2 and 6 from 46 s to 51 s, minimum green to 57 s.
    expect(called(coordinated(), vehicle(3), 45.9, 70)).toEqual([
      [0, MAIN],
      [46, "ryrrryrr"],
      [50, "rrrrrrrr"],
      [51, "rrrGrrrr"],
      [57, "rrryrrrr"],
      [61, "rrrrrrrr"],
      [62, MAIN],
    ]);
    expect(called(coordinated(), vehicle(3), 46, 70)).toEqual([[0, MAIN]]);
  });

  it("permissive period with walkers: walk and flashing don't walk, 15 s, have to fit", () => {
    const table = coordinated({ "4": { pedestrian: PEDESTRIANS } });
    // 57 − 15 − 5 = 37 s.
    expect(called(table, walker(3), 36.9, 60).length).toBeGreaterThan(1);
    expect(called(table, walker(3), 37, 60)).toHaveLength(1);
  });

  it("a call that came too late is served in the next cycle, after the next yield point", () => {
    const { shown } = runStreet(coordinated(), { plan: DAY, to: 110, inputs: [[60, vehicle(3)]] });
    expect(shown.slice(1)).toEqual([
      [100, "ryrrryrr"],
      [104, "rrrrrrrr"],
      [105, "rrrGrrrr"],
    ]);
  });

  it("a call whose time in the cycle is still to come is served before it, the left before its through", () => {
    const { shown } = runStreet(coordinated(), { plan: DAY, to: 60, inputs: [[46, vehicle(0)]] });
    // Back from 2 to 1: nobody waits beyond the barrier. Phase 6 goes on.
    expect(shown.slice(1)).toEqual([
      [46.1, "ryrrrGrr"],
      [50.1, "rrrrrGrr"],
      [51.1, "GrrrrGrr"],
      [55.1, "yrrrrGrr"],
      [58.1, "rrrrrGrr"],
      [59.1, MAIN],
    ]);
  });

  it("fixed force-off: what 3 leaves goes to 4, which ends at 57 s; floating: 4 has its own 15 s", () => {
    const inputs: Timed[] = [
      [5, vehicle(2)],
      [5, detector(3, true)],
    ];
    const ends = (forceOff: "fixed" | "floating") =>
      runStreet(coordinated({}, { forceOff }), { plan: DAY, to: 60, inputs }).shown.slice(3);
    expect(ends("fixed")).toEqual([
      [30, "rrGrrrrr"],
      [34, "rryrrrrr"],
      [37, "rrrrrrrr"],
      [38, "rrrGrrrr"],
      [57, "rrryrrrr"],
    ]);
    expect(ends("floating").slice(3)).toEqual([
      [38, "rrrGrrrr"],
      [53, "rrryrrrr"],
      [57, "rrrrrrrr"],
      [58, MAIN],
    ]);
  });

  it("walk that leads: the green after it lasts until its force-off", () => {
    const table = coordinated({ "4": { pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } } });
    const inputs: Timed[] = [
      [5, walker(3)],
      [5, detector(3, true)],
    ];
    expect(runStreet(table, { plan: DAY, to: 60, inputs }).shown.slice(3)).toEqual([
      [30, "rrrrrrrr ---W----"],
      [33, "rrrGrrrr ---W----"],
      [37, "rrrGrrrr ---F----"],
      [45, "rrrGrrrr ---D----"],
      [57, "rrryrrrr ---D----"],
    ]);
  });

  it("floating never ends later than the fixed force-off", () => {
    const inputs: Timed[] = [
      [5, detector(2, true)],
      [5, detector(3, true)],
    ];
    const table = coordinated({}, { forceOff: "floating" });
    expect(runStreet(table, { plan: DAY, to: 60, inputs }).shown.slice(3, 8)).toEqual([
      [30, "rrGrrrrr"],
      [38, "rryrrrrr"],
      [41, "rrrrrrrr"],
      [42, "rrrGrrrr"],
      [57, "rrryrrrr"],
    ]);
  });

  it("maximum 1 and 2 count in coordination where configured; inhibited, only the force-off does", () => {
    // Phase 4 begins at 30 s; phases 2 and 6 come back by the plan, 7 waits from 35.1 s on.
    const inputs: Timed[] = [
      [5, detector(3, true)],
      [35, vehicle(0)],
    ];
    const changes = { "4": { greenMaxSeconds: 10, greenMax2Seconds: 14 } };
    const ends = (maximum: "maximum1" | "maximum2" | "inhibit") => {
      const street = runStreet(coordinated(changes, { maximum }), { plan: DAY, to: 60, inputs });
      return eventsOf(street, 4, 4, 5, 6);
    };
    expect(ends("maximum1")).toEqual([[45.1, 5]]);
    expect(ends("maximum2")).toEqual([[49.1, 5]]);
    expect(ends("inhibit")).toEqual([[57, 6]]);
  });

  it.each([
    ["leading", LEAD, LEADING],
    ["lagging", LAG, LAGGING],
  ])("serves each ring in the order of the plan's stages: a %s left", (_, followed, order) => {
    expect(runStreet(coordinated(), { plan: followed, to: 1 }).state.rings.order).toEqual(order);
  });
});

describe("pedestrians in coordination", () => {
  // A second walk takes 15 s: of 2 from 10 s at the latest, as the yield point is at 25 s, and of 4 from 42 s, as the force-off is at
  // 57 s. Phase 4 is green from 30 s on. Where nobody else calls, the coordinated phases need no call.
  it.each<readonly [string, string, readonly Timed[], Street["shown"]]>([
    [
      "a second walk of a coordinated phase fits before its yield point",
      "2",
      [
        [1, vehicle(3)],
        [9.9, walker(1)],
      ],
      [
        [0, "rGrrrGrr -D------"],
        [10, "rGrrrGrr -W------"],
        [17, "rGrrrGrr -F------"],
        [25, "ryrrryrr -D------"],
        [29, "rrrrrrrr -D------"],
        [30, "rrrGrrrr -D------"],
      ],
    ],
    [
      "or it waits for the next green",
      "2",
      [
        [1, vehicle(3)],
        [10, walker(1)],
      ],
      [
        [0, "rGrrrGrr -D------"],
        [25, "ryrrryrr -D------"],
        [29, "rrrrrrrr -D------"],
        [30, "rrrGrrrr -D------"],
        [36, "rrryrrrr -D------"],
        [40, "rrrrrrrr -D------"],
        [41, "rGrrrGrr -W------"],
        [48, "rGrrrGrr -F------"],
      ],
    ],
    [
      "a second walk in a green that lasts until its force-off fits before that",
      "4",
      [
        [5, detector(3, true)],
        [41.9, walker(3)],
      ],
      [
        [30, "rrrGrrrr ---D----"],
        [42, "rrrGrrrr ---W----"],
        [49, "rrrGrrrr ---F----"],
        [57, "rrryrrrr ---D----"],
      ],
    ],
    [
      "or there is none",
      "4",
      [
        [5, detector(3, true)],
        [42, walker(3)],
      ],
      [
        [30, "rrrGrrrr ---D----"],
        [57, "rrryrrrr ---D----"],
      ],
    ],
  ])("%s", (_, phase, inputs, shown) => {
    const table = coordinated({ [phase]: { pedestrian: PEDESTRIANS } });
    const all = runStreet(table, { plan: DAY, to: 60, inputs }).shown;
    const first = shown[0]?.[0] ?? 0;
    expect(all.filter(([since]) => since >= first).slice(0, shown.length)).toEqual(shown);
  });

  it("walk of a coordinated phase rests until flashing don't walk has to begin for the yield point", () => {
    const table = coordinated({ "2": { pedestrian: { ...PEDESTRIANS, recall: true, restInWalk: true } } });
    expect(runStreet(table, { plan: DAY, to: 26, inputs: [[1, vehicle(3)]] }).shown).toEqual([
      [0, "rGrrrGrr -W------"],
      [17, "rGrrrGrr -F------"],
      [25, "ryrrryrr -D------"],
    ]);
  });

  it("walk of another phase does not rest in coordination: its force-off would come too late", () => {
    const table = coordinated({ "4": { pedestrian: { ...PEDESTRIANS, restInWalk: true } } });
    const inputs: Timed[] = [[5, walker(3)]];
    expect(runStreet(table, { plan: DAY, to: 60, inputs }).shown.slice(3)).toEqual([
      [30, "rrrGrrrr ---W----"],
      [37, "rrrGrrrr ---F----"],
      [45, "rrryrrrr ---D----"],
      [49, "rrrrrrrr ---D----"],
      [50, "rGrrrGrr ---D----"],
    ]);
  });
});

describe("conditional service in coordination", () => {
  // Phase 2 waits at the barrier from 25 s on; phase 6 lasts until its yield point. Give 6 a later one: 1 follows 2 in the plan.
  const lead: ActivePlan = {
    id: "lead",
    source: "local",
    timing: timing([
      ["2-6", 30],
      ["4-8", 32],
      ["1-5", 13],
    ]),
  };

  it("no left is served again when both throughs yield together", () => {
    const table = coordinated({ "2": { conditionalService: true } });
    const inputs: Timed[] = [
      [5, vehicle(3)],
      [5, vehicle(0)],
    ];
    expect(runStreet(table, { plan: lead, to: 26, inputs }).shown.at(-1)).toEqual([25, "ryrrryrr"]);
  });
});

describe("in and out of coordination", () => {
  it("free operation asks for a plan every second; the clock gives the place in the cycle", () => {
    const street = runStreet(coordinated(), {
      plan: FREE,
      from: 100,
      to: 110,
      nextPlan: (at, running) => (at >= second(105) ? plan(3) : running),
    });
    expect(street.state.plan.id).toBe("day");
    // Cycles begin at 3 s and 78 s.
    expect(street.state.cycle?.startAt).toBe(second(78));
  });

  it("a green that a plan finds has the 15 s of walk and flashing don't walk, though only cars came", () => {
    const table = coordinated({ "4": { pedestrian: PEDESTRIANS } });
    const street = runStreet(table, {
      to: 30,
      inputs: [[1, detector(3, true)]],
      nextPlan: (at, running) => (at >= second(12) ? DAY : running),
    });
    expect(street.shown.slice(3)).toEqual([
      [11, "rrrGrrrr ---D----"],
      [26, "rrryrrrr ---D----"],
    ]);
    expect(eventsOf(street, 4, 4, 5, 6)).toEqual([[26, 6]]);
  });

  it("a cycle ends with its plan: free from the end of the cycle on", () => {
    const street = runStreet(coordinated(), {
      plan: DAY,
      to: 80,
      inputs: [[70, vehicle(3)]],
      nextPlan: () => FREE,
    });
    expect(street.state.cycle).toBeNull();
    // The call was too late for this cycle; free operation serves it at 75 s.
    expect(street.shown.slice(1)).toEqual([
      [75, "ryrrryrr"],
      [79, "rrrrrrrr"],
    ]);
  });
});
