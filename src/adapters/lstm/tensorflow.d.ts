/**
 * The part of TensorFlow.js 4.22.0 that is used. Said here and not taken from the packages, so that everything compiles where these
 * optional packages are not installed.
 */
declare module "@tensorflow/tfjs-core" {
  export interface Tensor {
    readonly shape: readonly number[];
    dataSync(): Float32Array;
    dispose(): void;
  }
  export interface Variable extends Tensor {
    assign(value: Tensor): void;
  }
  export interface Optimizer {
    /** One step down the gradient of what the function returns. */
    minimize(loss: () => Tensor, returnCost: true): Tensor;
    dispose(): void;
  }
  export const train: { adam(learningRate: number): Optimizer };
  export function setBackend(name: string): Promise<boolean>;
  export function enableProdMode(): void;
  export function tidy<Result>(work: () => Result): Result;
  export function variable(start: Tensor): Variable;
  export function tensor2d(values: readonly number[], shape: readonly [number, number]): Tensor;
  export function add(left: Tensor, right: Tensor): Tensor;
  export function mul(left: Tensor, right: Tensor): Tensor;
  export function matMul(left: Tensor, right: Tensor): Tensor;
  export function sigmoid(value: Tensor): Tensor;
  export function tanh(value: Tensor): Tensor;
  export function squaredDifference(left: Tensor, right: Tensor): Tensor;
  export function mean(value: Tensor): Tensor;
  export function memory(): { readonly numTensors: number };
}

/** Loaded for what loading it does: it registers the gradients of the operations. */
declare module "@tensorflow/tfjs-layers";

/** Loaded for what loading it does: it registers the backend `cpu`, plain JavaScript. */
declare module "@tensorflow/tfjs-backend-cpu";
