import type { Fault } from "../fault.ts";
import { FREE_OPERATION } from "../schedule.ts";
import type { Intersection, Overlap, Preempt } from "../intersection.ts";
import { duplicateFaults, faultAt, referenceFaults } from "./fault-at.ts";

/** M1 and M2 of what an intersection may have beside phases, stages and plans. */
export function extraNameFaults(file: string, intersection: Intersection): readonly Fault[] {
  const { intergreens = [], overlaps = [], preempts = [], priorities = [], startUp } = intersection;
  const phases = new Set(intersection.phases.map(({ id }) => id));
  const phaseAt = (pointer: string, id: string) => referenceFaults(file, pointer, id, "phase", phases);
  const listAt = (pointer: string, ids: readonly string[]) =>
    ids.flatMap((id, index) => phaseAt(`${pointer}/${index}`, id));
  return [
    ...twins(file, "overlap", "overlaps", overlaps),
    ...twins(file, "preempt", "preempts", preempts),
    ...twins(file, "priority", "priorities", priorities),
    ...intersection.plans.flatMap(({ id }, index) =>
      id === FREE_OPERATION
        ? [faultAt(file, `/plans/${index}/id`, id, "another id: it says free operation in a schedule", "M1")]
        : [],
    ),
    ...intergreens.flatMap(([ends, begins], index) => listAt(`/intergreens/${index}`, [ends, begins])),
    ...overlaps.flatMap((overlap, index) =>
      phaseLists(overlap).flatMap(([name, ids]) => listAt(`/overlaps/${index}/${name}`, ids)),
    ),
    ...overlaps.flatMap((overlap, index) =>
      overlap.kind === "flashingYellowArrow"
        ? [
            ...phaseAt(`/overlaps/${index}/left`, overlap.left),
            ...phaseAt(`/overlaps/${index}/opposing`, overlap.opposing),
          ]
        : [],
    ),
    ...preempts.flatMap((preempt, index) =>
      preemptLists(preempt).flatMap(([name, ids]) => listAt(`/preempts/${index}/${name}/phases`, ids)),
    ),
    ...priorities.flatMap((priority, index) => listAt(`/priorities/${index}/phases`, priority.phases)),
    ...(startUp === undefined
      ? []
      : [
          ...listAt("/startUp/phases", startUp.phases),
          ...listAt("/startUp/flashYellow", startUp.flashYellow),
        ]),
  ];
}

function twins(
  file: string,
  kind: string,
  place: string,
  items: readonly { readonly id: string }[],
): readonly Fault[] {
  return duplicateFaults(
    file,
    kind,
    items.map(({ id }, index) => ({ id, pointer: `/${place}/${index}/id` })),
  );
}

type NamedList = readonly [name: string, phases: readonly string[]];

function phaseLists(overlap: Overlap): readonly NamedList[] {
  if (overlap.kind === "flashingYellowArrow") return [];
  return [
    ["included", overlap.included],
    ["minus", overlap.minus],
  ];
}

/** The intervals of a preemption that have phases. */
export function preemptLists({ track, dwell, exit }: Preempt): readonly NamedList[] {
  return [
    ...(track === undefined ? [] : [["track", track.phases] as const]),
    ["dwell", dwell.phases],
    ["exit", exit.phases],
  ];
}
