import { type ApiAnswer, getJson } from "../../data/api.ts";
import {
  type ArrivalMeasures,
  BIN_NAMES,
  type BinMeasures,
  EVENT_NAMES,
  type EventMeasures,
  type ForecastErrorRow,
} from "../../data/performance-rows.ts";
import {
  type Comparison,
  comparedWindow,
  type MeasureWindow,
  windowAt,
  type WindowName,
} from "../../data/performance-window.ts";
import { type Polled, usePolled } from "../../data/polled.ts";

/** Measures of one intersection over a window. */
export type Measured<Measures> = {
  readonly intersection: string;
  readonly window: MeasureWindow;
  /** Run time when it was asked for. */
  readonly at: number;
  readonly measures: Measures;
};

export type ComparedMeasures = Measured<BinMeasures> & { readonly earlierMs: number };

export type ForecastErrors = { readonly intersection: string; readonly rows: readonly ForecastErrorRow[] };

export type PerformanceData = {
  readonly bins: Polled<Measured<BinMeasures>>;
  readonly events: Polled<Measured<EventMeasures>>;
  readonly arrivals: Polled<Measured<ArrivalMeasures>>;
  readonly compared: Polled<ComparedMeasures>;
  readonly forecasts: Polled<ForecastErrors>;
};

const POLL_MS = 15_000;
/** Of what is long or changes little. */
const POLL_SLOWLY_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Asks for what the charts of an intersection show, again and again; each kind on its own, so that none waits for another. */
export function usePerformance(
  intersection: string,
  name: WindowName,
  comparison: Comparison,
): PerformanceData {
  const pollMs = name === "15min" || name === "1h" ? POLL_MS : POLL_SLOWLY_MS;
  const start = usePolled(name === "start" ? intersection : null, 10 * POLL_SLOWLY_MS, (now, signal) =>
    readStart(intersection, now, signal),
  );
  const startAt = start.value;
  // The begin of the log is asked for first; a window of an hour stands until it is known.
  const question = `${intersection} ${name} ${name === "start" ? (startAt ?? "") : ""}`;
  const read =
    <Measures>(names: readonly string[]) =>
    async (now: number, signal: AbortSignal): Promise<ApiAnswer<Measured<Measures>>> =>
      await readMeasures<Measures>(intersection, windowAt(name, now, startAt), now, names, signal);
  const bins = usePolled(question, pollMs, read<BinMeasures>(BIN_NAMES));
  const events = usePolled(question, pollMs, read<EventMeasures>(EVENT_NAMES));
  const arrivals = usePolled(question, pollMs, read<ArrivalMeasures>(["pcd"]));
  const compared = usePolled<ComparedMeasures>(
    comparison === "none" ? null : `${question} ${comparison}`,
    POLL_SLOWLY_MS,
    async (now, signal) => {
      const earlier = comparedWindow(windowAt(name, now, startAt), comparison);
      if (earlier === null) return { ok: false, fault: { status: 0, message: "nothing to compare with" } };
      const answer = await readMeasures<BinMeasures>(intersection, earlier, now, BIN_NAMES, signal);
      return answer.ok ? { ok: true, value: { ...answer.value, earlierMs: earlier.earlierMs } } : answer;
    },
  );
  const forecasts = usePolled(question, POLL_SLOWLY_MS, async (now, signal) => {
    const { from, to } = windowAt(name, now, startAt);
    const path = `api/forecast-errors/${encodeURIComponent(intersection)}?from=${from}&to=${to}`;
    return await getJson<ForecastErrors>(path, signal);
  });
  return {
    bins: ofIntersection(bins, intersection),
    events: ofIntersection(events, intersection),
    arrivals: ofIntersection(arrivals, intersection),
    compared: comparison === "none" ? { ...compared, value: null } : ofIntersection(compared, intersection),
    forecasts: ofIntersection(forecasts, intersection),
  };
}

/** An answer about another intersection is no picture of this one. */
function ofIntersection<Value extends { readonly intersection: string }>(
  polled: Polled<Value>,
  intersection: string,
): Polled<Value> {
  return polled.value === null || polled.value.intersection === intersection
    ? polled
    : { ...polled, value: null, asOf: null };
}

export async function readMeasures<Measures>(
  intersection: string,
  window: MeasureWindow,
  at: number,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ApiAnswer<Measured<Measures>>> {
  const { from, to, binMinutes } = window;
  const query = `names=${names.join(",")}&from=${from}&to=${to}&binMinutes=${binMinutes}`;
  const path = `api/measures/${encodeURIComponent(intersection)}?${query}`;
  const answer = await getJson<{ readonly measures: Measures }>(path, signal);
  return answer.ok
    ? { ok: true, value: { intersection, window, at, measures: answer.value.measures } }
    : answer;
}

/** When the log of the last day begins, to the hour. */
async function readStart(intersection: string, now: number, signal: AbortSignal): Promise<ApiAnswer<number>> {
  type HasData = {
    readonly "has-data": readonly { readonly from: number; readonly events: number | null }[];
  };
  const to = Math.ceil(now / HOUR_MS) * HOUR_MS;
  const window = { from: to - 24 * HOUR_MS, to, binMinutes: 60 };
  const answer = await readMeasures<HasData>(intersection, window, now, ["has-data"], signal);
  if (!answer.ok) return answer;
  const first = answer.value.measures["has-data"].find(({ events }) => (events ?? 0) > 0);
  return { ok: true, value: first?.from ?? to - HOUR_MS };
}
