import { describe, expect, it } from "vitest";
import { readNetworkFolder } from "../../src/adapters/network-files.ts";
import { keptWith, reasonOf, type StageDecision, stageDecision } from "../../src/engine/decisions.ts";
import { after } from "../../src/units.ts";
import { arrivals, lane, outlookOf } from "../optimize/tactical/junctions.ts";
import { BEGIN, nodeOf, runLoop, started, startLoop } from "./closed-loop.ts";

type Choice = { readonly stage: number; readonly cost: number };

function decided(
  second: number,
  candidates: readonly Choice[],
  change: Partial<StageDecision["record"]> = {},
) {
  const at = after(BEGIN, second * 1000);
  const [best] = candidates;
  const record = { candidates, binding: null, expansions: 0, ...change };
  const decision = {
    stages: [{ stage: best?.stage ?? 0, startAt: at }],
    departures: null,
    memory: [],
    record,
  };
  return stageDecision(at, decision, outlookOf([]), "loops");
}

const A = { stage: 0, cost: 10 };
const B = { stage: 1, cost: 12 };
const C = { stage: 2, cost: 14 };

describe("the inputs of a decision", () => {
  it("are told by lane: who was held up, who comes, what is full, who stands inside", () => {
    const queue = [
      { earliestSeconds: 0, vehicles: 1, urgency: 1.3 },
      { earliestSeconds: 2, vehicles: 0.66, urgency: 1.1 },
      { earliestSeconds: 9, vehicles: 0.5, urgency: 1 },
    ];
    const outlook = outlookOf([lane({ arrivals: queue }), lane({ arrivals: arrivals(3, 4) })], {
      exitFull: [false, true],
      standingInside: [
        { vehicles: 2, seconds: 3 },
        { vehicles: 1, seconds: 0 },
      ],
    });
    const decision = { stages: [], departures: null, memory: [], record: decided(0, [A]).record };
    expect(stageDecision(BEGIN, decision, outlook, "zone").inputs).toEqual({
      observed: "zone",
      waiting: [1.7, 0],
      coming: [0.5, 2],
      fullExits: [1],
      standingInside: 3,
    });
  });
});

const kept = (...decisions: readonly StageDecision[]): readonly number[] =>
  decisions.reduce(keptWith, [] as readonly StageDecision[]).map(({ at }) => (at - BEGIN) / 1000);

describe("the decisions that are kept", () => {
  it("are those that say something new: the choice, its rival, or what bound it", () => {
    expect(
      kept(
        decided(1, [A, B, C]),
        decided(2, [A, B, C]),
        decided(3, [A, { ...B, cost: 99 }]),
        decided(4, [A, C, B]),
        decided(5, [A, C], { binding: "maximum green" }),
        decided(6, [C, A]),
        decided(7, [C, A]),
      ),
    ).toEqual([1, 4, 5, 6]);
  });

  it("are the last four, as many as are shown", () => {
    const turns = Array.from({ length: 50 }, (_, second) =>
      decided(second, second % 2 === 0 ? [A, B] : [B, A]),
    );
    expect(kept(...turns)).toEqual([46, 47, 48, 49]);
  });

  it("stay under 4 kB an intersection of the corridor", async () => {
    const read = await readNetworkFolder("intersections/corridor");
    if (!read.ok) throw new Error("the corridor is valid");
    const loop = runLoop(
      startLoop({ network: read.value, mode: "adaptive", flowVehPerHour: () => 250 }),
      150,
    );
    for (const { tactical } of loop.state.nodes) {
      expect(tactical.decisions.length).toBeGreaterThan(2);
      const longest = Math.max(...tactical.decisions.map((decision) => JSON.stringify(decision).length));
      expect(4 * longest).toBeLessThan(4_000);
    }
  });

  it("and the last one is kept in any case", () => {
    const loop = runLoop(started({ mode: "adaptive" }), 120);
    const { record, decisions } = nodeOf(loop).tactical;
    expect(record?.at).toBeGreaterThanOrEqual(decisions.at(-1)?.at ?? Number.POSITIVE_INFINITY);
    expect(record?.inputs.waiting.length).toBe(loop.tables.nodes[0]?.lanes.lanes.length);
    expect(record?.record.expected?.vehicles).toBeGreaterThan(0);
  });
});

const id = (stage: number): string => "ABC".charAt(stage);

describe("the reason", () => {
  it("names the two cheapest choices, and what bound them", () => {
    expect(reasonOf(decided(1, [A, B, C]), id)).toBe("A 10 before B 12 veh·s");
    expect(reasonOf(decided(1, [A], { binding: "maximum green" }), id)).toBe("no choice; maximum green");
    expect(reasonOf(null, id)).toBe("first decision");
  });
});
