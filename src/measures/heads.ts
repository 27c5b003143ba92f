import { EVENT_CODE } from "../model/event-code.ts";
import { OVERLAP_KEY, type Variant } from "./configuration.ts";
import { type Bin, type Facts, keep, type MeasureEvent, noFacts } from "./measure.ts";

export type Light = "green" | "yellow" | "red";

/** A head that begins to show something. */
export type HeadChange = { readonly head: number; readonly light: Light };

const COMMON: ReadonlyMap<number, Light> = new Map([
  [EVENT_CODE.beginGreen, "green"],
  [EVENT_CODE.beginYellow, "yellow"],
  [EVENT_CODE.overlapGreen, "green"],
  [EVENT_CODE.overlapYellow, "yellow"],
  // Both variants take 64 of an overlap: it is the end of its yellow and the begin of its red clearance.
  [EVENT_CODE.overlapRedClear, "red"],
]);

const LIGHTS: Readonly<Record<Variant, ReadonlyMap<number, Light>>> = {
  udot: new Map([...COMMON, [EVENT_CODE.endYellow, "red"]]),
  atspm: new Map([...COMMON, [EVENT_CODE.beginRedClear, "red"]]),
};

/** What an event changes of a head; `undefined` for any other event. */
export function headChangeOf({ code, parameter }: MeasureEvent, variant: Variant): HeadChange | undefined {
  const light = LIGHTS[variant].get(code);
  if (light === undefined) return undefined;
  return { head: code >= EVENT_CODE.overlapGreen ? OVERLAP_KEY + parameter : parameter, light };
}

/** A cycle from red to red: red, green, yellow, red, each once. Instants in milliseconds. */
export type RedCycle = {
  readonly redAt: number;
  readonly greenAt: number;
  readonly yellowAt: number;
  readonly endAt: number;
};

/** A cycle from green to green: green, yellow, red, green, each once. */
export type GreenCycle = {
  readonly greenAt: number;
  readonly yellowAt: number;
  readonly redAt: number;
  readonly endAt: number;
};

/** The last four changes of a head. */
export type CycleWatch = { readonly lights: Light[]; readonly instants: number[] };

export function noCycle(): CycleWatch {
  return { lights: [], instants: [] };
}

const RED_SEQUENCE: readonly Light[] = ["red", "green", "yellow", "red"];
const GREEN_SEQUENCE: readonly Light[] = ["green", "yellow", "red", "green"];

/** Notes a change of the head. */
export function noteLight(watch: CycleWatch, light: Light, at: number): void {
  watch.lights.push(light);
  watch.instants.push(at);
  if (watch.lights.length > 4) {
    watch.lights.shift();
    watch.instants.shift();
  }
}

function matches({ lights }: CycleWatch, sequence: readonly Light[]): boolean {
  return lights.length === 4 && sequence.every((light, place) => lights[place] === light);
}

/** The cycle that the latest change has completed; `undefined` where it is not whole or nothing has ended. */
export function redCycleOf(watch: CycleWatch): RedCycle | undefined {
  if (!matches(watch, RED_SEQUENCE)) return undefined;
  const [redAt = 0, greenAt = 0, yellowAt = 0, endAt = 0] = watch.instants;
  return { redAt, greenAt, yellowAt, endAt };
}

export function greenCycleOf(watch: CycleWatch): GreenCycle | undefined {
  if (!matches(watch, GREEN_SEQUENCE)) return undefined;
  const [greenAt = 0, yellowAt = 0, redAt = 0, endAt = 0] = watch.instants;
  return { greenAt, yellowAt, redAt, endAt };
}

/** A stretch of one light of a head; `at` is its begin. */
export type Stretch = {
  readonly at: number;
  readonly to: number;
  readonly head: number;
  readonly light: Light;
};

/** What each head has shown, stretch by stretch. */
export type LightRecord = {
  readonly variant: Variant;
  readonly stretches: Facts<Stretch>;
  readonly shown: Map<number, { light: Light; since: number }>;
  latest: number;
};

export function startLights(variant: Variant, keepMs: number): LightRecord {
  return {
    variant,
    stretches: noFacts(keepMs),
    shown: new Map(),
    latest: Number.NEGATIVE_INFINITY,
  };
}

export function recordLight(record: LightRecord, event: MeasureEvent): HeadChange | undefined {
  record.latest = Math.max(record.latest, event.at);
  const change = headChangeOf(event, record.variant);
  if (change === undefined) return undefined;
  const { head, light } = change;
  const before = record.shown.get(head);
  if (before !== undefined) {
    keep(record.stretches, { at: before.since, to: event.at, head, light: before.light }, event.at);
  }
  record.shown.set(head, { light, since: event.at });
  return change;
}

/** Milliseconds of the bin in which the head's light is known, and those of green among them. */
export function greenShareIn(
  record: LightRecord,
  head: number,
  { from, to }: Pick<Bin, "from" | "to">,
): { readonly greenMs: number; readonly knownMs: number } {
  let greenMs = 0;
  let knownMs = 0;
  const add = (at: number, end: number, light: Light): void => {
    const lasts = Math.min(end, to) - Math.max(at, from);
    if (lasts <= 0) return;
    knownMs += lasts;
    if (light === "green") greenMs += lasts;
  };
  for (const stretch of record.stretches.kept) {
    if (stretch.head === head) add(stretch.at, stretch.to, stretch.light);
  }
  const running = record.shown.get(head);
  if (running !== undefined) add(running.since, record.latest, running.light);
  return { greenMs, knownMs };
}
