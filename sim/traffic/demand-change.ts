import { defined } from "../../src/assert.ts";
import type { DemandFile, DemandProfile } from "../../src/model/demand.ts";
import { DAY_MS, MINUTE_MS, modulo, SECOND_MS } from "../../src/units.ts";
import type { StreetEvent } from "../field/scenario.ts";
import { dayProfileOf, perHourAt } from "./demand.ts";

type Trips = NonNullable<DemandFile["trips"]>;
type DemandEntry = DemandFile["entries"][number];

/** A factor from a minute of the day up to the next step's, the last one over midnight. */
type FactorStep = { readonly minute: number; readonly factor: number };

const DAY_MINUTES = DAY_MS / MINUTE_MS;

/** What is done to the demand of a whole run, by time of day. */
export type DemandFactors = {
  readonly scale?: number | undefined;
  /** Each holds from its time (`HH:MM`, in rising order) up to the next one's, the last one over midnight. */
  readonly profile?: readonly { readonly at: string; readonly factor: number }[] | undefined;
};

/** The demand with the vehicles and cyclists of every entry and all trips multiplied; buses, emergency vehicles and pedestrians come as ever. */
export function scaledDemand(demand: DemandFile, { scale = 1, profile = [] }: DemandFactors): DemandFile {
  const steps = profile.map(({ at, factor }) => ({ minute: minuteOf(at), factor: factor * scale }));
  if (steps.length === 0 && scale === 1) return demand;
  const factors = steps.length === 0 ? [{ minute: 0, factor: scale }] : steps;
  return withEntries(demand, () => true, factors);
}

/** The demand with the surges of a run that begins `beginMs` after midnight and lasts a day at most. */
export function surgedDemand(
  demand: DemandFile,
  events: readonly StreetEvent[],
  beginMs: number,
): DemandFile {
  return events.reduce((changed, event) => {
    if (event.kind !== "demand") return changed;
    const { entry, factor, fromSeconds, untilSeconds } = event;
    const from = minuteAt(beginMs, fromSeconds);
    const until = minuteAt(beginMs, untilSeconds ?? 0);
    const steps = [
      { minute: from, factor },
      { minute: until, factor: 1 },
    ];
    // From the begin of the run to its end: all day.
    const factors = from === until ? [{ minute: from, factor }] : steps;
    return withEntries(changed, (link) => entry === "all" || entry === link, factors);
  }, demand);
}

/** The minute of the day at so many seconds of a run. */
function minuteAt(beginMs: number, seconds: number): number {
  return modulo(Math.round((beginMs + seconds * SECOND_MS) / MINUTE_MS), DAY_MINUTES);
}

function withEntries(
  demand: DemandFile,
  concerns: (link: string) => boolean,
  factors: readonly FactorStep[],
): DemandFile {
  const steps = factors.toSorted((left, right) => left.minute - right.minute);
  const entries = demand.entries.map((entry) =>
    concerns(entry.link) ? multipliedEntry(entry, steps) : entry,
  );
  const { trips } = demand;
  return {
    ...demand,
    entries,
    ...(trips === undefined ? {} : { trips: multipliedTrips(trips, concerns, steps) }),
  };
}

function multipliedEntry(entry: DemandEntry, steps: readonly FactorStep[]): DemandEntry {
  const vehicles = multiplied(entry.vehicles, steps);
  if (entry.bicycles === undefined) return { ...entry, vehicles };
  return { ...entry, vehicles, bicycles: multiplied(entry.bicycles, steps) };
}

/**
 * The trips times the factors, in the order of departure: what a factor leaves over of a vehicle is carried on to the next one, so that
 * many routes with one vehicle each are multiplied too. Who comes twice departs at the same instant.
 */
function multipliedTrips(
  trips: Trips,
  concerns: (link: string) => boolean,
  steps: readonly FactorStep[],
): Trips {
  const departures = trips.routes
    .flatMap(({ links, departSeconds }, route) =>
      departSeconds.map((seconds) => ({ seconds, route, isConcerned: concerns(links[0] ?? "") })),
    )
    .toSorted((one, other) => one.seconds - other.seconds || one.route - other.route);
  const departSeconds = trips.routes.map((): number[] => []);
  let owed = 0.5;
  for (const { seconds, route, isConcerned } of departures) {
    const minute = Math.floor(modulo(seconds, DAY_MINUTES * 60) / 60);
    owed += isConcerned ? factorFrom(steps, minute) : 1;
    for (; owed >= 1; owed -= 1) departSeconds[route]?.push(seconds);
  }
  const routes = trips.routes.map((route, place) => ({
    ...route,
    departSeconds: departSeconds[place] ?? [],
  }));
  return { ...trips, routes: routes.filter((route) => route.departSeconds.length > 0) };
}

/**
 * The profile times the factors, exactly: between two points both are straight, and where a factor changes two points of the same
 * minute make the jump, of which the first one ends the line before and the second one begins the line after.
 */
function multiplied(profile: DemandProfile, steps: readonly FactorStep[]): DemandProfile {
  const day = dayProfileOf(profile);
  const minutes = new Set([...profile.map(({ at }) => minuteOf(at)), ...steps.map(({ minute }) => minute)]);
  return [...minutes]
    .toSorted((left, right) => left - right)
    .flatMap((minute) => {
      const at = clockTime(minute);
      const here = profile.filter((point) => point.at === at);
      const arriving = here[0]?.perHour ?? perHourAt(day, minute * MINUTE_MS);
      const leaving = here.at(-1)?.perHour ?? arriving;
      const before = arriving * factorBefore(steps, minute);
      const from = leaving * factorFrom(steps, minute);
      return before === from
        ? [{ at, perHour: from }]
        : [
            { at, perHour: before },
            { at, perHour: from },
          ];
    });
}

function factorFrom(steps: readonly FactorStep[], minute: number): number {
  return defined(steps.findLast((step) => step.minute <= minute) ?? steps.at(-1), "a step").factor;
}

function factorBefore(steps: readonly FactorStep[], minute: number): number {
  return defined(steps.findLast((step) => step.minute < minute) ?? steps.at(-1), "a step").factor;
}

function minuteOf(at: string): number {
  const [hours = 0, minutes = 0] = at.split(":").map(Number);
  return hours * 60 + minutes;
}

function clockTime(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
