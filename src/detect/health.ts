import { defined } from "../assert.ts";
import type { Detector, Intersection } from "../model/intersection.ts";
import { type InstantMs, MINUTE_MS } from "../units.ts";
import { areaRatioOf, learnt, type Look, withMinute } from "./health-evidence.ts";
import { deadCard, isPattern, type Member, swapped } from "./health-groups.ts";
import type { DetectorMinute } from "./health-minute.ts";
import { type DetectorPlace, type HealthLanes, neighboursOf } from "./health-neighbours.ts";
import { PAIR_START } from "./health-pairs.ts";
import { kept, type KeptHealth, newKept, opened, withoutSubstitute } from "./health-kept.ts";
import type { DetectorHealth, Finding, HealthState, Watched } from "./health-record.ts";
import { findingOf } from "./health-rules.ts";
import { failedShareMaxOf, type Thresholds, thresholdsOf } from "./health-thresholds.ts";

/** How the detectors of one intersection are judged: a constant of the configuration. */
export type HealthTable = {
  readonly ids: readonly string[];
  readonly thresholds: readonly Thresholds[];
  readonly neighbours: readonly (readonly DetectorPlace[])[];
  /** By detector: the stop-line lanes that it looks after. */
  readonly lanesOf: readonly (readonly number[])[];
  readonly roles: readonly Detector["role"][];
  readonly failedShareMax: number;
};

export function healthTables(
  nodes: readonly { readonly intersection: Intersection; readonly lanes: HealthLanes }[],
): readonly HealthTable[] {
  const neighbours = neighboursOf(
    nodes.map(({ intersection: { detectors }, lanes }) => ({ detectors, lanes })),
  );
  return nodes.map(({ intersection, lanes }, node): HealthTable => {
    const { detectors } = intersection;
    return {
      ids: detectors.map(({ id }) => id),
      thresholds: thresholdsOf(intersection),
      neighbours: defined(neighbours[node], "node"),
      lanesOf: detectors.map(({ role }, detector) =>
        role === "stopLine" ? lanesAt(lanes, detector) : NO_LANES,
      ),
      roles: detectors.map(({ role }) => role),
      failedShareMax: failedShareMaxOf(intersection),
    };
  });
}

const NO_LANES: readonly number[] = [];

function lanesAt({ lanes }: HealthLanes, detector: number): readonly number[] {
  // A copy takes no room for more.
  return lanes.flatMap(({ stopLineLoops }, lane) => (stopLineLoops.includes(detector) ? [lane] : [])).slice();
}

export function startHealth({ neighbours }: HealthTable, at: InstantMs): readonly KeptHealth[] {
  // Those with as many neighbours begin as one and the same.
  const begun = new Map<number, KeptHealth>();
  return neighbours.map(({ length }) => {
    const own = begun.get(length) ?? newKept(length, at);
    begun.set(length, own);
    return own;
  });
}

/** A change of state, for operators and records. */
export type HealthChange = {
  readonly detector: number;
  readonly from: HealthState;
  readonly to: HealthState;
  /** `null` for a detector that is good again. */
  readonly finding: Finding | null;
};

export type MinuteLook = {
  /** By detector. */
  readonly minutes: readonly DetectorMinute[];
  /** Detectors of other intersections; `undefined` where they were not watched. */
  readonly elsewhere: (place: DetectorPlace) => Watched | undefined;
  readonly node: number;
  readonly at: InstantMs;
  readonly durationMs: number;
  /** Of the day. */
  readonly hour: number;
};

export type HealthStep = {
  readonly detectors: readonly KeptHealth[];
  readonly changes: readonly HealthChange[];
};

/**
 * Judges the detectors of an intersection by a minute that was watched whole; one with a gap is not to be given, and so neither counts as silence
 * nor clears anybody. What is learnt comes from detectors that are good after it.
 */
export function judgeMinute(before: readonly KeptHealth[], table: HealthTable, look: MinuteLook): HealthStep {
  const { minutes, at, hour, durationMs } = look;
  const watched = before.map(
    (health, detector): Watched => ({
      health: opened(health),
      minute: defined(minutes[detector], "minute"),
    }),
  );
  const areaRatio = areaRatioOf(watched, hour, durationMs);
  const looks = watched.map(({ minute }, detector): Look => {
    const places = defined(table.neighbours[detector], "neighbours");
    return {
      minute,
      neighbours: places.map((place) =>
        place.node === look.node ? watched[place.detector] : look.elsewhere(place),
      ),
      lanes: defined(table.lanesOf[detector], "lanes"),
      actuationsPerMinuteMax: defined(table.thresholds[detector], "thresholds").actuationsPerMinuteMax,
      at,
      durationMs,
      hour,
      areaRatio,
    };
  });
  const told = watched.map(({ health }, detector) => withMinute(health, defined(looks[detector], "look")));
  const findings = findingsOf(told, table, look, looks);
  const changes: HealthChange[] = [];
  const detectors = told.map((health, detector) => {
    const own = defined(table.thresholds[detector], "thresholds");
    const heard = defined(minutes[detector], "minute").arrivals > 0;
    const next = transition(health, findings.get(detector), own, heard, at);
    const named = next.state === "failed" && next.finding?.rule !== health.finding?.rule;
    if (next.state !== health.state || named) {
      changes.push({ detector, from: health.state, to: next.state, finding: next.finding });
    }
    // Evidence without a majority of neighbours is a change of the street.
    const accepted = Math.max(next.evidence.fewer, next.evidence.more) >= own.evidenceMin;
    return next.state === "good" ? learnt(next, defined(looks[detector], "look"), accepted) : next;
  });
  return { detectors: withoutFailed(detectors, changes, table, look.node).map(kept), changes };
}

/** What spoke against a detector beside one that has failed just now may have been the other's fault: it is judged anew without it. */
function withoutFailed(
  detectors: readonly DetectorHealth[],
  changes: readonly HealthChange[],
  table: HealthTable,
  node: number,
): readonly DetectorHealth[] {
  const failed = new Set(
    changes.flatMap(({ detector, from, to }) => (to === "failed" && from !== "failed" ? [detector] : [])),
  );
  if (failed.size === 0) return detectors;
  return detectors.map((health, detector) => {
    const beside = defined(table.neighbours[detector], "neighbours").some(
      (place) => place.node === node && failed.has(place.detector),
    );
    return beside && !failed.has(detector) ? { ...health, evidence: { fewer: 0, more: 0 } } : health;
  });
}

/** What is found of each detector: groups before single ones, since they name what the single checks see of them. */
function findingsOf(
  told: readonly DetectorHealth[],
  table: HealthTable,
  { node, at }: MinuteLook,
  looks: readonly Look[],
): ReadonlyMap<number, Finding> {
  const members = told.map((health, detector): Member => {
    const { minute, neighbours, lanes } = defined(looks[detector], "look");
    return {
      id: defined(table.ids[detector], "detector"),
      health,
      minute,
      lanes,
      role: defined(table.roles[detector], "detector"),
      neighbours,
      places: defined(table.neighbours[detector], "neighbours"),
    };
  });
  const single = new Map<number, Finding>();
  for (const [detector, health] of told.entries()) {
    const { minute, neighbours } = defined(looks[detector], "look");
    const thresholds = defined(table.thresholds[detector], "thresholds");
    const finding = findingOf({ health, minute, thresholds, neighbours, at });
    if (finding !== undefined) single.set(detector, finding);
  }
  const exchanged = swapped(members, (index) => single.get(index)?.weight === "fault");
  return new Map([...blamed(single, told, table, node), ...deadCard(members, node), ...exchanged]);
}

/** Of neighbours whose counts have come apart in the same minute the one with the most evidence is blamed; the others are judged without it. */
function blamed(
  single: ReadonlyMap<number, Finding>,
  told: readonly DetectorHealth[],
  table: HealthTable,
  node: number,
): ReadonlyMap<number, Finding> {
  const evidenceOf = (detector: number): number => {
    const { evidence } = defined(told[detector], "detector");
    return Math.max(evidence.fewer, evidence.more);
  };
  const apart = [...single.keys()]
    .filter(
      (detector) => isApart(single.get(detector)) && defined(told[detector], "detector").state !== "failed",
    )
    .toSorted((left, right) => evidenceOf(right) - evidenceOf(left) || left - right);
  const found = new Map(single);
  const taken = new Set<number>();
  for (const detector of apart) {
    const places = defined(table.neighbours[detector], "neighbours");
    const beside = places.some((place) => place.node === node && taken.has(place.detector));
    const finding = defined(single.get(detector), "finding");
    if (beside) found.set(detector, { ...finding, weight: "doubt" });
    else taken.add(detector);
  }
  return found;
}

function isApart(finding: Finding | undefined): boolean {
  return finding?.weight === "fault" && (finding.rule === "dropouts" || finding.rule === "overcount");
}

/** Minutes with vehicles and without a finding before a suspect is good again, and before a failed one is on its way to it. */
const SUSPECT_CLEAR_MINUTES = 5;
const FAILED_CLEAR_MINUTES = 5;

function transition(
  health: DetectorHealth,
  finding: Finding | undefined,
  { clearMinutes }: Thresholds,
  heard: boolean,
  at: InstantMs,
): DetectorHealth {
  const { state } = health;
  if (isPattern(health, at)) return relearning(health, at);
  if (finding?.weight === "fault") {
    return state === "failed"
      ? { ...health, finding: namedFinding(health.finding, finding), cleanMinutes: 0 }
      : { ...health, state: "failed", since: at, finding, cleanMinutes: 0 };
  }
  if (finding !== undefined) {
    if (state === "good") return { ...health, state: "suspect", since: at, finding, cleanMinutes: 0 };
    if (state === "recovering" && finding.weight === "doubt")
      return { ...health, state: "failed", since: at, finding, cleanMinutes: 0 };
    return { ...health, finding: state === "suspect" ? finding : health.finding, cleanMinutes: 0 };
  }
  if (state === "good") return health;
  // Silence clears nobody.
  if (!heard) return health;
  const cleanMinutes = health.cleanMinutes + 1;
  if (state === "failed" && cleanMinutes >= FAILED_CLEAR_MINUTES)
    return { ...health, state: "recovering", since: at, cleanMinutes };
  const enough = state === "suspect" ? SUSPECT_CLEAR_MINUTES : clearMinutes;
  if (state !== "failed" && cleanMinutes >= enough)
    return { ...health, state: "good", since: at, finding: null, cleanMinutes };
  return { ...health, cleanMinutes };
}

/** A group's name says more than what a single check sees of it. */
function namedFinding(before: Finding | null, now: Finding): Finding {
  return before?.rule === "deadCard" || before?.rule === "swapped" ? before : now;
}

/** Counts that have been other ones for days are the usual ones now: their ratios are learnt anew. */
function relearning(health: DetectorHealth, at: InstantMs): DetectorHealth {
  return {
    ...health,
    state: "good",
    since: at,
    finding: null,
    pairs: health.pairs.map(() => PAIR_START),
    evidence: { fewer: 0, more: 0 },
  };
}

/** The next interval's counts begin at nothing. */
export function closeSubstitutes(detectors: readonly KeptHealth[]): readonly KeptHealth[] {
  return detectors.map(withoutSubstitute);
}

/** Time between two looks at the detectors. */
export const LOOK_MS = MINUTE_MS;
