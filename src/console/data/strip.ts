import type { Intersection } from "../../model/intersection.ts";
import type { StripCause, StripShown, StripView } from "../../protocol/strip.ts";
import { type Lamp, lampOf, type WalkLamp, walkOf } from "./site.ts";

/** A stretch of one sign; `to` is the end of what is known where it still lasts. */
export type Stretch<Sign> = { readonly sign: Sign; readonly from: number; readonly to: number };

/** One green of a phase, with the yellow behind it. */
export type Service = {
  readonly phase: string;
  /** Place of the phase in the configuration. */
  readonly index: number;
  /** Begin of green; the begin of what is known where it had begun before. */
  readonly from: number;
  /** Whether the green was there when what is known begins. */
  readonly begunBefore: boolean;
  /** Null while it is green. */
  readonly greenTo: number | null;
  /** End of its yellow; the end of its green where frames came too seldom to tell any; null before it. */
  readonly yellowTo: number | null;
  /** Whether it yielded from begin to end. */
  readonly permissive: boolean;
  /** What ended it; null while it is green, and where nothing is stored of it. */
  readonly cause: StripCause | null;
};

/** Behind the last event that is stored, heads are taken to go on as they are for so long until frames tell of them. */
const JOIN_MS = 10_000;
/** Frames tell an end of green within a step of the plant; the log tells it to the tick. */
const CAUSE_MATCH_MS = 1_500;

/**
 * What the heads showed up to now: what is stored as far as it goes, and what frames told behind it. In between, where neither tells
 * anything, they are not known.
 */
export function shownUntil(
  strip: Pick<StripView, "shown" | "toldTo" | "from" | "to"> | null,
  frames: readonly StripShown[],
  now: number,
): readonly StripShown[] {
  if (strip === null || strip.from > now) return frames;
  const toldTo = Math.min(strip.toldTo ?? strip.from, now);
  const stored = strip.shown.filter(({ at }) => at <= Math.max(toldTo, strip.from));
  const behind = frames.filter(({ at }) => at > toldTo);
  // What frames told last before, if they did, lasts on until they tell something else.
  const covered = frames.length > behind.length;
  const silentFrom = toldTo + JOIN_MS;
  const silent = !covered && (behind[0]?.at ?? now) > silentFrom;
  const gap: readonly StripShown[] = silent ? [{ at: silentFrom, lamps: "", walk: "", operation: null }] : [];
  return changesOf([...stored, ...gap, ...behind]);
}

function changesOf(shown: readonly StripShown[]): readonly StripShown[] {
  return shown.filter((entry, index) => {
    const before = shown[index - 1];
    return (
      before?.lamps !== entry.lamps || before.walk !== entry.walk || before.operation !== entry.operation
    );
  });
}

/** What one sign of the heads was, stretch by stretch, up to `to`. */
export function stretchesOf<Sign extends string>(
  shown: readonly StripShown[],
  to: number,
  signOf: (entry: StripShown) => Sign,
): readonly Stretch<Sign>[] {
  const stretches: Stretch<Sign>[] = [];
  shown.forEach((entry, index) => {
    const until = shown[index + 1]?.at ?? Math.max(to, entry.at);
    const sign = signOf(entry);
    const last = stretches.at(-1);
    if (last?.sign === sign) stretches[stretches.length - 1] = { ...last, to: until };
    else stretches.push({ sign, from: entry.at, to: until });
  });
  return stretches;
}

export function lampStretches(shown: readonly StripShown[], phase: number, to: number) {
  return stretchesOf<Lamp>(shown, to, ({ lamps }) => lampOf(lamps, phase));
}

export function walkStretches(shown: readonly StripShown[], phase: number, to: number) {
  return stretchesOf<WalkLamp>(shown, to, ({ walk }) => walkOf(walk, phase));
}

/** What interrupted the signal's own sequence, stretch by stretch. */
export function operationStretches(shown: readonly StripShown[], to: number) {
  return stretchesOf(shown, to, ({ operation }) => operation ?? "normal").filter(
    ({ sign }) => sign !== "normal",
  );
}

/** All greens up to now, by their begin, phases in the order of the configuration. */
export function servicesOf(
  phases: Intersection["phases"],
  shown: readonly StripShown[],
  ends: StripView["ends"],
  now: number,
): readonly Service[] {
  const services = phases.flatMap(({ id }, index) => phaseServices(id, index, shown, ends, now));
  return services.toSorted((left, right) => left.from - right.from || left.index - right.index);
}

function phaseServices(
  phase: string,
  index: number,
  shown: readonly StripShown[],
  ends: StripView["ends"],
  now: number,
): readonly Service[] {
  const stretches = lampStretches(shown, index, now);
  const services: Service[] = [];
  stretches.forEach(({ sign, from, to }, place) => {
    if (sign !== "green" && sign !== "permissive") return;
    const before = stretches[place - 1]?.sign;
    const next = stretches[place + 1];
    const ended = next === undefined ? null : to;
    const yellow = next?.sign === "yellow" ? next : undefined;
    const yellowTo = yellow === undefined ? ended : stretches[place + 2] === undefined ? null : yellow.to;
    const last = services.at(-1);
    const part = { greenTo: ended, yellowTo, cause: ended === null ? null : causeAt(ends, phase, ended) };
    if ((before === "green" || before === "permissive") && last !== undefined) {
      // A green that yields only for a part of its time is one service.
      services[services.length - 1] = { ...last, ...part, permissive: false };
    } else {
      const begunBefore = before === undefined || before === "unknown";
      services.push({ phase, index, from, begunBefore, permissive: sign === "permissive", ...part });
    }
  });
  return services;
}

function causeAt(ends: StripView["ends"], phase: string, at: number): StripCause | null {
  const near = ends
    .filter((end) => end.phase === phase && Math.abs(end.at - at) <= CAUSE_MATCH_MS)
    .toSorted((left, right) => Math.abs(left.at - at) - Math.abs(right.at - at));
  return near[0]?.cause ?? null;
}

/** A row of the strip's upper part: a ring, or, where an intersection has none, a phase. */
export type Lane = { readonly name: string; readonly services: readonly Service[] };

export function lanesOf(
  { rings, phases }: Pick<Intersection, "rings" | "phases">,
  services: readonly Service[],
): readonly Lane[] {
  if (rings === undefined || rings.length === 0) {
    return phases.map(({ id }) => ({
      name: `Phase ${id}`,
      services: services.filter(({ phase }) => phase === id),
    }));
  }
  return rings.map((ring, place) => {
    const own = new Set(ring.flat());
    return { name: `Ring ${place + 1}`, services: services.filter(({ phase }) => own.has(phase)) };
  });
}

/** A point that all rings crossed together, and the phases of the group before it that had no green. */
export type Crossing = {
  readonly at: number;
  /** By ring; only of groups whose begin is known. */
  readonly skipped: readonly { readonly ring: number; readonly phase: string }[];
};

/** Barriers lie where the first phase of another group becomes green. */
export function crossingsOf(rings: Intersection["rings"], services: readonly Service[]): readonly Crossing[] {
  if (rings === undefined) return [];
  const groupOf = new Map(
    rings.flatMap((ring) => ring.flatMap((phases, group) => phases.map((phase) => [phase, group] as const))),
  );
  const crossings: Crossing[] = [];
  let group: number | undefined;
  let served = new Set<string>();
  let whole = false;
  for (const { phase, from, begunBefore } of services) {
    const own = groupOf.get(phase);
    if (own === undefined) continue;
    if (own !== group) {
      if (group !== undefined) {
        crossings.push({ at: from, skipped: whole ? skippedIn(rings, group, served) : [] });
      }
      whole = group !== undefined && !begunBefore;
      group = own;
      served = new Set();
    }
    served.add(phase);
  }
  return crossings;
}

function skippedIn(
  rings: NonNullable<Intersection["rings"]>,
  group: number,
  served: ReadonlySet<string>,
): Crossing["skipped"] {
  return rings.flatMap((ring, place) =>
    (ring[group] ?? []).filter((phase) => !served.has(phase)).map((phase) => ({ ring: place, phase })),
  );
}

/** The phase of each detector: its own lane's, or those that it looks after, straight on first. Entry loops have none. */
export function detectorsOf(
  { detectors, movements }: Pick<Intersection, "detectors" | "movements">,
  phase: string,
): readonly string[] {
  const order = { stopLine: 0, advance: 1, entry: 2 } as const;
  return detectors
    .filter(({ role, lane, serves }) => {
      if (role === "entry") return false;
      const lanes = role === "stopLine" ? [lane] : [lane, ...serves];
      const served = movements.filter(({ fromLanes }) => fromLanes.some((from) => lanes.includes(from)));
      const through = served.find(({ turn }) => turn === "through") ?? served[0];
      return through?.phase === phase;
    })
    .toSorted((left, right) => order[left.role] - order[right.role])
    .map(({ id }) => id);
}

/** Seconds in words where a strip says how a green ended. */
export const CAUSE_LETTERS: Readonly<Record<StripCause, string>> = {
  gapOut: "GO",
  maxOut: "MO",
  forceOff: "FO",
  preempt: "PE",
  unknown: "?",
};

export const CAUSE_TEXT: Readonly<Record<StripCause, string>> = {
  gapOut: "gap-out",
  maxOut: "max-out",
  forceOff: "force-off",
  preempt: "preemption",
  unknown: "no cause told",
};

/**
 * How late the cycle began against its plan's offset, milliseconds in (−C/2, C/2]; the reference is the begin of green of the first stage,
 * cycle zero local midnight.
 */
export function offsetErrorMs(
  cycleStartAt: number,
  midnightAt: number,
  { cycleMs, offsetMs }: { readonly cycleMs: number; readonly offsetMs: number },
): number {
  const late = (((cycleStartAt - midnightAt - offsetMs) % cycleMs) + cycleMs) % cycleMs;
  return late > cycleMs / 2 ? late - cycleMs : late;
}
