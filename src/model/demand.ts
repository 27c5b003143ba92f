import Type, { type Static } from "typebox";
import { IdSchema } from "./id.ts";

const strict = { additionalProperties: false } as const;

const ClockTimeSchema = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });

const ProfileSchema = Type.Array(
  Type.Object({ at: ClockTimeSchema, perHour: Type.Number({ minimum: 0, maximum: 10_000 }) }, strict),
  { minItems: 1, description: "Points of a day, joined by straight lines and wrapping over midnight." },
);

/** Length of a city bus; a stop needs as much of its link. */
export const BUS_LENGTH_METERS = 12;

const RouteLinksSchema = Type.Array(IdSchema, {
  minItems: 1,
  description: "Consecutive links from an entry to an exit of the network, each once; rule M25.",
});

export const BusStopSchema = Type.Object(
  {
    link: IdSchema,
    distanceMeters: Type.Number({
      minimum: 0,
      description: "From the downstream end of the link to the front of the standing bus.",
    }),
    dwellSeconds: Type.Integer({ minimum: 0, maximum: 240 }),
  },
  strict,
);

/** One direction of a bus line. Its buses come regularly; they stop in their lane. */
export const BusLineSchema = Type.Object(
  {
    id: IdSchema,
    name: Type.Optional(Type.String()),
    route: RouteLinksSchema,
    departures: {
      ...ProfileSchema,
      description: "Buses an hour at the first link: the inverse of the headway.",
    },
    stops: Type.Array(BusStopSchema),
  },
  strict,
);

/** Emergency vehicles on duty along one route; they come at random. */
export const EmergencyRouteSchema = Type.Object(
  {
    id: IdSchema,
    name: Type.Optional(Type.String()),
    route: RouteLinksSchema,
    departures: { ...ProfileSchema, description: "Vehicles an hour at the first link." },
  },
  strict,
);

/** How the vehicles of a type are built and driven. */
export const VehicleTypeSchema = Type.Object(
  {
    id: IdSchema,
    mode: Type.Optional(
      Type.Union(
        [
          Type.Literal("car"),
          Type.Literal("truck"),
          Type.Literal("bus"),
          Type.Literal("emergency"),
          Type.Literal("bicycle"),
        ],
        {
          description: "Which mode its trips count as. Default: car. Bicycles keep to the lane at the kerb.",
        },
      ),
    ),
    lengthMeters: Type.Number({ minimum: 1, maximum: 30 }),
    gapMeters: Type.Number({ minimum: 0.5, maximum: 5, description: "To the vehicle ahead, standing." }),
    accelerationMetersPerSecond2: Type.Number({
      minimum: 0.2,
      maximum: 5,
      description: "Of a driver without imperfection.",
    }),
    speedMaxMetersPerSecond: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 60,
        description: "Never wants to drive faster, whatever the limit.",
      }),
    ),
    imperfection: Type.Number({
      minimum: 0,
      maximum: 1,
      description:
        "Sigma of Krauss: on average half this share of the acceleration is lost each second, also at the desired speed.",
    }),
    speedFactor: Type.Object(
      {
        mean: Type.Number({ minimum: 0.2, maximum: 2 }),
        deviation: Type.Number({ minimum: 0, maximum: 1 }),
        min: Type.Number({ minimum: 0.1, maximum: 2 }),
        max: Type.Number({ minimum: 0.1, maximum: 3 }),
      },
      { ...strict, description: "Desired speed over the limit: normal, cut off at both ends." },
    ),
  },
  strict,
);

/** Vehicles with a time of departure and a route each, those of one route and type together. */
export const TripsSchema = Type.Object(
  {
    fromSeconds: Type.Number({
      minimum: 0,
      description: "Begin of the period that the trips are of, from local midnight of the day of the run.",
    }),
    untilSeconds: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: "End of that period; endless without it." }),
    ),
    vehicleTypes: Type.Array(VehicleTypeSchema, { minItems: 1 }),
    routes: Type.Array(
      Type.Object(
        {
          links: Type.Array(IdSchema, {
            minItems: 1,
            description:
              "Consecutive links; begins and ends at any of them, and may pass one again; rule M27.",
          }),
          vehicleType: IdSchema,
          departSeconds: Type.Array(Type.Number({ minimum: 0 }), {
            minItems: 1,
            description: "From the same midnight, in rising order. They start from rest on the kerb lane.",
          }),
        },
        strict,
      ),
    ),
  },
  strict,
);

/** Who comes by a link, at random. */
const EntrySchema = Type.Object(
  {
    link: IdSchema,
    vehicles: { ...ProfileSchema, description: "Cars, and trucks where there is a share of them." },
    truckShare: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "Of these vehicles. Default 0. Saturation flows of the movements are then those of cars alone: what trucks take comes of their length and acceleration.",
      }),
    ),
    bicycles: Type.Optional({
      ...ProfileSchema,
      description:
        "Cyclists, beside the vehicles, by the same turning shares. They ride in the lane at the kerb. Default: none.",
    }),
  },
  strict,
);

/** `demand.json`: who wants to travel. */
export const DemandFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    entries: Type.Array(EntrySchema, { description: "Without trips there is one at least, rule M16." }),
    turning: Type.Array(
      Type.Object(
        {
          fromLink: IdSchema,
          shares: Type.Array(
            Type.Object({ toLink: IdSchema, share: Type.Number({ minimum: 0, maximum: 1 }) }, strict),
            { minItems: 1 },
          ),
        },
        strict,
      ),
      {
        description:
          "Per link into an intersection, the shares of its vehicles by exit; they add up to 1. None where nobody comes by an entry.",
      },
    ),
    pedestrians: Type.Array(
      Type.Object({ intersection: IdSchema, phase: IdSchema, persons: ProfileSchema }, strict),
    ),
    buses: Type.Optional(Type.Array(BusLineSchema)),
    emergency: Type.Optional(Type.Array(EmergencyRouteSchema)),
    trips: Type.Optional(TripsSchema),
  },
  strict,
);

export type DemandFile = Static<typeof DemandFileSchema>;
export type BusLine = Static<typeof BusLineSchema>;
export type BusStop = Static<typeof BusStopSchema>;
export type EmergencyRoute = Static<typeof EmergencyRouteSchema>;
export type VehicleType = Static<typeof VehicleTypeSchema>;
export type Trips = Static<typeof TripsSchema>;
export type DemandProfile = Static<typeof ProfileSchema>;
