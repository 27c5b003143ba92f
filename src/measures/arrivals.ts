import { EVENT_CODE } from "../model/event-code.ts";
import {
  detectorsBy,
  headName,
  type MeasureConfiguration,
  type MeasureDetector,
  travelMsOf,
} from "./configuration.ts";
import {
  type CycleWatch,
  greenShareIn,
  type Light,
  type LightRecord,
  noCycle,
  noteLight,
  recordLight,
  redCycleOf,
  startLights,
} from "./heads.ts";
import {
  byBin,
  type Facts,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  noFacts,
  ratio,
  sumOf,
  within,
} from "./measure.ts";

/** A vehicle at the stop line, as its advance detector lets expect it, and what the head showed. */
type Arrival = {
  readonly at: number;
  readonly head: number;
  readonly channel: number;
  readonly light: Light;
};

type Expected = { readonly at: number; readonly channel: number; readonly heads: readonly number[] };

/** Vehicles on their way from an advance detector to the stop line, in the order of their arrival. */
type OnTheWay = { readonly advance: ReadonlyMap<number, MeasureDetector>; expected: Expected[] };

function startOnTheWay(configuration: MeasureConfiguration): OnTheWay {
  return { advance: detectorsBy(configuration, "advance"), expected: [] };
}

function expectArrival({ advance, expected }: OnTheWay, { at, code, parameter }: MeasureEvent): void {
  if (code !== EVENT_CODE.detectorOn) return;
  const detector = advance.get(parameter);
  if (detector === undefined) return;
  const arrival = { at: at + travelMsOf(detector), channel: parameter, heads: detector.heads };
  let place = expected.length;
  while (place > 0 && (expected[place - 1]?.at ?? 0) > arrival.at) place -= 1;
  expected.splice(place, 0, arrival);
}

/** Those that have arrived before `at`: what changes at `at` is not theirs. */
function arrivedBefore(way: OnTheWay, at: number): readonly Expected[] {
  let count = 0;
  while ((way.expected[count]?.at ?? Number.POSITIVE_INFINITY) < at) count += 1;
  return count === 0 ? [] : way.expected.splice(0, count);
}

type ArrivalState = {
  readonly configuration: MeasureConfiguration;
  readonly way: OnTheWay;
  readonly lights: LightRecord;
  readonly arrivals: Facts<Arrival>;
};

function startArrivals(configuration: MeasureConfiguration): ArrivalState {
  const { keepMs, variant } = configuration;
  return {
    configuration,
    way: startOnTheWay(configuration),
    lights: startLights(variant, keepMs),
    arrivals: noFacts(keepMs),
  };
}

function nextArrival(state: ArrivalState, event: MeasureEvent): void {
  for (const arrived of arrivedBefore(state.way, event.at)) {
    for (const arrival of arrivalsOf(state, arrived)) keep(state.arrivals, arrival, event.at);
  }
  recordLight(state.lights, event);
  expectArrival(state.way, event);
}

/** Its arrival at each of its heads, by what they show now. Before a head's first change nothing is known of it. */
function arrivalsOf({ lights }: ArrivalState, { at, channel, heads }: Expected): readonly Arrival[] {
  return heads.flatMap((head) => {
    const shown = lights.shown.get(head);
    return shown === undefined ? [] : [{ at, head, channel, light: shown.light }];
  });
}

/** With those at the end of what is known so far, who have seen what shows now. */
function arrivalsSoFar(state: ArrivalState): Facts<Arrival> {
  const { way, lights, arrivals } = state;
  const arrived = way.expected.filter(({ at }) => at <= lights.latest);
  return { ...arrivals, kept: [...arrivals.kept, ...arrived.flatMap((one) => arrivalsOf(state, one))] };
}

/** Heads with an advance detector, in the order of the configuration. */
function arrivalHeads(configuration: MeasureConfiguration): readonly number[] {
  const heads = new Set([...detectorsBy(configuration, "advance").values()].flatMap((one) => one.heads));
  const named = configuration.heads.map(({ key }) => key).filter((key) => heads.has(key));
  return [...named, ...[...heads].filter((key) => !named.includes(key))];
}

type GreenRow = {
  readonly from: number;
  readonly phase: string;
  readonly arrivals: number | null;
  readonly onGreen: number | null;
  readonly onYellow: number | null;
  readonly onRed: number | null;
  readonly onGreenPercent: number | null;
  readonly greenPercent: number | null;
  readonly platoonRatio: number | null;
  readonly arrivalType: number | null;
};

/**
 * Share of arrivals on green, and the platoon ratio: that share over the share of time that was green. Arrivals are on-events of
 * advance detectors, moved on by the travel time to the stop line where distance and speed are known, and belong to the light that
 * shows then: green from the begin of green up to the begin of yellow. Reference §7.1; HCM arrival types 1 to 6.
 */
export const arrivalsOnGreen: Measure<ArrivalState, GreenRow> = {
  columns: [
    "from",
    "phase",
    "arrivals",
    "onGreen",
    "onYellow",
    "onRed",
    "onGreenPercent",
    "greenPercent",
    "platoonRatio",
    "arrivalType",
  ],
  start: startArrivals,
  next: nextArrival,
  result: (state, window) => {
    const { configuration, lights } = state;
    return byBin(
      window,
      arrivalsSoFar(state),
      arrivalHeads(configuration),
      ({ head }) => head,
      (bin, head, own) => {
        const on = (light: Light): number => own.filter((one) => one.light === light).length;
        const { greenMs, knownMs } = greenShareIn(lights, head, bin);
        const onGreen = ratio(on("green"), own.length);
        const green = ratio(greenMs, knownMs);
        const platoon = onGreen === null || green === null ? null : ratio(onGreen, green);
        return {
          from: bin.from,
          phase: headName(configuration, head),
          arrivals: ifCovered(bin, own.length),
          onGreen: ifCovered(bin, on("green")),
          onYellow: ifCovered(bin, on("yellow")),
          onRed: ifCovered(bin, on("red")),
          onGreenPercent: ifCovered(bin, percent(onGreen)),
          greenPercent: ifCovered(bin, percent(green)),
          platoonRatio: ifCovered(bin, platoon),
          arrivalType: platoon === null || !bin.covered ? null : arrivalTypeOf(platoon),
        };
      },
    );
  },
};

function percent(share: number | null): number | null {
  return share === null ? null : share * 100;
}

/** Arrival type of a platoon ratio, 1 very poor to 6 exceptional (HCM, exhibit 19-14). */
export function arrivalTypeOf(platoonRatio: number): 1 | 2 | 3 | 4 | 5 | 6 {
  if (platoonRatio <= 0.5) return 1;
  if (platoonRatio <= 0.85) return 2;
  if (platoonRatio <= 1.15) return 3;
  if (platoonRatio <= 1.5) return 4;
  return platoonRatio <= 2 ? 5 : 6;
}

/** One dot of the coordination diagram. */
type Dot = {
  readonly at: number;
  readonly head: number;
  readonly channel: number;
  readonly redAt: number;
  readonly greenAt: number;
  readonly yellowAt: number;
  readonly endAt: number;
};

type DotState = {
  readonly configuration: MeasureConfiguration;
  readonly way: OnTheWay;
  readonly watches: Map<number, CycleWatch>;
  /** Arrivals since the last red of each head. */
  readonly open: Map<number, Expected[]>;
  readonly lights: LightRecord;
  readonly dots: Facts<Dot>;
};

function startDots(configuration: MeasureConfiguration): DotState {
  const { keepMs, variant } = configuration;
  return {
    configuration,
    way: startOnTheWay(configuration),
    watches: new Map(),
    open: new Map(),
    lights: startLights(variant, 0),
    dots: noFacts(keepMs),
  };
}

function nextDot(state: DotState, event: MeasureEvent): void {
  for (const arrival of arrivedBefore(state.way, event.at)) {
    for (const head of arrival.heads) state.open.get(head)?.push(arrival);
  }
  const change = recordLight(state.lights, event);
  if (change !== undefined) {
    const { head, light } = change;
    const watch = state.watches.get(head) ?? noCycle();
    state.watches.set(head, watch);
    noteLight(watch, light, event.at);
    if (light === "red") endDots(state, head, watch, event.at);
  }
  expectArrival(state.way, event);
}

/** A cycle that is whole gives its dots; those of any other are nobody's. */
function endDots({ open, dots }: DotState, head: number, watch: CycleWatch, now: number): void {
  const cycle = redCycleOf(watch);
  if (cycle !== undefined) {
    for (const { at, channel } of open.get(head) ?? []) keep(dots, { at, head, channel, ...cycle }, now);
  }
  open.set(head, []);
}

function lightOf({ at, greenAt, yellowAt }: Dot): Light {
  if (at < greenAt) return "red";
  return at < yellowAt ? "green" : "yellow";
}

type DotRow = {
  readonly at: number;
  readonly phase: string;
  readonly channel: number;
  readonly cycleFrom: number;
  readonly secondsInCycle: number;
  readonly arrival: Light;
  readonly greenAtSeconds: number;
  readonly yellowAtSeconds: number;
  readonly cycleSeconds: number;
};

/**
 * Purdue coordination diagram: a dot for each on-event of an advance detector in a cycle from red to red that is whole, by the
 * seconds since its begin. Before green: red; from green to yellow: green; from yellow on: yellow (UDOT).
 */
export const coordinationDiagram: Measure<DotState, DotRow> = {
  columns: [
    "at",
    "phase",
    "channel",
    "cycleFrom",
    "secondsInCycle",
    "arrival",
    "greenAtSeconds",
    "yellowAtSeconds",
    "cycleSeconds",
  ],
  start: startDots,
  next: nextDot,
  result: ({ configuration, dots }, window) =>
    within(dots, window).map((dot) => ({
      at: dot.at,
      phase: headName(configuration, dot.head),
      channel: dot.channel,
      cycleFrom: dot.redAt,
      secondsInCycle: (dot.at - dot.redAt) / 1_000,
      arrival: lightOf(dot),
      greenAtSeconds: (dot.greenAt - dot.redAt) / 1_000,
      yellowAtSeconds: (dot.yellowAt - dot.redAt) / 1_000,
      cycleSeconds: (dot.endAt - dot.redAt) / 1_000,
    })),
};

type DelayRow = {
  readonly from: number;
  readonly phase: string;
  readonly vehicles: number | null;
  readonly onRed: number | null;
  readonly delaySeconds: number | null;
  readonly delaySecondsPerVehicle: number | null;
};

/**
 * Approach delay, simple: from the arrival on red to the begin of green, over all arrivals of whole cycles. Ignores start-up and
 * the queue of the cycle before, so it is a lower bound (UDOT).
 */
export const approachDelay: Measure<DotState, DelayRow> = {
  columns: ["from", "phase", "vehicles", "onRed", "delaySeconds", "delaySecondsPerVehicle"],
  start: startDots,
  next: nextDot,
  result: ({ configuration, dots }, window) =>
    byBin(
      window,
      dots,
      arrivalHeads(configuration),
      ({ head }) => head,
      (bin, head, own) => {
        const waiting = own.filter(({ at, greenAt }) => at < greenAt);
        const seconds = sumOf(waiting, ({ at, greenAt }) => greenAt - at) / 1_000;
        return {
          from: bin.from,
          phase: headName(configuration, head),
          vehicles: ifCovered(bin, own.length),
          onRed: ifCovered(bin, waiting.length),
          delaySeconds: ifCovered(bin, seconds),
          delaySecondsPerVehicle: ifCovered(bin, ratio(seconds, own.length)),
        };
      },
    ),
};
