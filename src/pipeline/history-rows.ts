import type { EngineTables } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import { closedInterval, type IntervalRecord } from "../engine/interval-record.ts";
import type { EngineState } from "../engine/state.ts";
import type { DecisionRow, DetectorIntervalRow, ForecastRow, PlanRow, StoreRows } from "../ports/store.ts";
import type { InstantMs } from "../units.ts";

/** An instant, decided: what was before it and what came of it. */
export type DecidedAt = {
  readonly at: InstantMs;
  readonly before: EngineState;
  readonly state: EngineState;
  readonly tables: EngineTables;
  readonly effects: readonly Effect[];
};

/** What of an instant is to be remembered, as rows of the store. Events of controllers' logs go there past the engine. */
export function historyRows({ before, state, tables, effects, at }: DecidedAt): readonly StoreRows[] {
  const plans = planRows(effects, at);
  const interval = closedInterval(before, state, tables);
  const { intervalMs } = tables.configuration;
  const rows: readonly StoreRows[] = [
    { table: "plans", rows: plans },
    { table: "decisions", rows: effects.flatMap(decisionRow) },
    ...(interval === undefined
      ? []
      : [
          { table: "intervals" as const, rows: detectorRows(interval, intervalMs) },
          { table: "forecasts" as const, rows: forecastRows(interval, intervalMs) },
        ]),
  ];
  return rows.filter((one) => one.rows.length > 0);
}

function decisionRow(effect: Effect): readonly DecisionRow[] {
  if (effect.kind !== "decision") return [];
  const { at, intersection, level, id, content } = effect;
  return [{ at, intersection, level, id, content }];
}

/** Entries of the operators' log, at the instant at which they were told; a plan's content with the entry that says it was sent. */
function planRows(effects: readonly Effect[], at: InstantMs): readonly PlanRow[] {
  const pushed = new Map(
    effects.flatMap((effect) => (effect.kind === "push" ? [[effect.plan.id, effect.plan] as const] : [])),
  );
  return effects.flatMap((effect): readonly PlanRow[] => {
    if (effect.kind !== "log") return [];
    const { id: entry, intersection, topic, priority, text, reason, plan, status, answer } = effect.entry;
    const content = status === "pushed" ? pushed.get(plan ?? "") : undefined;
    return [
      {
        at,
        intersection: intersection ?? "",
        id: plan ?? "",
        kind: topic,
        status: status ?? "",
        text,
        content: content === undefined ? null : JSON.stringify(content),
        entry,
        priority,
        reason,
        answer,
      },
    ];
  });
}

function detectorRows(
  { beganAt, intersections }: IntervalRecord,
  intervalMs: number,
): readonly DetectorIntervalRow[] {
  return intersections.flatMap(({ id: intersection, detectors }) =>
    detectors.map(({ id: detector, vehicles, occupancyRatio, quality }) => {
      return { at: beganAt, intersection, detector, intervalMs, vehicles, occupancyRatio, quality };
    }),
  );
}

/** Forecasts are made as the interval begins. */
function forecastRows(
  { beganAt, intersections }: IntervalRecord,
  intervalMs: number,
): readonly ForecastRow[] {
  return intersections.flatMap(({ id: intersection, forecasts }) =>
    forecasts.map(({ movement, made, counted }) => {
      const { mean: vehicles, lower: low, upper: high } = made;
      return {
        at: beganAt,
        intersection,
        movement,
        madeAt: beganAt,
        intervalMs,
        vehicles,
        low,
        high,
        counted,
      };
    }),
  );
}
