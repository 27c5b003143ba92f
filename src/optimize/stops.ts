/**
 * Stops a vehicle at the lights: Akçelik's uniform and overflow part (reference `signal-control.md` §3.5) with T = 0.25 h. Symbols as
 * there: `u` green over cycle, `y` flow over saturation flow, `X` flow over capacity. Who moves up in a queue that is left over stops again.
 */
export function stopsPerVehicle(
  flowVehPerHour: number,
  capacityVehPerHour: number,
  greenRatio: number,
  cycleSeconds: number,
): number {
  if (flowVehPerHour <= 0 || greenRatio >= 1) return 0;
  const capacity = Math.max(capacityVehPerHour, 1);
  const u = Math.max(greenRatio, GREEN_RATIO_LEAST);
  const saturationVehPerHour = capacity / u;
  const y = Math.min(FLOW_RATIO_MAX, flowVehPerHour / saturationVehPerHour);
  const vehiclesPerCycle = (flowVehPerHour * cycleSeconds) / 3_600;
  const left = leftOver(flowVehPerHour / capacity, capacity, saturationVehPerHour, u * cycleSeconds);
  return 0.9 * ((1 - u) / (1 - y) + left / vehiclesPerCycle);
}

const PERIOD_HOURS = 0.25;
/** What keeps a lane without any green, or full beyond its saturation flow, from dividing by nothing. */
const GREEN_RATIO_LEAST = 0.01;
const FLOW_RATIO_MAX = 0.95;

/** Mean queue that greens leave over, vehicles. */
function leftOver(
  X: number,
  capacityVehPerHour: number,
  saturationVehPerHour: number,
  greenSeconds: number,
): number {
  const X0 = 0.67 + ((saturationVehPerHour / 3_600) * greenSeconds) / 600;
  if (X <= X0) return 0;
  const z = X - 1;
  const cT = capacityVehPerHour * PERIOD_HOURS;
  return (cT / 4) * (z + Math.sqrt(z ** 2 + (12 * (X - X0)) / cT));
}
