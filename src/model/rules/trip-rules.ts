import type { DemandFile, Trips } from "../demand.ts";
import type { Fault } from "../fault.ts";
import type { Intersection } from "../intersection.ts";
import type { NetworkFile } from "../network.ts";
import { duplicateFaults, faultAt, oneOf, referenceFaults } from "./fault-at.ts";
import { onwardLinks } from "./service-rules.ts";

/** M1, M2, M27: trips along ways that exist, within their period. */
export function tripFaults(
  file: string,
  { trips }: DemandFile,
  network: NetworkFile,
  intersections: readonly Intersection[],
): readonly Fault[] {
  if (trips === undefined) return [];
  const { fromSeconds, untilSeconds, vehicleTypes, routes } = trips;
  const links = new Set(network.links.map(({ id }) => id));
  const types = new Set(vehicleTypes.map(({ id }) => id));
  const onward = onwardLinks(network, intersections);
  return [
    ...(untilSeconds === undefined || untilSeconds > fromSeconds
      ? []
      : [faultAt(file, "/trips/untilSeconds", untilSeconds, `later than ${fromSeconds}, the begin`, "M27")]),
    ...duplicateFaults(
      file,
      "vehicle type",
      vehicleTypes.map(({ id }, index) => ({ id, pointer: `/trips/vehicleTypes/${index}/id` })),
    ),
    ...vehicleTypes.flatMap(({ speedFactor: { min, max } }, index) =>
      min <= max
        ? []
        : [faultAt(file, `/trips/vehicleTypes/${index}/speedFactor/max`, max, `at least ${min}`, "M27")],
    ),
    ...routes.flatMap((route, index) => {
      const pointer = `/trips/routes/${index}`;
      return [
        ...referenceFaults(file, `${pointer}/vehicleType`, route.vehicleType, "vehicle type", types),
        ...wayFaults(file, route.links, links, onward, `${pointer}/links`),
        ...departFaults(file, route.departSeconds, trips, `${pointer}/departSeconds`),
      ];
    }),
  ];
}

function wayFaults(
  file: string,
  route: readonly string[],
  links: ReadonlySet<string>,
  onward: ReadonlyMap<string, ReadonlySet<string>>,
  pointer: string,
): readonly Fault[] {
  const unknown = route.flatMap((id, index) =>
    referenceFaults(file, `${pointer}/${index}`, id, "link", links),
  );
  if (unknown.length > 0) return unknown;
  return route.slice(1).flatMap((id, index) => {
    const before = route[index] ?? "";
    const reached = onward.get(before) ?? new Set<string>();
    if (reached.has(id)) return [];
    const allowed = oneOf(`link that one gets to from ${before}`, reached);
    return [faultAt(file, `${pointer}/${index + 1}`, id, allowed, "M27")];
  });
}

function departFaults(
  file: string,
  departs: readonly number[],
  { fromSeconds, untilSeconds = Number.POSITIVE_INFINITY }: Trips,
  pointer: string,
): readonly Fault[] {
  return departs.flatMap((at, index) => {
    const place = `${pointer}/${index}`;
    const before = departs[index - 1] ?? fromSeconds;
    if (at < before) return [faultAt(file, place, at, `${before} or later`, "M27")];
    if (at >= untilSeconds) return [faultAt(file, place, at, `before ${untilSeconds}, the end`, "M27")];
    return [];
  });
}
