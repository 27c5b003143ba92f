/**
 * Control delay of a lane group, seconds a vehicle: uniform and incremental part of HCM 6 (reference `signal-control.md` §3.2)
 * with T = 0.25 h, k = 0.5, I = 1. Symbols as there: `x` demand over capacity, `greenRatio` g/C.
 */
export function controlDelaySeconds(
  flowVehPerHour: number,
  capacityVehPerHour: number,
  greenRatio: number,
  cycleSeconds: number,
): number {
  if (flowVehPerHour <= 0) return 0;
  const capacity = Math.max(capacityVehPerHour, 1);
  const x = flowVehPerHour / capacity;
  // A lane that is always green has no uniform delay; the formula would divide nothing by nothing at x ≥ 1.
  const uniform =
    greenRatio < 1 ? (0.5 * cycleSeconds * (1 - greenRatio) ** 2) / (1 - Math.min(1, x) * greenRatio) : 0;
  const incremental =
    900 * PERIOD_HOURS * (x - 1 + Math.sqrt((x - 1) ** 2 + (4 * x) / (capacity * PERIOD_HOURS)));
  return uniform + incremental;
}

const PERIOD_HOURS = 0.25;
