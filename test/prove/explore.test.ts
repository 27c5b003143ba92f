import { describe, expect, it } from "vitest";
import { EXPLORE_STEP_MS, eightPhase, fourPhase } from "../../sim/prove/explore/configurations.ts";
import { explore, type ExploreOptions } from "../../sim/prove/explore/explore.ts";
import { defined } from "../../src/assert.ts";
import type { OverlapTiming } from "../../src/model/extra-timing.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { PhaseTiming, TimingTable } from "../../src/model/timing.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";

function intersectionOf({ intersections }: Network): Intersection {
  return defined(intersections[0], "intersection");
}

const FOUR = intersectionOf(fourPhase());
const EIGHT = intersectionOf(eightPhase());

/** The eight phases with nothing but their rings. */
const BARE: Intersection = {
  ...EIGHT,
  phases: EIGHT.phases.map(({ id, greenMaxSeconds, yellowSeconds, redClearSeconds, recall, dualEntry }) => ({
    id,
    greenMinSeconds: 2,
    greenMaxSeconds,
    yellowSeconds,
    redClearSeconds,
    ...(recall === undefined ? {} : { recall }),
    ...(dualEntry === undefined ? {} : { dualEntry }),
  })),
  overlaps: [],
  preempts: [],
};

function exploration(intersection: Intersection, options: Partial<ExploreOptions> = {}) {
  return explore({ intersection, stepMs: EXPLORE_STEP_MS, ...options });
}

describe("the explored configurations", () => {
  it.each([fourPhase(), eightPhase()])("are valid", (network) => {
    const checked = validateNetwork(filesOfNetwork(network));
    expect(checked.ok ? [] : checked.error).toEqual([]);
  });
});

describe("explore", () => {
  it("comes to an empty frontier with four phases, without a violation", () => {
    const told: number[] = [];
    const found = exploration(FOUR, { progress: ({ frontier }) => told.push(frontier) });
    expect(found).toMatchObject({ frontier: 0, violations: [], pairs: ["2-6"], orders: ["2 6 | 4  | 9 "] });
    expect(told.at(-1)).toBe(0);
    expect(found.states).toBeGreaterThan(1_000);
    expect(found.transitions).toBeGreaterThan(found.states);
    // Rules that this intersection has nothing for, and those that have no limit.
    const unbound = Object.entries(found.bounds).flatMap(([rule, count]) => (count === 0 ? [rule] : []));
    expect(unbound).toEqual(["SHORT_BUFFER", "YELLOW_TRAP", "FLASHING_ARROW", "DARK", "DUAL", "WATCHDOG"]);
    expect(found.longestWaitMs).toBeLessThan(90_000);
  });

  it("visits all eight compatible pairs and all sixteen orders of lead and lag of a dual ring", () => {
    const { frontier, violations, pairs, orders } = exploration(BARE, { stepMs: 4_000 });
    expect({ frontier, violations }).toEqual({ frontier: 0, violations: [] });
    expect(pairs).toEqual(["1-5", "1-6", "2-5", "2-6", "3-7", "3-8", "4-7", "4-8"]);
    expect(orders).toHaveLength(16);
    expect(orders).toContain("2-1 5-6 | 3-4 8-7");
    expect(new Set(orders).size).toBe(16);
  });

  it("says so when it was stopped before the end", () => {
    const { states, frontier, longestWaitMs } = exploration(FOUR, { statesMax: 100 });
    expect(states).toBeGreaterThanOrEqual(100);
    expect(frontier).toBeGreaterThan(0);
    expect(longestWaitMs).toBe(0);
  });

  it("gives the same twice", () => {
    expect(exploration(FOUR)).toEqual(exploration(FOUR));
  });
});

function ofPhases(change: (phase: PhaseTiming) => Partial<PhaseTiming>) {
  return (table: TimingTable): TimingTable => ({
    ...table,
    phases: table.phases.map((phase) => ({ ...phase, ...change(phase) })),
  });
}

function ofActuation(change: (actuation: PhaseTiming["actuation"]) => Partial<PhaseTiming["actuation"]>) {
  return ofPhases(({ actuation }) => ({ actuation: { ...actuation, ...change(actuation) } }));
}

function ofExtras(change: (extras: TimingTable["extras"]) => Partial<TimingTable["extras"]>) {
  return (table: TimingTable): TimingTable => ({
    ...table,
    extras: { ...table.extras, ...change(table.extras) },
  });
}

type Normal = Extract<OverlapTiming, { readonly kind: "normal" }>;

function ofOverlaps(change: (overlap: Normal) => Partial<Normal>) {
  return ofExtras(({ overlaps }) => ({
    overlaps: overlaps.map((overlap) =>
      overlap.kind === "normal" ? { ...overlap, ...change(overlap) } : overlap,
    ),
  }));
}

const less = (durationMs: number): number => Math.max(0, durationMs - EXPLORE_STEP_MS);

/** Two phases that the machine takes for compatible. */
function unmatched(one: string, other: string) {
  return (table: TimingTable): TimingTable => {
    const [left, right] = [table.phaseIndex.get(one), table.phaseIndex.get(other)];
    const conflicts = table.conflicts.map(
      (foes, phase) =>
        new Set(
          [...foes].filter((foe) => !(phase === left && foe === right) && !(phase === right && foe === left)),
        ),
    );
    return { ...table, conflicts };
  };
}

describe("a planted fault", () => {
  it.each<[string, string, Intersection, (table: TimingTable) => TimingTable]>([
    ["shorter yellow", "SHORT_YELLOW", FOUR, ofPhases(({ yellowMs }) => ({ yellowMs: less(yellowMs) }))],
    [
      "yellow that is shorter by less than a step",
      "SHORT_YELLOW",
      FOUR,
      ofPhases(({ yellowMs }) => ({ yellowMs: yellowMs - 100 })),
    ],
    [
      "longer yellow",
      "LONG_YELLOW",
      FOUR,
      ofPhases(({ yellowMs }) => ({ yellowMs: yellowMs + EXPLORE_STEP_MS, redClearMs: 0 })),
    ],
    ["shorter red clearance", "SHORT_CLEARANCE", FOUR, ofPhases(() => ({ redClearMs: 0 }))],
    [
      "shorter minimum green",
      "SHORT_GREEN",
      FOUR,
      ofPhases(({ greenMinMs }) => ({ greenMinMs: less(greenMinMs) })),
    ],
    ["shorter walk", "SHORT_WALK", FOUR, ofPhases(({ walkMs }) => ({ walkMs: less(walkMs) }))],
    [
      "shorter flashing don't walk",
      "SHORT_PEDESTRIAN_CLEAR",
      FOUR,
      ofPhases(({ pedestrianClearMs }) => ({ pedestrianClearMs: less(pedestrianClearMs) })),
    ],
    ["shorter leading walk", "LEAD_INTERVAL", FOUR, ofActuation(({ leadMs }) => ({ leadMs: less(leadMs) }))],
    ["red revert forgotten", "RED_REVERT", FOUR, ofActuation(() => ({ redRevertMs: 2_000 }))],
    ["a conflict forgotten", "CONFLICT", FOUR, unmatched("2", "4")],
    ["a conflict of two rings forgotten", "SHORT_CLEARANCE", BARE, unmatched("1", "7")],
    ["an intergreen forgotten", "SHORT_CLEARANCE", FOUR, ofExtras(() => ({ intergreens: new Map() }))],
    [
      "shorter overlap yellow",
      "SHORT_YELLOW",
      FOUR,
      ofOverlaps(({ yellowMs }) => ({ yellowMs: less(yellowMs) })),
    ],
    [
      "shorter overlap clearance",
      "SHORT_CLEARANCE",
      FOUR,
      ofOverlaps(({ redClearMs }) => ({ redClearMs: less(redClearMs) })),
    ],
    ["minus phases forgotten", "CONFLICT", FOUR, ofOverlaps(() => ({ minus: [], conflicts: [] }))],
    ["an overlap that never yields", "STARVATION", FOUR, ofOverlaps(() => ({ minus: [] }))],
    [
      "flashing arrow without its delay",
      "FLASHING_ARROW",
      EIGHT,
      ofExtras(({ overlaps }) => ({ overlaps: overlaps.map((overlap) => ({ ...overlap, delayMs: 0 })) })),
    ],
    [
      "shorter all red",
      "FLASH",
      FOUR,
      ofExtras(({ startUp }) => ({ startUp: startUp && { ...startUp, allRedMs: less(startUp.allRedMs) } })),
    ],
    [
      "preemption that cuts green",
      "SHORT_GREEN",
      EIGHT,
      ofExtras(({ preempts }) => ({
        preempts: preempts.map((preempt) => ({ ...preempt, entryGreenMinMs: 0 })),
      })),
    ],
    [
      "preemption that cuts flashing don't walk",
      "SHORT_PEDESTRIAN_CLEAR",
      FOUR,
      ofExtras(({ preempts }) => ({
        preempts: preempts.map((preempt) => ({ ...preempt, entryClearMs: 0 })),
      })),
    ],
  ])("is found: %s, as %s", (_, rule, intersection, weaken) => {
    const { violations } = exploration(intersection, { weaken, untilViolation: true });
    expect(violations.map((violation) => violation.rule)).toContain(rule);
  });

  it("comes with the way to it", () => {
    const weaken = ofPhases(({ greenMinMs }) => ({ greenMinMs: less(greenMinMs) }));
    const [violation] = exploration(FOUR, { weaken, untilViolation: true }).violations;
    expect(violation?.detail).toBe("phase 6: green for 2000 ms, 4000 ms needed");
    expect(violation?.trace.map(({ outputs }) => outputs.lamps)).toEqual([
      "ffxx",
      "ffxx",
      "ffxx",
      "rrrr",
      "rrrr",
      "GGrr",
      "Gyrr",
    ]);
    expect(violation?.trace[0]?.answers).toBe("power");
    expect(violation?.trace.at(-1)?.answers).toBe("flash requested, order 0");
  });
});
