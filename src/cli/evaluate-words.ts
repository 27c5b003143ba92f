import { MINUTE_MS } from "../units.ts";
import type { DetectorReport, Evaluation } from "./evaluate-report.ts";

/** One line for those of an intersection that have the same fault and are in the same state: a card is one repair. */
export function describeDetectors(
  detectors: readonly DetectorReport[],
  clock: (at: number) => string,
): readonly string[] {
  const groups = new Map<string, DetectorReport[]>();
  for (const detector of detectors) {
    const key = `${detector.intersection} ${detector.state} ${detector.fault}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [detector]);
    else group.push(detector);
  }
  return [...groups.values()].flatMap((group): readonly string[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { intersection, state, fault, reason, movementIntervalsImputed, intervalsLeftToPlan } = first;
    const since = clock(Math.min(...group.map((one) => one.since)));
    const most = (of: (one: DetectorReport) => number): number =>
      Math.round(Math.max(...group.map(of)) / MINUTE_MS);
    const ids = group.map(({ detector }) => detector).join(", ");
    return [
      `  ${intersection}: ${ids}: ${state} since ${since}, ${fault} (${reason}); failed ${most((one) => one.failedMs)} min, suspect ${most((one) => one.suspectMs)} min; ` +
        `here ${movementIntervalsImputed} counts of movements imputed, left to the plan in ${intervalsLeftToPlan} intervals`,
    ];
  });
}

/** Under its title, a line an intersection; nothing where none was only shown. */
export function describeShadow(shadow: Evaluation["shadow"]): readonly string[] {
  const entries = Object.entries(shadow);
  if (entries.length === 0) return [];
  return [
    "Where decisions were only shown, in the last such period, by the engine's own model:",
    ...entries.map(([id, { decisions, agreedShare, ownCostVehSeconds, streetCostVehSeconds, ...plans }]) => {
      const stages = `${decisions} stage decisions, ${percent(agreedShare)} as the street did, cost ${shown(ownCostVehSeconds)} instead of ${shown(streetCostVehSeconds)} veh·s`;
      return `  ${id}: ${stages}; ${plans.plans} plans, ${shown(plans.ownDelaySeconds)} instead of ${shown(plans.runningDelaySeconds)} s/veh`;
    }),
  ];
}

function shown(value: number | null): string {
  return value === null ? "unknown" : value.toFixed(1);
}

function percent(share: number | null): string {
  return share === null ? "an unknown share" : `${Math.round(share * 100)} %`;
}

/** With its sign. */
export function signed(value: number, digits = 1): string {
  return `${value > 0 ? "+" : ""}${value.toFixed(digits)}`;
}

/** Behind a difference. */
export function interval(ci95: readonly [number, number] | null, factor = 1): string {
  if (ci95 === null) return ", too few for an interval";
  return ` [${signed(ci95[0] * factor)}, ${signed(ci95[1] * factor)}]`;
}
