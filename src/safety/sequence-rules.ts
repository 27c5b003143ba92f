import { defined } from "../assert.ts";
import type { TimingPlan } from "../model/plan.ts";
import type { StageTiming, TimingTable } from "../model/timing.ts";
import { type CommandRule, phaseName, type PlanRule, stageNamed } from "./rule.ts";

/**
 * S11: no turn that yields and looks at a circular green is shown yellow while traffic that it yields to keeps its green: it would
 * take that traffic to be ending too, the yellow trap (reference §2.4).
 */
export const noYellowTrap: PlanRule = (plan, { table }) =>
  plan.stages.flatMap(({ stage }, slot) => trapsAtChange(table, stage, nextStage(plan, slot)));

/** The turns that a change of stage would trap. */
export function trapsAtChange(table: TimingTable, stage: string, next: string): readonly string[] {
  const from = stageNamed(table, stage);
  const to = stageNamed(table, next);
  return from.phases
    .filter((phase) => from.permissive.has(phase) && looksAtCircularGreen(table, phase))
    .filter((phase) => !to.phases.includes(phase))
    .flatMap((phase) =>
      from.phases
        .filter((other) => table.conflicts[phase]?.has(other) === true)
        .filter((other) => !from.permissive.has(other) && to.phases.includes(other))
        .map(
          (other) =>
            `stage ${stage} to ${next}: the circular green of phase ${phaseName(table, phase)} ends, opposing phase ${phaseName(table, other)} stays green`,
        ),
    );
}

/** A flashing yellow arrow follows the opposing traffic itself, and so does not trap. */
function looksAtCircularGreen(table: TimingTable, phase: number): boolean {
  return (
    defined(table.phases[phase], "phase").actuation.circular &&
    !table.extras.overlaps.some((overlap) => overlap.kind === "flashingYellowArrow" && overlap.left === phase)
  );
}

function nextStage(plan: TimingPlan, slot: number): string {
  return defined(plan.stages[(slot + 1) % plan.stages.length], "next stage").stage;
}

/** Where a phase stands in the rings. */
type Place = { readonly ring: number; readonly group: number };

/**
 * S12: what the rings can run: each stage on one side of the barriers with at most one phase a ring, each group once a cycle and in
 * order, each phase once, and no ring at rest while it has phases on that side. A left may lead or lag.
 */
export const ringsRun: PlanRule = (plan, { table }) => {
  if (table.rings.length === 0) return [];
  const faults = [...new Set(plan.stages.map(({ stage }) => stage))].flatMap((stage) =>
    ringFaults(table, stage),
  );
  if (faults.length > 0) return faults;
  return [
    ...restingRings(plan, table),
    ...groupOrder(plan, table),
    ...table.phases.flatMap(({ id }, phase) => {
      const runs = plan.stages.filter(
        ({ stage }, slot) =>
          !stageNamed(table, stage).phases.includes(phase) &&
          stageNamed(table, nextStage(plan, slot)).phases.includes(phase),
      ).length;
      return runs > 1 ? [`phase ${id} begins ${runs} times a cycle, the rings serve it once`] : [];
    }),
  ];
};

/** S12: a stage that is forced is one that the rings can show. */
export const orderRingsRun: CommandRule = ({ order }, { table }) =>
  order.kind === "forceStage" && table.rings.length > 0 ? ringFaults(table, order.stage) : [];

function placeOf({ rings }: TimingTable, phase: number): Place | undefined {
  for (const [ring, groups] of rings.entries()) {
    const group = groups.findIndex((phases) => phases.includes(phase));
    if (group >= 0) return { ring, group };
  }
  return undefined;
}

/** Why the rings cannot show a stage at all. */
export function ringFaults(table: TimingTable, stage: string): readonly string[] {
  const { phases } = stageNamed(table, stage);
  const places = phases.map((phase) => placeOf(table, phase));
  return phases.flatMap((right, index) => {
    const place = places[index];
    if (place === undefined) return [`stage ${stage}: phase ${phaseName(table, right)} stands in no ring`];
    return phases.slice(0, index).flatMap((left, before) => {
      const other = places[before];
      if (other === undefined || (other.ring !== place.ring && other.group === place.group)) return [];
      const where = other.ring === place.ring ? "in one ring" : "on two sides of a barrier";
      return [
        `stage ${stage}: phases ${phaseName(table, left)} and ${phaseName(table, right)} stand ${where}`,
      ];
    });
  });
}

/** The barrier group of a stage in which `ringFaults` found none. */
function groupOf(table: TimingTable, { phases }: StageTiming): number {
  const place = placeOf(table, defined(phases[0], "a stage has a phase"));
  return defined(place, "place").group;
}

function restingRings(plan: TimingPlan, table: TimingTable): readonly string[] {
  return plan.stages.flatMap(({ stage }) => {
    const { phases } = stageNamed(table, stage);
    const group = groupOf(table, stageNamed(table, stage));
    return table.rings.flatMap((groups, ring) => {
      const own = groups[group] ?? [];
      return own.length === 0 || own.some((phase) => phases.includes(phase))
        ? []
        : [
            `stage ${stage}: ring ${ring + 1} rests, it has phases ${own.map((phase) => phaseName(table, phase)).join(", ")} there`,
          ];
    });
  });
}

/** The groups of a plan as it comes to them, once round: each once, and in the order of the rings. */
function groupOrder(plan: TimingPlan, table: TimingTable): readonly string[] {
  const groups = plan.stages.map(({ stage }) => groupOf(table, stageNamed(table, stage)));
  const entered = groups.filter((group, slot) => group !== groups.at(slot - 1));
  // From the first group on, so that a plan may begin anywhere in the round.
  const start = entered.indexOf(Math.min(...entered));
  const round = [...entered.slice(start), ...entered.slice(0, start)];
  return round.every((group, index) => index === 0 || group > defined(round[index - 1], "group"))
    ? []
    : [
        `barrier groups in the order ${round.map((group) => group + 1).join(", ")}, each once and rising needed`,
      ];
}
