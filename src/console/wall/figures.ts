import type { AlarmView } from "../../protocol/alarm-view.ts";
import type { CongestionWarningView, MeasuresLive } from "../../protocol/live.ts";
import type { PlanBenefitView } from "../../protocol/plan-benefit.ts";
import { alarmsOf } from "../data/alarm-list.ts";
import type { LinkCounts } from "../data/site.ts";
import type { DelayStudy } from "./delay-study.ts";

/** A figure for ten metres: large, with what it is of; a dash where there is none, and why. */
export type WallFigure = {
  readonly title: string;
  readonly value: string;
  readonly unit: string;
  /** What the value is made of. */
  readonly text: string;
  /** How it is known. */
  readonly note: string;
  /** Of a study, and so neither measured nor expected of the street now. */
  readonly isStudy?: true;
};

const DASH = "—";

/** A study and the day of its end, in words. */
export type DatedStudy = DelayStudy & { readonly day: string };

/**
 * What the plans in force are expected to delay, against those by time of day, under the same demand. Where most intersections are decided each
 * second there is no plan to expect anything of: then what the latest study says, named as one.
 */
export function delayFigure(
  benefit: PlanBenefitView | null,
  fault: string | null,
  study: DatedStudy | null,
): WallFigure {
  if (study !== null && benefit !== null && benefit.byStages > benefit.rated) return studyFigure(study);
  const title = `Delay against ${BASELINE_TEXT.fixed}`;
  const { delaySeconds, baselineDelaySeconds } = benefit ?? {};
  if (benefit === null || typeof delaySeconds !== "number" || typeof baselineDelaySeconds !== "number") {
    const note = benefit !== null && benefit.byStages > 0 ? NO_STUDY : "";
    return { title, value: DASH, unit: "", text: fault ?? notCompared(benefit), note };
  }
  const change = baselineDelaySeconds > 0 ? delaySeconds / baselineDelaySeconds - 1 : 0;
  return {
    title,
    value: signed(change * 100, 0),
    unit: "%",
    text: `${delaySeconds.toFixed(1)} s a vehicle, ${baselineDelaySeconds.toFixed(1)} s by time of day`,
    note: `Expected by the engine's model (HCM 6), of ${ratedText(benefit)} that run a timing plan`,
  };
}

const BASELINE_TEXT = { fixed: "the plans by time of day", webster: "Webster's fixed times" } as const;
const NO_STUDY = "No finished study compares adaptive with fixed or webster at the demand as it is";

function studyFigure(study: DatedStudy): WallFigure {
  const { day, replications, baseline, delaySeconds, baselineDelaySeconds, ci95Seconds, isDistinct } = study;
  const percent = (seconds: number): string => signed((100 * seconds) / baselineDelaySeconds, 0);
  const change = percent(delaySeconds - baselineDelaySeconds);
  const source = `study of ${day}, ${replications} replications`;
  const [low, high] = ci95Seconds.map(percent);
  const title = `Delay against ${BASELINE_TEXT[baseline]}`;
  const note = `A what-if study by simulation, not measured on the street; 95 % interval ${low} to ${high} %`;
  if (!isDistinct) {
    const text = `${change} % is not told apart from noise (${source})`;
    return { title, value: DASH, unit: "", text, note, isStudy: true };
  }
  const text = `${source}: ${delaySeconds.toFixed(1)} s a vehicle adaptive, ${baselineDelaySeconds.toFixed(1)} s ${baseline}`;
  return { title, value: change, unit: "% in a study", text, note, isStudy: true };
}

/** CO₂ that the plans in force are expected to save an hour, by proxy. */
export function emissionFigure(benefit: PlanBenefitView | null, fault: string | null): WallFigure {
  const title = "CO₂ saved";
  const grams = benefit?.co2SavedGramsPerHour ?? null;
  if (benefit === null || grams === null) {
    return { title, value: DASH, unit: "", text: fault ?? notCompared(benefit), note: "" };
  }
  const kilograms = grams / 1000;
  return {
    title,
    value: signed(kilograms, Math.abs(kilograms) < 10 ? 1 : 0),
    unit: "kg/h",
    text:
      kilograms < 0 ? "more is burnt than by the plans by time of day" : "against the plans by time of day",
    note: `By proxy, ${ratedText(benefit)}: 0.9 L/h at rest, ½ m v² / (η · LHV) a stop, 2.35 kg a litre`,
  };
}

/** Why there is nothing to compare. */
function notCompared(benefit: PlanBenefitView | null): string {
  if (benefit === null) return "not told yet";
  const { byStages, intersections } = benefit;
  return byStages > 0
    ? `${byStages} of ${intersections} intersections are decided each second: what they would do otherwise only a what-if run tells`
    : "no timing plan with a forecast runs yet";
}

function ratedText({ rated, intersections }: PlanBenefitView): string {
  return `${rated} of ${intersections} intersections`;
}

/** How many intersections the engine decides for each second, and what the others run. */
export function adaptiveFigure({
  total,
  linked,
  adaptive,
  plan,
  local,
  interrupted,
}: LinkCounts): WallFigure {
  const others = [
    [plan, "engine plan"],
    [local, "local plan"],
    [interrupted, "interrupted"],
    [total - linked, "not linked"],
  ] as const;
  const text = others.flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}`])).join(", ");
  return {
    title: "Adaptive",
    value: String(adaptive),
    unit: `of ${total}`,
    text: text === "" ? "every intersection" : text,
    note: "Intersections whose stages the engine decides each second",
  };
}

/** Mean delay as the plant measures it; a street without one tells no delay. */
export function measuredFigure(measures: MeasuresLive | null): WallFigure {
  const title = "Mean delay, measured";
  const delay = measures?.delaySeconds ?? null;
  if (delay === null) {
    return { title, value: DASH, unit: "", text: "nobody measures it on this street", note: "" };
  }
  return {
    title,
    value: delay.toFixed(1),
    unit: "s/veh",
    text: "all vehicles since the run began",
    note: "Measured by the simulated plant",
  };
}

/** With a real minus sign, and a plus where it is more. */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value > 0 ? "+" : "−"}${text}`;
}

export type WallAlarms = { readonly shown: readonly AlarmView[]; readonly more: number };

/** The gravest alarms, as many as there is room for. */
export function wallAlarms(byId: ReadonlyMap<string, AlarmView>, room: number): WallAlarms {
  const active = alarmsOf(byId, "active");
  return { shown: active.slice(0, room), more: Math.max(0, active.length - room) };
}

/** A warning of an approach, and whose it is. */
export type WallWarning = CongestionWarningView & { readonly intersection: string };

/** Congestion that is expected, queues that block others first, then the likeliest. */
export function wallWarnings(
  details: Iterable<{ readonly id: string; readonly warnings: readonly CongestionWarningView[] }>,
): readonly WallWarning[] {
  return [...details]
    .flatMap(({ id, warnings }) => warnings.map((warning) => ({ ...warning, intersection: id })))
    .toSorted(
      (left, right) =>
        Number(right.kind === "spillback") - Number(left.kind === "spillback") ||
        right.probability - left.probability,
    );
}

const FROM_COMPASS = ["north", "east", "south", "west"] as const;

/** Where an approach comes from, by its bearing seen from the intersection. */
export function sideText(bearingDegrees: number): string {
  return `from the ${FROM_COMPASS[Math.floor((bearingDegrees + 45) / 90) % 4] ?? "north"}`;
}

/** Minutes for one round of the page's slow shift, a step a minute. */
const SHIFT_STEPS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const;

/** How far the page is moved at a wall time, in steps to the right and down: no lamp of the wall shows the same edge for ever. */
export function shiftAt(wallMs: number): readonly [right: number, down: number] {
  return SHIFT_STEPS[Math.floor(wallMs / 60_000) % SHIFT_STEPS.length] ?? [0, 0];
}
