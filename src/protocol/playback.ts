import Type, { type Static } from "typebox";
import { shapeOf } from "../model/fault.ts";

const strict = { additionalProperties: false } as const;

/** Bounds of the speed, stored seconds per wall second. */
export const PLAYBACK_SPEED = { minimum: 0.5, maximum: 60 } as const;

/** The longest period that is played back at once. */
export const PERIOD_MAX_MS = 86_400_000;

/** What a viewer of a period that is played back may ask for: to stop, to go on, faster or slower, or from another instant on. */
export const PlaybackRequestSchema = Type.Union([
  Type.Object({ kind: Type.Literal("pause") }, strict),
  Type.Object({ kind: Type.Literal("play") }, strict),
  Type.Object({ kind: Type.Literal("speed"), speed: Type.Number(PLAYBACK_SPEED) }, strict),
  Type.Object(
    { kind: Type.Literal("seek"), at: Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 }) },
    strict,
  ),
]);
export type PlaybackRequest = Static<typeof PlaybackRequestSchema>;
export const PLAYBACK_REQUEST = shapeOf(PlaybackRequestSchema);

/** What is stored and can be played back: `GET /api/playback`. Instants are of the run's clock, epoch milliseconds. */
export type StoredPeriod = {
  readonly from: number;
  /** The present of the street. */
  readonly to: number;
  /** In between, when nothing was remembered: the engine did not run. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
};
