import { defined } from "../../assert.ts";
import type { Outlook } from "../../model/outlook.ts";
import { msToSeconds } from "../../units.ts";
import type { Junction, StreetNow } from "./policy.ts";

/** Who stands inside for so long, and long after the signal went red, is stuck; who turns late clears with the change of signals. */
const STUCK_SECONDS = 4;
const RED_SECONDS = 10;
/** Who stands inside for so long on a green that yields to nobody is held up by what lies ahead. */
const HELD_UP_SECONDS = 5;
/** For at most so long a stage is prolonged to let those inside out. */
const CLEARING_MAX_SECONDS = 20;
export type BoxVerdict = {
  /** By stage: whether it may be shown next as far as those inside the junction are concerned. */
  readonly allowed: readonly boolean[];
  /** A stage is kept for those inside; the next decision is told, so that it ends. */
  readonly clearing: boolean;
  /** The stage runs on against somebody who is stuck inside: another one must be shown. */
  readonly mustLeave: boolean;
};

/**
 * Keeps cross traffic out of vehicles that stand inside the junction (reference `control-algorithms.md` §3). Where no stage would be
 * left all are allowed: somebody has to move.
 */
export function boxRules(
  junction: Junction,
  street: StreetNow,
  outlook: Outlook,
  clearingSeconds: number,
): BoxVerdict {
  const { timing } = junction;
  const stuck: number[] = [];
  const inside: number[] = [];
  const running = defined(timing.stages[street.stage], "stage");
  for (const [movement, { vehicles, seconds }] of outlook.standingInside.entries()) {
    if (vehicles <= 0) continue;
    const phase = phaseOf(junction, movement);
    if (!running.phases.includes(phase)) {
      const redSeconds = msToSeconds(street.at - defined(street.phaseSince[phase], "phase"));
      if (seconds >= STUCK_SECONDS && redSeconds >= RED_SECONDS) stuck.push(phase);
    } else if (seconds >= HELD_UP_SECONDS && !running.permissive.has(phase)) {
      inside.push(phase);
    }
  }
  const clearing = inside.length > 0 && clearingSeconds < CLEARING_MAX_SECONDS;
  const blocked = clearing ? [...stuck, ...inside] : stuck;
  const allowed = timing.stages.map((stage) =>
    blocked.every((phase) => stage.phases.includes(phase) || !releasesFoe(junction, stage.phases, phase)),
  );
  const others = allowed.some((may, stage) => may && stage !== street.stage);
  return {
    allowed: others || allowed[street.stage] === true ? allowed : timing.stages.map(() => true),
    clearing,
    mustLeave: others && allowed[street.stage] === false,
  };
}

/** Whether a stage that is to begin would let traffic go against somebody who is still inside (`late`, by movement). */
export function meetsLate(junction: Junction, stage: number, late: readonly boolean[]): boolean {
  const { phases } = defined(junction.timing.stages[stage], "stage");
  return late.some((inside, movement) => {
    if (!inside) return false;
    const phase = phaseOf(junction, movement);
    return !phases.includes(phase) && releasesFoe(junction, phases, phase);
  });
}

function phaseOf({ timing }: Junction, movement: number): number {
  const { phase } = defined(timing.intersection.movements[movement], "movement");
  return defined(timing.phaseIndex.get(phase), phase);
}

function releasesFoe({ timing }: Junction, phases: readonly number[], phase: number): boolean {
  return phases.some((other) => timing.conflicts[phase]?.has(other) === true);
}
