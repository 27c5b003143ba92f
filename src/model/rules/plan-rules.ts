import { defined } from "../../assert.ts";
import { CONTROLLER_TICK_MS, msToSeconds, secondsToMs } from "../../units.ts";
import type { Fault } from "../fault.ts";
import type { Intersection, LocalPlan } from "../intersection.ts";
import { type CycleTiming, splitSumMs } from "../plan.ts";
import { timingOf } from "../schedule.ts";
import { type PhaseGreen, phaseGreens, type TimingTable, timingTable } from "../timing.ts";
import { faultAt } from "./fault-at.ts";

/** Rules on envelope, local plans and schedule of an intersection whose names are in order: M11 to M14, M22. */
export function planFaults(file: string, intersection: Intersection): readonly Fault[] {
  const table = timingTable(intersection, CONTROLLER_TICK_MS);
  return [
    ...envelopeFaults(file, intersection),
    ...intersection.plans.flatMap((plan, index) => [
      ...cycleFaults(file, intersection, plan, `/plans/${index}`),
      ...greenFaults(file, table, plan, `/plans/${index}`),
      ...roomFaults(file, table, plan),
    ]),
    ...scheduleFaults(file, intersection),
  ];
}

/** M11: the envelope holds some cycle. */
function envelopeFaults(file: string, { envelope }: Intersection): readonly Fault[] {
  const { cycleMinSeconds, cycleMaxSeconds } = envelope;
  if (cycleMinSeconds <= cycleMaxSeconds) return [];
  const allowed = `at most cycleMaxSeconds, ${cycleMaxSeconds} s`;
  return [faultAt(file, "/envelope/cycleMinSeconds", cycleMinSeconds, allowed, "M11")];
}

/** M12: cycle, sum of splits, offset. */
function cycleFaults(
  file: string,
  intersection: Intersection,
  plan: LocalPlan,
  pointer: string,
): readonly Fault[] {
  const faults: Fault[] = [];
  const { cycleMinSeconds, cycleMaxSeconds } = intersection.envelope;
  if (plan.cycleSeconds < cycleMinSeconds || plan.cycleSeconds > cycleMaxSeconds) {
    const allowed = `the envelope's ${cycleMinSeconds} to ${cycleMaxSeconds} s`;
    faults.push(faultAt(file, `${pointer}/cycleSeconds`, plan.cycleSeconds, allowed, "M12"));
  }
  const timing = timingOf(plan);
  const sumMs = splitSumMs(timing);
  if (sumMs !== timing.cycleMs) {
    const allowed = `splits that add up to the cycle, ${plan.cycleSeconds} s; they add up to ${msToSeconds(sumMs)} s`;
    const splits = plan.stages.map(({ splitSeconds }) => splitSeconds);
    faults.push(faultAt(file, `${pointer}/stages`, splits, allowed, "M12"));
  }
  if (timing.offsetMs >= timing.cycleMs) {
    const allowed = `less than the cycle, ${plan.cycleSeconds} s`;
    faults.push(faultAt(file, `${pointer}/offsetSeconds`, plan.offsetSeconds, allowed, "M12"));
  }
  return faults;
}

/** M13: every stage has a green, every phase is served, long enough and often enough. */
function greenFaults(file: string, table: TimingTable, plan: LocalPlan, pointer: string): readonly Fault[] {
  const timing = timingOf(plan);
  const greens = phaseGreens(table, timing);
  const faults = stageFaults(file, table, timing, pointer);
  const place = `${pointer}/stages`;
  const found = plan.stages.map(({ stage, splitSeconds }) => `${stage}: ${splitSeconds}`);
  table.phases.forEach((phase, index) => {
    const own = greens.filter((green) => green.phase === index);
    if (own.length === 0) {
      faults.push(
        faultAt(file, place, found, `stages that serve every phase; ${phase.id} is left out`, "M13"),
      );
      return;
    }
    const shortest = Math.min(...own.map(({ greenMs }) => greenMs));
    // A walk that leads takes its time from the split before the phase is green.
    const leastMs = Math.max(phase.serviceMinMs, phase.actuation.leadMs + phase.greenMinMs);
    if (shortest < leastMs) {
      const least = `at least ${msToSeconds(leastMs)} s of green for phase ${phase.id}`;
      const allowed = `${least}; it gets ${msToSeconds(shortest)} s`;
      faults.push(faultAt(file, place, found, allowed, "M13"));
    }
    const wait = longestRedMs(own, timing.cycleMs);
    const waitMaxMs = secondsToMs(table.intersection.envelope.waitMaxSeconds);
    if (wait > waitMaxMs) {
      const most = `at most ${msToSeconds(waitMaxMs)} s of red for phase ${phase.id}`;
      faults.push(faultAt(file, place, found, `${most}; it gets ${msToSeconds(wait)} s`, "M13"));
    }
  });
  return faults;
}

/**
 * What a plan leaves of the longest red: M22 for a grant of priority, which ends a green of others earlier and begins their
 * next one later; M11 for a hold that lasts as long as the envelope allows.
 */
function roomFaults(file: string, table: TimingTable, plan: LocalPlan): readonly Fault[] {
  const { commandValidMaxSeconds, waitMaxSeconds } = table.intersection.envelope;
  const allowed = (what: string, roomMs: number): string =>
    `${what} of at most ${msToSeconds(roomMs)} s, what plan ${plan.id} leaves of waitMaxSeconds, ${waitMaxSeconds} s`;
  const roomMs = roomBeside(table, plan, []);
  const holdTooLong = commandValidMaxSeconds !== undefined && secondsToMs(commandValidMaxSeconds) > roomMs;
  return [
    // A red that is too long in any case is M13's.
    ...(holdTooLong && roomMs >= 0
      ? [
          faultAt(
            file,
            "/envelope/commandValidMaxSeconds",
            commandValidMaxSeconds,
            allowed("a hold", roomMs),
            "M11",
          ),
        ]
      : []),
    ...table.extras.priorities.flatMap(({ phases, extensionMaxMs, earlyMaxMs }, index) => {
      const leftMs = roomBeside(table, plan, phases);
      const takenMs = extensionMaxMs + earlyMaxMs;
      if (leftMs < 0 || takenMs <= leftMs) return [];
      const both = allowed("extension and early green together", leftMs);
      return [faultAt(file, `/priorities/${index}`, msToSeconds(takenMs), both, "M22")];
    }),
  ];
}

/** The longest red that is allowed, without the longest that a plan gives to phases other than `favoured`. */
function roomBeside(table: TimingTable, plan: LocalPlan, favoured: readonly number[]): number {
  const timing = timingOf(plan);
  const greens = phaseGreens(table, timing).filter(({ phase }) => !favoured.includes(phase));
  const reds = [...new Set(greens.map(({ phase }) => phase))].map((phase) =>
    longestRedMs(
      greens.filter((green) => green.phase === phase),
      timing.cycleMs,
    ),
  );
  return secondsToMs(table.intersection.envelope.waitMaxSeconds) - Math.max(0, ...reds);
}

function stageFaults(file: string, table: TimingTable, timing: CycleTiming, pointer: string): Fault[] {
  return timing.stages.flatMap(({ stage, splitMs }, slot) => {
    const next = defined(timing.stages[(slot + 1) % timing.stages.length], "next stage").stage;
    const from = defined(table.stageIndex.get(stage), stage);
    const to = defined(table.stageIndex.get(next), next);
    const intergreenMs = defined(table.intergreenMs[from]?.[to], "intergreen");
    if (splitMs > intergreenMs) return [];
    const allowed = `more than the ${msToSeconds(intergreenMs)} s of clearance before stage ${next}`;
    return [faultAt(file, `${pointer}/stages/${slot}/splitSeconds`, msToSeconds(splitMs), allowed, "M13")];
  });
}

/** Between the end of one green and the begin of the next, round the cycle. */
function longestRedMs(greens: readonly PhaseGreen[], cycleMs: number): number {
  const ordered = greens.toSorted((a, b) => a.startMs - b.startMs);
  return Math.max(
    ...ordered.map((green, index) => {
      const next = ordered[index + 1]?.startMs ?? defined(ordered[0], "a green").startMs + cycleMs;
      return next - green.startMs - green.greenMs;
    }),
  );
}

/** M14: times of the schedule ascend. */
function scheduleFaults(file: string, { schedule }: Intersection): readonly Fault[] {
  return schedule.flatMap(({ from }, index) => {
    const before = schedule[index - 1];
    if (!before || before.from < from) return [];
    return [
      faultAt(file, `/schedule/${index}/from`, from, `later than ${before.from}, the entry before`, "M14"),
    ];
  });
}
