/** Figures that others published for their networks. */
export type Published = {
  readonly name: string;
  readonly mae: number;
  readonly rmse: number;
  /** Percent. */
  readonly mape: number;
  readonly r2: number;
};

/** xiaochus/TrafficFlowPrediction at dec8243, worked out again from its weights (reference `forecasting.md` §1.2). */
export const PUBLISHED_ON_PEMS: readonly Published[] = [
  { name: "LSTM", mae: 7.216, rmse: 9.902, mape: 16.59, r2: 0.9396 },
  { name: "GRU", mae: 7.202, rmse: 9.966, mape: 16.78, r2: 0.9389 },
  { name: "SAEs", mae: 7.058, rmse: 9.596, mape: 17.8, r2: 0.9433 },
];

/** What its test counts are known by. */
export const PEMS_COUNTS = { intervals: 4320, sum: 294559, squares: 27125853 } as const;
