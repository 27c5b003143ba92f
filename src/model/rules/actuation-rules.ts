import type { Fault } from "../fault.ts";
import { PASSAGE_DEFAULT_SECONDS } from "../extra-timing.ts";
import type { Intersection, Phase } from "../intersection.ts";
import { SECONDS_SLACK, faultAt, oneOf } from "./fault-at.ts";
import { conflictMatrix } from "./phase-lists.ts";

/** NEMA TS 2: what a ring-and-barrier controller has. */
const RINGS_MAX = 4;
const RING_PHASES_MAX = 16;

/** M24: how phases answer to detectors and to each other, of an intersection whose names are in order. */
export function actuationFaults(file: string, intersection: Intersection): readonly Fault[] {
  return [
    ...intersection.phases.flatMap((phase, index) => [
      ...gapFaults(file, phase, `/phases/${index}`),
      ...leadFaults(file, phase, `/phases/${index}`),
    ]),
    ...intergreenFaults(file, intersection),
    ...(intersection.structure === "ringBarrier"
      ? ringFaults(file, intersection)
      : stageFaults(file, intersection)),
  ];
}

/** Maximum 2 as maximum 1 (M7); a gap that is reduced falls. */
function gapFaults(file: string, phase: Phase, pointer: string): readonly Fault[] {
  const { greenMinSeconds, greenMax2Seconds, gapReduction, pedestrian } = phase;
  const least = Math.max(greenMinSeconds, pedestrian ? pedestrian.walkSeconds + pedestrian.clearSeconds : 0);
  const passage = phase.passageSeconds ?? PASSAGE_DEFAULT_SECONDS;
  return [
    ...(greenMax2Seconds === undefined || greenMax2Seconds >= least - SECONDS_SLACK
      ? []
      : [
          faultAt(
            file,
            `${pointer}/greenMax2Seconds`,
            greenMax2Seconds,
            `at least ${least} s: minimum green, and walk with flashing don't walk`,
            "M24",
          ),
        ]),
    ...(gapReduction === undefined || gapReduction.gapMinSeconds <= passage
      ? []
      : [
          faultAt(
            file,
            `${pointer}/gapReduction/gapMinSeconds`,
            gapReduction.gapMinSeconds,
            `at most the passage time, ${passage} s`,
            "M24",
          ),
        ]),
  ];
}

/** The walk that leads is part of the walk. */
function leadFaults(file: string, { pedestrian }: Phase, pointer: string): readonly Fault[] {
  if (pedestrian?.leadSeconds === undefined || pedestrian.leadSeconds <= pedestrian.walkSeconds) return [];
  const allowed = `at most the walk, ${pedestrian.walkSeconds} s`;
  return [faultAt(file, `${pointer}/pedestrian/leadSeconds`, pedestrian.leadSeconds, allowed, "M24")];
}

/** The intergreen matrix: of ordered pairs that conflict, never below what the phase shows anyway. */
function intergreenFaults(file: string, intersection: Intersection): readonly Fault[] {
  const conflicts = conflictMatrix(intersection);
  const phases = new Map(intersection.phases.map((phase) => [phase.id, phase]));
  const seen = new Set<string>();
  return (intersection.intergreens ?? []).flatMap(([ends, begins, seconds], index) => {
    const pointer = `/intergreens/${index}`;
    const pair = `${ends} ${begins}`;
    const again = seen.has(pair);
    seen.add(pair);
    if (again) return [faultAt(file, pointer, [ends, begins, seconds], "each ordered pair once", "M24")];
    if (!conflicts.has(ends, begins)) {
      const foes = [...phases.keys()].filter((id) => conflicts.has(ends, id));
      return [faultAt(file, `${pointer}/1`, begins, oneOf(`phase that ${ends} conflicts with`, foes), "M24")];
    }
    const phase = phases.get(ends);
    const least = phase ? phase.yellowSeconds + phase.redClearSeconds : 0;
    if (seconds >= least - SECONDS_SLACK) return [];
    const allowed = `at least ${least.toFixed(1)} s, yellow and red clearance of ${ends}`;
    return [faultAt(file, `${pointer}/2`, seconds, allowed, "M24")];
  });
}

/** Limits of the structure, and the pedestrian phase that has the intersection for itself. */
function ringFaults(file: string, intersection: Intersection): readonly Fault[] {
  const { rings, phases, movements } = intersection;
  const conflicts = conflictMatrix(intersection);
  const moving = new Set(movements.map(({ phase }) => phase));
  return [
    ...(rings === undefined || rings.length <= RINGS_MAX
      ? []
      : [faultAt(file, "/rings", rings, `at most ${RINGS_MAX} rings`, "M24")]),
    ...(phases.length <= RING_PHASES_MAX
      ? []
      : [
          faultAt(
            file,
            "/phases",
            phases.map(({ id }) => id),
            `at most ${RING_PHASES_MAX} phases in rings`,
            "M24",
          ),
        ]),
    ...phases.flatMap(({ id }, index) => {
      if (moving.has(id)) return [];
      const beside = phases
        .map((other) => other.id)
        .filter((other) => other !== id && !conflicts.has(id, other));
      if (beside.length === 0) return [];
      const allowed = `with no movement, a phase that conflicts with every other; not with ${beside.join(", ")}`;
      return [faultAt(file, `/phases/${index}/id`, id, allowed, "M24")];
    }),
  ];
}

/** What only rings and barriers give a meaning to. */
function stageFaults(file: string, { phases }: Intersection): readonly Fault[] {
  return phases.flatMap((phase, index) =>
    (["dualEntry", "simultaneousGap", "conditionalService"] as const)
      .filter((name) => phase[name] !== undefined)
      .map((name) =>
        faultAt(file, `/phases/${index}/${name}`, phase[name], "nothing in the structure stages", "M24"),
      ),
  );
}
