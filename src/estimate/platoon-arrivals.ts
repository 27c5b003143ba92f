import { defined } from "../assert.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import { expectedArrivals, followSecond, isSilent, type PlatoonFit, startPlatoonFit } from "./platoon-fit.ts";

/** From a stop line over the junction to the loops at the begin of the exit. */
const CROSSING_SECONDS = 2;
/** Beyond this nobody plans; and a plan for so many seconds from now is believed by 1/e, since it changes each second. */
const PLANNED_SECONDS = 40;
const PLAN_BELIEF_SECONDS = 30;
/** Who comes over the advance loops within so long is foreseen in platoons, as mean rates beyond. */
const FORESEEN_SECONDS = 50;

/** How neighbours' vehicles come to the advance loops of one approach, and what has been counted since its last second ended. */
export type Platoons = {
  readonly fit: PlatoonFit;
  /** By upstream link. */
  readonly entered: readonly number[];
  /** Over the advance loops. */
  readonly passed: number;
};

/** Vehicles that came, or come, onto the begin of a link that leads here; fractions where they may go elsewhere. */
export type LinkArrival = { readonly link: string; readonly at: InstantMs; readonly vehicles: number };

/** Vehicles that neighbours plan to send over links, by the links whose neighbours plan. */
export type PlannedByLink = ReadonlyMap<string, readonly LinkArrival[]>;

/** Vehicles expected at the stop lines of an approach, and when at the earliest. */
export type Coming = { readonly earliestSeconds: number; readonly vehicles: number };

/** Nothing is known yet; `null` where no neighbour sends vehicles to the approach, or no advance loop sees them. */
export function startPlatoons(layout: ApproachLayout): Platoons | null {
  if (layout.advance.length === 0 || layout.upstream.size === 0) return null;
  const loops = advanceSeconds(layout);
  const travelSeconds = [...layout.upstream.values()].map((place) =>
    Math.max(0, place.travelSeconds - loops),
  );
  return { fit: startPlatoonFit(travelSeconds), entered: travelSeconds.map(() => 0), passed: 0 };
}

/** From the nearest advance loop to the stop line, driving freely. */
function advanceSeconds({ advance }: ApproachLayout): number {
  return Math.min(...advance.map(({ travelSeconds }) => travelSeconds));
}

/** Vehicles came onto one of the approach's upstream links. */
export function enteredLink(
  before: Platoons,
  { upstream }: ApproachLayout,
  { link, vehicles }: LinkArrival,
): Platoons {
  const index = [...upstream.keys()].indexOf(link);
  return {
    ...before,
    entered: before.entered.with(index, defined(before.entered[index], "link") + vehicles),
  };
}

/** A vehicle came over one of the approach's advance loops. */
export function passedLoop(before: Platoons): Platoons {
  return { ...before, passed: before.passed + 1 };
}

/** The second is over. */
export function platoonsAfterSecond({ fit, entered, passed }: Platoons, learns: boolean): Platoons {
  return { fit: followSecond(fit, entered, passed, learns), entered: entered.map(() => 0), passed: 0 };
}

/**
 * Who comes to the stop lines within the next seconds without having been seen by an advance loop, and from when on nothing is known of
 * such vehicles; `undefined` where platoons are not followed, or loops are silent that should not be.
 */
export function platoonsComing(
  platoons: Platoons | null,
  layout: ApproachLayout,
  at: InstantMs,
  planned: PlannedByLink,
): { readonly coming: readonly Coming[]; readonly untilSeconds: number } | undefined {
  if (platoons === null || isSilent(platoons.fit)) return undefined;
  const bySecond = fittedArrivals(platoons.fit, layout, at, planned, FORESEEN_SECONDS);
  const loops = advanceSeconds(layout);
  const coming = bySecond.map((vehicles, second) => ({ earliestSeconds: second + 0.5 + loops, vehicles }));
  return { coming, untilSeconds: FORESEEN_SECONDS + loops };
}

/**
 * Vehicles over an approach's advance loops in each of the next `seconds`, by what came onto the upstream links, how that comes here,
 * and what neighbours plan to send.
 */
export function fittedArrivals(
  fit: PlatoonFit,
  layout: ApproachLayout,
  at: InstantMs,
  planned: PlannedByLink,
  seconds: number,
): readonly number[] {
  const coming = [...layout.upstream.keys()].map((link, index) =>
    plannedBySecond(planned.get(link), defined(fit.links[index], "link").meanVehPerSecond, at),
  );
  return expectedArrivals(fit, coming, seconds);
}

/** What a neighbour plans for one link, by second, mixed with the mean rate the more the further ahead; nothing where it does not plan. */
function plannedBySecond(
  planned: readonly LinkArrival[] | undefined,
  meanVehPerSecond: number,
  at: InstantMs,
): readonly number[] {
  if (planned === undefined) return [];
  const vehicles = Array.from({ length: PLANNED_SECONDS }, () => 0);
  for (const leaving of planned) {
    const second = Math.floor(msToSeconds(leaving.at - at) + CROSSING_SECONDS);
    if (second < PLANNED_SECONDS) vehicles[second] = defined(vehicles[second], "second") + leaving.vehicles;
  }
  return vehicles.map((count, second) => {
    const belief = Math.exp(-second / PLAN_BELIEF_SECONDS);
    return belief * count + (1 - belief) * meanVehPerSecond;
  });
}
