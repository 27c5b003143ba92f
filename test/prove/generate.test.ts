import { describe, expect, it } from "vitest";
import { generateNetwork } from "../../sim/prove/generate/generate.ts";
import { createRandom } from "../../sim/prove/random.ts";
import { drawOrder, longestRedMs, timingOfOrder, trapsTurn } from "../../sim/prove/generate/timings.ts";
import { timingTable } from "../../src/model/timing.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { NEMA, TWO_STAGES } from "./examples.ts";
import { FEATURES, intersectionOf } from "./features.ts";

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);
const NETWORKS = SEEDS.map(generateNetwork);

const stageOf = (id: string, phases: string[], permissive: string[]) => ({ id, phases, permissive });

/** Which of two phases of a ring and barrier group comes first in an order of stages such as `1-5 2-6`. */
function firstOf(order: string, one: number, other: number): number {
  const shown = `${order} ${order}`.split(" ");
  const leads = shown.some((own, slot) => {
    const next = shown[slot + 1]?.split("-") ?? [];
    return own.split("-").includes(`${one}`) && next.includes(`${other}`);
  });
  return leads ? one : other;
}

describe("generated intersections", () => {
  it.each([0, 1, 2])("of seeds in the %i. thousand are valid", (thousand) => {
    for (const seed of SEEDS) {
      const checked = validateNetwork(filesOfNetwork(generateNetwork(1000 * thousand + seed)));
      expect(checked.ok ? [] : checked.error, `seed ${1000 * thousand + seed}`).toEqual([]);
    }
  });

  it("would be found out: without one of its conflicts an intersection is not valid", () => {
    const network = generateNetwork(1);
    const own = intersectionOf(network);
    const spoiled = { ...own, structure: "ringBarrier" as const, conflicts: own.conflicts.slice(1) };
    expect(validateNetwork(filesOfNetwork({ ...network, intersections: [spoiled] })).ok).toBe(false);
  });

  it.each(Object.entries(FEATURES))("have among 300 seeds: %s", (_, has) => {
    expect(NETWORKS.filter((network) => has(intersectionOf(network))).length).toBeGreaterThanOrEqual(3);
  });

  it("are the same for the same seed, and others for other seeds", () => {
    const texts = NETWORKS.map((network) => JSON.stringify(network));
    expect(SEEDS.map((seed) => JSON.stringify(generateNetwork(seed)))).toEqual(texts);
    expect(new Set(texts).size).toBe(SEEDS.length);
  });
});

describe("timings", () => {
  it("are as short as clearance and service let them be", () => {
    // Each of the two stages: 10 s of green, 3 s yellow, 2 s red clearance; 0.5 s more in the first.
    const table = timingTable(TWO_STAGES, 100);
    expect(timingOfOrder(table, [0, 1], [5, 0], 500)).toEqual({
      cycleMs: 30_000,
      offsetMs: 15_000,
      stages: [
        { stage: "A", splitMs: 15_000 },
        { stage: "B", splitMs: 15_000 },
      ],
    });
    // From the end of A's green to its next one: 5 s, 10 s of B, 5 s.
    expect(longestRedMs(table, timingOfOrder(table, [0, 1], [0], 0))).toBe(20_000);
  });

  it("see a trap: a turn on the circular green ends while its foe goes on", () => {
    const trap = {
      ...TWO_STAGES,
      phases: TWO_STAGES.phases.map((phase) =>
        phase.id === "a" ? { ...phase, permissiveDisplay: "circular" as const } : phase,
      ),
      stages: [stageOf("AB", ["a", "b"], ["a"]), stageOf("B", ["b"], []), stageOf("A", ["a"], [])],
    };
    const table = timingTable(trap, 100);
    expect(trapsTurn(table, [0, 1, 2])).toBe(true);
    expect(trapsTurn(table, [0, 2, 1])).toBe(false);
  });

  it("pass through every pair and every lead and lag of the eight phases", () => {
    const table = timingTable(NEMA, 100);
    const random = createRandom(1, "test");
    const orders = Array.from({ length: 400 }, () =>
      drawOrder(random, table)
        .map((stage) => NEMA.stages[stage]?.id)
        .join(" "),
    );
    const visited = new Set(orders.flatMap((order) => order.split(" ")));
    expect([...visited].toSorted()).toEqual(["1-5", "1-6", "2-5", "2-6", "3-7", "3-8", "4-7", "4-8"]);
    const sequences = orders.map((order) =>
      [firstOf(order, 1, 2), firstOf(order, 3, 4), firstOf(order, 5, 6), firstOf(order, 7, 8)].join(""),
    );
    expect(new Set(sequences).size).toBe(16);
  });
});
