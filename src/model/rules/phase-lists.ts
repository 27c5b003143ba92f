import type { Fault } from "../fault.ts";
import type { Intersection } from "../intersection.ts";
import { faultAt, oneOf } from "./fault-at.ts";

/** The conflict matrix of an intersection, for rules that ask it pair by pair. */
export type ConflictMatrix = { readonly has: (left: string, right: string) => boolean };

export function conflictMatrix({ conflicts }: Intersection): ConflictMatrix {
  const listed = new Set(conflicts.map(([left, right]) => pairKey(left, right)));
  return { has: (left, right) => listed.has(pairKey(left, right)) };
}

/** The same for both orders of a pair. */
export function pairKey(left: string, right: string): string {
  return left < right ? `${left} ${right}` : `${right} ${left}`;
}

/** A list that names a phase twice. */
export function repeatedFaults(
  file: string,
  pointer: string,
  phases: readonly string[],
  rule: string,
): readonly Fault[] {
  return new Set(phases).size === phases.length
    ? []
    : [faultAt(file, pointer, phases, "each phase once", rule)];
}

/** Phases that stand in one list because they are shown together: each once, no two of them in conflict. */
export function togetherFaults(
  file: string,
  pointer: string,
  phases: readonly string[],
  conflicts: ConflictMatrix,
  rule: string,
): readonly Fault[] {
  const pairs = phases.flatMap((left, index) =>
    phases.slice(index + 1).map((right): readonly [string, string] => [left, right]),
  );
  return [
    ...repeatedFaults(file, pointer, phases, rule),
    ...pairs
      .filter(([left, right]) => left !== right && conflicts.has(left, right))
      .map(([left, right]) =>
        faultAt(file, pointer, phases, `phases that do not conflict; ${left} and ${right} do`, rule),
      ),
  ];
}

/**
 * Phases from which regular operation goes on: together, and where stages are served, all of one stage. In rings no more
 * is needed: by M10 phases that do not conflict stand in different rings and one barrier group.
 */
export function resumptionFaults(
  file: string,
  pointer: string,
  phases: readonly string[],
  intersection: Intersection,
  rule: string,
): readonly Fault[] {
  const together = togetherFaults(file, pointer, phases, conflictMatrix(intersection), rule);
  if (intersection.structure !== "stages" || together.length > 0) return together;
  const wanted = new Set(phases);
  const served = intersection.stages.some(
    (stage) => stage.phases.length === wanted.size && stage.phases.every((phase) => wanted.has(phase)),
  );
  if (served) return [];
  const stages = intersection.stages.map((stage) => stage.phases.join("+"));
  return [faultAt(file, pointer, phases, oneOf("whole stage", stages), rule)];
}

/** Links that calls come from: approaches of movements of the phases that answer them. */
export function approachLinkFaults(
  file: string,
  pointer: string,
  links: readonly string[],
  phases: readonly string[],
  { movements }: Intersection,
  rule: string,
): readonly Fault[] {
  const approaches = new Set(
    movements.filter(({ phase }) => phases.includes(phase)).map(({ fromLink }) => fromLink),
  );
  return links.flatMap((link, index) =>
    approaches.has(link)
      ? []
      : [
          faultAt(
            file,
            `${pointer}/${index}`,
            link,
            oneOf(`link that leads to phases ${phases.join(", ")}`, approaches),
            rule,
          ),
        ],
  );
}
