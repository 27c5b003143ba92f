import Type, { type Static } from "typebox";
import { IdSchema } from "./id.ts";

const strict = { additionalProperties: false } as const;
const Seconds = (minimum: number, maximum: number, description?: string) =>
  Type.Number({ minimum, maximum, multipleOf: 0.1, ...(description === undefined ? {} : { description }) });

export const TurnSchema = Type.Union([
  Type.Literal("left"),
  Type.Literal("through"),
  Type.Literal("right"),
  Type.Literal("uturn"),
]);

export const MovementSchema = Type.Object(
  {
    id: IdSchema,
    turn: TurnSchema,
    fromLink: IdSchema,
    fromLanes: Type.Array(IdSchema, { minItems: 1 }),
    toLink: IdSchema,
    phase: IdSchema,
    saturationFlowVehPerHour: Type.Number({
      minimum: 300,
      maximum: 2400,
      description: "Of one lane in full green.",
    }),
  },
  strict,
);

export const PedestrianTimesSchema = Type.Object(
  {
    crosswalkMeters: Type.Number({ exclusiveMinimum: 0, maximum: 80 }),
    walkSeconds: Seconds(4, 60),
    clearSeconds: Seconds(1, 60, "Flashing don't walk."),
    bufferSeconds: Seconds(
      0,
      10,
      "Steady don't walk before a conflicting green; yellow and red clearance count.",
    ),
    crosses: IdSchema,
  },
  strict,
);

export const PhaseSchema = Type.Object(
  {
    id: IdSchema,
    name: Type.Optional(Type.String()),
    greenMinSeconds: Seconds(1, 120),
    greenMaxSeconds: Seconds(1, 600),
    yellowSeconds: Seconds(3, 6, "The change interval; rule M5."),
    redClearSeconds: Seconds(0, 6),
    pedestrian: Type.Optional(PedestrianTimesSchema),
  },
  strict,
);

export const StageSchema = Type.Object(
  {
    id: IdSchema,
    phases: Type.Array(IdSchema, { minItems: 1, description: "Green together." }),
    permissive: Type.Array(IdSchema, { description: "Those of `phases` that yield to conflicting traffic." }),
  },
  strict,
);

export const DetectorSchema = Type.Object(
  {
    id: IdSchema,
    role: Type.Union([Type.Literal("stopLine"), Type.Literal("advance"), Type.Literal("entry")]),
    link: IdSchema,
    lane: IdSchema,
    distanceMeters: Type.Number({
      minimum: 0,
      description: "From the downstream end of the lane to the loop's downstream edge.",
    }),
    lengthMeters: Type.Number({ exclusiveMinimum: 0, maximum: 40 }),
    serves: Type.Array(IdSchema, { description: "Lanes at the stop line that an advance loop looks after." }),
  },
  strict,
);

export const LocalPlanSchema = Type.Object(
  {
    id: IdSchema,
    cycleSeconds: Seconds(10, 300),
    offsetSeconds: Seconds(0, 300),
    stages: Type.Array(
      Type.Object(
        {
          stage: IdSchema,
          splitSeconds: Seconds(
            1,
            300,
            "From the begin of this stage's green to the begin of the next one's.",
          ),
        },
        strict,
      ),
      { minItems: 1 },
    ),
  },
  strict,
);

export const EnvelopeSchema = Type.Object(
  {
    cycleMinSeconds: Seconds(10, 300),
    cycleMaxSeconds: Seconds(10, 300),
    splitStepSeconds: Seconds(1, 120, "How far one stage's split may move from one timing plan to the next."),
    cycleChangeMinSeconds: Seconds(0, 3600, "Between two changes of cycle or sequence."),
    waitMaxSeconds: Seconds(30, 600, "Longest red of any phase."),
    planValidMaxSeconds: Seconds(60, 7200, "Longest lease of a timing plan."),
    transitionLengthenRatio: Type.Number({ minimum: 0.05, maximum: 0.5 }),
    transitionShortenRatio: Type.Number({ minimum: 0, maximum: 0.3 }),
  },
  strict,
);

/** `<intersection>.json`: what a controller is configured with. */
export const IntersectionSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    id: IdSchema,
    name: Type.String({ minLength: 1 }),
    node: IdSchema,
    structure: Type.Union([Type.Literal("ringBarrier"), Type.Literal("stages")]),
    movements: Type.Array(MovementSchema, { minItems: 1 }),
    phases: Type.Array(PhaseSchema, { minItems: 1, maxItems: 64 }),
    rings: Type.Optional(
      Type.Array(Type.Array(Type.Array(IdSchema)), {
        description: "ring → barrier group → phases in order; ring-barrier structure only",
      }),
    ),
    stages: Type.Array(StageSchema, { minItems: 1 }),
    conflicts: Type.Array(Type.Tuple([IdSchema, IdSchema]), {
      description:
        "The conflict matrix: pairs of phases that must not be green or clearing together unless one is permissive.",
    }),
    detectors: Type.Array(DetectorSchema),
    envelope: EnvelopeSchema,
    plans: Type.Array(LocalPlanSchema, { minItems: 1 }),
    schedule: Type.Array(
      Type.Object(
        { from: Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" }), plan: IdSchema },
        strict,
      ),
      { minItems: 1, description: "Which plan from which local time of day on; wraps over midnight." },
    ),
  },
  strict,
);

export type Turn = Static<typeof TurnSchema>;
export type Movement = Static<typeof MovementSchema>;
export type Phase = Static<typeof PhaseSchema>;
export type Stage = Static<typeof StageSchema>;
export type Detector = Static<typeof DetectorSchema>;
export type LocalPlan = Static<typeof LocalPlanSchema>;
export type Envelope = Static<typeof EnvelopeSchema>;
export type Intersection = Static<typeof IntersectionSchema>;
