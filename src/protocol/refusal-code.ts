import Type, { type Static } from "typebox";

/** Why a frame or a plan was refused; codes of the reference's §8.4 and of DESIGN §5, and SEQUENCE for rings. */
export const RefusalCode = Type.Union([
  Type.Literal("MALFORMED"),
  Type.Literal("VERSION"),
  Type.Literal("IDENTITY"),
  Type.Literal("AUTH"),
  Type.Literal("FLOOD"),
  Type.Literal("DUPLICATE"),
  Type.Literal("EXPIRED"),
  Type.Literal("STALE_BASE"),
  Type.Literal("MIN_GREEN"),
  Type.Literal("MIN_SERVICE"),
  Type.Literal("CLEARANCE"),
  Type.Literal("MAX_WAIT"),
  Type.Literal("CONFLICT"),
  Type.Literal("CYCLE"),
  Type.Literal("OFFSET"),
  Type.Literal("SPLIT_SUM"),
  Type.Literal("LEASE"),
  Type.Literal("YELLOW_TRAP"),
  Type.Literal("SEQUENCE"),
  Type.Literal("PED_PENDING"),
  Type.Literal("TRANSITION"),
  Type.Literal("RATE"),
  Type.Literal("PREEMPT"),
  Type.Literal("NOT_ARMED"),
]);

export type RefusalCode = Static<typeof RefusalCode>;
