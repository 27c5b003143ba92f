import { defined } from "../assert.ts";
import type { Detector } from "../model/intersection.ts";
import { type InstantMs, MINUTE_MS } from "../units.ts";
import { oddShare } from "./health-evidence.ts";
import type { DetectorMinute } from "./health-minute.ts";
import type { DetectorPlace } from "./health-neighbours.ts";
import { pooled } from "./health-pairs.ts";
import { type DetectorHealth, type Finding, isGood, type Watched } from "./health-record.ts";
import { doubt, fault, incident, round } from "./health-rules.ts";

/** One detector of an intersection after the minute. */
export type Member = {
  readonly id: string;
  readonly health: DetectorHealth;
  readonly minute: DetectorMinute;
  /** Stop-line lanes that it looks after. */
  readonly lanes: readonly number[];
  readonly role: Detector["role"];
  /** Its neighbours before the minute, `undefined` where they were not watched, and where they are. */
  readonly neighbours: readonly (Watched | undefined)[];
  readonly places: readonly DetectorPlace[];
};

/** A card has so many channels at least, and fails with all of them at once: heard last within so long of each other. */
const CARD_LEAST = 3;
const CARD_WITHIN_MS = 2 * MINUTE_MS;
/** Each of them has missed so many of its usual vehicles, and those at one place of their way, stop line, advance or exit, so many together. */
const CARD_MISSED_EACH = 2;
const CARD_MISSED = 60;
const CARD_SILENT_MINUTES = 2;

/** Neighbours outside of the group must make expect such a part of those that are usual beside them, and so many. */
const WITNESS_RATIO = 0.5;
const WITNESS_VEHICLES = 40;
/** Without any, so many times the vehicles are asked for: an approach may be empty for minutes when the signal before it lets nobody by. */
const UNWITNESSED_RATIO = 2;

/**
 * Detectors that fell silent together, although each has its usual vehicles: a card, or all that an intersection has. Where neighbours that are
 * not of the group send nobody either it is a closed street.
 */
export function deadCard(members: readonly Member[], node: number): ReadonlyMap<number, Finding> {
  const silent = [...members.keys()].filter((index) => isSilent(defined(members[index], "member").health));
  if (silent.length === 0) return NOTHING;
  if (allAreDead(members)) return new Map(silent.map((index) => [index, LAST_OF_CARD]));
  if (silent.length < CARD_LEAST) return NOTHING;
  const lastOf = (index: number): number => defined(members[index], "member").health.heardAt ?? 0;
  const last = Math.max(...silent.map(lastOf));
  const group = new Set(silent.filter((index) => last - lastOf(index) <= CARD_WITHIN_MS));
  const missed = missedBy(members, group);
  if (group.size < CARD_LEAST || missed < CARD_MISSED) return NOTHING;
  const finding = cardFinding(members, group, missed, node);
  return new Map([...group].map((index) => [index, finding]));
}

const NOTHING: ReadonlyMap<number, Finding> = new Map();

/** Vehicles that are usual in the time of the silence, where most of them pass: one that passes advance loop, stop line and exit is one. */
function missedBy(members: readonly Member[], group: ReadonlySet<number>): number {
  const byRole = { stopLine: 0, advance: 0, entry: 0 };
  for (const index of group) {
    const { role, health } = defined(members[index], "member");
    byRole[role] += health.silentUsual;
  }
  return Math.max(byRole.stopLine, byRole.advance, byRole.entry);
}

function cardFinding(
  members: readonly Member[],
  group: ReadonlySet<number>,
  missed: number,
  node: number,
): Finding {
  const told = `${group.size} detectors silent since the same time, usually ${round(missed)} vehicles meanwhile, at most ${CARD_MISSED} are chance`;
  let [usual, expected] = [0, 0];
  for (const index of group) {
    const compared = expectedOutside(members, index, group, node);
    usual += compared?.usual ?? 0;
    expected += compared?.expected ?? 0;
  }
  if (usual >= WITNESS_VEHICLES) {
    return expected >= Math.max(WITNESS_VEHICLES, WITNESS_RATIO * usual)
      ? fault("deadCard", told)
      : incident(
          "deadCard",
          `${told}; but neighbours make expect only ${round(expected)} of ${round(usual)}: rather a closed street`,
        );
  }
  const unwitnessed = `${told}; no neighbour outside of them is known`;
  return missed >= UNWITNESSED_RATIO * CARD_MISSED && othersMove(members, group)
    ? fault("deadCard", unwitnessed)
    : doubt("deadCard", unwitnessed);
}

/** Whether the rest of the intersection has half of its usual vehicles this minute, or there is no rest. */
function othersMove(members: readonly Member[], group: ReadonlySet<number>): boolean {
  let [arrivals, usual] = [0, 0];
  for (const [index, { health, minute }] of members.entries()) {
    if (group.has(index) || !isGood(health)) continue;
    arrivals += minute.arrivals;
    usual += health.usual?.perMinute ?? 0;
  }
  return arrivals >= WITNESS_RATIO * usual;
}

const LAST_OF_CARD = fault(
  "deadCard",
  "silent with all other detectors of the intersection, which have failed",
);

/** What a member has missed, and what neighbours outside of the group make expect of that; `undefined` where there are none to be compared with. */
function expectedOutside(
  members: readonly Member[],
  index: number,
  group: ReadonlySet<number>,
  node: number,
): { readonly usual: number; readonly expected: number } | undefined {
  const { health, neighbours, places } = defined(members[index], "member");
  const pairs = health.pairs.filter((_, which) => {
    const watched = neighbours[which];
    const place = defined(places[which], "place");
    const inside = place.node === node && group.has(place.detector);
    return watched !== undefined && isGood(watched.health) && !inside;
  });
  const all = pooled(pairs.map((pair) => ({ pair, count: pair.unheard })));
  return all === undefined ? undefined : { usual: health.silentUsual, expected: all.ratio * all.count };
}

/** Once a card has failed and nothing else of the intersection moves, the loops that were seldom driven over are of it too. */
function allAreDead(members: readonly Member[]): boolean {
  return (
    members.some(({ health }) => health.state === "failed" && health.finding?.rule === "deadCard") &&
    members.every(
      ({ health, minute }) => minute.arrivals === 0 && health.silentMinutes >= CARD_SILENT_MINUTES,
    )
  );
}

function isSilent({ silentMinutes, silentUsual, heardAt, state, finding }: DetectorHealth): boolean {
  const open = state === "good" || state === "suspect" || finding?.rule === "stuckOff";
  return open && heardAt !== null && silentMinutes >= CARD_SILENT_MINUTES && silentUsual >= CARD_MISSED_EACH;
}

/** Departures in a lane's green that make a detector look like the one of its stop line; and less than that, as one elsewhere. */
const AT_LANE = 0.85;
const NOT_AT_LANE = 0.75;
/** Counts agree within this factor, and differ beyond it. */
const ALIKE_RATIO = 1.4;
/** Evidence from which a detector is looked at as one of a pair; by counts alone, where any two may fit by chance, so much of both. */
const PARTNER_EVIDENCE = 4;
const COUNTS_EVIDENCE = 8;

/** Detectors that tell each what the other one should: by the lamps, or by their counts. */
export function swapped(
  members: readonly Member[],
  isFaulty: (index: number) => boolean,
): ReadonlyMap<number, Finding> {
  const found = new Map<number, Finding>();
  for (const [index, own] of members.entries()) {
    if (!isFaulty(index) || found.has(index) || hasPartner(own)) continue;
    const partner = [...members.keys()].find((other) => {
      const member = defined(members[other], "member");
      return other !== index && !found.has(other) && !hasPartner(member) && fitsExchanged(own, member);
    });
    if (partner === undefined) continue;
    const other = defined(members[partner], "member");
    found.set(index, fault("swapped", `tells what ${other.id} should: ${exchangeText(own, other)}`));
    found.set(partner, fault("swapped", `tells what ${own.id} should: ${exchangeText(own, other)}`));
  }
  return found;
}

/** Those that were found exchanged stay so until they are good: nobody else is to be blamed with one of them. */
function hasPartner({ health }: Member): boolean {
  return health.finding?.rule === "swapped";
}

function fitsExchanged(own: Member, other: Member): boolean {
  return byLamps(own, other) || byLamps(other, own) || byCounts(own, other);
}

function exchangeText(own: Member, other: Member): string {
  return byLamps(own, other) || byLamps(other, own)
    ? "departures fit the other's greens and not the own"
    : `${counts(own)} and ${counts(other)} vehicles a minute of late and usually`;
}

function counts({ health: { recent, usual } }: Member): string {
  return `${recent.toFixed(1)} (${(usual?.perMinute ?? 0).toFixed(1)})`;
}

/** Vehicles leave `moved` in the greens of `own` and not in its own, and `own` is not where it was either. */
function byLamps(own: Member, moved: Member): boolean {
  if (own.role !== "stopLine" || moved.role !== "stopLine" || moved.health.lamps.evidence < PARTNER_EVIDENCE)
    return false;
  const { evidence, lamps } = own.health;
  if (Math.max(evidence.fewer, evidence.more, lamps.evidence) < PARTNER_EVIDENCE) return false;
  const fits = (lanes: readonly number[], least: number): boolean =>
    lanes.some((lane) => (oddShare(moved.health.lamps, lane) ?? 0) >= least);
  return fits(own.lanes, AT_LANE) && !fits(moved.lanes, NOT_AT_LANE);
}

function byCounts({ health: own }: Member, { health: other }: Member): boolean {
  if (own.usual === null || other.usual === null) return false;
  const opposite =
    Math.min(own.evidence.fewer, other.evidence.more) >= COUNTS_EVIDENCE ||
    Math.min(own.evidence.more, other.evidence.fewer) >= COUNTS_EVIDENCE;
  return (
    opposite &&
    alike(own.recent, other.usual.perMinute) &&
    alike(other.recent, own.usual.perMinute) &&
    !alike(own.usual.perMinute, other.usual.perMinute)
  );
}

function alike(left: number, right: number): boolean {
  return Math.abs(Math.log((left + 0.1) / (right + 0.1))) <= Math.log(ALIKE_RATIO);
}

/** When a lasting change of the counts' ratio is taken for one of the pattern; `forecasting.md` §5: three days. */
const PATTERN_MS = 3 * 24 * 60 * MINUTE_MS;

/** A detector that has failed by its counts alone, and for so long, all else being plausible. */
export function isPattern({ state, since, finding }: DetectorHealth, at: InstantMs): boolean {
  const byCountsAlone = finding?.rule === "dropouts" || finding?.rule === "overcount";
  return state === "failed" && byCountsAlone && at - since >= PATTERN_MS;
}
