import { type InstantMs, instantMs, modulo } from "../units.ts";

/** Begin of the strategic interval, or of any other period, that `at` lies in; they start at local midnight. */
export function intervalBegin(at: InstantMs, midnightAt: InstantMs, intervalMs: number): InstantMs {
  return instantMs(at - modulo(at - midnightAt, intervalMs));
}
