import Type, { type Static } from "typebox";
import { DetectorHealthSchema } from "./detector-health.ts";
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
    turnOnRed: Type.Optional(
      Type.Boolean({
        description:
          "May be made on red, after a stop and through a gap: a turn to the kerb's side, rule M28. Default: no.",
      }),
    ),
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
    recall: Type.Optional(
      Type.Boolean({ description: "Walk with every green; the default. Otherwise on a push button's call." }),
    ),
    restInWalk: Type.Optional(
      Type.Boolean({ description: "Walk lasts until a conflicting call comes. Default: no." }),
    ),
    leadSeconds: Type.Optional(
      Seconds(3, 7, "Leading pedestrian interval: walk begins so much before the phase's green."),
    ),
  },
  strict,
);

export const RecallSchema = Type.Union([
  Type.Literal("none"),
  Type.Literal("minimum"),
  Type.Literal("maximum"),
  Type.Literal("soft"),
]);

export const GapReductionSchema = Type.Object(
  {
    beforeSeconds: Seconds(0, 255, "Green with a conflicting call before the gap begins to fall."),
    toReduceSeconds: Seconds(0.1, 255, "In which it falls from the passage time to the least gap."),
    gapMinSeconds: Seconds(0.1, 25.5),
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
    greenMax2Seconds: Type.Optional(Seconds(1, 600, "Maximum 2; default: as maximum 1.")),
    passageSeconds: Type.Optional(Seconds(0, 25.5, "Gap that ends an actuated green. Default 3 s.")),
    gapReduction: Type.Optional(GapReductionSchema),
    redRevertSeconds: Type.Optional(
      Seconds(2, 25.5, "Least red before the same phase is green again. Default 2 s."),
    ),
    recall: Type.Optional(RecallSchema),
    dualEntry: Type.Optional(
      Type.Boolean({ description: "Green with the other ring when its own ring has no call. Default: no." }),
    ),
    simultaneousGap: Type.Optional(
      Type.Boolean({
        description: "At a barrier, extensible again until every ring is ready. Default: yes.",
      }),
    ),
    conditionalService: Type.Optional(
      Type.Boolean({
        description: "At a barrier, may give its ring back to a called phase before it. Default: no.",
      }),
    ),
    permissiveDisplay: Type.Optional(
      Type.Union([Type.Literal("circular"), Type.Literal("arrow")], {
        description:
          "What a turn that yields looks at: the circular green of its approach, or a head of its own (default).",
      }),
    ),
    pedestrian: Type.Optional(PedestrianTimesSchema),
  },
  strict,
);

/** An output that follows phases: NEMA overlaps. */
export const OverlapSchema = Type.Union([
  Type.Object(
    {
      id: IdSchema,
      kind: Type.Literal("normal"),
      included: Type.Array(IdSchema, { minItems: 1, description: "Green with any of these phases." }),
      minus: Type.Array(IdSchema, { description: "Red while one of these phases is green." }),
      yellowSeconds: Seconds(3, 6),
      redClearSeconds: Seconds(0, 6),
    },
    strict,
  ),
  Type.Object(
    {
      id: IdSchema,
      kind: Type.Literal("flashingYellowArrow"),
      left: { ...IdSchema, description: "The phase whose arrow it is." },
      opposing: { ...IdSchema, description: "The through phase that drives the flashing arrow." },
      delaySeconds: Seconds(0, 5, "After the begin of green of the opposing phase."),
    },
    strict,
  ),
]);

const PhaseList = Type.Array(IdSchema, { minItems: 1 });

/** A preemption input, in the order of authority: railways first, then by place in the list. */
export const PreemptSchema = Type.Object(
  {
    id: IdSchema,
    kind: Type.Union([Type.Literal("railway"), Type.Literal("emergency")]),
    delaySeconds: Seconds(0, 60),
    entry: Type.Object(
      {
        greenMinSeconds: Seconds(0, 60, "Least green of what is ended for the preemption."),
        walkSeconds: Seconds(0, 60, "Least walk."),
        clearSeconds: Seconds(0, 60, "Least flashing don't walk."),
      },
      strict,
    ),
    track: Type.Optional(
      Type.Object(
        { phases: PhaseList, greenSeconds: Seconds(1, 120) },
        { ...strict, description: "Railway." },
      ),
    ),
    dwell: Type.Object({ phases: PhaseList, greenMinSeconds: Seconds(1, 120) }, strict),
    exit: Type.Object({ phases: PhaseList }, strict),
    presenceMaxSeconds: Seconds(10, 3600, "After this a call is ignored until it has ended."),
    links: Type.Optional(
      Type.Array(IdSchema, { description: "Approaches that emergency vehicles call from." }),
    ),
  },
  strict,
);

/** Transit signal priority for the phases of one approach. */
export const PrioritySchema = Type.Object(
  {
    id: IdSchema,
    phases: PhaseList,
    extensionMaxSeconds: Seconds(0, 30, "Green extension."),
    earlyMaxSeconds: Seconds(0, 60, "What the greens before it may lose together in one cycle."),
    cooldownSeconds: Seconds(0, 900, "From the end of a grant to the next one."),
    links: Type.Array(IdSchema, { description: "Approaches that buses call from." }),
  },
  strict,
);

export const StartUpSchema = Type.Object(
  {
    flashSeconds: Seconds(0, 255),
    allRedSeconds: Seconds(3, 30),
    phases: Type.Array(IdSchema, {
      minItems: 1,
      description: "First green, after start-up and after flash.",
    }),
    flashYellow: Type.Array(IdSchema, { description: "Phases that flash yellow; the others flash red." }),
  },
  strict,
);

export const CoordinationSchema = Type.Object(
  {
    forceOff: Type.Union([Type.Literal("fixed"), Type.Literal("floating")]),
    correction: Type.Union([Type.Literal("dwell"), Type.Literal("addOnly"), Type.Literal("shortway")]),
    reference: Type.Union([Type.Literal("beginGreen"), Type.Literal("endGreen")], {
      description: "Point of the first stage that the offset refers to.",
    }),
    maximum: Type.Union([Type.Literal("maximum1"), Type.Literal("maximum2"), Type.Literal("inhibit")]),
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
    planValidMaxSeconds: Seconds(
      60,
      7200,
      "Longest lease of a timing plan, of a pattern and of free operation.",
    ),
    commandValidMaxSeconds: Type.Optional(
      Seconds(10, 600, "Longest lease of any other command: hold, forced stage, flash. Default 120 s."),
    ),
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
    intergreens: Type.Optional(
      Type.Array(Type.Tuple([IdSchema, IdSchema, Seconds(0, 30)]), {
        description:
          "From the end of green of a phase to the begin of green of a conflicting one, where longer than yellow and red clearance.",
      }),
    ),
    overlaps: Type.Optional(Type.Array(OverlapSchema, { maxItems: 16 })),
    preempts: Type.Optional(Type.Array(PreemptSchema, { maxItems: 8 })),
    priorities: Type.Optional(Type.Array(PrioritySchema, { maxItems: 8 })),
    startUp: Type.Optional(StartUpSchema),
    coordination: Type.Optional(CoordinationSchema),
    redRest: Type.Optional(
      Type.Boolean({ description: "All red without calls in free operation. Default: green rest." }),
    ),
    detectors: Type.Array(DetectorSchema),
    detectorHealth: Type.Optional({
      ...DetectorHealthSchema,
      description: "How detectors are judged, by role, where it differs from the defaults.",
    }),
    envelope: EnvelopeSchema,
    plans: Type.Array(LocalPlanSchema, { minItems: 1 }),
    schedule: Type.Array(
      Type.Object(
        { from: Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" }), plan: IdSchema },
        strict,
      ),
      {
        minItems: 1,
        description: "Which plan, or `free`, from which local time of day on; wraps over midnight.",
      },
    ),
  },
  strict,
);

export type Overlap = Static<typeof OverlapSchema>;
export type Preempt = Static<typeof PreemptSchema>;
export type Priority = Static<typeof PrioritySchema>;
export type StartUp = Static<typeof StartUpSchema>;
export type Coordination = Static<typeof CoordinationSchema>;
export type Recall = Static<typeof RecallSchema>;
export type Turn = Static<typeof TurnSchema>;
export type Movement = Static<typeof MovementSchema>;
export type Phase = Static<typeof PhaseSchema>;
export type Stage = Static<typeof StageSchema>;
export type Detector = Static<typeof DetectorSchema>;
export type LocalPlan = Static<typeof LocalPlanSchema>;
export type Envelope = Static<typeof EnvelopeSchema>;
export type Intersection = Static<typeof IntersectionSchema>;
