import type { StudyComparison, StudyMeasure, StudyResult, StudyVerdict } from "../../../protocol/studies.ts";

/** The measures that a first look needs; the others come with "all measures". */
export const MAIN_MEASURES: readonly string[] = [
  "delaySeconds",
  "delayP95Seconds",
  "waitMaxSeconds",
  "stopsPerVehicle",
  "busDelaySeconds",
  "pedestrianDelaySeconds",
  "throughputVehPerHour",
];

/** Differences beyond it are drawn at the edge, with an arrow. */
const REACH_MAX_PERCENT = 100;
const REACH_MIN_PERCENT = 5;

export type ForestRow = {
  readonly variant: string;
  readonly base: string;
  readonly verdict: StudyVerdict;
  /** In percent of the base's mean; null where that is zero or nothing could be paired. */
  readonly percent: { readonly mean: number; readonly low: number; readonly high: number } | null;
  /** The difference in the measure's own unit, with its interval, as it is read. */
  readonly text: string;
};

export type ForestGroup = { readonly measure: StudyMeasure; readonly rows: readonly ForestRow[] };

export type Forest = {
  readonly groups: readonly ForestGroup[];
  /** From minus to plus so many percent. */
  readonly reachPercent: number;
};

/** The comparisons by measure, each with its variants in the order of the arms. */
export function forestOf({ measures, comparisons, arms }: StudyResult, shown: readonly string[]): Forest {
  const order = new Map(arms.map(({ name }, place) => [name, place]));
  const groups = measures
    .filter(({ name }) => shown.includes(name))
    .map((measure) => {
      const own = comparisons
        .filter((one) => one.measure === measure.name && one.pairs > 0)
        .toSorted((left, right) => (order.get(left.variant) ?? 0) - (order.get(right.variant) ?? 0));
      return { measure, rows: own.map((one) => rowOf(one, measure)) };
    })
    .filter(({ rows }) => rows.length > 0);
  const ends = groups.flatMap(({ rows }) =>
    rows.flatMap(({ percent }) => (percent === null ? [] : [Math.abs(percent.low), Math.abs(percent.high)])),
  );
  const widest = Math.max(REACH_MIN_PERCENT, ...ends);
  return { groups, reachPercent: Math.min(REACH_MAX_PERCENT, roundUp(widest)) };
}

function rowOf(one: StudyComparison, { unit }: StudyMeasure): ForestRow {
  const { variant, base, verdict, baseMean, differenceMean, ci95 } = one;
  const known = baseMean !== null && baseMean !== 0 && differenceMean !== null;
  const ofBase = (value: number): number => (100 * value) / (baseMean ?? 1);
  const percent = known
    ? {
        mean: ofBase(differenceMean),
        low: ofBase(ci95?.[0] ?? differenceMean),
        high: ofBase(ci95?.[1] ?? differenceMean),
      }
    : null;
  const decimals = decimalsOf(baseMean);
  const interval = ci95 === null ? "" : ` (${signed(ci95[0], decimals)} to ${signed(ci95[1], decimals)})`;
  const text =
    differenceMean === null ? "—" : `${signed(differenceMean, decimals)}${interval} ${unit}`.trim();
  return { variant, base, verdict, percent, text };
}

/** Three figures of what the base comes to. */
export function decimalsOf(scale: number | null): number {
  const size = Math.abs(scale ?? 0);
  if (size >= 10 || size === 0) return 1;
  return size >= 1 ? 2 : 3;
}

/** With its sign, a real minus. */
export function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}

/** 5, 10, 20, 50 or 100, whichever the widest fits into; beyond, the next hundred. */
function roundUp(percent: number): number {
  return [5, 10, 20, 50, 100].find((one) => one >= percent) ?? 100 * Math.ceil(percent / 100);
}

/** Of each verdict a shape, so that none needs its colour. */
export const VERDICT_SIGN: Readonly<Record<StudyVerdict, string>> = {
  worse: "▼",
  better: "▲",
  "indistinguishable from noise": "○",
  "too few pairs": "·",
};

export const VERDICT_TEXT: Readonly<Record<StudyVerdict, string>> = {
  worse: "worse",
  better: "better",
  "indistinguishable from noise": "no difference shown",
  "too few pairs": "too few pairs",
};
