import Type from "typebox";
import { shapeOf } from "../model/fault.ts";

const strict = { additionalProperties: false } as const;
/** Somebody's name, and a sentence. */
const by = Type.String({ minLength: 1, maxLength: 100 });
const reason = Type.String({ minLength: 1, maxLength: 400 });
const until = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });

/** Bodies of `POST /api/alarms/:id/…`. Instants are of the run's clock, epoch milliseconds. */
export const ACKNOWLEDGE_BODY = shapeOf(Type.Object({ by }, strict));
export const SHELVE_BODY = shapeOf(Type.Object({ by, reason, until }, strict));
export const SILENCE_BODY = shapeOf(Type.Object({ by, reason }, strict));
