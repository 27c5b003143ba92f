import { EVENT_CODE } from "../model/event-code.ts";
import { headName, type MeasureConfiguration, OVERLAP_KEY } from "./configuration.ts";
import {
  byBin,
  type Facts,
  headOf,
  ifCovered,
  keep,
  maxOf,
  type Measure,
  type MeasureEvent,
  meanOf,
  noFacts,
  ratio,
  within,
} from "./measure.ts";

type Service = {
  /** Begin of walk. */
  readonly at: number;
  readonly head: number;
  /** First actuation since the walk before; `null` where walk came without one. */
  readonly actuatedAt: number | null;
  /** First registered call (45) since the walk before. */
  readonly calledAt: number | null;
};

type Press = { readonly at: number; readonly head: number; readonly unique: boolean };
type Green = { readonly at: number; readonly head: number };

type PedestrianState = {
  readonly configuration: MeasureConfiguration;
  /** First actuation and first registered call since the last walk. */
  readonly actuated: Map<number, number>;
  readonly called: Map<number, number>;
  readonly lastPress: Map<number, number>;
  readonly services: Facts<Service>;
  readonly presses: Facts<Press>;
  readonly greens: Facts<Green>;
  /** Heads with walk or a push button. */
  readonly seen: Set<number>;
};

/** An actuation after a longer pause is somebody else's. */
const UNIQUE_MS = 15_000;
/** From this share of greens with walk on, walk counts as recalled (UDOT's default). */
const RECALL_SHARE = 0.75;

function start(configuration: MeasureConfiguration): PedestrianState {
  const { keepMs } = configuration;
  return {
    configuration,
    actuated: new Map(),
    called: new Map(),
    lastPress: new Map(),
    services: noFacts(keepMs),
    presses: noFacts(keepMs),
    greens: noFacts(keepMs),
    seen: new Set(),
  };
}

function next(state: PedestrianState, { at, code, parameter }: MeasureEvent): void {
  switch (code) {
    case EVENT_CODE.pedestrianDetectorOn:
      press(state, state.configuration.pedestrianChannels.get(parameter) ?? parameter, at);
      return;
    case EVENT_CODE.pedestrianCall:
      if (!state.called.has(parameter)) state.called.set(parameter, at);
      return;
    case EVENT_CODE.beginWalk:
      walk(state, parameter, at);
      return;
    case EVENT_CODE.overlapWalk:
      walk(state, OVERLAP_KEY + parameter, at);
      return;
    case EVENT_CODE.beginGreen:
      keep(state.greens, { at, head: parameter }, at);
      return;
    default:
  }
}

function press(state: PedestrianState, head: number, at: number): void {
  const before = state.lastPress.get(head);
  state.lastPress.set(head, at);
  state.seen.add(head);
  keep(state.presses, { at, head, unique: before === undefined || at - before > UNIQUE_MS }, at);
  if (!state.actuated.has(head)) state.actuated.set(head, at);
}

function walk(state: PedestrianState, head: number, at: number): void {
  const actuatedAt = state.actuated.get(head) ?? null;
  const calledAt = state.called.get(head) ?? null;
  state.actuated.delete(head);
  state.called.delete(head);
  state.seen.add(head);
  keep(state.services, { at, head, actuatedAt, calledAt }, at);
}

/** Since when somebody waited for the walk. A registered call is of use only where the phase's buttons are not logged at all. */
function waitedSince({ lastPress }: PedestrianState, { head, actuatedAt, calledAt }: Service): number | null {
  return lastPress.has(head) ? actuatedAt : calledAt;
}

type PedestrianRow = {
  readonly from: number;
  readonly phase: string;
  readonly services: number | null;
  readonly served: number | null;
  readonly delayMeanSeconds: number | null;
  readonly delayMaxSeconds: number | null;
  readonly actuations: number | null;
  readonly uniqueActuations: number | null;
  readonly fromCalls: number | null;
  readonly recall: boolean | null;
};

/**
 * Pedestrian delay by bin, in which walk begins: from the first actuation (90) after the last walk to the begin of walk (21, 67 of
 * overlaps). Where a phase's buttons are never logged the registered call (45) stands for them. `served`: walks that somebody had
 * asked for. `uniqueActuations`: those more than 15 s after the one before. `recall`: three quarters of the bin's greens had walk.
 */
export const pedestrianDelay: Measure<PedestrianState, PedestrianRow> = {
  columns: [
    "from",
    "phase",
    "services",
    "served",
    "delayMeanSeconds",
    "delayMaxSeconds",
    "actuations",
    "uniqueActuations",
    "fromCalls",
    "recall",
  ],
  start,
  next,
  result: (state, window) => {
    const heads = [...state.seen].toSorted((left, right) => left - right);
    const presses = byBin(window, state.presses, heads, headOf, (_bin, _head, own) => own);
    const greens = byBin(window, state.greens, heads, headOf, (_bin, _head, own) => own.length);
    let place = -1;
    return byBin(window, state.services, heads, headOf, (bin, head, own) => {
      place += 1;
      const delays = own.flatMap((one) => {
        const since = waitedSince(state, one);
        return since === null ? [] : [(one.at - since) / 1_000];
      });
      const pressed = presses[place] ?? [];
      const share = ratio(own.length, greens[place] ?? 0);
      return {
        from: bin.from,
        phase: headName(state.configuration, head),
        services: ifCovered(bin, own.length),
        served: ifCovered(bin, delays.length),
        delayMeanSeconds: ifCovered(
          bin,
          meanOf(delays, (delay) => delay),
        ),
        delayMaxSeconds: ifCovered(
          bin,
          maxOf(delays, (delay) => delay),
        ),
        actuations: ifCovered(bin, pressed.length),
        uniqueActuations: ifCovered(bin, pressed.filter(({ unique }) => unique).length),
        fromCalls: ifCovered(bin, state.lastPress.has(head) ? 0 : delays.length),
        recall: share === null ? null : ifCovered(bin, share >= RECALL_SHARE),
      };
    });
  },
};

type ServiceRow = {
  readonly at: number;
  readonly phase: string;
  readonly delaySeconds: number | null;
};

/** Each walk with its delay; without one where nobody had asked for it. */
export const pedestrianServices: Measure<PedestrianState, ServiceRow> = {
  columns: ["at", "phase", "delaySeconds"],
  start,
  next,
  result: (state, window) =>
    within(state.services, window).map((service) => {
      const since = waitedSince(state, service);
      return {
        at: service.at,
        phase: headName(state.configuration, service.head),
        delaySeconds: since === null ? null : (service.at - since) / 1_000,
      };
    }),
};
