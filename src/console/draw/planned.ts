import type { Intersection } from "../../model/intersection.ts";
import type { DecisionView, TimingView } from "../../protocol/live.ts";
import { phaseRows, type SegmentKind } from "./cycle.ts";

/** What a phase is to show, as far as it is planned: never what it shows. */
export type Planned = {
  readonly phase: string;
  readonly kind: SegmentKind;
  readonly from: number;
  readonly to: number;
  /** Whether it may last longer: nothing is planned behind it. */
  readonly open: boolean;
};

/** The shortest green of a phase, and the walk with its flashing don't walk: what a stage lasts for at least, milliseconds. */
export function leastGreenMs(phase: Intersection["phases"][number], stepMs: number): number {
  const { walkSeconds = 0, clearSeconds = 0 } = phase.pedestrian ?? {};
  return ceilMs(Math.max(phase.greenMinSeconds, walkSeconds + clearSeconds), stepMs);
}

/** What the heads show now, and since when. */
export type GreenNow = {
  readonly stage: string | null;
  /** Begin of green of the phases that are green now. */
  readonly greenSince: ReadonlyMap<string, number>;
  /** When phases that have ended will be through their red clearance. */
  readonly clearAt: number;
};

type Span = { readonly from: number; readonly to: number };

/**
 * What the adaptive level's last decision makes of the heads from now on: the running stage until its planned end, then the next one
 * for its least green. Both are open behind that: only the first decision ever binds.
 */
export function plannedByDecision(
  intersection: Intersection,
  decision: Pick<DecisionView, "at" | "stage" | "next">,
  green: GreenNow,
  { from: now, to }: Span,
  stepMs: number,
): readonly Planned[] {
  const steps = stepsOf(intersection, decision, green, now, stepMs);
  const phases = intersection.phases.flatMap((phase): readonly Planned[] => {
    const planned: Planned[] = [];
    steps.forEach(({ stage, greenFrom, greenTo }, place) => {
      if (!stage.phases.includes(phase.id)) return;
      const next = steps[place + 1];
      const kind = stage.permissive.includes(phase.id) ? "permissive" : "green";
      const begun = green.greenSince.get(phase.id);
      const from = place === 0 && begun !== undefined ? now : greenFrom;
      if (next === undefined || greenTo === null) {
        const least = (place === 0 && begun !== undefined ? begun : from) + leastGreenMs(phase, stepMs);
        planned.push({ phase: phase.id, kind, from, to: Math.max(least, from + OPEN_MS), open: true });
      } else if (next.stage.phases.includes(phase.id)) {
        planned.push({ phase: phase.id, kind, from, to: next.greenFrom, open: false });
      } else planned.push(...ended(phase, kind, from, greenTo, stepMs));
    });
    return planned;
  });
  return phases.flatMap((one) => clipped(one, { from: now, to }));
}

/** Shown of a green that is open from now on. */
const OPEN_MS = 4_000;

type Step = {
  readonly stage: Intersection["stages"][number];
  readonly greenFrom: number;
  /** Null where its end is not planned. */
  readonly greenTo: number | null;
};

function stepsOf(
  { stages, ...intersection }: Intersection,
  { at, stage, next }: Pick<DecisionView, "at" | "stage" | "next">,
  { stage: shownId, clearAt }: GreenNow,
  now: number,
  stepMs: number,
): readonly Step[] {
  const stageOf = (id: string | null) => stages.find((one) => one.id === id);
  const [shown, chosen, following] = [stageOf(shownId), stageOf(stage), stageOf(next?.stage ?? null)];
  if (chosen === undefined) return [];
  const changes = shown !== undefined && shown.id !== chosen.id;
  const changeAt = Math.max(at, now);
  const greenFrom = changes
    ? changeAt + intergreenMs(intersection, shown.phases, chosen.phases, stepMs)
    : Math.max(now, clearAt);
  const own: Step = { stage: chosen, greenFrom, greenTo: next?.startAt ?? null };
  const before: readonly Step[] = changes ? [{ stage: shown, greenFrom: now, greenTo: changeAt }] : [];
  if (next === null || following === undefined) return [...before, own];
  const followingFrom =
    Math.max(next.startAt, now) + intergreenMs(intersection, chosen.phases, following.phases, stepMs);
  return [...before, own, { stage: following, greenFrom: followingFrom, greenTo: null }];
}

/**
 * What a plan that runs makes of the heads from now on, repeated from the begin of its present cycle; from the instant at which the next
 * plan takes effect, that one.
 */
export function plannedByPlan(
  intersection: Intersection,
  running: TimingView,
  cycleStartAt: number,
  next: TimingView | null,
  { from: now, to }: Span,
  stepMs: number,
): readonly Planned[] {
  const changeAt = next?.effectiveAt ?? Number.POSITIVE_INFINITY;
  return [
    ...repeated(intersection, running, cycleStartAt, { from: now, to: Math.min(to, changeAt) }, stepMs),
    ...(next === null || changeAt >= to
      ? []
      : repeated(intersection, next, changeAt, { from: Math.max(now, changeAt), to }, stepMs)),
  ];
}

function repeated(
  intersection: Intersection,
  timing: TimingView,
  zeroAt: number,
  span: Span,
  stepMs: number,
): readonly Planned[] {
  const { cycleMs } = timing;
  const rows = phaseRows(intersection, timing, stepMs);
  const first = Math.max(0, Math.floor((span.from - zeroAt) / cycleMs));
  const last = Math.floor((span.to - zeroAt) / cycleMs);
  const cycles = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return rows.flatMap(({ phase, segments }) =>
    cycles.flatMap((cycle) =>
      segments.flatMap(({ kind, fromMs, toMs }) => {
        const beganAt = zeroAt + cycle * cycleMs;
        return clipped({ phase, kind, from: beganAt + fromMs, to: beganAt + toMs, open: false }, span);
      }),
    ),
  );
}

function ended(
  phase: Intersection["phases"][number],
  kind: SegmentKind,
  from: number,
  greenTo: number,
  stepMs: number,
): readonly Planned[] {
  const yellowTo = greenTo + ceilMs(phase.yellowSeconds, stepMs);
  const redTo = yellowTo + ceilMs(phase.redClearSeconds, stepMs);
  return [
    { phase: phase.id, kind, from, to: greenTo, open: false },
    { phase: phase.id, kind: "yellow", from: greenTo, to: yellowTo, open: false },
    { phase: phase.id, kind: "redClear", from: yellowTo, to: redTo, open: false },
  ];
}

/** From the end of green of those that end to the begin of green of those that begin: yellow and red clearance, or longer where configured. */
export function intergreenMs(
  { phases, conflicts, intergreens = [] }: Pick<Intersection, "phases" | "conflicts" | "intergreens">,
  from: readonly string[],
  to: readonly string[],
  stepMs: number,
): number {
  const conflict = (left: string, right: string): boolean =>
    conflicts.some(([a, b]) => (a === left && b === right) || (a === right && b === left));
  let longest = 0;
  for (const phase of phases.filter(({ id }) => from.includes(id) && !to.includes(id))) {
    for (const other of to) {
      if (from.includes(other) || !conflict(phase.id, other)) continue;
      const own = ceilMs(phase.yellowSeconds, stepMs) + ceilMs(phase.redClearSeconds, stepMs);
      const configured = intergreens.find(([a, b]) => a === phase.id && b === other)?.[2] ?? 0;
      longest = Math.max(longest, own, ceilMs(configured, stepMs));
    }
  }
  return longest;
}

function clipped(planned: Planned, { from, to }: Span): readonly Planned[] {
  const part = { ...planned, from: Math.max(planned.from, from), to: Math.min(planned.to, to) };
  return part.to > part.from ? [part] : [];
}

/** Configured seconds as a plant that moves in steps has them: whole steps, never less. */
export function ceilMs(seconds: number, stepMs: number): number {
  return Math.ceil(Math.round(seconds * 1000) / stepMs) * stepMs;
}
