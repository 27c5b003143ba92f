import Type, { type Static } from "typebox";
import { IdSchema } from "./id.ts";

const strict = { additionalProperties: false } as const;

const ClockTimeSchema = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });

const ProfileSchema = Type.Array(
  Type.Object({ at: ClockTimeSchema, perHour: Type.Number({ minimum: 0, maximum: 10_000 }) }, strict),
  { minItems: 1, description: "Points of a day, joined by straight lines and wrapping over midnight." },
);

/** `demand.json`: who wants to travel. */
export const DemandFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    entries: Type.Array(Type.Object({ link: IdSchema, vehicles: ProfileSchema }, strict), { minItems: 1 }),
    turning: Type.Array(
      Type.Object(
        {
          fromLink: IdSchema,
          shares: Type.Array(
            Type.Object({ toLink: IdSchema, share: Type.Number({ minimum: 0, maximum: 1 }) }, strict),
            { minItems: 1 },
          ),
        },
        strict,
      ),
      { description: "Per link into an intersection, the shares of its vehicles by exit; they add up to 1." },
    ),
    pedestrians: Type.Array(
      Type.Object({ intersection: IdSchema, phase: IdSchema, persons: ProfileSchema }, strict),
    ),
  },
  strict,
);

export type DemandFile = Static<typeof DemandFileSchema>;
export type DemandProfile = Static<typeof ProfileSchema>;
