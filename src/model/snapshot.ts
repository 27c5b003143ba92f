import Type, { type Static } from "typebox";
import { shapeOf } from "./fault.ts";
import { IdSchema } from "./id.ts";
import { ModeSchema } from "./mode.ts";

const strict = { additionalProperties: false } as const;

const InstantSchema = Type.Integer({ minimum: 0, description: "Milliseconds since the Unix epoch." });

const RunningSchema = Type.Object(
  {
    cycleMs: Type.Integer({ minimum: 1 }),
    offsetMs: Type.Integer({ minimum: 0 }),
    stages: Type.Array(Type.Object({ stage: IdSchema, splitMs: Type.Integer({ minimum: 1 }) }, strict), {
      minItems: 1,
    }),
  },
  { ...strict, description: "The timing in force, referred to the begin of green of the first stage." },
);

/**
 * What an engine knows of its street at one instant, to look ahead from: what runs, who is estimated to be on the approaches,
 * and what is expected to come. Nothing of it is known better than detectors tell.
 */
export const TrafficSnapshotSchema = Type.Object(
  {
    version: Type.Literal(1),
    network: IdSchema,
    at: InstantSchema,
    midnightAt: InstantSchema,
    intersections: Type.Array(
      Type.Object(
        {
          id: IdSchema,
          mode: ModeSchema,
          linked: Type.Boolean(),
          running: RunningSchema,
        },
        strict,
      ),
    ),
    lanes: Type.Array(
      Type.Object(
        {
          link: IdSchema,
          lane: IdSchema,
          distanceMeters: Type.Array(Type.Number({ minimum: 0, maximum: 100_000 }), {
            maxItems: 10_000,
            description:
              "Of each vehicle's front from the stop line, nearest first, 0 for who stands in the queue.",
          }),
        },
        strict,
      ),
    ),
    flows: Type.Array(
      Type.Object(
        {
          fromLink: IdSchema,
          toLink: IdSchema,
          flowVehPerHour: Type.Number({ minimum: 0, maximum: 20_000 }),
        },
        strict,
      ),
      { description: "Demand expected in the next interval, by movement." },
    ),
  },
  strict,
);

export type TrafficSnapshot = Static<typeof TrafficSnapshotSchema>;

/** The schema, compiled: a snapshot read from a file or an engine. */
export const trafficSnapshotShape = shapeOf(TrafficSnapshotSchema);
