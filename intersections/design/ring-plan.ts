import { assert, defined } from "../../src/assert.ts";

/** A phase's split: its green with the yellow and red clearance that follow. */
export type PhaseSplit = { readonly phase: string; readonly splitSeconds: number };

/** Ring → barrier group → splits in the order of service. */
export type RingSplits = readonly (readonly (readonly PhaseSplit[])[])[];

export type PlanStage = { readonly stage: string; readonly splitSeconds: number };

/**
 * The stages that a ring-barrier plan passes through: a new one begins wherever a phase of any ring begins its split. A
 * stage is named by its phases, joined with `-` in the order of the rings. The sequence is turned round so that
 * `coordinatedStage` comes first.
 *
 * Expects that the rings of a barrier group add up to the same time, unless a ring has nothing there.
 */
export function ringPlanToStages(rings: RingSplits, coordinatedStage: string): readonly PlanStage[] {
  const groupCount = Math.max(...rings.map((ring) => ring.length));
  const stages: PlanStage[] = [];
  for (let group = 0; group < groupCount; group += 1) {
    const members = rings.map((ring) => ring[group] ?? []).filter((splits) => splits.length > 0);
    stages.push(...groupStages(members));
  }
  const first = stages.findIndex(({ stage }) => stage === coordinatedStage);
  assert(first >= 0, `the coordinated stage ${coordinatedStage} is in the plan`);
  return [...stages.slice(first), ...stages.slice(0, first)];
}

function groupStages(members: readonly (readonly PhaseSplit[])[]): readonly PlanStage[] {
  const ends = members.map((splits) => endsOf(splits));
  const [total, ...others] = ends.map((phaseEnds) => defined(phaseEnds.at(-1), "a phase").endSeconds);
  assert(
    others.every((other) => other === total),
    `the rings of a barrier group add up to the same time: ${[total, ...others].join(", ")}`,
  );
  const changes = [...new Set(ends.flatMap((phaseEnds) => phaseEnds.map(({ endSeconds }) => endSeconds)))];
  let begin = 0;
  return changes
    .toSorted((a, b) => a - b)
    .map((end) => {
      const running = ends.map(
        (phaseEnds) =>
          defined(
            phaseEnds.find(({ endSeconds }) => endSeconds >= end),
            "a phase runs until the barrier",
          ).phase,
      );
      const stage = { stage: running.join("-"), splitSeconds: end - begin };
      begin = end;
      return stage;
    });
}

function endsOf(
  splits: readonly PhaseSplit[],
): readonly { readonly phase: string; readonly endSeconds: number }[] {
  let sum = 0;
  return splits.map(({ phase, splitSeconds }) => {
    sum += splitSeconds;
    return { phase, endSeconds: sum };
  });
}
