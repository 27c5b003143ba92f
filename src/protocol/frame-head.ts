import Type from "typebox";

/** What every frame of the link is made with: no field but the known ones, a number on its link, an instant. */
export const strict = { additionalProperties: false } as const;
/** Up to the year 5138, so that a sum with any duration stays a safe integer. */
export const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
export const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const head = { seq: Sequence, at: Instant };
