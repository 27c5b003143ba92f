import { loadLstmTrainer } from "../adapters/lstm/load-trainer.ts";
import type { CountHistory } from "../forecast/history.ts";
import { fitLstm, type LstmLosses } from "../forecast/lstm.ts";
import { lstmEntry, type ModelEntry } from "../forecast/registry.ts";
import type { TestedModel } from "./backtest-report.ts";

export type LstmOfBacktest = {
  readonly entry: ModelEntry;
  /** What training on these very counts went through; `undefined` where there was none. */
  readonly trainingOn: (history: CountHistory) => NonNullable<TestedModel["training"]> | undefined;
};

/** The network as a model of the back-test: its losses go to standard error while it is trained. Throws `PACKAGE_MISSING`. */
export async function startLstm(seed: number): Promise<LstmOfBacktest> {
  const train = await loadLstmTrainer();
  const losses = new Map<CountHistory, LstmLosses>();
  const entry = lstmEntry((history) =>
    fitLstm(history, seed, train, (soFar) => {
      losses.set(history, soFar);
      console.error(progressLine(losses.size, history, soFar));
    }),
  );
  return {
    entry,
    trainingOn: (history) => {
      const own = losses.get(history);
      return own === undefined ? undefined : { seed, losses: own };
    },
  };
}

function progressLine(fit: number, { days }: CountHistory, { training, validation }: LstmLosses): string {
  return `  lstm, training ${fit} on ${days.length} days, epoch ${training.length}: training ${lastOf(training)} veh², validation ${lastOf(validation)} veh²`;
}

function lastOf(losses: readonly number[]): string {
  return (losses.at(-1) ?? Number.NaN).toFixed(1);
}
