import { defined } from "../assert.ts";
import { FORECAST_MODELS } from "../forecast/online-choice.ts";
import { currentMade, laterMade, madeLately, type ForecastSeries, type Made } from "../forecast/series.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import type {
  Counter,
  DetectorHealthView,
  FlowForecastView,
  IntersectionDetail,
  IntersectionLive,
  MovementForecastView,
  ShadowView,
  TimingView,
} from "../protocol/live.ts";
import { timingOf } from "../model/schedule.ts";
import { HOUR_MS } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { approachWarnings, congestionScores } from "./congestion.ts";
import { decisionView } from "./decision-view.ts";
import { operatingView } from "./operating-view.ts";
import type { ShadowScore } from "./shadow.ts";
import type { EngineState, NodeState, PlanRecord } from "./state.ts";

/** The intersections as the console's `frame` shows them. */
export function liveView(state: EngineState, tables: EngineTables): readonly IntersectionLive[] {
  return Array.from(state.nodes, (node, index) => {
    const { street } = node;
    return {
      id: defined(tables.nodes[index], "tables").id,
      linked: node.linked,
      mode: node.mode,
      stateAt: street?.at ?? null,
      operation: street?.operation ?? null,
      source: street?.source ?? null,
      plan: street?.plan ?? null,
      stage: street?.stage ?? null,
      coordination: street?.coordination ?? null,
      cycleStartAt: street?.cycleStartAt ?? null,
      lamps: street?.lamps ?? "",
      walk: street?.walk ?? "",
    };
  });
}

/** One intersection as the console's `detail` shows it. */
export function detailView(state: EngineState, tables: EngineTables, index: number): IntersectionDetail {
  const node = defined(state.nodes.at(index), "node");
  const own = defined(tables.nodes[index], "tables");
  return {
    id: own.id,
    running: runningView(node, own),
    next: nextView(node, own),
    proposal: proposalView(node, own),
    shadow: shadowView(node.score),
    decision: decisionView(node, own),
    movements: node.series.map((series, movement) =>
      movementView(state, tables, node, own, series, movement),
    ),
    warnings: approachWarnings(state, tables, index).map(({ link, kind, from, probability }) => ({
      link,
      kind,
      from,
      probability,
    })),
    detectors: detectorViews(node, own),
    operating: operatingView(node, own, state.now),
  };
}

function detectorViews({ health }: NodeState, own: NodeTables): readonly DetectorHealthView[] {
  return health.detectors.flatMap(({ state, since, finding }, detector): readonly DetectorHealthView[] => {
    if (state === "good" || finding === null) return [];
    const { rule, reason } = finding;
    return [{ detector: defined(own.health.ids[detector], "detector"), state, since, fault: rule, reason }];
  });
}

function runningView({ street, plans }: NodeState, { timing }: NodeTables): TimingView | null {
  if (street === null) return null;
  const record = plans.find(({ plan }) => plan.id === street.plan);
  if (record !== undefined) return planView(timing, record);
  const local = timing.intersection.plans.find(({ id }) => id === street.plan);
  if (local === undefined) return null;
  return {
    id: local.id,
    source: "local",
    ...timingView(timing, timingOf(local)),
    reason: "Local plan by time of day",
    status: "local",
    effectiveAt: null,
    validUntil: null,
  };
}

/** The newest plan that is on its way; none when the newest one already runs. */
function nextView({ street, plans }: NodeState, { timing }: NodeTables): TimingView | null {
  const newest = plans.at(-1);
  if (newest === undefined || newest.plan.id === street?.plan) return null;
  return newest.status === "pushed" || newest.status === "accepted" ? planView(timing, newest) : null;
}

function proposalView({ proposal }: NodeState, { timing }: NodeTables): TimingView | null {
  if (proposal === null) return null;
  const { id, timing: proposed, reason, expiresAt } = proposal;
  return {
    id,
    source: "engine",
    ...timingView(timing, proposed),
    reason,
    status: "proposed",
    effectiveAt: null,
    validUntil: expiresAt,
  };
}

/** The score as means; those of several intersections are of the sum of their scores. */
export function shadowView(score: ShadowScore): ShadowView | null {
  const { decisions, costed, plans } = score;
  if (decisions === 0 && plans === 0) return null;
  return {
    decisions,
    agreedShare: mean(score.agreed, decisions),
    ownCostVehSeconds: mean(score.ownCostVehSeconds, costed),
    streetCostVehSeconds: mean(score.streetCostVehSeconds, costed),
    plans,
    ownDelaySeconds: mean(score.ownDelaySeconds, plans),
    runningDelaySeconds: mean(score.runningDelaySeconds, plans),
  };
}

/** The scores of all intersections that have one, by id. */
export function shadowViews(
  { nodes }: EngineState,
  tables: EngineTables,
): Readonly<Record<string, ShadowView>> {
  return Object.fromEntries(
    Array.from(nodes, ({ score }, index) => {
      const view = shadowView(score);
      return view === null ? [] : [[defined(tables.nodes[index], "tables").id, view] as const];
    }).flat(),
  );
}

function mean(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round((sum / count) * 1000) / 1000;
}

function planView(table: TimingTable, { plan, status, effectiveAt }: PlanRecord): TimingView {
  return {
    id: plan.id,
    source: "engine",
    ...timingView(table, plan),
    reason: plan.reason,
    status,
    effectiveAt,
    validUntil: plan.validUntil,
  };
}

function timingView(table: TimingTable, { cycleMs, offsetMs, stages }: CycleTiming) {
  return {
    cycleMs,
    offsetMs,
    stages: stages.map(({ stage, splitMs }, slot) => {
      const next = defined(stages[(slot + 1) % stages.length], "next stage").stage;
      const from = defined(table.stageIndex.get(stage), stage);
      const to = defined(table.stageIndex.get(next), next);
      return { stage, splitMs, intergreenMs: defined(table.intergreenMs[from]?.[to], "intergreen") };
    }),
  };
}

const HISTORY_MS = 2 * HOUR_MS;

function movementView(
  state: EngineState,
  tables: EngineTables,
  node: NodeState,
  own: NodeTables,
  series: ForecastSeries,
  movement: number,
): MovementForecastView {
  const { intervalMs } = tables.configuration;
  const perHour = (vehicles: number): number => Math.round((vehicles * HOUR_MS) / intervalMs);
  const perHourOrNull = (vehicles: number | null): number | null =>
    vehicles === null ? null : perHour(vehicles);
  const lanes = own.lanes.streams.flatMap((stream) => (stream.movement === movement ? [stream.lane] : []));
  const degrees = lanes.flatMap((lane) => node.degreeOfSaturation[lane] ?? []);
  const recent = series.recent.slice(-Math.ceil(HISTORY_MS / intervalMs));
  // As many as `recent`, or as are kept.
  const made = madeLately(series, recent.length);
  return {
    movement: defined(own.timing.intersection.movements[movement], "movement").id,
    history: recent.map((vehicles, position) => ({
      from: state.intervalStartsAt - (recent.length - position) * intervalMs,
      vehPerHour: Number.isNaN(vehicles) ? null : perHour(vehicles),
      forecast: forecastView(made[position - recent.length + made.length] ?? null, perHour),
    })),
    nextFrom: series.recent.length > 0 ? state.intervalStartsAt : null,
    next: forecastView(currentMade(series), perHour),
    later: laterMade(series).map((later) => flowForecast(later, perHour)),
    imputedVehPerHour: perHourOrNull(node.health.replaced[movement] ?? null),
    model: series.choice.chosen,
    errors: FORECAST_MODELS.map((model) => ({
      model,
      meanAbsoluteVehPerHour: perHourOrNull(series.choice.errors[model]?.meanAbsolute ?? null),
    })),
    drift: series.pattern.deviation.alarm,
    degreeOfSaturation: degrees.length > 0 ? Math.max(...degrees) : null,
  };
}

/** How what was expected of approaches for the next interval came true, as far as detectors could tell. */
function congestionCounters(state: EngineState): readonly Counter[] {
  const [next] = congestionScores(state);
  if (next === undefined) return [];
  const { oversaturated, spillback } = next;
  const of = (outcome: "hits" | "misses" | "falseAlarms"): number =>
    oversaturated[outcome] + spillback[outcome];
  return [
    { name: "congestionHits", label: "congestion warnings that came true", value: of("hits") },
    { name: "congestionMisses", label: "congestion without a warning", value: of("misses") },
    { name: "congestionFalseAlarms", label: "congestion warnings in vain", value: of("falseAlarms") },
  ];
}

function forecastView(made: Made | null, perHour: (vehicles: number) => number): FlowForecastView | null {
  return made === null ? null : flowForecast(made, perHour);
}

function flowForecast(made: Made, perHour: (vehicles: number) => number): FlowForecastView {
  const { lower, upper } = made;
  return { vehPerHour: perHour(made.mean), lowerVehPerHour: perHour(lower), upperVehPerHour: perHour(upper) };
}

export function failedDetectors({ health }: NodeState): number {
  return health.detectors.filter(({ state }) => state === "failed").length;
}

/** Counters for the status bar: what came in, what was dropped and why, what went out. */
export function counters(state: EngineState): readonly Counter[] {
  const total = (pick: (node: NodeState) => number): number => {
    let sum = 0;
    for (const node of state.nodes) sum += pick(node);
    return sum;
  };
  const { counts } = state;
  return [
    { name: "detectionsReceived", label: "detections", value: counts.detectionsReceived },
    {
      name: "lateEvents",
      label: "late detections dropped",
      value: total(({ cleaning }) => cleaning.counts.lateEvents),
    },
    {
      name: "duplicateFrames",
      label: "duplicate frames dropped",
      value: total(({ cleaning }) => cleaning.counts.duplicateFrames),
    },
    {
      name: "missingFrames",
      label: "frames missing",
      value: total(({ cleaning }) => cleaning.counts.missingFrames),
    },
    {
      name: "repairedEvents",
      label: "lost on or off repaired",
      value: total(({ cleaning }) => cleaning.counts.repairedEvents),
    },
    {
      name: "unknownDetectors",
      label: "unknown detectors",
      value: total(({ cleaning }) => cleaning.counts.unknownDetectors),
    },
    { name: "forecasts", label: "forecasts", value: counts.forecasts },
    { name: "countsImputed", label: "counts imputed", value: counts.countsImputed },
    {
      name: "plansWaiting",
      label: "timing plans waiting for approval",
      value: total(({ proposal }) => (proposal === null ? 0 : 1)),
    },
    { name: "plansPushed", label: "plans pushed", value: counts.plansPushed },
    { name: "plansAccepted", label: "plans accepted", value: counts.plansAccepted },
    { name: "plansApplied", label: "plans applied", value: counts.plansApplied },
    { name: "schedulesPushed", label: "stage schedules pushed", value: counts.schedulesPushed },
    { name: "schedulesApplied", label: "stage schedules applied", value: counts.schedulesApplied },
    {
      name: "schedulesRefused",
      label: "stage schedules refused",
      value: counts.schedulesRefused + counts.schedulesRefusedByGate,
    },
    {
      name: "shadowDecisions",
      label: "stage decisions shown and compared",
      value: total(({ score }) => score.decisions),
    },
    { name: "shadowAgreed", label: "of them as the street did", value: total(({ score }) => score.agreed) },
    { name: "plansRefused", label: "plans refused", value: counts.plansRefused + counts.plansRefusedByGate },
    { name: "readbackMismatches", label: "read-back mismatches", value: counts.readbackMismatches },
    {
      name: "detectorsFailed",
      label: "detectors failed",
      value: total(failedDetectors),
    },
    ...congestionCounters(state),
    { name: "alarms", label: "alarms", value: counts.alarms },
  ];
}
