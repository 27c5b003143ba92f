import Type, { type Static } from "typebox";
import { IdSchema } from "./id.ts";

const strict = { additionalProperties: false } as const;

const PointSchema = Type.Tuple([Type.Number(), Type.Number()], { description: "x, y in metres, y north" });

export const LaneSchema = Type.Object(
  {
    id: IdSchema,
    lengthMeters: Type.Number({
      exclusiveMinimum: 0,
      description: "Measured back from the downstream end; a turning pocket is shorter than its link.",
    }),
  },
  strict,
);

export const LinkSchema = Type.Object(
  {
    id: IdSchema,
    name: Type.Optional(Type.String()),
    from: IdSchema,
    to: IdSchema,
    lengthMeters: Type.Number({ exclusiveMinimum: 0 }),
    speedMetersPerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 60 }),
    storageVehicles: Type.Number({
      minimum: 0,
      description: "Standing vehicles that all lanes hold together.",
    }),
    shape: Type.Array(PointSchema, {
      minItems: 2,
      description: "Centre line of the carriageway, upstream first.",
    }),
    lanes: Type.Array(LaneSchema, { minItems: 1, description: "From the kerb to the centre of the road." }),
  },
  strict,
);

export const NodeSchema = Type.Object(
  {
    id: IdSchema,
    x: Type.Number(),
    y: Type.Number(),
    intersection: Type.Optional(IdSchema),
  },
  strict,
);

export const RouteSchema = Type.Object(
  {
    id: IdSchema,
    name: Type.String(),
    links: Type.Array(IdSchema, {
      minItems: 1,
      description: "Consecutive links that progression is kept along.",
    }),
  },
  strict,
);

const PlaceSchema = Type.String({ pattern: "^[A-Za-z0-9_.%-]{1,128}:[A-Za-z0-9_.%-]{1,128}$" });

export const ConnectionSchema = Type.Object(
  {
    fromLane: IdSchema,
    toLane: IdSchema,
    lengthMeters: Type.Number({
      minimum: 0,
      description: "From the end of one lane to the begin of the other.",
    }),
    insideSpeedMetersPerSecond: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 60, description: "As fast as the curve is driven." }),
    ),
    waitMeters: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          "So far inside is the place where one waits for a gap; absent where one waits before the line.",
      }),
    ),
    yieldsTo: Type.Optional(
      Type.Array(PlaceSchema, {
        description:
          "Connections through the same node, as fromLane:toLane, that have the right of way: without a signal, and under a green that yields.",
      }),
    ),
  },
  strict,
);

/** `network.json`: what lies between the intersections. */
export const NetworkFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    id: IdSchema,
    name: Type.String({ minLength: 1 }),
    timeZone: Type.String({ minLength: 1, description: "IANA name; cycle zero is local midnight." }),
    region: IdSchema,
    handedness: Type.Union([Type.Literal("right"), Type.Literal("left")]),
    nodes: Type.Array(NodeSchema, { minItems: 1 }),
    links: Type.Array(LinkSchema, { minItems: 1 }),
    routes: Type.Array(RouteSchema),
    connections: Type.Optional(
      Type.Array(ConnectionSchema, {
        description:
          "Which lane leads to which through a node, at signals and elsewhere. Absent where it is not known.",
      }),
    ),
  },
  strict,
);

export type Point = Static<typeof PointSchema>;
export type Link = Static<typeof LinkSchema>;
export type Connection = Static<typeof ConnectionSchema>;
export type Node = Static<typeof NodeSchema>;
export type NetworkFile = Static<typeof NetworkFileSchema>;
