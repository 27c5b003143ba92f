import { judgeMinute, startHealth, type HealthChange, type HealthTable } from "../../src/detect/health.ts";
import type { DetectorMinute } from "../../src/detect/health-minute.ts";
import { kept, opened } from "../../src/detect/health-kept.ts";
import { type DetectorHealth, newRecord } from "../../src/detect/health-record.ts";
import { HEALTH_DEFAULTS } from "../../src/detect/health-thresholds.ts";
import { after, type InstantMs, instantMs, MINUTE_MS } from "../../src/units.ts";

export const BEGIN = instantMs(Date.UTC(2026, 0, 5, 7));

/** By index: two stop-line loops, the advance loops before them, and the loop where the link begins. */
export const [STOP, SIDE, ADVANCE, BEFORE, ENTRY] = [0, 1, 2, 3, 4] as const;
const COUNT = 5;

/** One approach of two lanes with two phases: every detector is compared with every other one. */
export function approachTable(changes: Partial<HealthTable> = {}): HealthTable {
  const all = Array.from({ length: COUNT }, (_, detector) => detector);
  return {
    ids: ["stop", "side", "advance", "before", "entry"],
    thresholds: [
      HEALTH_DEFAULTS.stopLine,
      HEALTH_DEFAULTS.stopLine,
      HEALTH_DEFAULTS.advance,
      HEALTH_DEFAULTS.advance,
      HEALTH_DEFAULTS.entry,
    ],
    neighbours: all.map((own) =>
      all.filter((other) => other !== own).map((detector) => ({ node: 0, detector })),
    ),
    lanesOf: [[0], [1], [], [], []],
    roles: ["stopLine", "stopLine", "advance", "advance", "entry"],
    failedShareMax: 0.5,
    ...changes,
  };
}

/** A minute of so many vehicles, all in the greens of the given lanes. */
export function minute(arrivals: number, changes: Partial<DetectorMinute> = {}): DetectorMinute {
  return {
    arrivals,
    occupiedMs: arrivals * 500,
    shortChanges: 0,
    changes: 2 * arrivals,
    onSince: null,
    queued: false,
    departures: arrivals,
    departuresInGreen: [],
    ...changes,
  };
}

export type Street = {
  readonly table: HealthTable;
  readonly at: InstantMs;
  readonly detectors: readonly DetectorHealth[];
  readonly changes: readonly (HealthChange & { readonly minute: number })[];
};

export function startStreet(table: HealthTable = approachTable()): Street {
  return { table, at: BEGIN, detectors: startHealth(table, BEGIN).map(opened), changes: [] };
}

/** Minutes one after the other, each by detector. */
export function run(
  street: Street,
  minutes: number,
  of: (minute: number, at: InstantMs) => readonly DetectorMinute[],
  /** What a good detector of another intersection counts each minute; `undefined`: nobody watches it. */
  elsewhere?: number,
): Street {
  let { at, detectors } = street;
  const changes = [...street.changes];
  for (let count = 1; count <= minutes; count += 1) {
    at = after(at, MINUTE_MS);
    const step = judgeMinute(detectors.map(kept), street.table, {
      minutes: of(count, at),
      elsewhere: () =>
        elsewhere === undefined ? undefined : { minute: minute(elsewhere), health: newRecord(0, BEGIN) },
      node: 0,
      at,
      durationMs: MINUTE_MS,
      hour: new Date(at).getUTCHours(),
    });
    detectors = step.detectors.map(opened);
    changes.push(...step.changes.map((change) => ({ ...change, minute: count })));
  }
  return { ...street, at, detectors, changes };
}

/** Half an hour of 6, 3, 6, 3 and 9 vehicles a minute, all of the stop lines' in their own greens. */
export function soundMinute(): readonly DetectorMinute[] {
  return [
    minute(6, { departuresInGreen: [6, 0] }),
    minute(3, { departuresInGreen: [0, 3] }),
    minute(6),
    minute(3),
    minute(9),
  ];
}

export function learntStreet(table?: HealthTable): Street {
  return run(startStreet(table), 30, soundMinute);
}

/** The minute of a sound street with one detector's replaced. */
export function but(detector: number, other: DetectorMinute): readonly DetectorMinute[] {
  return soundMinute().map((own, index) => (index === detector ? other : own));
}
