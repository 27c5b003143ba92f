import Type, { type Static } from "typebox";
import { IdSchema } from "../model/id.ts";

/** WebSocket subprotocol of the controller link (DESIGN §5). */
export const SUBPROTOCOL = "phasewise.v1";

/** Versions of the link's messages that this build speaks. */
export const PROTOCOL_VERSIONS = [1] as const;

const strict = { additionalProperties: false } as const;
/** Up to the year 5138, so that a sum with any duration stays a safe integer. */
const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
const Duration = Type.Integer({ minimum: 0, maximum: 86_400_000 });
const Text = Type.String({ maxLength: 400 });
const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const head = { seq: Sequence, at: Instant };

const stageSplit = Type.Object(
  { stage: IdSchema, splitMs: Type.Integer({ minimum: 1, maximum: 3_600_000 }) },
  strict,
);

/** First frame of a controller's link. */
export const HelloFrame = Type.Object(
  {
    type: Type.Literal("hello"),
    ...head,
    intersection: IdSchema,
    credential: Type.String({ minLength: 16, maxLength: 200 }),
    /** SHA-256 of the canonical JSON of the configuration that the controller runs. */
    configurationDigest: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    versions: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 }), { minItems: 1, maxItems: 16 }),
    plan: Type.Union([IdSchema, Type.Null()]),
  },
  strict,
);

/** First frame of the link that carries a simulated run's clock. */
export const PlantHelloFrame = Type.Object(
  {
    type: Type.Literal("plantHello"),
    ...head,
    network: IdSchema,
    credential: Type.String({ minLength: 16, maxLength: 200 }),
    versions: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 }), { minItems: 1, maxItems: 16 }),
    stepMs: Type.Integer({ minimum: 100, maximum: 10_000 }),
    /** Local midnight of the day on which the run starts: cycle zero. */
    midnightAt: Instant,
    /** Wall-clock pace of the plant; 0 is as fast as possible. Only shown, never computed with. */
    speedFactor: Type.Number({ minimum: 0, maximum: 100_000 }),
  },
  strict,
);

export const ControllerSource = Type.Union([Type.Literal("plan"), Type.Literal("local")]);

export const Coordination = Type.Union([Type.Literal("inStep"), Type.Literal("transition")]);

/** What the street shows: on change and once a second. */
export const StateFrame = Type.Object(
  {
    type: Type.Literal("state"),
    ...head,
    source: ControllerSource,
    /** Id of the timing plan or of the local plan that is running. */
    plan: IdSchema,
    /** The plan that is accepted and not yet running. */
    pendingPlan: Type.Union([IdSchema, Type.Null()]),
    /** The stage whose green runs, or the one that the intergreen leads to. */
    stage: IdSchema,
    coordination: Coordination,
    /** Begin of green of the first stage of the cycle that is running. */
    cycleStartAt: Instant,
    /** One character a phase, in the order of the configuration: G green, g green that yields, y yellow, r red. */
    lamps: Type.String({ pattern: "^[Ggyr]{1,64}$" }),
    /** The same for pedestrians: W walk, F flashing don't walk, D don't walk, - none. */
    walk: Type.String({ pattern: "^[WFD-]{1,64}$" }),
  },
  strict,
);

/** Actuations since the frame before: detector, instant, 1 on or 0 off. */
export const DetectionsFrame = Type.Object(
  {
    type: Type.Literal("detections"),
    ...head,
    /** Counts these frames across links; a gap tells the engine that counts are missing. */
    sequence: Sequence,
    /** Detections up to and including this instant are in this frame or an earlier one. */
    until: Instant,
    events: Type.Array(Type.Tuple([IdSchema, Instant, Type.Union([Type.Literal(0), Type.Literal(1)])]), {
      maxItems: 2000,
    }),
  },
  strict,
);

/** Why a frame or a plan was refused; codes of the reference's §8.4 and of DESIGN §5 that have a use so far. */
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
]);

export const AckFrame = Type.Union([
  Type.Object(
    {
      type: Type.Literal("ack"),
      ...head,
      plan: IdSchema,
      result: Type.Literal("accepted"),
      /** When it will run: the begin of the controller's next cycle. */
      effectiveAt: Instant,
    },
    strict,
  ),
  Type.Object(
    {
      type: Type.Literal("ack"),
      ...head,
      plan: IdSchema,
      result: Type.Literal("refused"),
      code: RefusalCode,
      detail: Text,
    },
    strict,
  ),
]);

export const AlarmCode = Type.Union([
  Type.Literal("ENGINE_LOST"),
  Type.Literal("PLAN_EXPIRED"),
  Type.Literal("MONITOR_TRIP"),
]);

export const AlarmFrame = Type.Object(
  { type: Type.Literal("alarm"), ...head, code: AlarmCode, detail: Text },
  strict,
);

export const HeartbeatFrame = Type.Object({ type: Type.Literal("heartbeat"), ...head }, strict);

const LinkCount = Type.Tuple([IdSchema, Sequence]);

/** The field has sent every frame of the instants up to `at`: per link, the last one's `seq`. */
export const ReadyFrame = Type.Object(
  { type: Type.Literal("ready"), ...head, links: Type.Array(LinkCount, { maxItems: 20_000 }) },
  strict,
);

/** Positions for the screen; control never sees them. Flat: id, x dm, y dm, heading degrees, length dm. */
export const TrafficFrame = Type.Object(
  { type: Type.Literal("traffic"), ...head, vehicles: Type.Array(Type.Integer(), { maxItems: 500_000 }) },
  strict,
);

/** The plant's own measures, for the screen and the summary; control never sees them. */
export const MeasuresFrame = Type.Object(
  {
    type: Type.Literal("measures"),
    ...head,
    vehiclesRunning: Type.Integer({ minimum: 0 }),
    vehiclesWaitingToEnter: Type.Integer({ minimum: 0 }),
    vehiclesArrived: Type.Integer({ minimum: 0 }),
    /** Mean delay so far, by the definition of DESIGN §2; null before the first vehicle. */
    delaySeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  },
  strict,
);

export const WelcomeFrame = Type.Object(
  {
    type: Type.Literal("welcome"),
    ...head,
    session: IdSchema,
    version: Type.Integer({ minimum: 1 }),
    heartbeatMs: Duration,
    linkLostMs: Duration,
  },
  strict,
);

export const TimingPlanFrame = Type.Object(
  {
    type: Type.Literal("timingPlan"),
    ...head,
    id: IdSchema,
    intersection: IdSchema,
    basedOnAt: Instant,
    effectiveAt: Instant,
    validUntil: Instant,
    cycleMs: Type.Integer({ minimum: 1, maximum: 3_600_000 }),
    offsetMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
    stages: Type.Array(stageSplit, { minItems: 1, maxItems: 64 }),
    reason: Text,
  },
  strict,
);

/** The engine has answered everything of the instants up to `at`. */
export const GoFrame = Type.Object(
  {
    type: Type.Literal("go"),
    ...head,
    links: Type.Array(LinkCount, { maxItems: 20_000 }),
    /** Whether anybody is looking: without a viewer the field need not send `traffic`. */
    wantTraffic: Type.Boolean(),
  },
  strict,
);

/** A frame that was not understood or not allowed; the link may be closed after it. */
export const RefusalFrame = Type.Object(
  {
    type: Type.Literal("refusal"),
    ...head,
    code: RefusalCode,
    detail: Text,
  },
  strict,
);

export type HelloFrame = Static<typeof HelloFrame>;
export type PlantHelloFrame = Static<typeof PlantHelloFrame>;
export type StateFrame = Static<typeof StateFrame>;
export type DetectionsFrame = Static<typeof DetectionsFrame>;
export type RefusalCode = Static<typeof RefusalCode>;
export type AckFrame = Static<typeof AckFrame>;
export type AlarmFrame = Static<typeof AlarmFrame>;
export type HeartbeatFrame = Static<typeof HeartbeatFrame>;
export type ReadyFrame = Static<typeof ReadyFrame>;
export type TrafficFrame = Static<typeof TrafficFrame>;
export type MeasuresFrame = Static<typeof MeasuresFrame>;
export type WelcomeFrame = Static<typeof WelcomeFrame>;
export type TimingPlanFrame = Static<typeof TimingPlanFrame>;
export type GoFrame = Static<typeof GoFrame>;
export type RefusalFrame = Static<typeof RefusalFrame>;

/** What the engine sends. */
export type EngineFrame = WelcomeFrame | TimingPlanFrame | HeartbeatFrame | GoFrame | RefusalFrame;
