import { type Mark, svgPlot } from "../../../src/plot/svg-plot.ts";
import type { Band, DetailReport, ProfileBand } from "../detail-report.ts";

/** Told apart by those who see colours otherwise too (Okabe and Ito); the base is grey. */
const COLOURS = ["#6e7781", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;

export function colourOf(place: number): string {
  return COLOURS[place === 0 ? 0 : 1 + ((place - 1) % (COLOURS.length - 1))] ?? COLOURS[0];
}

type Told = {
  readonly title: string;
  readonly yTitle: string;
  readonly of: (interval: ProfileBand) => Band;
  /** What a value is multiplied with to be told. */
  readonly factor: number;
};

const LOST: Told = {
  title: "Time lost by everybody, in five minutes",
  yTitle: "vehicle-minutes",
  of: ({ lostVehSeconds }) => lostVehSeconds,
  factor: 1 / 60,
};
const VEHICLES: Told = {
  title: "Vehicles on the road or waiting to enter",
  yTitle: "vehicles",
  of: ({ vehiclesMean }) => vehiclesMean,
  factor: 1,
};

/** Time lost, and vehicles, over the run: the mean over the seeds and its 95 % interval. Nothing where it was not measured. */
export function profilePlots(
  { profiles }: DetailReport,
  arms: readonly string[],
  beginSeconds: number,
): { readonly lost: string; readonly vehicles: string } {
  const drawn = (told: Told): string => {
    const intervals = arms.flatMap((arm) => profiles[arm] ?? []);
    if (intervals.length === 0) return "";
    return svgPlot({
      title: told.title,
      xTitle: "local time at which the interval begins",
      yTitle: told.yTitle,
      yRange: [0, 0],
      xTicks: clockTicks(
        intervals.map(({ fromSeconds }) => fromSeconds),
        beginSeconds,
      ),
      marks: [
        ...arms.map((arm, place) => bandOf(profiles[arm] ?? [], told, colourOf(place))),
        ...arms.map((arm, place) => lineOf(arm, profiles[arm] ?? [], told, colourOf(place))),
      ],
    });
  };
  return { lost: drawn(LOST), vehicles: drawn(VEHICLES) };
}

function bandOf(intervals: readonly ProfileBand[], { of, factor }: Told, colour: string): Mark {
  const points = intervals.flatMap((interval) => {
    const { ci95 } = of(interval);
    return ci95 === null
      ? []
      : [{ x: interval.fromSeconds, lower: Math.max(0, ci95[0]) * factor, upper: ci95[1] * factor }];
  });
  return { kind: "band", label: "", colour: `${colour}33`, points };
}

function lineOf(
  label: string,
  intervals: readonly ProfileBand[],
  { of, factor }: Told,
  colour: string,
): Mark {
  const points = intervals.map((interval) => ({ x: interval.fromSeconds, y: of(interval).mean * factor }));
  return { kind: "line", label, colour, points };
}

/** At most so many labels fit beside each other. */
const LABELS_MAX = 13;

/** The begin of some of the intervals as a time of day. */
function clockTicks(
  seconds: readonly number[],
  beginSeconds: number,
): readonly { readonly x: number; readonly text: string }[] {
  const all = [...new Set(seconds)].toSorted((left, right) => left - right);
  const each = Math.ceil(all.length / LABELS_MAX);
  return all.filter((_, index) => index % each === 0).map((x) => ({ x, text: clockText(beginSeconds + x) }));
}

/** `HH:MM` of seconds since midnight. */
export function clockText(seconds: number): string {
  const minutes = Math.floor(seconds / 60) % (24 * 60);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Round times of day between two instants of the run, few enough to be read beside each other. */
export function roundTimes(
  fromSeconds: number,
  untilSeconds: number,
  beginSeconds: number,
): readonly { readonly seconds: number; readonly text: string }[] {
  const step = ROUND_STEPS.find((one) => (untilSeconds - fromSeconds) / one <= TIMES_MAX) ?? 6 * 3600;
  const first = Math.ceil((beginSeconds + fromSeconds) / step);
  const last = Math.floor((beginSeconds + untilSeconds) / step);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const seconds = (first + index) * step;
    return { seconds: seconds - beginSeconds, text: clockText(seconds) };
  });
}

const ROUND_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 2 * 3600];
const TIMES_MAX = 7;
