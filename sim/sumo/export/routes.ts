import { defined } from "../../../src/assert.ts";
import { BUS_LENGTH_METERS, type BusLine } from "../../../src/model/demand.ts";
import type { Network } from "../../../src/model/files.ts";
import type { DrawnVehicle } from "../../traffic/drawn-demand.ts";
import type { Streets } from "../../traffic/streets.ts";
import { hundredths } from "../roads.ts";
import type { Edge, ExportedEdges } from "./edges.ts";
import { document, element } from "./plain-xml.ts";
import { type ExportedType, typesOf } from "./vehicle-types.ts";

/** A place where buses stop; `line` and `stop` say of whom. */
export type ExportedStop = {
  readonly id: string;
  readonly line: string;
  readonly edge: string;
  readonly lane: number;
  readonly startMeters: number;
  readonly endMeters: number;
  readonly dwellSeconds: number;
};

/** SUMO knows no stop at the very begin of an edge: there it is at the end of the one before. */
const STOP_MIN_METERS = 1;

/** The stops of all lines, those of a line in the order of driving: on the kerb lane of the movement that its buses make next. */
export function stopsOf(
  network: Network,
  streets: Streets,
  { byLink }: ExportedEdges,
): readonly ExportedStop[] {
  return (network.demand?.buses ?? []).flatMap((line) =>
    line.stops
      .toSorted(
        (one, other) =>
          line.route.indexOf(one.link) - line.route.indexOf(other.link) ||
          other.distanceMeters - one.distanceMeters,
      )
      .map(({ link, distanceMeters, dwellSeconds }, k): ExportedStop => {
        const index = defined(streets.linkIndex.get(link), link);
        const at = streets.linkLength[index]! - distanceMeters;
        const edge = defined(
          byLink[index]?.findLast(({ fromMeters }) => fromMeters + STOP_MIN_METERS <= at) ??
            byLink[index]?.[0],
          `edge of ${link}`,
        );
        const endMeters = hundredths(Math.min(edge.lengthMeters, at - edge.fromMeters));
        return {
          id: `${line.id}.${k + 1}`,
          line: line.id,
          edge: edge.id,
          lane: kerbLane(network, streets, line, link, edge),
          startMeters: hundredths(Math.max(0, endMeters - BUS_LENGTH_METERS)),
          endMeters,
          dwellSeconds,
        };
      }),
  );
}

function kerbLane(
  network: Network,
  streets: Streets,
  { route }: BusLine,
  link: string,
  { lanes }: Edge,
): number {
  const next = route[route.indexOf(link) + 1];
  const index = defined(streets.linkIndex.get(link), link);
  const positions = network.intersections
    .flatMap(({ movements }) => movements)
    .filter(({ fromLink, toLink }) => fromLink === link && toLink === next)
    .flatMap(({ fromLanes }) => fromLanes)
    .map((id) => defined(streets.links[index], link).lanes.findIndex((lane) => lane.id === id));
  const kerb = Math.min(...(positions.length === 0 ? lanes : positions));
  const base = streets.laneBase[streets.linkFirstLane[index]! + kerb]! - streets.linkFirstLane[index]!;
  const lane = lanes.indexOf(kerb);
  return lane < 0 ? lanes.indexOf(base) : lane;
}

export function stopsXml(stops: readonly ExportedStop[]): string {
  return document(
    "additional",
    stops.map(({ id, edge, lane, startMeters, endMeters }) =>
      element("busStop", { id, lane: `${edge}_${lane}`, startPos: startMeters, endPos: endMeters }),
    ),
  );
}

/** Types, then vehicles in the order of their departures: SUMO takes them so. */
export function routesXml(
  vehicles: readonly DrawnVehicle[],
  streets: Streets,
  { byLink }: ExportedEdges,
  stops: readonly ExportedStop[],
  tauSeconds: number,
): string {
  const { types, typeOf } = typesOf(vehicles, tauSeconds);
  const edgesOf = (links: readonly string[]): string =>
    links
      .flatMap((link) => defined(byLink[defined(streets.linkIndex.get(link), link)], link))
      .map(({ id }) => id)
      .join(" ");
  const numbered = vehicles.map((vehicle, k) => ({ vehicle, id: k + 1 }));
  const sorted = numbered.toSorted((one, other) => one.vehicle.departSeconds - other.vehicle.departSeconds);
  return document("routes", [
    ...types.map(typeXml),
    ...sorted.map(({ vehicle, id }) => {
      const { kind, service, departSeconds, links, speedFactor } = vehicle;
      const made = kind === "bus" ? stops.filter(({ line }) => line === service) : [];
      return element(
        "vehicle",
        {
          id,
          type: typeOf(vehicle),
          depart: departSeconds.toFixed(2),
          // Trips start from rest on the kerb lane; who comes from outside comes driving.
          ...(kind === "trip" ? {} : { departLane: "best", departSpeed: "max" }),
          speedFactor: rounded(speedFactor),
        },
        [
          element("route", { edges: edgesOf(links) }),
          ...made.map((stop) => element("stop", { busStop: stop.id, duration: stop.dwellSeconds })),
        ],
      );
    }),
  ]);
}

function typeXml(type: ExportedType): string {
  const { mean, deviation, min, max } = type.speedFactor;
  return element("vType", {
    id: type.id,
    vClass: type.vClass,
    length: rounded(type.lengthMeters),
    minGap: rounded(type.gapMeters),
    accel: rounded(type.accelerationMetersPerSecond2),
    decel: type.decelerationMetersPerSecond2,
    tau: type.tauSeconds === undefined ? undefined : rounded(type.tauSeconds),
    sigma: rounded(type.imperfection),
    speedFactor: `normc(${[mean, deviation, min, max].map(rounded).join(",")})`,
  });
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
