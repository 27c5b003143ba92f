import type { Fault } from "../fault.ts";
import type { Intersection, Preempt } from "../intersection.ts";
import { preemptLists } from "./extra-names.ts";
import { faultAt } from "./fault-at.ts";
import { approachLinkFaults, conflictMatrix, resumptionFaults, togetherFaults } from "./phase-lists.ts";

/** M21 to M23: what interrupts regular operation, of an intersection whose names are in order. */
export function interruptionFaults(file: string, intersection: Intersection): readonly Fault[] {
  return [
    ...(intersection.preempts ?? []).flatMap((preempt, index) =>
      preemptFaults(file, preempt, intersection, `/preempts/${index}`),
    ),
    ...priorityFaults(file, intersection),
    ...startUpFaults(file, intersection),
  ];
}

/** M21. Yellow and red clearance have no field here: they are always those of the phase (reference §2.7). */
function preemptFaults(
  file: string,
  preempt: Preempt,
  intersection: Intersection,
  pointer: string,
): readonly Fault[] {
  const conflicts = conflictMatrix(intersection);
  return [
    ...preemptLists(preempt).flatMap(([name, phases]) => {
      const place = `${pointer}/${name}/phases`;
      return name === "exit"
        ? resumptionFaults(file, place, phases, intersection, "M21")
        : togetherFaults(file, place, phases, conflicts, "M21");
    }),
    ...(preempt.kind === "railway"
      ? railwayFaults(file, preempt, pointer)
      : emergencyFaults(file, preempt, intersection, pointer)),
    ...entryFaults(file, preempt, intersection, `${pointer}/entry`),
  ];
}

/** The tracks are cleared, and then nobody is sent over them. */
function railwayFaults(file: string, { track, dwell, links }: Preempt, pointer: string): readonly Fault[] {
  const unwanted =
    links === undefined
      ? []
      : [faultAt(file, `${pointer}/links`, links, "no links with a railway: its track calls", "M21")];
  if (track === undefined) {
    return [
      ...unwanted,
      faultAt(file, `${pointer}/track`, track, "phases that clear the tracks, for a railway", "M21"),
    ];
  }
  return [
    ...unwanted,
    ...dwell.phases.flatMap((phase, index) =>
      track.phases.includes(phase)
        ? [
            faultAt(
              file,
              `${pointer}/dwell/phases/${index}`,
              phase,
              "a phase that does not clear the tracks: nobody may follow onto them",
              "M21",
            ),
          ]
        : [],
    ),
  ];
}

function emergencyFaults(
  file: string,
  { track, dwell, links }: Preempt,
  intersection: Intersection,
  pointer: string,
): readonly Fault[] {
  return [
    ...(track === undefined
      ? []
      : [faultAt(file, `${pointer}/track`, track, "no track clearance but for a railway", "M21")]),
    ...approachLinkFaults(file, `${pointer}/links`, links ?? [], dwell.phases, intersection, "M21"),
  ];
}

/** A preemption may shorten green, walk and flashing don't walk, never lengthen them. */
function entryFaults(
  file: string,
  { entry }: Preempt,
  { phases }: Intersection,
  pointer: string,
): readonly Fault[] {
  const walkers = phases.flatMap(({ pedestrian }) => pedestrian ?? []);
  const normal = {
    greenMinSeconds: phases.map(({ greenMinSeconds }) => greenMinSeconds),
    walkSeconds: walkers.map(({ walkSeconds }) => walkSeconds),
    clearSeconds: walkers.map(({ clearSeconds }) => clearSeconds),
  };
  return (["greenMinSeconds", "walkSeconds", "clearSeconds"] as const).flatMap((name) => {
    const most = Math.min(...normal[name]);
    if (entry[name] <= most) return [];
    return [
      faultAt(file, `${pointer}/${name}`, entry[name], `at most ${most} s, the least of the phases`, "M21"),
    ];
  });
}

/** M22, but for the longest red, which is told with the plans. */
function priorityFaults(file: string, intersection: Intersection): readonly Fault[] {
  const conflicts = conflictMatrix(intersection);
  return (intersection.priorities ?? []).flatMap(({ phases, links }, index) => {
    const place = `/priorities/${index}/phases`;
    const together = togetherFaults(file, place, phases, conflicts, "M22");
    return [
      ...(together.length > 0 ? together : oneStageFaults(file, place, phases, intersection)),
      ...approachLinkFaults(file, `/priorities/${index}/links`, links, phases, intersection, "M22"),
    ];
  });
}

/** Where no stage serves the bus, early green would be taken from everybody and given to nobody. */
function oneStageFaults(
  file: string,
  pointer: string,
  phases: readonly string[],
  { stages }: Intersection,
): readonly Fault[] {
  if (stages.some((stage) => phases.every((phase) => stage.phases.includes(phase)))) return [];
  return [faultAt(file, pointer, phases, "phases that one stage has together", "M22")];
}

/** M23: first green and flash. */
function startUpFaults(file: string, intersection: Intersection): readonly Fault[] {
  const { startUp } = intersection;
  if (startUp === undefined) return [];
  return [
    ...resumptionFaults(file, "/startUp/phases", startUp.phases, intersection, "M23"),
    ...togetherFaults(file, "/startUp/flashYellow", startUp.flashYellow, conflictMatrix(intersection), "M23"),
  ];
}
