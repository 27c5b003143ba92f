import * as fc from "fast-check";
import { defined } from "../../src/assert.ts";
import type { EngineTables, NodeTables } from "../../src/engine/configuration.ts";
import { stageDecidedAgain, timingDecidedAgain } from "../../src/explain/outcomes.ts";
import type { WholeStageRecord, WholeTimingRecord } from "../../src/explain/decidable.ts";
import { siteOf } from "../../src/explain/site.ts";
import { recordedJunction, type StageProblem } from "../../src/explain/stage-problem.ts";
import type { TimingProblem } from "../../src/explain/timing-problem.ts";
import type { LaneOutlook } from "../../src/model/outlook.ts";
import { TACTICAL_DEFAULTS } from "../../src/optimize/tactical/parameters.ts";
import { after, instantMs, SECOND_MS } from "../../src/units.ts";

const AT = instantMs(Date.UTC(2026, 0, 5, 7));

const seconds = (max: number) => fc.double({ min: 0, max, noNaN: true });

function laneOf(streams: number): fc.Arbitrary<LaneOutlook> {
  const arrival = fc.record({
    earliestSeconds: fc.oneof(fc.constant(0), seconds(50)),
    vehicles: fc.double({ min: 0.05, max: 1, noNaN: true }),
    urgency: fc.oneof(fc.constant(1), fc.double({ min: 1, max: 2.5, noNaN: true })),
  });
  return fc.record({
    arrivals: fc
      .array(arrival, { maxLength: 14 })
      .map((some) => some.toSorted((a, b) => a.earliestSeconds - b.earliestSeconds)),
    unseenVehPerSecond: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.3, noNaN: true })),
    sightSeconds: seconds(30),
    streamShares: fc
      .array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: streams, maxLength: streams })
      .map((parts) => parts.map((part) => part / parts.reduce((sum, one) => sum + one, 0))),
    headIsNot: fc.constantFrom([], streams > 1 ? [0] : []),
    findsNoGap: fc.boolean(),
    heldSeconds: fc.constantFrom(0, 0, 0, 3),
    delayWeight: fc.constantFrom(1, 1, 1, 0.5, 0),
    headwaySeconds: fc.double({ min: 1.5, max: 3.5, noNaN: true }),
  });
}

function times<Value>(arbitrary: fc.Arbitrary<Value>, count: number): fc.Arbitrary<Value[]> {
  return fc.array(arbitrary, { minLength: count, maxLength: count });
}

/** What streets can be like that no run of a built-in network is: full exits, vehicles stuck inside, greens of any age. */
export function hostileStage({ timing, lanes }: NodeTables): fc.Arbitrary<StageProblem> {
  const inside = fc.oneof(
    { weight: 8, arbitrary: fc.constant({ vehicles: 0, seconds: 0 }) },
    { weight: 1, arbitrary: fc.record({ vehicles: fc.constantFrom(1, 2), seconds: seconds(20) }) },
  );
  return fc
    .record({
      stage: fc.nat(timing.stages.length - 1),
      greenSeconds: fc.nat(70),
      redSeconds: times(fc.nat(60), timing.phases.length),
      lanes: fc.tuple(...lanes.lanes.map(({ streams }) => laneOf(streams.length))),
      exitFull: times(
        fc.boolean().chain((may) => (may ? fc.boolean() : fc.constant(false))),
        lanes.exits.length,
      ),
      standingInside: times(inside, timing.intersection.movements.length),
      memory: fc.oneof(
        fc.constant([]),
        fc.nat(25).map((held) => [held]),
      ),
    })
    .map(({ stage, greenSeconds, redSeconds, memory, ...outlook }) => {
      const green = timing.phases.map((_, phase) =>
        defined(timing.stages[stage], "stage").phases.includes(phase),
      );
      const stageSince = after(AT, -greenSeconds * SECOND_MS);
      return {
        junction: recordedJunction(timing, siteOf(timing), lanes),
        street: {
          at: AT,
          stage,
          changing: false,
          stageSince,
          phaseSince: green.map((isGreen, phase) =>
            isGreen ? stageSince : after(AT, -defined(redSeconds[phase], "red") * SECOND_MS),
          ),
          green,
        },
        outlook,
        memory,
        parameters: TACTICAL_DEFAULTS,
      };
    });
}

export function hostileStages(
  { nodes }: EngineTables,
  count: number,
  seed: number,
): readonly WholeStageRecord[] {
  const problems = fc.sample(fc.oneof(...nodes.map(hostileStage)), { seed, numRuns: count });
  return problems.map((problem, number): WholeStageRecord => {
    const intersection = problem.junction.site.intersection.id;
    return {
      id: `hostile-${number}`,
      at: AT,
      intersection,
      level: "tactical",
      sent: true,
      observed: "loops",
      inputs: { lanes: [], neighbours: [] },
      problem,
      decided: stageDecidedAgain(problem),
    };
  });
}

/** A problem that a run had, with any demand, and with cycles, changes and corrections as they may come. */
export function hostileTiming(before: TimingProblem): fc.Arbitrary<TimingProblem> {
  const node = fc.record({
    factor: fc.double({ min: 0.1, max: 2.2, noNaN: true }),
    changedSeconds: fc.oneof(fc.constant(null), fc.constant(5_000), fc.nat(900)),
    frozen: fc.constantFrom(null, null, null, null, null, "transition" as const, "unable" as const),
    heldPhases: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constantFrom([0], [1, 3]) },
    ),
  });
  return fc
    .array(node, { minLength: before.nodes.length, maxLength: before.nodes.length })
    .map((changes) => ({
      ...before,
      nodes: before.nodes.map((own, place) => {
        const { factor, changedSeconds, frozen, heldPhases } = defined(changes[place], "change");
        return {
          ...own,
          frozen,
          heldPhases: heldPhases.filter((phase) => phase < own.site.intersection.phases.length),
          cycleChangedAt: changedSeconds === null ? null : after(before.at, -changedSeconds * SECOND_MS),
          lanes: own.lanes.map((lane) => ({
            ...lane,
            flowVehPerHour: lane.flowVehPerHour * factor,
            highFlowVehPerHour: (lane.highFlowVehPerHour ?? lane.flowVehPerHour) * factor,
          })),
        };
      }),
    }));
}

export function hostileTimings(
  befores: readonly TimingProblem[],
  count: number,
  seed: number,
): readonly WholeTimingRecord[] {
  const problems = fc.sample(fc.oneof(...befores.map(hostileTiming)), { seed, numRuns: count });
  return problems.flatMap((problem, number) =>
    problem.nodes.map(
      ({ id }): WholeTimingRecord => ({
        id: `hostile-${number}-${id}`,
        at: problem.at,
        intersection: id,
        level: "strategic",
        problemIn: `hostile-${number}-${id}`,
        problem,
        inputs: { movements: [] },
        decided: timingDecidedAgain(problem, id),
        fate: { notSent: "never proposed" },
      }),
    ),
  );
}
