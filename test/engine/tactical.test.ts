import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import type { NodeState } from "../../src/engine/state.ts";
import { decisionView } from "../../src/engine/decision-view.ts";
import type { StageDecision } from "../../src/engine/decisions.ts";
import { detailView } from "../../src/engine/view.ts";
import { after, SECOND_MS } from "../../src/units.ts";
import { detectedT } from "../estimate/shared-lane.ts";
import {
  BEGIN,
  type ClosedLoop,
  give,
  logOf,
  networkOfT,
  nodeOf,
  plansOf,
  runLoop,
  started,
} from "./closed-loop.ts";

function adaptive(change: (input: Input, second: number) => Input = (input) => input): ClosedLoop {
  return started({
    mode: "adaptive",
    inputs: (inputs, at) => inputs.map((input) => change(input, (at - BEGIN) / SECOND_MS)),
  });
}

type Scheduled = Extract<Effect, { readonly kind: "schedule" }>["schedule"];

function schedulesOf(effects: readonly Effect[]): readonly Scheduled[] {
  return effects.flatMap((effect) => (effect.kind === "schedule" ? [effect.schedule] : []));
}

/** Seconds from the begin of the run. */
const seconds = (schedules: readonly Scheduled[]): readonly number[] =>
  schedules.map(({ basedOnAt }) => (basedOnAt - BEGIN) / SECOND_MS);

describe("the adaptive level", () => {
  const loop = runLoop(adaptive(), 300);
  const schedules = schedulesOf(loop.effects);
  const { counts } = loop.state;

  it("lends stages that the controller takes and shows, none is refused", () => {
    expect(counts.schedulesPushed).toBe(schedules.length);
    expect(counts.schedulesAccepted).toBeGreaterThanOrEqual(schedules.length - 1);
    expect(counts.schedulesApplied).toBeGreaterThan(20);
    expect(counts.schedulesRefused + counts.schedulesRefusedByGate).toBe(0);
    expect(counts.readbackMismatches).toBe(0);
  });

  it("renews every lease before it ends", () => {
    const gaps = seconds(schedules).map((at, index, all) => at - (all[index - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5);
    for (const { validUntil, effectiveAt } of schedules) expect(validUntil - effectiveAt).toBe(10_000);
  });

  it("gives the busy street most of the green", () => {
    const shown = loop.inputs.flatMap((input) => (input.kind === "state" ? [input.stage] : []));
    const busy = shown.filter((stage) => stage === "2-6").length;
    expect(busy / shown.length).toBeGreaterThan(0.4);
    expect(new Set(shown).size).toBeGreaterThanOrEqual(2);
  });

  it("pushes timing plans beside, to fall back on", () => {
    expect(plansOf(loop.effects).length).toBeGreaterThan(0);
  });

  it("tells those downstream who is to leave, and who has left within the last minute", () => {
    const instants = nodeOf(loop).tactical.departures.flatMap(({ at }) =>
      at.map((instant) => (instant - loop.at) / SECOND_MS),
    );
    expect(instants.some((second) => second > 0)).toBe(true);
    expect(instants.some((second) => second < 0)).toBe(true);
    // The last decision may be some seconds old: no more than an intergreen and a least green.
    expect(Math.min(...instants)).toBeGreaterThan(-80);
  });

  it("keeps why it decided", () => {
    const record = defined(nodeOf(loop).tactical.record ?? undefined, "record");
    expect(record.record.candidates.length).toBeGreaterThan(0);
    expect(schedules.at(-1)?.reason).toMatch(/veh·s|no choice/);
  });
});

describe("a vehicle that is seen to be late inside the junction", () => {
  // In rings no red is extended.
  const { rings: _rings, ...t } = detectedT();
  const place = "west_t.0:t_east.0";
  const waiting = ["west_t.0", "east_t.0", "east_t.1", "south_t.0", "south_t.1"];
  /** Who goes straight on from the west rolls at 2 m/s, 40 m before the exit; at every stop line somebody waits. */
  const extensions = (rolling: boolean) => {
    const loop = started({
      mode: "adaptive",
      network: { ...networkOfT(), intersections: [{ ...t, structure: "stages" }] },
      inputs: (inputs, at) => [
        ...inputs,
        {
          kind: "zone",
          at,
          intersection: "t",
          vehicles: [
            ...waiting.map((lane, index): [string, number[]] => [lane, [index + 1, 10, 0]]),
            ...(rolling ? [[place, [9, 400, 200]] satisfies [string, number[]]] : []),
          ],
        },
      ],
    });
    const { effects, state } = runLoop(loop, 200);
    const extended = schedulesOf(effects).filter(({ redUntilAt }) => redUntilAt !== undefined);
    return { counts: state.counts, extended, sees: defined(loop.tables.nodes[0], "the T").sight().inside };
  };
  const { counts, extended, sees } = extensions(true);

  it("keeps the next stage red from second to second, and the controller takes it", () => {
    expect([...sees.keys()]).toContain(place);
    expect(extended.length).toBeGreaterThan(5);
    for (const { redUntilAt = 0, basedOnAt, reason } of extended) {
      expect([redUntilAt - basedOnAt, reason]).toEqual([
        1_100,
        "red extended: a vehicle is still inside the junction",
      ]);
    }
    expect(counts.schedulesRefused + counts.schedulesRefusedByGate).toBe(0);
  });

  it("keeps nobody waiting once it is out", () => {
    expect(extensions(false).extended).toEqual([]);
  });
});

describe("operators are shown the last decision", () => {
  const loop = runLoop(adaptive(), 120);
  const own = defined(loop.tables.nodes[0], "tables");
  const at = loop.state.now;

  function decided(tactical: Partial<NodeState["tactical"]>) {
    const node = nodeOf(loop);
    return decisionView({ ...node, tactical: { ...node.tactical, ...tactical } }, own);
  }

  it("with stages by name, whole costs and four choices at most", () => {
    const candidates = [0, 1, 0, 1, 0].map((stage, place) => ({ stage, cost: 10.4 + place }));
    const [first = "", second = ""] = own.timing.stages.map(({ id }) => id);
    const stages = [
      { stage: 0, startAt: at },
      { stage: 1, startAt: after(at, 7000) },
    ];
    const expected = { vehicles: 4.04, delayVehSeconds: 30.3 };
    const record: StageDecision = {
      at,
      stages,
      record: { candidates, binding: "maximum green", expansions: 9, expected },
      inputs: {
        observed: "loops",
        waiting: own.lanes.lanes.map((_, lane) => (lane === 1 ? 3.5 : 0)),
        coming: own.lanes.lanes.map((_, lane) => (lane === 1 ? 0.5 : 0)),
        fullExits: [0],
        standingInside: 2,
      },
    };
    const before = { ...record, at: BEGIN, stages: [{ stage: 1, startAt: BEGIN }] };
    expect(decided({ stages, record, decisions: [before, record] })).toEqual({
      at,
      stage: first,
      next: { stage: second, startAt: at + 7000 },
      candidates: [
        { stage: first, costVehSeconds: 10 },
        { stage: second, costVehSeconds: 11 },
        { stage: first, costVehSeconds: 12 },
        { stage: second, costVehSeconds: 13 },
      ],
      binding: "maximum green",
      // 30.3 veh·s over 4.04 vehicles.
      expected: { vehicles: 4, delaySeconds: 7.5 },
      inputs: {
        observed: "loops",
        lanes: [{ lane: own.lanes.lanes[1]?.id, waiting: 3.5, coming: 0.5 }],
        fullExits: [own.lanes.exits[0]?.link],
        standingInside: 2,
      },
      earlier: [{ at: BEGIN, stage: second, reason: `${first} 10 before ${second} 11 veh·s; maximum green` }],
    });
  });

  it("in the detail, and none before the first or once it was forgotten", () => {
    const { decision } = detailView(loop.state, loop.tables, 0);
    expect(decision).toEqual(decided({}));
    expect(decision?.at).toBe(nodeOf(loop).tactical.record?.at);
    expect(decided({ record: null })).toBeNull();
    expect(decided({ stages: [] })).toBeNull();
    const planned = runLoop(started({ mode: "plan" }), 60);
    expect(detailView(planned.state, planned.tables, 0).decision).toBeNull();
  });
});

describe("nothing is lent", () => {
  it("in preemption; afterwards it goes on", () => {
    const loop = runLoop(
      adaptive((input, second) =>
        input.kind === "state" && second >= 100 && second < 130
          ? { ...input, operation: "preempt" as const }
          : input,
      ),
      160,
    );
    const given = seconds(schedulesOf(loop.effects));
    expect(given.filter((second) => second >= 100 && second < 130)).toEqual([]);
    expect(given.some((second) => second >= 130)).toBe(true);
  });

  it("over a link that is down", () => {
    const loop = runLoop(adaptive(), 60);
    give(loop, [{ kind: "linkDown", at: loop.at, intersection: "t", reason: "test" }]);
    const before = schedulesOf(loop.effects).length;
    runLoop(loop, 20);
    expect(schedulesOf(loop.effects)).toHaveLength(before);
    expect(nodeOf(loop).tactical.lent).toBeNull();
  });

  it("in mode plan", () => {
    expect(schedulesOf(runLoop(started({ mode: "plan" }), 60).effects)).toEqual([]);
  });
});

describe("a schedule that the gate refuses", () => {
  it("goes to the operators' log and not to the street", () => {
    const loop = runLoop(adaptive(), 60);
    // A stage that the controller does not have: what the policy thinks is not believed.
    const policy: ClosedLoop["tables"]["policy"] = (...given) => {
      const decision = loop.tables.policy(...given);
      const { startAt } = defined(decision.stages[0], "stage");
      return {
        ...decision,
        stages: Array.from({ length: 9 }, (_, place) => ({ stage: place % 2, startAt })),
      };
    };
    const faulty = runLoop({ ...loop, tables: { ...loop.tables, policy } }, 30);
    const { schedulesRefusedByGate, gateRules } = faulty.state.counts;
    expect(schedulesRefusedByGate).toBeGreaterThan(0);
    expect(
      Object.keys(gateRules).every((rule) => /^S\d+$/.test(rule)),
      "by rule",
    ).toBe(true);
    expect(Math.max(...Object.values(gateRules))).toBe(schedulesRefusedByGate);
    const refused = logOf(faulty.effects).filter(({ status }) => status === "refused");
    expect(refused[0]?.text).toMatch(/^Stage schedule refused by the safety gate: S/);
  });
});
