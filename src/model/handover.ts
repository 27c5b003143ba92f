import Type from "typebox";
import type { InstantMs } from "../units.ts";
import { IdSchema } from "./id.ts";
import { ModeSchema } from "./mode.ts";

const strict = { additionalProperties: false } as const;
/** What was checked to be one is one. */
const Instant = Type.Unsafe<InstantMs>(Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 }));
const Words = Type.String({ maxLength: 400 });

/** `Handover` of `engine/handover.ts` as JSON, in files and in the journal's header. */
export const HandoverSchema = Type.Object(
  {
    at: Instant,
    configured: ModeSchema,
    nodes: Type.Array(
      Type.Object(
        {
          intersection: IdSchema,
          mode: ModeSchema,
          modeLease: Type.Union([
            Type.Object({ until: Instant, standing: ModeSchema, by: Words, reason: Words }, strict),
            Type.Null(),
          ]),
          control: Type.Union([
            Type.Object({ area: IdSchema, by: Words, reason: Words, since: Instant, until: Instant }, strict),
            Type.Null(),
          ]),
        },
        strict,
      ),
    ),
  },
  strict,
);
