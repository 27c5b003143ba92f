import { defined } from "../assert.ts";
import type { EngineTables } from "../engine/configuration.ts";
import { forecastCount, laneDemands, streamFlows } from "../engine/demand.ts";
import type { Effect } from "../engine/effect.ts";
import type { Input, InputOf } from "../engine/input.ts";
import { trafficSnapshot } from "../engine/snapshot.ts";
import type { EngineState } from "../engine/state.ts";
import { currentMade } from "../forecast/series.ts";
import type { Mode } from "../model/mode.ts";
import { localTiming, scheduledPlan } from "../model/schedule.ts";
import { expectedDelaySeconds } from "../optimize/split-choice.ts";
import { HOUR_MS, type InstantMs, SECOND_MS } from "../units.ts";
import { type DetectorRecord, detectorsAfter } from "./detector-record.ts";

/** An instant of a run that is looked back on. */
export type PastInstant = {
  readonly at: InstantMs;
  readonly before: EngineState;
  readonly state: EngineState;
  readonly inputs: readonly Input[];
  readonly effects: readonly Effect[];
};

/** What an interval came to at an intersection. */
export type IntervalRecord = {
  readonly from: InstantMs;
  readonly until: InstantMs;
  readonly intersection: string;
  /** `null` where it changed meanwhile. */
  readonly mode: Mode | null;
  /** Vehicles that left; `null` where the interval was not watched whole. */
  readonly vehicles: number | null;
  /** Mean of the vehicles on its approaches, as the engine followed them by its detectors. */
  readonly vehiclesPresent: number;
  readonly greens: number;
  /** Of which somebody was left over who was due before they began. */
  readonly greensFailed: number;
  readonly movementsImputed: number;
  readonly leftToPlan: boolean;
};

/** A timing plan that was sent, and the one by time of day under the same forecast; expected seconds a vehicle (HCM delay). */
export type PlanRecord = {
  readonly at: InstantMs;
  readonly intersection: string;
  readonly ownSeconds: number;
  readonly scheduledSeconds: number;
};

/** A forecast and what came, vehicles an hour. */
export type ForecastRecord = {
  readonly from: InstantMs;
  readonly intersection: string;
  readonly movement: string;
  readonly expectedVehPerHour: number;
  readonly lowerVehPerHour: number;
  readonly upperVehPerHour: number;
  readonly countedVehPerHour: number;
};

/** A change of mode, of all intersections that were changed in the same breath. */
export type ModeChange = {
  readonly at: InstantMs;
  readonly intersections: readonly string[];
  readonly from: readonly Mode[];
  readonly to: Mode;
  readonly by: string;
  readonly reason: string;
};

/** What a run came to, as far as its journal tells. */
export type RunRecord = {
  readonly intervals: readonly IntervalRecord[];
  readonly plans: readonly PlanRecord[];
  readonly forecasts: readonly ForecastRecord[];
  readonly changes: readonly ModeChange[];
  readonly detectors: ReadonlyMap<string, DetectorRecord>;
  /** Of the open interval: by intersection, vehicles present summed over looks, and whether its mode changed. */
  readonly open: {
    readonly looks: number;
    readonly present: readonly number[];
    readonly modeChanged: ReadonlySet<string>;
  };
};

/** Between two looks at how many vehicles are there. */
const LOOK_MS = 10 * SECOND_MS;

export function startRecord(tables: EngineTables): RunRecord {
  const open = nothingSeen(tables);
  return { intervals: [], plans: [], forecasts: [], changes: [], detectors: new Map(), open };
}

function nothingSeen({ nodes }: EngineTables): RunRecord["open"] {
  return { looks: 0, present: nodes.map(() => 0), modeChanged: new Set() };
}

/** The record with one instant more. */
export function recorded(before: RunRecord, tables: EngineTables, instant: PastInstant): RunRecord {
  const changes = modeChanges(before.changes, tables, instant);
  const changed = new Set(before.open.modeChanged);
  for (const { id } of changedNodes(tables, instant)) changed.add(id);
  const open = looked({ ...before.open, modeChanged: changed }, tables, instant);
  const detectors = detectorsAfter(before.detectors, tables, instant);
  const plans = plansSent(tables, instant);
  const known = {
    ...before,
    changes,
    detectors,
    open,
    plans: plans.length === 0 ? before.plans : [...before.plans, ...plans],
  };
  const ended = instant.state.intervalStartsAt !== instant.before.intervalStartsAt;
  if (!ended) return known;
  return {
    ...known,
    intervals: [...before.intervals, ...intervalsEnded(open, tables, instant)],
    forecasts: [...before.forecasts, ...forecastsJudged(tables, instant)],
    open: nothingSeen(tables),
  };
}

function looked(
  open: RunRecord["open"],
  tables: EngineTables,
  { at, state }: PastInstant,
): RunRecord["open"] {
  if (at % LOOK_MS !== 0) return open;
  const onLink = new Map<string, number>();
  for (const { link, distanceMeters } of trafficSnapshot(state, tables).lanes) {
    onLink.set(link, (onLink.get(link) ?? 0) + distanceMeters.length);
  }
  const present = tables.nodes.map(({ lanes }, index) => {
    const links = new Set(lanes.lanes.map(({ link }) => link));
    const here = [...links].reduce((sum, link) => sum + (onLink.get(link) ?? 0), 0);
    return defined(open.present[index], "present") + here;
  });
  return { ...open, looks: open.looks + 1, present };
}

function intervalsEnded(
  { looks, present, modeChanged }: RunRecord["open"],
  tables: EngineTables,
  { before, state, at }: PastInstant,
): readonly IntervalRecord[] {
  return Array.from(state.nodes, (node, index): IntervalRecord => {
    const { id } = defined(tables.nodes[index], "tables");
    const { served, health } = node;
    const greens = served?.greens ?? [];
    return {
      from: before.intervalStartsAt,
      until: at,
      intersection: id,
      mode: modeChanged.has(id) ? null : node.mode,
      vehicles: served === null ? null : served.leftVehicles.reduce((sum, one) => sum + one, 0),
      vehiclesPresent: looks === 0 ? 0 : defined(present[index], "present") / looks,
      greens: greens.reduce((sum, one) => sum + one.greens, 0),
      greensFailed: greens.reduce((sum, one) => sum + one.failures, 0),
      movementsImputed: health.replaced.filter((vehicles) => vehicles !== null).length,
      leftToPlan: health.leftToPlan,
    };
  });
}

function forecastsJudged(tables: EngineTables, { before, state }: PastInstant): readonly ForecastRecord[] {
  const perHour = HOUR_MS / tables.configuration.intervalMs;
  return Array.from(state.nodes, (node, index) => {
    const own = defined(tables.nodes[index], "tables");
    return node.series.flatMap((series, movement): readonly ForecastRecord[] => {
      const made = currentMade(defined(before.nodes.at(index)?.series[movement], "series"));
      const counted = series.recent.at(-1);
      if (made === null || counted === undefined || Number.isNaN(counted)) return [];
      return [
        {
          from: before.intervalStartsAt,
          intersection: own.id,
          movement: defined(own.timing.intersection.movements[movement], "movement").id,
          expectedVehPerHour: made.mean * perHour,
          lowerVehPerHour: made.lower * perHour,
          upperVehPerHour: made.upper * perHour,
          countedVehPerHour: counted * perHour,
        },
      ];
    });
  }).flat();
}

/** Both plans under the forecast that the sent one was made for. */
function plansSent(tables: EngineTables, { state, effects }: PastInstant): readonly PlanRecord[] {
  return effects.flatMap((effect): readonly PlanRecord[] => {
    if (effect.kind !== "push") return [];
    const { plan, at } = effect;
    const index = defined(tables.nodeIndex.get(plan.intersection), plan.intersection);
    const own = defined(tables.nodes[index], "tables");
    const node = defined(state.nodes.at(index), "node");
    const { intervalMs, midnightAt } = tables.configuration;
    const lanes = laneDemands(own, streamFlows(own, node, intervalMs, forecastCount));
    const scheduled = localTiming(own.timing, scheduledPlan(own.timing.intersection, midnightAt, at));
    return [
      {
        at,
        intersection: own.id,
        ownSeconds: expectedDelaySeconds(own.timing, plan, lanes),
        scheduledSeconds: expectedDelaySeconds(own.timing, scheduled, lanes),
      },
    ];
  });
}

/** Those whose mode is another one than before the instant, those changed by the same word together. */
function modeChanges(
  before: readonly ModeChange[],
  tables: EngineTables,
  instant: PastInstant,
): readonly ModeChange[] {
  let changes = before;
  for (const { id: intersection, was, mode } of changedNodes(tables, instant)) {
    const { at, by, reason } = changedBy(instant.inputs, intersection, mode) ?? {
      at: instant.at,
      by: "engine",
      reason: `the time of mode ${was} was over`,
    };
    const last = changes.at(-1);
    const isSame = last?.at === at && last.to === mode && last.by === by && last.reason === reason;
    const next: ModeChange = {
      at,
      intersections: [...(isSame ? last.intersections : []), intersection],
      from: [...(isSame ? last.from : []), was],
      to: mode,
      by,
      reason,
    };
    changes = [...(isSame ? changes.slice(0, -1) : changes), next];
  }
  return changes;
}

/** Intersections whose mode an instant changed. */
function changedNodes(tables: EngineTables, { before, state }: PastInstant) {
  return Array.from(state.nodes, ({ mode }, index) => {
    const was = defined(before.nodes.at(index), "node").mode;
    return was === mode ? [] : [{ id: defined(tables.nodes[index], "tables").id, was, mode }];
  }).flat();
}

function changedBy(inputs: readonly Input[], intersection: string, mode: Mode) {
  return inputs.findLast(
    (input): input is InputOf<"mode"> =>
      input.kind === "mode" && input.intersection === intersection && input.mode === mode,
  );
}
