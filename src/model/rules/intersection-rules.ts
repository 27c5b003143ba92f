import type { Fault } from "../fault.ts";
import type { Intersection, Phase } from "../intersection.ts";
import { FREE_OPERATION } from "../schedule.ts";
import {
  PEDESTRIAN_BUFFER_MIN_SECONDS,
  pedestrianClearanceSeconds,
  slowCrossingSeconds,
} from "../clearance.ts";
import { extraNameFaults } from "./extra-names.ts";
import { duplicateFaults, faultAt, referenceFaults, SECONDS_SLACK } from "./fault-at.ts";
import { pairKey } from "./phase-lists.ts";

/** Rules on names within one intersection: M1 and M2. Other rules expect that these hold. */
export function intersectionNameFaults(file: string, intersection: Intersection): readonly Fault[] {
  const phases = new Set(intersection.phases.map(({ id }) => id));
  const stages = new Set(intersection.stages.map(({ id }) => id));
  const plans = new Set(intersection.plans.map(({ id }) => id));
  const phaseAt = (pointer: string, id: string) => referenceFaults(file, pointer, id, "phase", phases);
  return [
    ...(["movements", "phases", "stages", "detectors", "plans"] as const).flatMap((kind) =>
      duplicateFaults(
        file,
        kind.slice(0, -1),
        intersection[kind].map(({ id }, index) => ({ id, pointer: `/${kind}/${index}/id` })),
      ),
    ),
    ...intersection.movements.flatMap(({ phase }, index) => phaseAt(`/movements/${index}/phase`, phase)),
    ...(intersection.rings ?? []).flatMap((ring, ringIndex) =>
      ring.flatMap((group, groupIndex) =>
        group.flatMap((phase, index) => phaseAt(`/rings/${ringIndex}/${groupIndex}/${index}`, phase)),
      ),
    ),
    ...intersection.stages.flatMap((stage, index) => [
      ...stage.phases.flatMap((phase, position) => phaseAt(`/stages/${index}/phases/${position}`, phase)),
      ...stage.permissive.flatMap((phase, position) =>
        referenceFaults(
          file,
          `/stages/${index}/permissive/${position}`,
          phase,
          "phase of the stage",
          new Set(stage.phases),
        ),
      ),
    ]),
    ...intersection.conflicts.flatMap((pair, index) =>
      pair.flatMap((phase, position) => phaseAt(`/conflicts/${index}/${position}`, phase)),
    ),
    ...intersection.plans.flatMap((plan, index) =>
      plan.stages.flatMap(({ stage }, position) =>
        referenceFaults(file, `/plans/${index}/stages/${position}/stage`, stage, "stage", stages),
      ),
    ),
    ...intersection.schedule.flatMap(({ plan }, index) =>
      plan === FREE_OPERATION ? [] : referenceFaults(file, `/schedule/${index}/plan`, plan, "plan", plans),
    ),
    ...extraNameFaults(file, intersection),
  ];
}

/** Rules within one intersection whose names are in order: M6 to M10. */
export function intersectionFaults(file: string, intersection: Intersection): readonly Fault[] {
  return [
    ...intersection.phases.flatMap((phase, index) => [
      ...greenFaults(file, phase, `/phases/${index}`),
      ...pedestrianFaults(file, phase, `/phases/${index}/pedestrian`),
    ]),
    ...servedFaults(file, intersection),
    ...conflictFaults(file, intersection),
  ];
}

/** M7: green times in order. */
function greenFaults(file: string, phase: Phase, pointer: string): readonly Fault[] {
  const walker = phase.pedestrian;
  const least = Math.max(phase.greenMinSeconds, walker ? walker.walkSeconds + walker.clearSeconds : 0);
  if (phase.greenMaxSeconds >= least - SECONDS_SLACK) return [];
  return [
    faultAt(
      file,
      `${pointer}/greenMaxSeconds`,
      phase.greenMaxSeconds,
      `at least ${least} s: minimum green, and walk with flashing don't walk`,
      "M7",
    ),
  ];
}

/** M6: time to cross. */
function pedestrianFaults(file: string, phase: Phase, pointer: string): readonly Fault[] {
  const walker = phase.pedestrian;
  if (!walker) return [];
  const faults: Fault[] = [];
  const clearance = walker.clearSeconds + walker.bufferSeconds;
  const crossing = pedestrianClearanceSeconds(walker.crosswalkMeters);
  if (clearance < crossing - SECONDS_SLACK) {
    const least = crossing.toFixed(2);
    faults.push(
      faultAt(
        file,
        `${pointer}/clearSeconds`,
        walker.clearSeconds,
        `with the buffer at least ${least} s: ${walker.crosswalkMeters} m at 1.07 m/s`,
        "M6",
      ),
    );
  }
  const slow = slowCrossingSeconds(walker.crosswalkMeters);
  if (walker.walkSeconds + clearance < slow - SECONDS_SLACK) {
    faults.push(
      faultAt(
        file,
        `${pointer}/walkSeconds`,
        walker.walkSeconds,
        `with the clearance at least ${slow.toFixed(2)} s: from 1.8 m behind the kerb at 0.91 m/s`,
        "M6",
      ),
    );
  }
  const change = phase.yellowSeconds + phase.redClearSeconds;
  if (walker.bufferSeconds < PEDESTRIAN_BUFFER_MIN_SECONDS || walker.bufferSeconds > change + SECONDS_SLACK) {
    faults.push(
      faultAt(
        file,
        `${pointer}/bufferSeconds`,
        walker.bufferSeconds,
        `${PEDESTRIAN_BUFFER_MIN_SECONDS} s to the phase's yellow and red clearance together, ${change.toFixed(1)} s`,
        "M6",
      ),
    );
  }
  return faults;
}

/** M8: every phase is served by a stage and serves somebody. */
function servedFaults(file: string, intersection: Intersection): readonly Fault[] {
  const staged = new Set(intersection.stages.flatMap(({ phases }) => phases));
  const moving = new Set(intersection.movements.map(({ phase }) => phase));
  return intersection.phases.flatMap((phase, index) => [
    ...(staged.has(phase.id)
      ? []
      : [faultAt(file, `/phases/${index}/id`, phase.id, "a phase of some stage", "M8")]),
    ...(moving.has(phase.id) || phase.pedestrian
      ? []
      : [
          faultAt(file, `/phases/${index}/id`, phase.id, "a phase with a movement or with pedestrians", "M8"),
        ]),
  ]);
}

/** M9: the conflict matrix and the stages. */
function conflictFaults(file: string, intersection: Intersection): readonly Fault[] {
  const seen = new Set<string>();
  const faults: Fault[] = [];
  intersection.conflicts.forEach(([left, right], index) => {
    if (left === right) {
      faults.push(faultAt(file, `/conflicts/${index}`, [left, right], "two different phases", "M9"));
    } else if (seen.has(pairKey(left, right))) {
      faults.push(faultAt(file, `/conflicts/${index}`, [left, right], "each pair once", "M9"));
    }
    seen.add(pairKey(left, right));
  });
  intersection.stages.forEach((stage, index) => {
    const pairs = stage.phases.flatMap((left, position) =>
      stage.phases.slice(position + 1).map((right) => [left, right] as const),
    );
    for (const [left, right] of pairs) {
      if (left === right) {
        faults.push(faultAt(file, `/stages/${index}/phases`, stage.phases, "each phase once", "M9"));
      } else if (
        seen.has(pairKey(left, right)) &&
        !stage.permissive.includes(left) &&
        !stage.permissive.includes(right)
      ) {
        faults.push(
          faultAt(
            file,
            `/stages/${index}/phases`,
            stage.phases,
            `no conflicting phases unless one is permissive; ${left} and ${right} conflict`,
            "M9",
          ),
        );
      }
    }
  });
  return faults;
}
