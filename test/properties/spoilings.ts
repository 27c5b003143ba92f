import * as fc from "fast-check";
import { unreachable } from "../../src/assert.ts";
import type { Intersection, Overlap, Phase } from "../../src/model/intersection.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import { after } from "../../src/units.ts";
import { NOW, withField } from "../safety/plans.ts";

/** The first value in nine cases of ten. */
export function mostly<const T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
}

/** What spoils a plan; amounts in tenths of a second, so that some are no whole steps of the plant. */
export const spoilings = fc.oneof(
  fc.record({
    kind: fc.constant("move" as const),
    slot: fc.nat(12),
    tenths: fc.integer({ min: -150, max: 150 }),
  }),
  fc.record({
    kind: fc.constant("split" as const),
    slot: fc.nat(12),
    tenths: fc.integer({ min: -60, max: 900 }),
  }),
  fc.record({ kind: fc.constant("leaveOut" as const), slot: fc.nat(12) }),
  fc.record({ kind: fc.constant("offset" as const), tenths: fc.nat(3_500) }),
  fc.record({ kind: fc.constant("sum" as const), tenths: fc.integer({ min: -50, max: 50 }) }),
  fc.record({ kind: fc.constant("stage" as const), slot: fc.nat(12) }),
  fc.record({ kind: fc.constant("identity" as const) }),
  fc.record({
    kind: fc.constant("lease" as const),
    tenths: fc.oneof(fc.integer({ min: -10, max: 0 }), fc.nat(80_000)),
  }),
  fc.record({ kind: fc.constant("effective" as const), tenths: fc.nat(80_000) }),
  fc.record({ kind: fc.constant("roundToSteps" as const) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("swap" as const), slot: fc.nat(12) }) },
  fc.record({ kind: fc.constant("other" as const), slot: fc.nat(12), stage: fc.nat(99) }),
  fc.record({ kind: fc.constant("field" as const), slot: fc.option(fc.nat(12)) }),
);
export type Spoiling = typeof spoilings extends fc.Arbitrary<infer T> ? T : never;

export function spoil(
  plan: TimingPlan,
  spoiling: Spoiling,
  { stepMs, stages: known }: TimingTable,
): TimingPlan {
  const { stages } = plan;
  const slot = "slot" in spoiling ? (spoiling.slot ?? 0) % stages.length : 0;
  const ms = "tenths" in spoiling ? spoiling.tenths * 100 : 0;
  const withSplits = (change: (splitMs: number, at: number) => number): TimingPlan => {
    const changed = stages.map((own, at) => ({ ...own, splitMs: Math.max(1, change(own.splitMs, at)) }));
    return { ...plan, stages: changed, cycleMs: changed.reduce((sum, { splitMs }) => sum + splitMs, 0) };
  };
  switch (spoiling.kind) {
    case "move":
      return withSplits((splitMs, at) =>
        at === slot ? splitMs + ms : at === (slot + 1) % stages.length ? splitMs - ms : splitMs,
      );
    case "split":
      return withSplits((splitMs, at) => (at === slot ? splitMs + ms : splitMs));
    case "roundToSteps":
      return withSplits((splitMs) => Math.ceil(splitMs / stepMs) * stepMs);
    case "leaveOut": {
      const kept = stages.length > 1 ? stages.toSpliced(slot, 1) : stages;
      return { ...plan, stages: kept, cycleMs: kept.reduce((sum, { splitMs }) => sum + splitMs, 0) };
    }
    case "offset":
      return { ...plan, offsetMs: ms };
    case "sum":
      return { ...plan, cycleMs: plan.cycleMs + ms };
    case "stage":
      return {
        ...plan,
        stages: stages.with(slot, { stage: "unknown", splitMs: stages[slot]?.splitMs ?? 1 }),
      };
    case "identity":
      return { ...plan, intersection: "y" };
    case "lease":
      return { ...plan, validUntil: after(NOW, ms) };
    case "effective":
      return { ...plan, effectiveAt: after(NOW, ms) };
    case "swap": {
      const [here, next] = [stages[slot], stages[(slot + 1) % stages.length]];
      if (here === undefined || next === undefined) return plan;
      return { ...plan, stages: stages.with(slot, next).with((slot + 1) % stages.length, here) };
    }
    case "other": {
      const stage = known[spoiling.stage % known.length]?.id ?? "";
      return { ...plan, stages: stages.with(slot, { stage, splitMs: stages[slot]?.splitMs ?? 1 }) };
    }
    case "field": {
      if (spoiling.slot === null) return withField(plan, "yellowMs");
      const split = withField({ stage: "", splitMs: 1, ...stages[slot] }, "walkMs");
      return { ...plan, stages: stages.with(slot, split) };
    }
    default:
      return unreachable(spoiling);
  }
}

/** What an intersection may have besides phases and stages; nobody ever validated it. */
export const additions = fc.record({
  yields: fc.boolean(),
  circular: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  leads: fc.array(fc.constantFrom(0, 0, 3, 7), { minLength: 6, maxLength: 6 }),
  overlap: fc.option(
    fc.record({
      arrow: fc.boolean(),
      first: fc.nat(5),
      second: fc.nat(5),
      yellowSeconds: fc.constantFrom(3, 6),
    }),
  ),
  intergreen: fc.option(
    fc.record({ first: fc.nat(5), second: fc.nat(5), seconds: fc.constantFrom(3, 5.5, 12) }),
  ),
  flash: fc.boolean(),
  commandValidMaxSeconds: fc.constantFrom(undefined, 10, 600),
});
export type Additions = typeof additions extends fc.Arbitrary<infer T> ? T : never;

export function withAdditions(
  plain: Intersection,
  { yields, circular, leads, overlap, intergreen, flash, commandValidMaxSeconds }: Additions,
): Intersection {
  const given = yields ? plain : withoutYielding(plain);
  const name = (index: number): string => given.phases[index % given.phases.length]?.id ?? "";
  const phases = given.phases.map(({ pedestrian, ...phase }, index): Phase => {
    const leadSeconds = leads[index % leads.length] ?? 0;
    const walkers =
      pedestrian === undefined || leadSeconds === 0 ? pedestrian : { ...pedestrian, leadSeconds };
    return {
      ...phase,
      permissiveDisplay: circular[index % circular.length] === true ? "circular" : "arrow",
      ...(walkers === undefined ? {} : { pedestrian: walkers }),
    };
  });
  const overlapOf = ({ arrow, first, second, yellowSeconds }: NonNullable<typeof overlap>): Overlap =>
    arrow
      ? { id: "O", kind: "flashingYellowArrow", left: name(first), opposing: name(second), delaySeconds: 0 }
      : {
          id: "O",
          kind: "normal",
          included: [name(first), name(second)],
          minus: given.phases
            .map(({ id }) => id)
            .filter((id, at) => at === 2 && id !== name(first) && id !== name(second)),
          yellowSeconds,
          redClearSeconds: 1,
        };
  return {
    ...given,
    phases,
    ...(overlap === null ? {} : { overlaps: [overlapOf(overlap)] }),
    ...(intergreen === null
      ? {}
      : { intergreens: [[name(intergreen.first), name(intergreen.second), intergreen.seconds]] }),
    ...(commandValidMaxSeconds === undefined
      ? {}
      : { envelope: { ...given.envelope, commandValidMaxSeconds } }),
    ...(flash ? { startUp: { flashSeconds: 0, allRedSeconds: 6, phases: [name(0)], flashYellow: [] } } : {}),
  };
}

/** An intersection of which some stage lets foes go together; nobody ever validated it. */
function withoutYielding(intersection: Intersection): Intersection {
  return { ...intersection, stages: intersection.stages.map((stage) => ({ ...stage, permissive: [] })) };
}
