import Type, { type Static } from "typebox";
import { head, strict } from "./frame-head.ts";

/** A lane of the network, or `fromLane:toLane` for the way inside a junction from one lane to another. */
const ZonePlaceId = Type.String({ pattern: "^[A-Za-z0-9_.%-]{1,128}(:[A-Za-z0-9_.%-]{1,128})?$" });

/**
 * A place and the vehicles on it, nearest to the downstream end first, three numbers each: number of its track (the same while the
 * vehicle is seen, and no more than that), distance of its front from the downstream end of the place in dm, speed in cm/s.
 */
const PlaceVehicles = Type.Tuple([
  ZonePlaceId,
  Type.Refine(
    Type.Array(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), { minItems: 3, maxItems: 3_000 }),
    (flat) => flat.length % 3 === 0,
    () => "three numbers for each vehicle",
  ),
]);

/** The vehicles that an area detector sees around the intersection; places without any are left out. Once a second. */
export const ZoneFrame = Type.Object(
  { type: Type.Literal("zone"), ...head, vehicles: Type.Array(PlaceVehicles, { maxItems: 2_000 }) },
  strict,
);

export type ZoneFrame = Static<typeof ZoneFrame>;
