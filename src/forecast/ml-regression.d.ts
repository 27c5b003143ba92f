/** The part of ml-regression 6.3.0 that is used; the package ships no types. */
declare module "ml-regression" {
  export class SimpleLinearRegression {
    constructor(x: readonly number[], y: readonly number[]);
    readonly slope: number;
    readonly intercept: number;
    predict(x: number): number;
  }

  export class MultivariateLinearRegression {
    constructor(
      x: readonly (readonly number[])[],
      y: readonly (readonly number[])[],
      options?: { readonly intercept?: boolean; readonly statistics?: boolean },
    );
    /** One row a column of x, then the intercept where there is one. */
    readonly weights: readonly (readonly number[])[];
  }
}
