import Type, { type Static } from "typebox";
import { head, strict } from "./frame-head.ts";

/** Positions for the screen; control never sees them. Flat: id, x dm, y dm, heading degrees, length dm. */
export const TrafficFrame = Type.Object(
  { type: Type.Literal("traffic"), ...head, vehicles: Type.Array(Type.Integer(), { maxItems: 500_000 }) },
  strict,
);

/** The plant's own measures, for the screen and the summary; control never sees them. */
export const MeasuresFrame = Type.Object(
  {
    type: Type.Literal("measures"),
    ...head,
    vehiclesRunning: Type.Integer({ minimum: 0 }),
    vehiclesWaitingToEnter: Type.Integer({ minimum: 0 }),
    vehiclesArrived: Type.Integer({ minimum: 0 }),
    /** Mean delay so far, by the definition of DESIGN §2; null before the first vehicle. */
    delaySeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  },
  strict,
);

export type TrafficFrame = Static<typeof TrafficFrame>;
export type MeasuresFrame = Static<typeof MeasuresFrame>;
