import type * as TensorFlowCore from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { defined } from "../../assert.ts";
import {
  CLOCK_FEATURES,
  LSTM_GATES,
  type LstmGate,
  type LstmLosses,
  type LstmTask,
  type LstmTrained,
  type LstmTrainer,
  type LstmWeights,
  type LstmWindows,
} from "../../forecast/lstm.ts";

type TensorFlow = typeof TensorFlowCore;
type Random = ReturnType<typeof xoroshiro128plus>;

const UNITS = 16;
/** Windows of one step down the gradient. */
const BATCH = 64;
/** Of Adam; halved after each epoch that does not better the validation loss. */
const LEARNING_RATE = 0.01;
const EPOCHS_MAX = 12;
/** Epochs without a better validation loss after which training ends. */
const PATIENCE = 3;

/**
 * A trainer on the tensors given: Adam on the mean squared error, windows in an order that the seed draws anew for each epoch, until the
 * validation loss has not become less for a few epochs. Everything is bounded by epochs and nothing by time, so that a seed gives the
 * same weights on every run.
 */
export function createTrainer(tf: TensorFlow): LstmTrainer {
  return ({ training, validation, scale, seed }: LstmTask, onEpoch) => {
    const random = xoroshiro128plus(seed);
    const network = createNetwork(tf, random);
    const scaledBack = scale * scale;
    let losses: LstmLosses = { training: [], validation: [] };
    let best: { readonly loss: number; readonly epoch: number; readonly weights: LstmWeights } | undefined;
    let rate = LEARNING_RATE;
    let optimizer = tf.train.adam(rate);
    for (let epoch = 0; epoch < EPOCHS_MAX && epoch - (best?.epoch ?? epoch) <= PATIENCE; epoch += 1) {
      let sum = 0;
      const order = shuffled(training.targets.length, random);
      for (let from = 0; from < order.length; from += BATCH) {
        const batch = windowsAt(training, order.slice(from, from + BATCH));
        const step = (): number =>
          defined(optimizer.minimize(() => network.loss(batch), true).dataSync()[0], "loss");
        sum += tf.tidy(step) * batch.targets.length;
      }
      const loss = scaledBack * tf.tidy(() => defined(network.loss(validation).dataSync()[0], "loss"));
      losses = {
        training: [...losses.training, (scaledBack * sum) / order.length],
        validation: [...losses.validation, loss],
      };
      onEpoch(losses);
      if (best === undefined || loss < best.loss) best = { loss, epoch, weights: network.weights() };
      else {
        rate /= 2;
        optimizer.dispose();
        optimizer = tf.train.adam(rate);
      }
    }
    optimizer.dispose();
    network.dispose();
    return { weights: defined(best, "an epoch").weights, losses } satisfies LstmTrained;
  };
}

/** Numbers from 0 on in an order that chance draws (Fisher and Yates). */
function shuffled(length: number, random: Random): readonly number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const other = uniformInt(random, 0, last);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

function windowsAt(windows: LstmWindows, rows: readonly number[]): LstmWindows {
  return {
    counts: rows.map((row) => windows.counts[row] ?? []),
    clock: rows.map((row) => windows.clock[row] ?? []),
    targets: rows.map((row) => windows.targets[row] ?? 0),
  };
}

type Network = {
  /** Mean squared error of windows, scaled; to be called where tensors are tidied up. */
  readonly loss: (windows: LstmWindows) => Tensor;
  readonly weights: () => LstmWeights;
  readonly dispose: () => void;
};

type GateVariables = { readonly [Key in keyof LstmGate]: Variable };

/** Weights begin as Glorot and Bengio (2010) draw them, biases at 0, but of the forget gate at 1, so that it begins by keeping. */
function createNetwork(tf: TensorFlow, random: Random): Network {
  const matrix = (rows: number, columns: number): Variable => {
    const limit = Math.sqrt(6 / (rows + columns));
    const values = Array.from({ length: rows * columns }, () => limit * (2 * uniformFloat64(random) - 1));
    return tf.variable(tf.tensor2d(values, [rows, columns]));
  };
  const constant = (value: number, columns: number): Variable =>
    tf.variable(
      tf.tensor2d(
        Array.from({ length: columns }, () => value),
        [1, columns],
      ),
    );
  const gates = LSTM_GATES.map(
    (name): GateVariables => ({
      count: matrix(1, UNITS),
      clock: matrix(CLOCK_FEATURES, UNITS),
      hidden: matrix(UNITS, UNITS),
      bias: constant(name === "forget" ? 1 : 0, UNITS),
    }),
  );
  const output = matrix(UNITS, 1);
  const outputBias = constant(0, 1);
  const forecast = (windows: LstmWindows): Tensor =>
    tf.add(tf.matMul(hiddenAtEnd(tf, gates, windows), output), outputBias);
  return {
    loss: (windows) => tf.mean(tf.squaredDifference(forecast(windows), column(tf, windows.targets))),
    weights: () => weightsOf(gates, output, outputBias),
    dispose: () => {
      for (const gate of gates) for (const variable of Object.values(gate)) variable.dispose();
      output.dispose();
      outputBias.dispose();
    },
  };
}

function column(tf: TensorFlow, values: readonly number[]): Tensor {
  return tf.tensor2d(values, [values.length, 1]);
}

/**
 * The units' outputs after the last count. Gate by gate and count by count, since gradients of slices of one large matrix take
 * twice as long here.
 */
function hiddenAtEnd(
  tf: TensorFlow,
  gates: readonly GateVariables[],
  { counts, clock }: LstmWindows,
): Tensor {
  const clocks = tf.tensor2d(clock.flat(), [clock.length, CLOCK_FEATURES]);
  const fixed = gates.map((gate) => tf.add(tf.matMul(clocks, gate.clock), gate.bias));
  const lags = defined(counts[0], "a window").length;
  let cell: Tensor | undefined;
  let hidden: Tensor | undefined;
  for (let lag = 0; lag < lags; lag += 1) {
    const seen = column(
      tf,
      counts.map((window) => window[lag] ?? 0),
    );
    const before = hidden;
    const [input, candidate, out, forget] = gates.map((gate, index) => {
      const own = tf.add(defined(fixed[index], "gate"), tf.matMul(seen, gate.count));
      return before === undefined ? own : tf.add(own, tf.matMul(before, gate.hidden));
    });
    const fresh = tf.mul(tf.sigmoid(defined(input, "gate")), tf.tanh(defined(candidate, "gate")));
    cell = cell === undefined ? fresh : tf.add(tf.mul(tf.sigmoid(defined(forget, "gate")), cell), fresh);
    hidden = tf.mul(tf.sigmoid(defined(out, "gate")), tf.tanh(cell));
  }
  return defined(hidden, "a count");
}

function weightsOf(gates: readonly GateVariables[], output: Variable, outputBias: Variable): LstmWeights {
  const [input, candidate, out, forget] = gates.map(
    ({ count, clock, hidden, bias }): LstmGate => ({
      count: numbersOf(count),
      clock: numbersOf(clock),
      hidden: numbersOf(hidden),
      bias: numbersOf(bias),
    }),
  );
  return {
    units: UNITS,
    gates: {
      input: defined(input, "gate"),
      candidate: defined(candidate, "gate"),
      output: defined(out, "gate"),
      forget: defined(forget, "gate"),
    },
    output: numbersOf(output),
    outputBias: defined(numbersOf(outputBias)[0], "bias"),
  };
}

function numbersOf(variable: Variable): readonly number[] {
  return [...variable.dataSync()];
}
