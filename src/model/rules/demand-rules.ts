import type { DemandFile } from "../demand.ts";
import type { Fault } from "../fault.ts";
import type { Intersection } from "../intersection.ts";
import type { NetworkFile } from "../network.ts";
import { duplicateFaults, faultAt, oneOf, referenceFaults } from "./fault-at.ts";
import { profileFaults, serviceFaults } from "./service-rules.ts";
import { tripFaults } from "./trip-rules.ts";

const SHARE_TOLERANCE = 1e-6;

/** Rules of `demand.json` against network and intersections: M1, M2, M16, M17, M25, M26, M27. */
export function demandFaults(
  file: string,
  demand: DemandFile,
  network: NetworkFile,
  intersections: readonly Intersection[],
): readonly Fault[] {
  return [
    ...entryFaults(file, demand, network),
    ...turningFaults(file, demand, network, intersections),
    ...pedestrianFaults(file, demand, intersections),
    ...serviceFaults(file, demand, network, intersections),
    ...tripFaults(file, demand, network, intersections),
  ];
}

/** M16: entries at boundaries, one at least where there are no trips, points of a day in order. */
function entryFaults(file: string, demand: DemandFile, network: NetworkFile): readonly Fault[] {
  const links = new Map(network.links.map((link) => [link.id, link]));
  const inner = new Set(
    network.nodes.filter(({ intersection }) => intersection !== undefined).map(({ id }) => id),
  );
  const nobodyComes = demand.entries.length === 0 && demand.trips === undefined;
  return [
    ...(nobodyComes ? [faultAt(file, "/entries", [], "one entry at least, or trips", "M16")] : []),
    ...duplicateFaults(
      file,
      "entry",
      demand.entries.map(({ link }, index) => ({ id: link, pointer: `/entries/${index}/link` })),
    ),
    ...demand.entries.flatMap((entry, index) => {
      const pointer = `/entries/${index}`;
      const link = links.get(entry.link);
      const place = link
        ? inner.has(link.from)
          ? [
              faultAt(
                file,
                `${pointer}/link`,
                entry.link,
                "a link that begins outside every intersection",
                "M16",
              ),
            ]
          : []
        : referenceFaults(file, `${pointer}/link`, entry.link, "link", links);
      return [
        ...place,
        ...profileFaults(file, entry.vehicles, `${pointer}/vehicles`),
        ...profileFaults(file, entry.bicycles ?? [], `${pointer}/bicycles`),
      ];
    }),
  ];
}

/** M17: turning shares of exactly the links into intersections, over what movements reach; none are needed where nobody comes by an entry. */
function turningFaults(
  file: string,
  demand: DemandFile,
  network: NetworkFile,
  intersections: readonly Intersection[],
): readonly Fault[] {
  const reachable = new Map<string, Set<string>>();
  for (const { fromLink, toLink } of intersections.flatMap(({ movements }) => movements)) {
    reachable.set(fromLink, (reachable.get(fromLink) ?? new Set()).add(toLink));
  }
  const links = new Set(network.links.map(({ id }) => id));
  const shared = new Set(demand.turning.map(({ fromLink }) => fromLink));
  const missing =
    demand.entries.length === 0
      ? []
      : [...reachable.keys()].filter((link) => links.has(link) && !shared.has(link));
  return [
    ...duplicateFaults(
      file,
      "turning",
      demand.turning.map(({ fromLink }, index) => ({ id: fromLink, pointer: `/turning/${index}/fromLink` })),
    ),
    ...missing.map((link) =>
      faultAt(
        file,
        "/turning",
        undefined,
        `turning shares of link ${link}, which leads to an intersection`,
        "M17",
      ),
    ),
    ...demand.turning.flatMap((turning, index) =>
      shareFaults(file, turning, reachable, links, `/turning/${index}`),
    ),
  ];
}

function shareFaults(
  file: string,
  { fromLink, shares }: DemandFile["turning"][number],
  reachable: ReadonlyMap<string, ReadonlySet<string>>,
  links: ReadonlySet<string>,
  pointer: string,
): readonly Fault[] {
  if (!links.has(fromLink)) return referenceFaults(file, `${pointer}/fromLink`, fromLink, "link", links);
  const exits = reachable.get(fromLink);
  if (!exits) {
    return [
      faultAt(file, `${pointer}/fromLink`, fromLink, oneOf("link with movements", reachable.keys()), "M17"),
    ];
  }
  const sum = shares.reduce((total, { share }) => total + share, 0);
  return [
    ...duplicateFaults(
      file,
      "share",
      shares.map(({ toLink }, index) => ({ id: toLink, pointer: `${pointer}/shares/${index}/toLink` })),
    ),
    ...shares.flatMap(({ toLink }, index) =>
      exits.has(toLink)
        ? []
        : [
            faultAt(
              file,
              `${pointer}/shares/${index}/toLink`,
              toLink,
              oneOf(`link that a movement from ${fromLink} reaches`, exits),
              "M17",
            ),
          ],
    ),
    ...(Math.abs(sum - 1) <= SHARE_TOLERANCE
      ? []
      : [faultAt(file, `${pointer}/shares`, sum, "shares that add up to 1", "M17")]),
  ];
}

/** M16: pedestrians only where a phase has times for them. */
function pedestrianFaults(
  file: string,
  demand: DemandFile,
  intersections: readonly Intersection[],
): readonly Fault[] {
  const byId = new Map(intersections.map((intersection) => [intersection.id, intersection]));
  return [
    ...duplicateFaults(
      file,
      "crossing",
      demand.pedestrians.map(({ intersection, phase }, index) => ({
        id: `${intersection} ${phase}`,
        pointer: `/pedestrians/${index}`,
      })),
    ),
    ...demand.pedestrians.flatMap(({ intersection, phase, persons }, index) => {
      const pointer = `/pedestrians/${index}`;
      const profile = profileFaults(file, persons, `${pointer}/persons`);
      const place = byId.get(intersection);
      if (!place) {
        return [
          ...profile,
          ...referenceFaults(file, `${pointer}/intersection`, intersection, "intersection", byId),
        ];
      }
      const walking = place.phases.filter(({ pedestrian }) => pedestrian).map(({ id }) => id);
      if (walking.includes(phase)) return profile;
      const allowed = oneOf("phase with pedestrian times", walking);
      return [...profile, faultAt(file, `${pointer}/phase`, phase, allowed, "M16")];
    }),
  ];
}
