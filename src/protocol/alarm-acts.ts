import Type from "typebox";
import { shapeOf } from "../model/fault.ts";

const strict = { additionalProperties: false } as const;
/** A sentence. */
const reason = Type.String({ minLength: 1, maxLength: 400 });
const until = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });

/** Bodies of `POST /api/alarms/:id/…`: who acts is who has signed in. Instants are of the run's clock, epoch milliseconds. */
export const ACKNOWLEDGE_BODY = shapeOf(Type.Object({}, strict));
export const SHELVE_BODY = shapeOf(Type.Object({ reason, until }, strict));
export const SILENCE_BODY = shapeOf(Type.Object({ reason }, strict));
