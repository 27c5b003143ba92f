import { defined } from "../assert.ts";
import { type InstantMs, MINUTE_MS } from "../units.ts";
import { recentShare } from "./health-evidence.ts";
import type { DetectorMinute } from "./health-minute.ts";
import type { DetectorHealth, Finding } from "./health-record.ts";
import { fault, incident, round } from "./health-rules.ts";

/** One detector of an intersection after the minute. */
export type Member = {
  readonly id: string;
  readonly health: DetectorHealth;
  readonly minute: DetectorMinute;
  /** Stop-line lanes that it looks after. */
  readonly lanes: readonly number[];
  readonly stopLine: boolean;
  /** Vehicles that its neighbours at other intersections saw in the minute; `undefined` where it has none that are good. */
  readonly heardElsewhere: number | undefined;
};

/** A card has so many channels at least, and fails with all of them at once: heard last within so long of each other. */
const CARD_LEAST = 3;
const CARD_WITHIN_MS = 2 * MINUTE_MS;
/** Each of them has missed so many of its usual vehicles, and all together so many. */
const CARD_MISSED_EACH = 2;
const CARD_MISSED = 30;
const CARD_SILENT_MINUTES = 2;

/**
 * Detectors that fell silent together, although each has its usual vehicles: a card, or all that an intersection has. Where all of them are
 * silent, only neighbours at other intersections can tell a dead card from a closed street.
 */
export function deadCard(members: readonly Member[]): ReadonlyMap<number, Finding> {
  const silent = [...members.keys()].filter((index) => isSilent(defined(members[index], "member").health));
  const lastOf = (index: number): number => defined(members[index], "member").health.heardAt ?? 0;
  const last = Math.max(0, ...silent.map(lastOf));
  const together = silent.filter((index) => last - lastOf(index) <= CARD_WITHIN_MS);
  const missed = together.reduce(
    (sum, index) => sum + defined(members[index], "member").health.silentUsual,
    0,
  );
  if (together.length < CARD_LEAST || missed < CARD_MISSED) return new Map();
  const told = `${together.length} detectors silent since the same time, usually ${round(missed)} vehicles meanwhile, at most ${CARD_MISSED} are chance`;
  const othersMove = members.some(({ minute, health }) => minute.arrivals > 0 && health.state === "good");
  const elsewhere = together.flatMap((index) => defined(members[index], "member").heardElsewhere ?? []);
  const moves = othersMove || elsewhere.length === 0 || elsewhere.some((count) => count > 0);
  const finding = moves
    ? fault("deadCard", told)
    : incident("deadCard", `${told}; intersections before it send nobody either: rather a closed street`);
  return new Map(together.map((index) => [index, finding]));
}

function isSilent({ silentMinutes, silentUsual, heardAt, state, finding }: DetectorHealth): boolean {
  const open = state === "good" || state === "suspect" || finding?.rule === "deadCard";
  return open && heardAt !== null && silentMinutes >= CARD_SILENT_MINUTES && silentUsual >= CARD_MISSED_EACH;
}

/** Departures in a lane's green that make a detector look like the one of its stop line; and less than that, as one elsewhere. */
const AT_LANE = 0.85;
const NOT_AT_LANE = 0.75;
/** Counts agree within this factor, and differ beyond it. */
const ALIKE_RATIO = 1.4;
/** Evidence from which a detector is looked at as one of a pair. */
const PARTNER_EVIDENCE = 4;

/** Detectors that tell each what the other one should: by the lamps, or by their counts. */
export function swapped(
  members: readonly Member[],
  isFaulty: (index: number) => boolean,
): ReadonlyMap<number, Finding> {
  const found = new Map<number, Finding>();
  for (const [index, own] of members.entries()) {
    if (!isFaulty(index) || found.has(index)) continue;
    const partner = [...members.keys()].find(
      (other) =>
        other !== index && !found.has(other) && fitsExchanged(own, defined(members[other], "member")),
    );
    if (partner === undefined) continue;
    const other = defined(members[partner], "member");
    found.set(index, fault("swapped", `tells what ${other.id} should: ${exchangeText(own, other)}`));
    found.set(partner, fault("swapped", `tells what ${own.id} should: ${exchangeText(own, other)}`));
  }
  return found;
}

function fitsExchanged(own: Member, other: Member): boolean {
  return byLamps(own, other) || byCounts(own, other);
}

function exchangeText(own: Member, other: Member): string {
  return byLamps(own, other)
    ? "departures fit the other's greens and not the own"
    : `${counts(own)} and ${counts(other)} vehicles a minute of late and usually`;
}

function counts({ health: { recent, usual } }: Member): string {
  return `${recent.toFixed(1)} (${(usual?.perMinute ?? 0).toFixed(1)})`;
}

/** Only where the one is not at its lanes any more can the other one be. */
function byLamps(own: Member, other: Member): boolean {
  if (own.health.lamps.evidence < PARTNER_EVIDENCE || own.lanes.length === 0 || !own.stopLine) return false;
  if (!other.stopLine || other.health.lamps.evidence < PARTNER_EVIDENCE) return false;
  const fits = (who: Member, lanes: readonly number[], least: number): boolean =>
    lanes.some((lane) => (recentShare(who.health.lamps, lane) ?? 0) >= least);
  return (
    fits(other, own.lanes, AT_LANE) &&
    fits(own, other.lanes, AT_LANE) &&
    !fits(own, own.lanes, NOT_AT_LANE) &&
    !fits(other, other.lanes, NOT_AT_LANE)
  );
}

function byCounts({ health: own }: Member, { health: other }: Member): boolean {
  if (own.usual === null || other.usual === null) return false;
  const opposite =
    (own.evidence.fewer >= PARTNER_EVIDENCE && other.evidence.more >= PARTNER_EVIDENCE) ||
    (own.evidence.more >= PARTNER_EVIDENCE && other.evidence.fewer >= PARTNER_EVIDENCE);
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
