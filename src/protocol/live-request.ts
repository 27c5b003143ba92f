import Type, { type Static } from "typebox";
import { shapeOf } from "../model/fault.ts";

const strict = { additionalProperties: false } as const;

/** Farther out than any network: the earth is 40,000 km around. */
const COORDINATE = { minimum: -50_000_000, maximum: 50_000_000 } as const;

/** As many maps as a screen shows. */
const AREAS_MAX = 4;

const Area = Type.Object(
  {
    west: Type.Number(COORDINATE),
    south: Type.Number(COORDINATE),
    east: Type.Number(COORDINATE),
    north: Type.Number(COORDINATE),
  },
  strict,
);

/**
 * What a console asks for on `/live`: vehicles only of the areas that its maps show (metres, as in `network.json`; null for
 * everywhere), or none; or to be told everything anew, where it has missed a message.
 */
export const LiveRequestSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal("view"),
      bounds: Type.Union([Type.Array(Area, { maxItems: AREAS_MAX }), Type.Null()]),
      vehicles: Type.Boolean(),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal("resync") }, strict),
]);
export type LiveRequest = Static<typeof LiveRequestSchema>;
/** A part of the street, metres. */
export type Area = Static<typeof Area>;
export const LIVE_REQUEST = shapeOf(LiveRequestSchema);
