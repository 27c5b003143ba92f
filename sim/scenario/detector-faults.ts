import type { Network } from "../../src/model/files.ts";
import { byCodeUnit, type InstantMs, instantMs, secondsToMs } from "../../src/units.ts";
import type { Actuation, Plant } from "../field/plant.ts";
import { ALL, type EventOf, eventsOf, type ScenarioEvent } from "./events.ts";

/** A detector that is or will be faulty: what it would show, and what it shows. */
type FaultyDetector = {
  readonly intersection: string;
  readonly detector: string;
  readonly events: readonly EventOf<"detector">[];
  readonly occupied: boolean;
  readonly shown: boolean;
};

/** The faulty detectors of a run by their names; the others are not in it. */
export type DetectorFaults = ReadonlyMap<string, FaultyDetector>;

export function startDetectorFaults(events: readonly ScenarioEvent[], network: Network): DetectorFaults {
  const faulty = new Map<string, FaultyDetector>();
  for (const event of eventsOf(events, "detector")) {
    const { intersection, detector } = event;
    const detectors = network.intersections.find(({ id }) => id === intersection)?.detectors ?? [];
    for (const { id } of detectors) {
      if (detector !== ALL && detector !== id) continue;
      const key = keyOf({ intersection, detector: id });
      const before = faulty.get(key)?.events ?? [];
      const now = { intersection, detector: id, events: [...before, event] };
      faulty.set(key, { ...now, occupied: false, shown: false });
    }
  }
  return faulty;
}

export type FaultyStep = { readonly faults: DetectorFaults; readonly actuations: readonly Actuation[] };

/**
 * What the detectors tell of a step that lasts from after `from` up to `until`, with their faults; of several at once the first given
 * counts. At its begin and end a fault shows as a change of its own, as a detector that fails or is repaired does.
 */
export function faultyActuations(
  faults: DetectorFaults,
  actuations: readonly Actuation[],
  {
    startsAt,
    from,
    until,
  }: { readonly startsAt: InstantMs; readonly from: InstantMs; readonly until: InstantMs },
): FaultyStep {
  if (faults.size === 0) return { faults, actuations };
  const told = actuations.filter((actuation) => !faults.has(keyOf(actuation)));
  const after = new Map(faults);
  for (const [key, before] of faults) {
    const own = actuations.filter((actuation) => keyOf(actuation) === key);
    let { occupied, shown } = before;
    const instants = new Set([...own.map(({ at }) => at), ...boundaries(before, startsAt, from, until)]);
    for (const at of [...instants].toSorted((left, right) => left - right)) {
      occupied = own.findLast((actuation) => actuation.at === at)?.on ?? occupied;
      const now = shownAt(before, at - startsAt, occupied);
      if (now === shown) continue;
      shown = now;
      told.push({ intersection: before.intersection, detector: before.detector, at, on: now });
    }
    after.set(key, { ...before, occupied, shown });
  }
  return { faults: after, actuations: told.toSorted(inOrder) };
}

/** Begins and ends of faults within the step; what begins with the run shows in its first step. */
function boundaries(
  { events }: FaultyDetector,
  startsAt: InstantMs,
  from: InstantMs,
  until: InstantMs,
): readonly InstantMs[] {
  return events
    .flatMap(({ fromSeconds, untilSeconds }) => [fromSeconds, untilSeconds ?? Number.POSITIVE_INFINITY])
    .map((seconds) => startsAt + secondsToMs(seconds))
    .filter((at) => at <= until && (at > from || (at === startsAt && from === startsAt)))
    .map((at) => instantMs(at));
}

function shownAt({ events }: FaultyDetector, sinceMs: number, occupied: boolean): boolean {
  const now = events.find(
    ({ fromSeconds, untilSeconds }) =>
      sinceMs >= secondsToMs(fromSeconds) &&
      (untilSeconds === undefined || sinceMs < secondsToMs(untilSeconds)),
  );
  return now === undefined ? occupied : now.fault === "stuck";
}

function keyOf({ intersection, detector }: Pick<Actuation, "intersection" | "detector">): string {
  return `${intersection} ${detector}`;
}

/** As a plant tells them. */
function inOrder(left: Actuation, right: Actuation): number {
  return (
    left.at - right.at ||
    byCodeUnit(left.intersection, right.intersection) ||
    byCodeUnit(left.detector, right.detector)
  );
}

/** The plant with faulty detectors between it and the cabinets: controllers and engine see the same. */
export function plantWithFaults(plant: Plant, events: readonly ScenarioEvent[], network: Network): Plant {
  let faults = startDetectorFaults(events, network);
  if (faults.size === 0) return plant;
  const { stepMs, startsAt, endsAt } = plant;
  let at = startsAt;
  return {
    stepMs,
    startsAt,
    endsAt,
    step: async (lamps, options) => {
      const told = await plant.step(lamps, options);
      const from = at;
      at = instantMs(at + stepMs);
      const faulty = faultyActuations(faults, told.actuations, { startsAt, from, until: at });
      faults = faulty.faults;
      return { ...told, actuations: faulty.actuations };
    },
    finish: async () => await plant.finish(),
    close: async () => await plant.close(),
  };
}
