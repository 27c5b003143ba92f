import type { Fault } from "../fault.ts";
import type { Intersection, Overlap } from "../intersection.ts";
import { faultAt, oneOf } from "./fault-at.ts";
import { type ConflictMatrix, conflictMatrix, repeatedFaults } from "./phase-lists.ts";

type Normal = Extract<Overlap, { readonly kind: "normal" }>;
type Arrow = Extract<Overlap, { readonly kind: "flashingYellowArrow" }>;

/** M20: overlaps of an intersection whose names are in order. */
export function overlapFaults(file: string, intersection: Intersection): readonly Fault[] {
  const conflicts = conflictMatrix(intersection);
  const lefts = new Map<string, string>();
  return (intersection.overlaps ?? []).flatMap((overlap, index) => {
    const pointer = `/overlaps/${index}`;
    if (overlap.kind === "normal") return normalFaults(file, pointer, overlap, intersection);
    const first = lefts.get(overlap.left);
    lefts.set(overlap.left, first ?? overlap.id);
    return [
      ...(first === undefined
        ? []
        : [
            faultAt(file, `${pointer}/left`, overlap.left, `one arrow a phase; ${first} is its arrow`, "M20"),
          ]),
      ...leftFaults(file, `${pointer}/left`, overlap, intersection),
      ...opposingFaults(file, `${pointer}/opposing`, overlap, intersection, conflicts),
    ];
  });
}

function normalFaults(
  file: string,
  pointer: string,
  overlap: Normal,
  { phases }: Intersection,
): readonly Fault[] {
  const { included, minus, yellowSeconds } = overlap;
  const outside = phases.map(({ id }) => id).filter((id) => !included.includes(id));
  const least = Math.max(
    ...phases.filter(({ id }) => included.includes(id)).map((phase) => phase.yellowSeconds),
  );
  return [
    ...repeatedFaults(file, `${pointer}/included`, included, "M20"),
    ...repeatedFaults(file, `${pointer}/minus`, minus, "M20"),
    ...minus.flatMap((phase, index) =>
      included.includes(phase)
        ? [faultAt(file, `${pointer}/minus/${index}`, phase, oneOf("phase not included", outside), "M20")]
        : [],
    ),
    ...(yellowSeconds >= least
      ? []
      : [
          faultAt(
            file,
            `${pointer}/yellowSeconds`,
            yellowSeconds,
            `at least ${least} s, the longest yellow of the included phases`,
            "M20",
          ),
        ]),
  ];
}

/** Only turns look at the arrow, and nothing else lets them yield. */
function leftFaults(
  file: string,
  pointer: string,
  { left }: Arrow,
  intersection: Intersection,
): readonly Fault[] {
  const turns = intersection.movements.filter(({ phase }) => phase === left).map(({ turn }) => turn);
  const yielding = intersection.stages.find(({ permissive }) => permissive.includes(left));
  const circular = intersection.phases.some(
    ({ id, permissiveDisplay }) => id === left && permissiveDisplay === "circular",
  );
  return [
    ...(turns.length === 0 || turns.includes("through")
      ? [faultAt(file, pointer, left, "a phase whose movements all turn", "M20")]
      : []),
    ...(yielding === undefined
      ? []
      : [faultAt(file, pointer, left, `a phase that yields in no stage; it does in ${yielding.id}`, "M20")]),
    ...(circular
      ? [faultAt(file, pointer, left, "a phase whose permissiveDisplay is not circular", "M20")]
      : []),
  ];
}

/** The arrow lets the left yield to the opposing phase alone: nothing else that it conflicts with may be green then. */
function opposingFaults(
  file: string,
  pointer: string,
  { left, opposing }: Arrow,
  { phases, stages }: Intersection,
  conflicts: ConflictMatrix,
): readonly Fault[] {
  if (!conflicts.has(left, opposing)) {
    const foes = phases.map(({ id }) => id).filter((id) => conflicts.has(left, id));
    return [faultAt(file, pointer, opposing, oneOf(`phase that ${left} conflicts with`, foes), "M20")];
  }
  const staged = new Set(
    stages.filter((stage) => stage.phases.includes(opposing)).flatMap((stage) => stage.phases),
  );
  return phases
    .filter(({ id }) => id !== opposing && conflicts.has(left, id))
    .filter(({ id }) => !conflicts.has(opposing, id) || staged.has(id))
    .map(({ id }) =>
      faultAt(
        file,
        pointer,
        opposing,
        `a phase that runs with no other that ${left} conflicts with; it runs with ${id}`,
        "M20",
      ),
    );
}
