import { defined } from "../assert.ts";
import type { TimingPlan } from "../model/plan.ts";
import { type PhaseGreen, phaseGreens, type TimingTable } from "../model/timing.ts";
import { cycleSplits } from "../signal/cycle.ts";
import { slackMs } from "../signal/environment.ts";
import type { InstantMs } from "../units.ts";

/** One green that the cycle owes: from when to when it may begin, and end. */
export type OwedGreen = {
  readonly phase: number;
  readonly beginFrom: number;
  readonly beginTo: number;
  readonly endFrom: number;
  /** `null`: its end is the next cycle's, or nobody's as long as nobody else calls. */
  readonly endTo: number | null;
  /** Nobody need be served who has not called. */
  readonly optional: boolean;
  readonly begun: boolean;
  /** A call has stood in every frame since the cycle began. */
  readonly called: boolean;
};

/** One cycle of a plan being compared with the lamps. */
export type Readback = {
  readonly plan: string;
  readonly cycleStartAt: InstantMs;
  /** What is still to be seen, of each phase in the order of time. */
  readonly owed: readonly OwedGreen[];
  /** What was green when the lamps were looked at last. */
  readonly greens: string;
};

/** What a frame shows. */
export type Shown = { readonly at: InstantMs; readonly lamps: string; readonly calls: string };

export type ReadbackStep =
  | { readonly kind: "watching"; readonly readback: Readback }
  /** The whole cycle was as planned. */
  | { readonly kind: "applied" }
  | { readonly kind: "mismatch"; readonly detail: string };

/**
 * The lamps reduced to what a plan decides, `G` or `.` of each phase. On rings a green that yields is a flashing yellow arrow,
 * which is the opposing phase's doing.
 */
export function greensOf(table: TimingTable, lamps: string): string {
  return lamps.replaceAll(table.rings.length > 0 ? /[^G]/g : /[^Gg]/g, ".").replaceAll("g", "G");
}

/** What the lamps must show in the cycle that begins at `cycleStartAt`, corrections of the offset included. */
export function expectCycle(
  table: TimingTable,
  plan: TimingPlan,
  midnightAt: InstantMs,
  cycleStartAt: InstantMs,
  lamps: string,
): Readback {
  const { splitsMs } = cycleSplits(table, plan, midnightAt, cycleStartAt);
  const stages = plan.stages.map(({ stage }, slot) => ({ stage, splitMs: defined(splitsMs[slot], "split") }));
  const cycleMs = splitsMs.reduce((sum, splitMs) => sum + splitMs, 0);
  const first = defined(
    table.stages[defined(table.stageIndex.get(stages[0]?.stage ?? ""), "first stage")],
    "stage",
  );
  const runs = phaseGreens(table, { ...plan, cycleMs, stages }).flatMap((run) => withinCycle(run, cycleMs));
  const cycle: Cycle = {
    table,
    startAt: cycleStartAt,
    cycleMs,
    lastSplitMs: defined(splitsMs.at(-1), "split"),
    coordinated: first.phases,
    runs: runs.toSorted((left, right) => left.startMs - right.startMs),
  };
  const owed = cycle.runs.map((run) =>
    table.rings.length > 0 ? owedByRings(cycle, run) : owedByStages(cycle, run),
  );
  return { plan: plan.id, cycleStartAt, owed, greens: greensOf(table, lamps) };
}

/** A planned green, cut at the ends of the cycle. */
type Run = { readonly phase: number; readonly startMs: number; readonly endMs: number | null };

type Cycle = {
  readonly table: TimingTable;
  readonly startAt: InstantMs;
  readonly cycleMs: number;
  readonly lastSplitMs: number;
  readonly coordinated: readonly number[];
  readonly runs: readonly Run[];
};

function withinCycle({ phase, startMs, greenMs }: PhaseGreen, cycleMs: number): readonly Run[] {
  const endMs = startMs + greenMs;
  if (endMs < cycleMs) return [{ phase, startMs, endMs }];
  // It lasts into the next cycle: this one sees its end, where it is not the one that never ends, and its begin.
  const begin = { phase, startMs, endMs: null };
  return startMs === 0 ? [begin] : [{ phase, startMs: 0, endMs: endMs - cycleMs }, begin];
}

/** A stage begins and ends when it is planned, give or take a step of the plant. */
function owedByStages({ table: { stepMs }, startAt, cycleMs, lastSplitMs }: Cycle, run: Run): OwedGreen {
  const { phase, startMs, endMs } = run;
  return {
    phase,
    beginFrom: startAt + startMs - stepMs,
    beginTo: startAt + startMs + stepMs,
    endFrom: startAt + (endMs === null ? cycleMs - lastSplitMs : endMs) - stepMs,
    endTo: endMs === null ? null : startAt + endMs + stepMs,
    optional: false,
    begun: false,
    called: true,
  };
}

/**
 * Phases of rings begin as soon as what they cross has cleared, which may be before their stage, and are forced off when it
 * is planned. Detectors may end a green earlier, and who is on no recall need not be served: the phase before it in the ring
 * then stays green. Phases of the first stage are held to their yield point in every cycle.
 */
function owedByRings(cycle: Cycle, run: Run): OwedGreen {
  const { table, startAt, cycleMs, lastSplitMs, coordinated } = cycle;
  const { stepMs } = table;
  const { phase, startMs, endMs } = run;
  const optional = isOptional(cycle, phase);
  const forcedMs = endMs === null ? null : forcedOffBy(cycle, phase, endMs);
  // Who was called late and just made it ends by so much later.
  const lateMs = optional ? slackMs(cycle) : 0;
  const plannedEndMs = endMs ?? cycleMs - lastSplitMs;
  return {
    phase,
    beginFrom: 0,
    beginTo: startAt + (optional ? (endMs ?? cycleMs) + lateMs : startMs) + stepMs,
    endFrom: mayEndEarly(cycle, phase) && !coordinated.includes(phase) ? 0 : startAt + plannedEndMs - stepMs,
    endTo: forcedMs === null ? null : startAt + forcedMs + lateMs + stepMs,
    optional,
    begun: false,
    called: true,
  };
}

function isOptional({ table, coordinated }: Pick<Cycle, "table" | "coordinated">, phase: number): boolean {
  const { walkMs, actuation } = defined(table.phases[phase], "phase");
  const { recall, pedestrianRecall } = actuation;
  const recalled = recall === "minimum" || recall === "maximum" || (pedestrianRecall && walkMs > 0);
  return !recalled && !coordinated.includes(phase);
}

/** Detectors, a maximum that counts beside the plan, or a force-off that moves with an early begin. */
function mayEndEarly({ table }: Cycle, phase: number): boolean {
  const { forceOff, maximum } = table.extras.coordination;
  const { recall } = defined(table.phases[phase], "phase").actuation;
  return recall !== "maximum" || forceOff === "floating" || maximum !== "inhibit";
}

/**
 * When the green of a ring that is planned to end at `endMs` must have ended: when it is planned where somebody who is always
 * served comes next, otherwise with the last of those before him who need not call; `null`: it may stay.
 */
function forcedOffBy(
  { table, coordinated, runs, ...cycle }: Cycle,
  phase: number,
  endMs: number,
): number | null {
  const later = runs.filter((run) => run.startMs >= endMs && table.conflicts[phase]?.has(run.phase) === true);
  const always = later.find((run) => !isOptional({ table, coordinated }, run.phase));
  if (always === undefined && coordinated.includes(phase)) return null;
  const before = later.filter((run) => always === undefined || run.startMs < always.startMs);
  return Math.max(endMs, ...before.map((run) => run.endMs ?? cycle.cycleMs));
}

/** Compares what a frame shows with what is due; instants may differ by one step of the plant. */
export function readBack(before: Readback, table: TimingTable, shown: Shown): ReadbackStep {
  const greens = greensOf(table, shown.lamps);
  const owed: OwedGreen[] = [];
  const waiting = new Set<number>();
  for (const green of before.owed) {
    if (waiting.has(green.phase)) {
      owed.push(green);
      continue;
    }
    const seen = look(
      green,
      { at: shown.at, table },
      {
        was: before.greens[green.phase] === "G",
        is: greens[green.phase] === "G",
        called: shown.calls[green.phase] !== "-",
      },
    );
    if (typeof seen === "string") return { kind: "mismatch", detail: seen };
    if (seen === null) continue;
    owed.push(seen);
    waiting.add(green.phase);
  }
  const extra = table.rings.length > 0 ? -1 : unowed(before, greens);
  if (extra >= 0) {
    const { id } = defined(table.phases[extra], "phase");
    return { kind: "mismatch", detail: `phase ${id} green at ${shown.at}, not planned then` };
  }
  return owed.length === 0
    ? { kind: "applied" }
    : { kind: "watching", readback: { ...before, owed, greens } };
}

/** The phase of a stage-based controller that begins a green of which nothing is owed; -1 for none. */
function unowed({ owed, greens }: Readback, now: string): number {
  return Array.from(now).findIndex(
    (letter, phase) =>
      letter === "G" && greens[phase] !== "G" && owed.every((green) => green.phase !== phase),
  );
}

/** What is left of one green after a look at its lamp: `null` when all was seen, a text when it was not as planned. */
function look(
  green: OwedGreen,
  { at, table }: { readonly at: InstantMs; readonly table: TimingTable },
  lamp: { readonly was: boolean; readonly is: boolean; readonly called: boolean },
): OwedGreen | string | null {
  const { beginFrom, beginTo, endFrom, endTo, optional } = green;
  const name = `phase ${defined(table.phases[green.phase], "phase").id}`;
  if (!green.begun) {
    if (lamp.is && at >= beginFrom) {
      if (!lamp.was && at > beginTo) return `${name} green from ${at}, due by ${beginTo}`;
      return lasting({ ...green, begun: true }, at);
    }
    if (lamp.is && !lamp.was) return `${name} green from ${at}, due from ${beginFrom}`;
    const called = green.called && lamp.called;
    if (at <= beginTo) return called === green.called ? green : { ...green, called };
    if (!optional) return `${name} not green at ${at}, due by ${beginTo}`;
    return called ? `${name} called and not served by ${at}, due by ${beginTo}` : null;
  }
  if (lamp.is) {
    return endTo !== null && at > endTo
      ? `${name} still green at ${at}, due to end by ${endTo}`
      : lasting(green, at);
  }
  if (at < endFrom) return `${name} ended by ${at}, due from ${endFrom}`;
  return endTo !== null && at > endTo ? `${name} ended at ${at}, due by ${endTo}` : null;
}

/** A green whose end this cycle does not owe has been seen when it has lasted long enough. */
function lasting(green: OwedGreen, at: InstantMs): OwedGreen | null {
  return green.endTo === null && at >= green.endFrom ? null : green;
}
