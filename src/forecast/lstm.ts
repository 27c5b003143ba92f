import {
  behindKnownDays,
  type CountHistory,
  daysBetween,
  knownDays,
  type Observation,
  observationsOf,
  type Place,
  placeAfter,
  weekdayOf,
} from "./history.ts";

/** Counts that the network sees: as many as the published networks did (reference `forecasting.md` §1.1). */
export const LSTM_LAGS = 12;
/** Waves of the day by which the time is told: from once a day to six times, a sine and a cosine each. */
const CLOCK_WAVES = 6;
const WEEKDAYS = 7;
export const CLOCK_FEATURES = 2 * CLOCK_WAVES + WEEKDAYS;

export const LSTM_GATES = ["input", "candidate", "output", "forget"] as const;

/** Weights of one gate, one a unit; matrices row by row. */
export type LstmGate = {
  /** Of the lagged count. */
  readonly count: readonly number[];
  /** `CLOCK_FEATURES` rows. */
  readonly clock: readonly number[];
  /** Of the units' outputs one interval before: as many rows as units. */
  readonly hidden: readonly number[];
  readonly bias: readonly number[];
};

export type LstmWeights = {
  readonly units: number;
  readonly gates: Readonly<Record<(typeof LSTM_GATES)[number], LstmGate>>;
  /** From the units after the last lag to the forecast. */
  readonly output: readonly number[];
  readonly outputBias: number;
};

/** A trained long short-term memory (Hochreiter and Schmidhuber 1997) with the counts before the next interval. */
export type LstmState = {
  readonly kind: "lstm";
  readonly slotsPerDay: number;
  /** Counts are told to the network less this, and over `scale`; vehicles. */
  readonly centre: number;
  readonly scale: number;
  /** Counts, newest first; what was forecast for those that are not known. */
  readonly lags: readonly number[];
  readonly weights: LstmWeights;
};

/** Windows to learn from, a row each. */
export type LstmWindows = {
  /** Scaled counts, oldest first. */
  readonly counts: readonly (readonly number[])[];
  /** What the clock says of the interval that is forecast. */
  readonly clock: readonly (readonly number[])[];
  /** Scaled counts of that interval. */
  readonly targets: readonly number[];
};

export type LstmTask = {
  readonly training: LstmWindows;
  /** Of days after all of those; after each epoch it is seen how well they are forecast. */
  readonly validation: LstmWindows;
  /** Losses are told in vehicles squared: squares of scaled errors times the square of this. */
  readonly scale: number;
  readonly seed: number;
};

/** Mean squared errors by epoch, vehicles squared. */
export type LstmLosses = { readonly training: readonly number[]; readonly validation: readonly number[] };

/** The weights of the epoch whose validation loss was least. */
export type LstmTrained = { readonly weights: LstmWeights; readonly losses: LstmLosses };

/** Trains a network; the same task gives the same weights. `onEpoch` is told the losses so far. */
export type LstmTrainer = (task: LstmTask, onEpoch: (losses: LstmLosses) => void) => LstmTrained;

/** Share of the days, the last ones, that training does not see: they tell it when to stop. */
const VALIDATION_SHARE = 0.15;

/**
 * Trains on all but the last days, which validate; the last windows of one part and the first of the other share no count. `undefined`
 * where either part has no window.
 */
export function fitLstm(
  history: CountHistory,
  seed: number,
  train: LstmTrainer,
  onEpoch: (losses: LstmLosses) => void,
): LstmState | undefined {
  const total = history.days.length;
  const known = knownDays(history);
  const split = behindKnownDays(history, known - Math.max(1, Math.round(VALIDATION_SHARE * known)));
  const early = daysBetween(history, 0, split);
  const { centre, scale } = scaleOf(early);
  const training = windowsOf(early, centre, scale);
  const validation = windowsOf(daysBetween(history, split, total), centre, scale);
  if (training.targets.length === 0 || validation.targets.length === 0) return undefined;
  const { weights } = train({ training, validation, scale, seed }, onEpoch);
  const start: LstmState = {
    kind: "lstm",
    slotsPerDay: history.slotsPerDay,
    centre,
    scale,
    lags: Array.from({ length: LSTM_LAGS }, () => centre),
    weights,
  };
  return observationsOf(daysBetween(history, split, total)).reduce(updateLstm, start);
}

/** Mean and standard deviation of the counts that are known. */
function scaleOf(history: CountHistory): { readonly centre: number; readonly scale: number } {
  const known = observationsOf(history).flatMap(({ count }) => (Number.isNaN(count) ? [] : [count]));
  const centre = known.reduce((sum, count) => sum + count, 0) / known.length;
  const variance = known.reduce((sum, count) => sum + (count - centre) ** 2, 0) / known.length;
  return { centre, scale: Math.max(1, Math.sqrt(variance)) };
}

/** Windows whose counts and target are all known. */
function windowsOf(history: CountHistory, centre: number, scale: number): LstmWindows {
  const observations = observationsOf(history);
  const scaled = observations.map(({ count }) => (count - centre) / scale);
  const rows = observations.flatMap((place, index) => {
    const window = scaled.slice(Math.max(0, index - LSTM_LAGS), index + 1);
    return window.length <= LSTM_LAGS || window.some(Number.isNaN) ? [] : [{ place, window }];
  });
  return {
    counts: rows.map(({ window }) => window.slice(0, LSTM_LAGS)),
    clock: rows.map(({ place }) => clockFeatures(place, history.slotsPerDay)),
    targets: rows.map(({ window }) => window[LSTM_LAGS] ?? Number.NaN),
  };
}

/** The time of day as waves, and the weekday as one of seven. */
export function clockFeatures({ day, slot }: Place, slotsPerDay: number): readonly number[] {
  const angle = (2 * Math.PI * slot) / slotsPerDay;
  const waves = Array.from({ length: CLOCK_WAVES }, (_, wave) => (wave + 1) * angle);
  const weekday = weekdayOf(day);
  return [
    ...waves.flatMap((at) => [Math.sin(at), Math.cos(at)]),
    ...Array.from({ length: WEEKDAYS }, (_, index) => (index === weekday ? 1 : 0)),
  ];
}

/** Several intervals ahead what was forecast stands among the lags. */
export function predictLstm(state: LstmState, next: Place, steps: number): readonly number[] {
  const forecasts: number[] = [];
  let { lags } = state;
  let place = next;
  for (let step = 0; step < steps; step += 1) {
    const scaled = lags.map((count) => (count - state.centre) / state.scale).toReversed();
    const output = lstmOutput(state.weights, scaled, clockFeatures(place, state.slotsPerDay));
    const forecast = Math.max(0, state.centre + state.scale * output);
    forecasts.push(forecast);
    lags = [forecast, ...lags.slice(0, -1)];
    place = placeAfter(place, state.slotsPerDay);
  }
  return forecasts;
}

/** Takes a count. The weights stay as they are. */
export function updateLstm(state: LstmState, observation: Observation): LstmState {
  const { count } = observation;
  const newest = Number.isNaN(count) ? (predictLstm(state, observation, 1)[0] ?? count) : count;
  return { ...state, lags: [newest, ...state.lags.slice(0, -1)] };
}

/**
 * The network's forecast of one window, scaled: c ← f·c + i·g, h ← o·tanh c over the counts, oldest first, with i, f and o the logistic
 * function and g the hyperbolic tangent of what their weights make of count, clock and the h before; then a linear output.
 */
export function lstmOutput(
  { units, gates, output, outputBias }: LstmWeights,
  counts: readonly number[],
  clock: readonly number[],
): number {
  const fixed = LSTM_GATES.map((name) => {
    const { bias, clock: weights } = gates[name];
    const sums = bias.slice();
    addProduct(sums, clock, weights);
    return sums;
  });
  const hidden = Array.from({ length: units }, () => 0);
  const cell = hidden.slice();
  for (const count of counts) {
    const [input = [], candidate = [], out = [], forget = []] = LSTM_GATES.map((name, index) => {
      const sums = (fixed[index] ?? []).slice();
      addProduct(sums, [count], gates[name].count);
      addProduct(sums, hidden, gates[name].hidden);
      return sums;
    });
    for (let unit = 0; unit < units; unit += 1) {
      const fresh = logistic(input[unit] ?? 0) * Math.tanh(candidate[unit] ?? 0);
      const kept = logistic(forget[unit] ?? 0) * (cell[unit] ?? 0) + fresh;
      cell[unit] = kept;
      hidden[unit] = logistic(out[unit] ?? 0) * Math.tanh(kept);
    }
  }
  return hidden.reduce((total, value, unit) => total + value * (output[unit] ?? 0), outputBias);
}

/** Adds values times a matrix, which is given row by row, to the sums. */
function addProduct(sums: number[], values: readonly number[], matrix: readonly number[]): void {
  const width = sums.length;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    for (let column = 0; column < width; column += 1) {
      sums[column] = (sums[column] ?? 0) + value * (matrix[row * width + column] ?? 0);
    }
  }
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
