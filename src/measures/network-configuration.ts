import { defined } from "../assert.ts";
import type { Network } from "../model/files.ts";
import type { Detector, Intersection } from "../model/intersection.ts";
import type { Link } from "../model/network.ts";
import { phaseNumbers } from "../model/phase-number.ts";
import type {
  DetectorFunction,
  MeasureConfiguration,
  MeasureDetector,
  MeasureHead,
  Variant,
} from "./configuration.ts";
import type { Street, StreetStop } from "./time-space.ts";

/** How measures are computed, whatever the intersection. */
export type MeasureOptions = { readonly variant: Variant; readonly keepMs: number };

const FUNCTIONS: Readonly<Record<Detector["role"], readonly DetectorFunction[]>> = {
  // Short loops lane by lane at the stop line: they count, and show who stands there and who crosses.
  stopLine: ["presence", "count", "yellowRed"],
  advance: ["advance"],
  entry: ["entry"],
};

/**
 * What an intersection's measures are computed with. Detector channels are the detectors' places from 1, phases as `phaseNumbers`
 * says: as its controller logs them.
 */
export function configurationOf(
  network: Network,
  intersection: Intersection,
  { variant, keepMs }: MeasureOptions,
): MeasureConfiguration {
  const links = new Map(network.links.map((link) => [link.id, link]));
  return {
    intersection: intersection.id,
    heads: headsOf(intersection),
    detectors: detectorsOf(intersection, links),
    pedestrianChannels: new Map(),
    opposing: opposingOf(intersection, links),
    variant,
    keepMs,
  };
}

function numberOf({ phases }: Intersection): ReadonlyMap<string, number> {
  const numbers = phaseNumbers(phases);
  return new Map(phases.map(({ id }, place) => [id, defined(numbers[place], "number of the phase")]));
}

function headsOf(intersection: Intersection): readonly MeasureHead[] {
  const { phases, movements, stages, plans } = intersection;
  const numbers = numberOf(intersection);
  const coordinated = new Set(
    plans.flatMap((plan) => stages.find(({ id }) => id === plan.stages[0]?.stage)?.phases ?? []),
  );
  return phases.map(({ id }) => ({
    key: defined(numbers.get(id), id),
    name: id,
    approach: movements.find(({ phase }) => phase === id)?.fromLink ?? id,
    coordinated: coordinated.has(id),
    yieldsTo: yieldsTo(intersection, numbers, id),
  }));
}

/** The through movement that a left turn yields to in a stage: that of the approach that its own exit's stream comes from. */
function yieldsTo(
  { movements, stages, overlaps = [] }: Intersection,
  numbers: ReadonlyMap<string, number>,
  id: string,
): number | null {
  const arrow = overlaps.find((one) => one.kind === "flashingYellowArrow" && one.left === id);
  if (arrow?.kind === "flashingYellowArrow") return numbers.get(arrow.opposing) ?? null;
  const left = movements.find(({ phase, turn }) => phase === id && turn === "left");
  const stage = stages.find(({ permissive }) => permissive.includes(id));
  if (left === undefined || stage === undefined) return null;
  const opposing = movements.find(
    ({ turn, phase, fromLink }) =>
      turn === "through" && fromLink !== left.fromLink && stage.phases.includes(phase),
  );
  return opposing === undefined ? null : (numbers.get(opposing.phase) ?? null);
}

function detectorsOf(
  intersection: Intersection,
  links: ReadonlyMap<string, Link>,
): readonly MeasureDetector[] {
  const numbers = numberOf(intersection);
  return intersection.detectors.map(({ id, role, link, lane, serves, distanceMeters }, place) => {
    const lanes = new Set([lane, ...serves]);
    const own = intersection.movements.filter(({ fromLanes }) => fromLanes.some((from) => lanes.has(from)));
    const leaves = role === "entry";
    // An arrival belongs to one head, as with UDOT: before the lanes part, to that of the straight on movement.
    const straight = role === "advance" ? own.filter(({ turn }) => turn === "through") : [];
    const served = straight.length > 0 ? straight : own;
    const turns = [...new Set(own.map(({ turn }) => turn))];
    return {
      channel: place + 1,
      name: id,
      functions: FUNCTIONS[role],
      heads: leaves ? [] : [...new Set(served.map(({ phase }) => defined(numbers.get(phase), phase)))],
      approach: leaves ? link : (own[0]?.fromLink ?? link),
      movement: leaves || turns.length === 0 ? null : turns.join("+"),
      distanceMeters,
      speedMetersPerSecond: links.get(link)?.speedMetersPerSecond ?? null,
    };
  });
}

/** Approaches face each other where each one's straight on leads to where the other one's vehicles come from. */
function opposingOf(
  { movements }: Intersection,
  links: ReadonlyMap<string, Link>,
): ReadonlyMap<string, string> {
  const straight = movements.filter(({ turn }) => turn === "through");
  const ends = ({ fromLink, toLink }: { readonly fromLink: string; readonly toLink: string }) =>
    [links.get(fromLink)?.from, links.get(toLink)?.to] as const;
  return new Map(
    straight.flatMap((one): readonly (readonly [string, string])[] => {
      const [from, to] = ends(one);
      const other = straight.find((candidate) => {
        const [otherFrom, otherTo] = ends(candidate);
        return otherFrom === to && otherTo === from;
      });
      return other === undefined ? [] : [[one.fromLink, other.fromLink]];
    }),
  );
}

/** The network's routes as streets: the signals on them, with the phase that goes on along the route, and the way between. */
export function streetsOf(network: Network): readonly Street[] {
  const links = new Map(network.links.map((link) => [link.id, link]));
  const byNode = new Map(network.intersections.map((intersection) => [intersection.node, intersection]));
  return network.routes.map(({ id, links: route }) => {
    const stops: StreetStop[] = [];
    let [distanceMeters, travelSeconds] = [0, 0];
    route.forEach((name, place) => {
      const link = links.get(name);
      if (link === undefined) return;
      if (stops.length > 0) {
        distanceMeters += link.lengthMeters;
        travelSeconds += link.lengthMeters / link.speedMetersPerSecond;
      }
      const intersection = byNode.get(link.to);
      const goesOn = intersection?.movements.find(
        ({ fromLink, toLink }) => fromLink === name && toLink === route[place + 1],
      );
      if (intersection === undefined || goesOn === undefined) return;
      stops.push({ intersection: intersection.id, phase: goesOn.phase, distanceMeters, travelSeconds });
    });
    return { name: id, stops };
  });
}
