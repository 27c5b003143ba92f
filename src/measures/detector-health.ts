import { EVENT_CODE } from "../model/event-code.ts";
import type { MeasureConfiguration } from "./configuration.ts";
import {
  byBin,
  type Facts,
  ifCovered,
  keep,
  maxOf,
  type Measure,
  type MeasureEvent,
  noFacts,
  sumOf,
} from "./measure.ts";

type Kind = "on" | "off" | "fault" | "restored";

type Change = {
  readonly at: number;
  readonly channel: number;
  readonly kind: Kind;
  /** Since the event before, of the same detector; 0 of the first. */
  readonly sinceMs: number;
  /** Whether it is the same as the one before: one between them is missing. */
  readonly unmatched: boolean;
};

type HealthState = {
  readonly configuration: MeasureConfiguration;
  readonly latest: Map<number, { readonly at: number; readonly kind: "on" | "off" }>;
  readonly changes: Facts<Change>;
  readonly seen: Set<number>;
};

/** Shorter, a pulse is no vehicle: half a second is a car at 45 km/h over a loop. */
const SHORT_MS = 100;

function start(configuration: MeasureConfiguration): HealthState {
  return {
    configuration,
    latest: new Map(),
    changes: noFacts(configuration.keepMs),
    seen: new Set(configuration.detectors.map(({ channel }) => channel)),
  };
}

function kindOf(code: number): Kind | undefined {
  if (code === EVENT_CODE.detectorOn) return "on";
  if (code === EVENT_CODE.detectorOff) return "off";
  if (code === EVENT_CODE.detectorRestored) return "restored";
  return code >= EVENT_CODE.detectorFaultFirst && code <= EVENT_CODE.detectorFaultLast ? "fault" : undefined;
}

function next(state: HealthState, { at, code, parameter: channel }: MeasureEvent): void {
  const kind = kindOf(code);
  if (kind === undefined) return;
  state.seen.add(channel);
  const before = state.latest.get(channel);
  const sinceMs = before === undefined ? 0 : at - before.at;
  const unmatched = before?.kind === kind;
  if (kind === "on" || kind === "off") state.latest.set(channel, { at, kind });
  keep(state.changes, { at, channel, kind, sinceMs, unmatched }, at);
}

type HealthRow = {
  readonly from: number;
  readonly channel: number;
  readonly detector: string | null;
  readonly ons: number | null;
  readonly offs: number | null;
  readonly unmatched: number | null;
  readonly shortPulses: number | null;
  readonly longestOnSeconds: number | null;
  readonly onPercent: number | null;
  readonly faults: number | null;
  readonly restored: number | null;
};

/**
 * Counts that tell a sick detector, by bin: ons and offs, those without their other half, pulses of 0.1 s and less, the longest time
 * covered that ended in the bin, the share of the bin in which it was (by whole pairs), and faults (84 to 88) and restorations (83) of
 * the controller's own diagnosis. `detector` is empty where the configuration does not know the channel.
 */
export const detectorHealth: Measure<HealthState, HealthRow> = {
  columns: [
    "from",
    "channel",
    "detector",
    "ons",
    "offs",
    "unmatched",
    "shortPulses",
    "longestOnSeconds",
    "onPercent",
    "faults",
    "restored",
  ],
  start,
  next,
  result: ({ configuration, changes, seen }, window) => {
    const names = new Map(configuration.detectors.map(({ channel, name }) => [channel, name]));
    const channels = [...seen].toSorted((left, right) => left - right);
    return byBin(
      window,
      changes,
      channels,
      ({ channel }) => channel,
      (bin, channel, own) => {
        const of = (kind: Kind): number => own.filter((one) => one.kind === kind).length;
        const pulses = own.filter(
          ({ kind, unmatched, sinceMs }) => kind === "off" && !unmatched && sinceMs > 0,
        );
        const longestMs = maxOf(pulses, ({ sinceMs }) => sinceMs);
        const onMs = sumOf(pulses, ({ at, sinceMs }) => at - Math.max(at - sinceMs, bin.from));
        return {
          from: bin.from,
          channel,
          detector: names.get(channel) ?? null,
          ons: ifCovered(bin, of("on")),
          offs: ifCovered(bin, of("off")),
          unmatched: ifCovered(bin, own.filter(({ unmatched }) => unmatched).length),
          shortPulses: ifCovered(bin, pulses.filter(({ sinceMs }) => sinceMs <= SHORT_MS).length),
          longestOnSeconds: ifCovered(bin, longestMs === null ? null : longestMs / 1_000),
          onPercent: ifCovered(bin, (onMs / (bin.to - bin.from)) * 100),
          faults: ifCovered(bin, of("fault")),
          restored: ifCovered(bin, of("restored")),
        };
      },
    );
  },
};
