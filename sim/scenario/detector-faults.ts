import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { unreachable } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import { after, byCodeUnit, type InstantMs, instantMs, secondsToMs } from "../../src/units.ts";
import type { Actuation, Plant } from "../field/plant.ts";
import { ALL, type EventOf, eventsOf, type ScenarioEvent } from "./events.ts";

type DetectorEvent = EventOf<"detector">;

/** A detector that is or will be faulty: what it would show, and what it shows. */
type FaultyDetector = {
  readonly intersection: string;
  readonly detector: string;
  readonly events: readonly DetectorEvent[];
  /** A number in [0, 1) from the detector's own stream. */
  readonly draw: () => number;
  readonly occupied: boolean;
  /** Who is on it now is not told: a drop-out. */
  readonly lost: boolean;
  /** The pulses of chatter that run or come next; none while it does not chatter. */
  readonly pulses: readonly Pulse[];
  readonly shown: boolean;
};

type Pulse = { readonly from: InstantMs; readonly until: InstantMs };

/** The faulty detectors of a run by their names; the others are not in it. */
export type DetectorFaults = ReadonlyMap<string, FaultyDetector>;

/** `seed`: the run's; what is left to chance in a fault is the same in each run with it. */
export function startDetectorFaults(
  events: readonly ScenarioEvent[],
  network: Network,
  seed: number,
): DetectorFaults {
  const faulty = new Map<string, FaultyDetector>();
  for (const event of eventsOf(events, "detector")) {
    const { intersection, detectors } = event;
    const own = network.intersections.find(({ id }) => id === intersection)?.detectors ?? [];
    for (const { id: detector } of own) {
      if (!detectors.includes(ALL) && !detectors.includes(detector)) continue;
      const key = keyOf({ intersection, detector });
      const before = faulty.get(key)?.events ?? [];
      faulty.set(key, {
        intersection,
        detector,
        events: [...before, event],
        draw: drawsOf(seed, key),
        occupied: false,
        lost: false,
        pulses: [],
        shown: false,
      });
    }
  }
  return faulty;
}

/** A stream of its own for every detector: what one draws changes nothing in the others. */
function drawsOf(seed: number, key: string): () => number {
  let hash = 0x811c9dc5;
  for (const letter of key) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  const generator = xoroshiro128plus((seed ^ hash) | 0);
  // Neighbouring seeds start alike.
  for (let k = 0; k < 8; k += 1) generator.next();
  return () => uniformFloat64(generator);
}

export type FaultyStep = { readonly faults: DetectorFaults; readonly actuations: readonly Actuation[] };

type StepTimes = { readonly startsAt: InstantMs; readonly from: InstantMs; readonly until: InstantMs };

/**
 * What the detectors tell of a step that lasts from after `from` up to `until`, with their faults; of several at once the first given
 * counts. At its begin and end a fault shows as a change of its own, as a detector that fails or is repaired does.
 */
export function faultyActuations(
  faults: DetectorFaults,
  actuations: readonly Actuation[],
  times: StepTimes,
): FaultyStep {
  if (faults.size === 0) return { faults, actuations };
  const own = new Map<string, Actuation[]>();
  for (const actuation of actuations) {
    const key = keyOf(actuation);
    if (faults.has(key)) own.set(key, [...(own.get(key) ?? []), actuation]);
  }
  const told = actuations.filter((actuation) => !faults.has(keyOf(actuation)));
  const next = new Map<string, FaultyDetector>();
  for (const [key, before] of faults) {
    const stepped = stepDetector(before, times, own.get(key) ?? [], (partner) => ({
      occupied: faults.get(partner)?.occupied ?? false,
      changes: own.get(partner) ?? [],
    }));
    next.set(key, stepped.detector);
    told.push(...stepped.told);
  }
  return { faults: next, actuations: told.toSorted(inOrder) };
}

/** What another detector would show in the step: its state before it, and its changes in the order of time. */
type Partner = { readonly occupied: boolean; readonly changes: readonly Actuation[] };

function stepDetector(
  before: FaultyDetector,
  times: StepTimes,
  own: readonly Actuation[],
  partnerOf: (key: string) => Partner,
): { readonly detector: FaultyDetector; readonly told: readonly Actuation[] } {
  const { intersection, detector } = before;
  const pulses = pulsesOf(before, times);
  const instants = new Set<InstantMs>([
    ...own.map(({ at }) => at),
    ...boundaries(before, times),
    ...pulses
      .flatMap(({ from, until }) => [from, until])
      .filter((at) => at > times.from && at <= times.until),
    ...before.events.flatMap((event) =>
      event.fault === "swapped" ? partnerOf(partnerKey(event, detector)).changes.map(({ at }) => at) : [],
    ),
  ]);
  let { occupied, lost, shown } = before;
  const told: Actuation[] = [];
  for (const at of [...instants].toSorted((left, right) => left - right)) {
    const event = activeAt(before, at - times.startsAt);
    const changed = own.findLast((actuation) => actuation.at === at)?.on ?? occupied;
    const came = changed && !occupied;
    occupied = changed;
    if (event?.fault !== "dropouts") lost = false;
    else if (came) lost = before.draw() < DROPOUT_SHARE;
    const now = shownAs(event, {
      occupied,
      lost,
      pulsing: pulses.some(({ from, until }) => at >= from && at < until),
      partner: (which) => occupiedAt(partnerOf(partnerKey(which, detector)), at),
    });
    if (now === shown) continue;
    shown = now;
    told.push({ intersection, detector, at, on: now });
  }
  return {
    detector: {
      ...before,
      occupied,
      lost,
      shown,
      pulses: pulses.filter((pulse) => pulse.until > times.until),
    },
    told,
  };
}

/** Of the vehicles over a detector with drop-outs, so many are not told. */
const DROPOUT_SHARE = 0.5;

type Seen = {
  readonly occupied: boolean;
  readonly lost: boolean;
  readonly pulsing: boolean;
  readonly partner: (event: DetectorEvent) => boolean;
};

function shownAs(event: DetectorEvent | undefined, { occupied, lost, pulsing, partner }: Seen): boolean {
  if (event === undefined) return occupied;
  switch (event.fault) {
    case "dead":
      return false;
    case "stuck":
      return true;
    case "chatter":
      return occupied !== pulsing;
    case "dropouts":
      return occupied && !lost;
    case "swapped":
      return partner(event);
    default:
      return unreachable(event.fault);
  }
}

function partnerKey({ intersection, detectors }: DetectorEvent, detector: string): string {
  return keyOf({ intersection, detector: detectors.find((other) => other !== detector) ?? detector });
}

function occupiedAt({ occupied, changes }: Partner, at: InstantMs): boolean {
  return changes.findLast((change) => change.at <= at)?.on ?? occupied;
}

/** Between two pulses of chatter: this at least, and the mean of what comes on top at random. */
const PULSE_GAP_LEAST_SECONDS = 0.1;
const PULSE_GAP_MEAN_SECONDS = 0.8;
/** A pulse lasts one, two or three of these. */
const PULSE_STEP_SECONDS = 0.1;
const PULSE_STEPS_MAX = 3;

/** The pulses that touch the step, and the one after it; none where nothing chatters in it. */
function pulsesOf(detector: FaultyDetector, { startsAt, from, until }: StepTimes): readonly Pulse[] {
  const chatters = [from + 1, until].some((at) => activeAt(detector, at - startsAt)?.fault === "chatter");
  if (!chatters) return [];
  const pulses = [...detector.pulses];
  for (let last = pulses.at(-1); last === undefined || last.from <= until; last = pulses.at(-1)) {
    pulses.push(nextPulse(last?.until ?? from, detector.draw));
  }
  return pulses;
}

function nextPulse(since: InstantMs, draw: () => number): Pulse {
  const gap = PULSE_GAP_LEAST_SECONDS - Math.log(1 - draw()) * PULSE_GAP_MEAN_SECONDS;
  const from = after(since, tenths(gap));
  const steps = 1 + Math.floor(draw() * PULSE_STEPS_MAX);
  return { from, until: after(from, tenths(steps * PULSE_STEP_SECONDS)) };
}

/** As controllers resolve it. */
function tenths(seconds: number): number {
  return Math.ceil(seconds * 10) * 100;
}

/** Begins and ends of faults within the step; what begins with the run shows in its first step. */
function boundaries({ events }: FaultyDetector, { startsAt, from, until }: StepTimes): readonly InstantMs[] {
  return events
    .flatMap(({ fromSeconds, untilSeconds }) => [fromSeconds, untilSeconds ?? Number.POSITIVE_INFINITY])
    .map((seconds) => startsAt + secondsToMs(seconds))
    .filter((at) => at <= until && (at > from || (at === startsAt && from === startsAt)))
    .map((at) => instantMs(at));
}

function activeAt({ events }: FaultyDetector, sinceMs: number): DetectorEvent | undefined {
  return events.find(
    ({ fromSeconds, untilSeconds }) =>
      sinceMs >= secondsToMs(fromSeconds) &&
      (untilSeconds === undefined || sinceMs < secondsToMs(untilSeconds)),
  );
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
export function plantWithFaults(
  plant: Plant,
  events: readonly ScenarioEvent[],
  network: Network,
  seed: number,
): Plant {
  let faults = startDetectorFaults(events, network, seed);
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
