import { asList, asNumber, asText, type TraciValue } from "./traci-codec.ts";

/** A vehicle on a loop: instants in seconds of the simulation; `undefined` while it stands there. */
export type LoopVisit = {
  readonly vehicle: string;
  readonly entrySeconds: number;
  readonly leaveSeconds: number | undefined;
};

export type LoopChange = { readonly atMs: number; readonly on: boolean };

/** LAST_STEP_VEHICLE_DATA: a count, then per vehicle its id, length, entry, leave (-1 while on the loop) and type. */
export function loopVisits(value: TraciValue | undefined): readonly LoopVisit[] {
  const items = asList(value);
  const visits: LoopVisit[] = [];
  for (let index = 1; index + 4 < items.length; index += 5) {
    const leave = asNumber(items[index + 3]);
    visits.push({
      vehicle: asText(items[index]),
      entrySeconds: asNumber(items[index + 2]),
      leaveSeconds: leave < 0 ? undefined : leave,
    });
  }
  return visits;
}

/**
 * What a loop reports within the step from `fromMs` to `toMs` of the simulation, given whether it was on before: it is on
 * while at least one vehicle covers it. A vehicle that disappears from a loop has left it at the begin of the step.
 */
export function loopChanges(
  visits: readonly LoopVisit[],
  wasOn: boolean,
  fromMs: number,
  toMs: number,
): readonly LoopChange[] {
  const covered = visits
    .map(({ entrySeconds, leaveSeconds }) => ({
      start: Math.max(fromMs, Math.round(entrySeconds * 1000)),
      end:
        leaveSeconds === undefined
          ? Number.POSITIVE_INFINITY
          : Math.min(toMs, Math.round(leaveSeconds * 1000)),
    }))
    // SUMO repeats a visit that ended exactly between two steps.
    .filter(({ start, end }) => end > start || (wasOn && start === fromMs && end === fromMs))
    .toSorted((left, right) => left.start - right.start);
  const changes: LoopChange[] = [];
  let onUntil: number | undefined = wasOn ? fromMs : undefined;
  for (const { start, end } of covered) {
    if (onUntil === undefined) {
      changes.push({ atMs: start, on: true });
    } else if (start > onUntil) {
      changes.push({ atMs: onUntil, on: false }, { atMs: start, on: true });
    }
    onUntil = Math.max(onUntil ?? start, end);
  }
  if (onUntil !== undefined && onUntil !== Number.POSITIVE_INFINITY)
    changes.push({ atMs: onUntil, on: false });
  return changes;
}
