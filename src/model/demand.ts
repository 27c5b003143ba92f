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

/** `demand.json`: who wants to travel. */
export const DemandFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    entries: Type.Array(Type.Object({ link: IdSchema, vehicles: ProfileSchema }, strict), { minItems: 1 }),
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
      { description: "Per link into an intersection, the shares of its vehicles by exit; they add up to 1." },
    ),
    pedestrians: Type.Array(
      Type.Object({ intersection: IdSchema, phase: IdSchema, persons: ProfileSchema }, strict),
    ),
    buses: Type.Optional(Type.Array(BusLineSchema)),
    emergency: Type.Optional(Type.Array(EmergencyRouteSchema)),
  },
  strict,
);

export type DemandFile = Static<typeof DemandFileSchema>;
export type BusLine = Static<typeof BusLineSchema>;
export type BusStop = Static<typeof BusStopSchema>;
export type EmergencyRoute = Static<typeof EmergencyRouteSchema>;
export type DemandProfile = Static<typeof ProfileSchema>;
