import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const instant = Type.Number({ description: "Milliseconds since the Unix epoch." });
const orNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

const Operation = Type.Union([
  Type.Literal("normal"),
  Type.Literal("startUp"),
  Type.Literal("preempt"),
  Type.Literal("flash"),
  Type.Literal("tripped"),
]);

const Cause = Type.Union([
  Type.Literal("gapOut"),
  Type.Literal("maxOut"),
  Type.Literal("forceOff"),
  Type.Literal("preempt"),
  Type.Literal("unknown"),
]);

/**
 * `GET /api/intersections/:intersection/strip?from&to`: what an intersection's log tells of a window, as a ring and barrier strip is
 * drawn from it. Nothing behind `to` is told, so that a replay shows what was known then.
 */
export const STRIP_VIEW = Type.Object(
  {
    intersection: Type.String(),
    from: instant,
    to: instant,
    toldTo: {
      ...orNull(instant),
      description: "The last event of the window: what is behind it may not be stored yet.",
    },
    shown: Type.Array(
      Type.Object(
        { at: instant, lamps: Type.String(), walk: Type.String(), operation: orNull(Operation) },
        strict,
      ),
      {
        description:
          "What the heads showed from an instant on, whenever it changed; letters as in `StateFrame`, empty where it is not known.",
      },
    ),
    ends: Type.Array(Type.Object({ at: instant, phase: Type.String(), cause: Cause }, strict), {
      description: "Ends of greens (event 7) with what ended them (4, 5, 6, or a preemption's entry, 105).",
    }),
    calls: Type.Array(
      Type.Object(
        {
          phase: Type.String(),
          kind: Type.Union([Type.Literal("vehicle"), Type.Literal("pedestrian")]),
          from: instant,
          to: { ...orNull(instant), description: "When it was served or dropped; null while it waits." },
        },
        strict,
      ),
    ),
    detections: Type.Array(
      Type.Object(
        {
          detector: Type.String(),
          actuations: Type.Array(
            Type.Object(
              {
                on: instant,
                off: { ...orNull(instant), description: "Null while somebody stands there." },
              },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
    cycles: Type.Array(instant, { description: "Local zeros (150 with 5)." }),
  },
  strict,
);

export type StripView = Static<typeof STRIP_VIEW>;
export type StripShown = StripView["shown"][number];
export type StripCause = Static<typeof Cause>;
