import type { Intersection } from "../../model/intersection.ts";
import type {
  ArrivalsRow,
  BinMeasures,
  DelayRow,
  FailureRow,
  PedestrianRow,
  SplitRow,
  Termination,
} from "./performance-rows.ts";

export type BinPoint = { readonly from: number; readonly value: number | null };
export type BinSeries = readonly BinPoint[];

/** A measure by bin, of one phase or of all. */
export type BinChart = {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly series: BinSeries;
  /** A second line of the same bins. */
  readonly also: { readonly name: string; readonly series: BinSeries } | null;
  /** Value that means something by itself, drawn as a line across. */
  readonly mark: number | null;
  readonly note: string;
};

type Streets = Pick<Intersection, "movements" | "phases">;

/** Rows of each bin, in the order of time. */
function binned<Row extends { readonly from: number }>(
  rows: readonly Row[],
): readonly (readonly [number, readonly Row[]])[] {
  const bins = new Map<number, Row[]>();
  for (const row of rows) {
    const own = bins.get(row.from);
    if (own === undefined) bins.set(row.from, [row]);
    else own.push(row);
  }
  return [...bins].toSorted(([one], [other]) => one - other);
}

function sum<Row>(rows: readonly Row[], valueOf: (row: Row) => number | null): number | null {
  const known = rows.map(valueOf).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function most<Row>(rows: readonly Row[], valueOf: (row: Row) => number | null): number | null {
  const known = rows.map(valueOf).filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** One number over another; null of nothing, and where one of them is not known. */
function over(part: number | null, whole: number | null, times = 1): number | null {
  return part === null || whole === null || whole === 0 ? null : (times * part) / whole;
}

/** Mean with weights over the rows of a bin: rows without either are left out. */
function meanOf<Row>(
  valueOf: (row: Row) => number | null,
  weightOf: (row: Row) => number | null,
): (own: readonly Row[]) => number | null {
  return (own) => {
    const known = own.filter((row) => valueOf(row) !== null && weightOf(row) !== null);
    return over(
      sum(known, (row) => (valueOf(row) ?? 0) * (weightOf(row) ?? 0)),
      sum(known, weightOf),
    );
  };
}

/** The phase whose stop-line loops a row of turning counts is of; null where its movements are not known. */
export function phaseOfTurn(
  { movements }: Pick<Streets, "movements">,
  { approach, movement }: { readonly approach: string; readonly movement: string },
): string | null {
  const turns = movement.split("+");
  const own = movements.filter(({ fromLink, turn }) => fromLink === approach && turns.includes(turn));
  return (own.find(({ turn }) => turn === "through") ?? own[0])?.phase ?? null;
}

/** Vehicles an hour that a phase's lanes let go in full green. */
export function saturationVehPerHour({ movements }: Pick<Streets, "movements">, phase: string): number {
  const own = movements.filter((movement) => movement.phase === phase);
  return [...new Set(own.flatMap(({ fromLanes }) => fromLanes))].reduce((total, lane) => {
    const flows = own
      .filter(({ fromLanes }) => fromLanes.includes(lane))
      .map(({ saturationFlowVehPerHour }) => saturationFlowVehPerHour);
    return total + flows.reduce((all, flow) => all + flow, 0) / flows.length;
  }, 0);
}

/** Degree of saturation of each phase by bin: counted at the stop line over what the green that was shown lets go. */
function saturations(
  measures: BinMeasures,
  streets: Streets,
): readonly { from: number; phase: string; value: number | null }[] {
  return measures["green-utilisation"].map(({ from, phase, greens, greenMeanSeconds }) => {
    const counted = sum(
      measures["turning-counts"].filter((row) => row.from === from && phaseOfTurn(streets, row) === phase),
      ({ vehicles }) => vehicles,
    );
    const greenHours =
      greens === null || greenMeanSeconds === null ? null : (greens * greenMeanSeconds) / 3_600;
    const capacity = greenHours === null ? null : greenHours * saturationVehPerHour(streets, phase);
    return { from, phase, value: over(counted, capacity) };
  });
}

export type Bins = {
  readonly binMinutes: number;
  /** Until when the log had come: a bin that was not over then is no bin with fewer vehicles, and left out. */
  readonly until: number;
};

/** What the charts are drawn of: rows of bins that are over, of one phase or of all. */
type Chosen = {
  readonly measures: BinMeasures;
  readonly streets: Streets;
  readonly phase: string | null;
  readonly binMinutes: number;
  readonly isOver: (row: { readonly from: number }) => boolean;
};

/** The measures by bin that have a chart each; `phase` null for the whole intersection. */
export function binCharts(
  measures: BinMeasures,
  streets: Streets,
  phase: string | null,
  { binMinutes, until }: Bins,
): readonly BinChart[] {
  const isOver: Chosen["isOver"] = ({ from }) => from + binMinutes * 60_000 <= until;
  const chosen = { measures, streets, phase, binMinutes, isOver };
  return [...arrivalCharts(chosen), ...loadCharts(chosen), pedestrianChart(chosen)];
}

function chart(
  [id, title, unit]: readonly [id: string, title: string, unit: string],
  series: BinSeries,
  rest: Partial<Pick<BinChart, "also" | "mark" | "note">> = {},
): BinChart {
  return { id, title, unit, series, also: null, mark: null, note: "", ...rest };
}

/** A value of each bin out of the rows of the phase that is chosen, or of all. */
function ofPhase<Row extends { readonly from: number; readonly phase: string }>(
  { phase, isOver }: Chosen,
  rows: readonly Row[],
  valueOf: (own: readonly Row[]) => number | null,
): BinSeries {
  const own = rows.filter((row) => isOver(row) && (phase === null || row.phase === phase));
  return binned(own).map(([from, inBin]) => ({ from, value: valueOf(inBin) }));
}

/** A sum over another one, over the rows of a bin. */
function shareOf<Row>(
  partOf: (row: Row) => number | null,
  wholeOf: (row: Row) => number | null,
  times = 1,
): (own: readonly Row[]) => number | null {
  return (own) => over(sum(own, partOf), sum(own, wholeOf), times);
}

/** How vehicles came, and what they met. */
function arrivalCharts(chosen: Chosen): readonly BinChart[] {
  const { measures, phase } = chosen;
  const delay = shareOf<DelayRow>(
    (row) => row.delaySeconds,
    (row) => row.vehicles,
  );
  const failed = shareOf<FailureRow>(
    (row) => row.failures,
    (row) => row.cycles,
    100,
  );
  const onGreen = shareOf<ArrivalsRow>(
    (row) => row.onGreen,
    (row) => row.arrivals,
    100,
  );
  const platoon = meanOf<ArrivalsRow>(
    (row) => row.platoonRatio,
    (row) => row.arrivals,
  );
  return [
    chart(["delay", "Approach delay", "s/veh"], ofPhase(chosen, measures["approach-delay"], delay), {
      note: "arrivals on red, without queues",
    }),
    chart(["failures", "Split failures", "% of cycles"], ofPhase(chosen, measures["split-failure"], failed), {
      note: "GOR and ROR5 80 % or more",
    }),
    chart(["aog", "Arrivals on green", "%"], ofPhase(chosen, measures.aog, onGreen)),
    chart(["platoon", "Platoon ratio", ""], ofPhase(chosen, measures.aog, platoon), {
      mark: 1,
      note: phase === null ? "phases by arrivals; 1: by chance" : "1: by chance",
    }),
  ];
}

/** How many vehicles there were, and where they stood. */
function loadCharts(chosen: Chosen): readonly BinChart[] {
  const { measures, streets, phase, binMinutes, isOver } = chosen;
  const turning = measures["turning-counts"].map((row) => ({
    ...row,
    phase: phaseOfTurn(streets, row) ?? "",
  }));
  const own = streets.movements.filter((movement) => phase === null || movement.phase === phase);
  const longest = (kind: string, links: ReadonlySet<string>): BinSeries =>
    binned(measures.queues.filter((row) => isOver(row) && row.kind === kind && links.has(row.approach))).map(
      ([from, inBin]) => ({ from, value: most(inBin, (row) => row.longestSeconds) }),
    );
  const volume = ofPhase(chosen, turning, (rows) =>
    over(
      sum(rows, (row) => row.vehicles),
      binMinutes,
      60,
    ),
  );
  const saturation = ofPhase(chosen, saturations(measures, streets), (rows) =>
    most(rows, ({ value }) => value),
  );
  return [
    chart(["volume", "Volume", "veh/h"], volume, { note: "at the stop lines" }),
    chart(["saturation", "Volume to capacity", ""], saturation, {
      mark: 1,
      note: phase === null ? "the fullest phase" : "of the green shown",
    }),
    chart(["queue", "Queue", "s"], longest("queue", new Set(own.map(({ fromLink }) => fromLink))), {
      note: "longest on an advance loop",
    }),
    chart(["spillback", "Spillback", "s"], longest("spillback", new Set(own.map(({ toLink }) => toLink))), {
      note: "longest on an exit's loop",
    }),
  ];
}

function pedestrianChart(chosen: Chosen): BinChart {
  const rows = chosen.measures["pedestrian-delay"];
  const mean = meanOf<PedestrianRow>(
    (row) => row.delayMeanSeconds,
    (row) => row.served,
  );
  const longest = ofPhase(chosen, rows, (own) => most(own, (row) => row.delayMaxSeconds));
  return chart(["pedestrians", "Pedestrian delay", "s"], ofPhase(chosen, rows, mean), {
    also: { name: "longest", series: longest },
    note: "mean, dashed the longest",
  });
}

export type SplitSummary = {
  readonly splits: number;
  readonly meanSeconds: number;
  /** Nearest rank. */
  readonly percentile85Seconds: number;
  readonly percent: Readonly<Record<Termination, number>>;
};

/** The split monitor's figures of one phase; null where it was not served. */
export function splitSummary(splits: readonly SplitRow[]): SplitSummary | null {
  if (splits.length === 0) return null;
  const lengths = splits.map(({ splitSeconds }) => splitSeconds).toSorted((one, other) => one - other);
  const share = (why: Termination): number =>
    (100 * splits.filter(({ termination }) => termination === why).length) / splits.length;
  return {
    splits: splits.length,
    meanSeconds: lengths.reduce((total, length) => total + length, 0) / lengths.length,
    percentile85Seconds: lengths[Math.ceil(0.85 * lengths.length) - 1] ?? 0,
    percent: {
      gapOut: share("gapOut"),
      maxOut: share("maxOut"),
      forceOff: share("forceOff"),
      unknown: share("unknown"),
    },
  };
}

export type PlanStretch = { readonly pattern: number; readonly from: number; readonly to: number };

/** For how long each pattern ran, as the served splits tell it; the last one up to `to`. */
export function planStretches(splits: readonly SplitRow[], to: number): readonly PlanStretch[] {
  const stretches: { pattern: number; from: number; to: number }[] = [];
  for (const { at, pattern } of splits) {
    if (pattern === null) continue;
    const last = stretches.at(-1);
    if (last?.pattern === pattern) continue;
    if (last !== undefined) last.to = at;
    stretches.push({ pattern, from: at, to });
  }
  return stretches;
}

/** The mean of a series over the bins that begin in a stretch of time; null of nothing. */
export function meanWithin(series: BinSeries, from: number, to: number): number | null {
  const known = series.filter((point) => point.from >= from && point.from < to);
  return over(
    sum(known, ({ value }) => value),
    known.filter(({ value }) => value !== null).length,
  );
}
