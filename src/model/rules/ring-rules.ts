import type { Fault } from "../fault.ts";
import type { Intersection } from "../intersection.ts";
import { duplicateFaults, faultAt } from "./fault-at.ts";
import { pairKey } from "./phase-lists.ts";

type Place = { readonly ring: number; readonly group: number };

/** M10: rings, barriers, the stages they allow, and the conflicts that follow from them. */
export function ringFaults(file: string, intersection: Intersection): readonly Fault[] {
  const { rings, structure } = intersection;
  if (structure === "stages") {
    return rings === undefined
      ? []
      : [faultAt(file, "/rings", rings, "no rings in the structure stages", "M10")];
  }
  if (rings === undefined) {
    return [faultAt(file, "/rings", rings, "rings, in the structure ringBarrier", "M10")];
  }
  const members = rings.flatMap((ring, ringIndex) =>
    ring.flatMap((group, groupIndex) =>
      group.map((id, index) => ({
        id,
        place: { ring: ringIndex, group: groupIndex },
        pointer: `/rings/${ringIndex}/${groupIndex}/${index}`,
      })),
    ),
  );
  const places = new Map(members.map(({ id, place }) => [id, place]));
  const groupCount = Math.max(0, ...rings.map((ring) => ring.length));
  return [
    ...duplicateFaults(file, "place in the rings", members),
    ...rings.flatMap((ring, index) =>
      ring.length === groupCount
        ? []
        : [faultAt(file, `/rings/${index}`, ring, `${groupCount} barrier groups, as the other rings`, "M10")],
    ),
    ...intersection.phases.flatMap(({ id }, index) =>
      places.has(id)
        ? []
        : [faultAt(file, `/phases/${index}/id`, id, "a phase that stands in a ring", "M10")],
    ),
    ...stageFaults(file, intersection, places),
    ...missingConflicts(file, intersection, places),
  ];
}

/** NEMA: phases run together only in different rings and in the same barrier group. */
function compatible(left: Place, right: Place): boolean {
  return left.ring !== right.ring && left.group === right.group;
}

function* incompatiblePairs(
  phases: readonly string[],
  places: ReadonlyMap<string, Place>,
): Generator<readonly [string, string]> {
  for (const [index, left] of phases.entries()) {
    for (const right of phases.slice(index + 1)) {
      const [leftPlace, rightPlace] = [places.get(left), places.get(right)];
      if (left !== right && leftPlace && rightPlace && !compatible(leftPlace, rightPlace))
        yield [left, right];
    }
  }
}

function stageFaults(
  file: string,
  intersection: Intersection,
  places: ReadonlyMap<string, Place>,
): readonly Fault[] {
  return intersection.stages.flatMap((stage, index) =>
    [...incompatiblePairs(stage.phases, places)].map(([left, right]) =>
      faultAt(
        file,
        `/stages/${index}/phases`,
        stage.phases,
        `phases of different rings and one barrier group; ${left} and ${right} are not`,
        "M10",
      ),
    ),
  );
}

function missingConflicts(
  file: string,
  intersection: Intersection,
  places: ReadonlyMap<string, Place>,
): readonly Fault[] {
  const listed = new Set(intersection.conflicts.map(([left, right]) => pairKey(left, right)));
  const phases = intersection.phases.map(({ id }) => id);
  return [...incompatiblePairs(phases, places)]
    .filter(([left, right]) => !listed.has(pairKey(left, right)))
    .map(([left, right]) =>
      faultAt(
        file,
        "/conflicts",
        intersection.conflicts,
        `also the pair ${left}, ${right}, which the rings never let run together`,
        "M10",
      ),
    );
}
