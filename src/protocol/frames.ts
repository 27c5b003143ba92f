import Type, { type Static } from "typebox";
import { IdSchema } from "../model/id.ts";
import { RefusalCode } from "./refusal-code.ts";

export { RefusalCode } from "./refusal-code.ts";
import { head, Instant, Sequence, strict } from "./frame-head.ts";

/** WebSocket subprotocol of the controller link (DESIGN §5). */
export const SUBPROTOCOL = "phasewise.v1";

/** Versions of the link's messages that this build speaks. */
export const PROTOCOL_VERSIONS = [1] as const;

const Duration = Type.Integer({ minimum: 0, maximum: 86_400_000 });
const Text = Type.String({ maxLength: 400 });

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

export const ControllerSource = Type.Union([
  Type.Literal("plan"),
  /** A stage schedule is in force over the plan. */
  Type.Literal("schedule"),
  Type.Literal("local"),
  Type.Literal("free"),
]);

export const Coordination = Type.Union([Type.Literal("inStep"), Type.Literal("transition")]);

export const Operation = Type.Union([
  Type.Literal("startUp"),
  Type.Literal("normal"),
  Type.Literal("preempt"),
  Type.Literal("flash"),
  Type.Literal("tripped"),
]);

/** What keeps the running cycle from being the plan's own. */
export const Intervention = Type.Union([
  Type.Literal("none"),
  /** A bus has moved the splits of this cycle. */
  Type.Literal("priority"),
  /** A command holds greens or forces a stage. */
  Type.Literal("command"),
  /** A stage schedule says which stage is shown. */
  Type.Literal("schedule"),
  /** Somebody has waited as long as anybody may, and goes first. */
  Type.Literal("wait"),
  /** The cycle was taken up in its middle, after a preemption, flash, a forced stage or free operation. */
  Type.Literal("recovery"),
]);

const RunningTiming = Type.Object(
  {
    cycleMs: Type.Integer({ minimum: 1, maximum: 3_600_000 }),
    offsetMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
    stages: Type.Array(stageSplit, { minItems: 1, maxItems: 64 }),
  },
  strict,
);

/** What the street shows: on change and once a second. */
export const StateFrame = Type.Object(
  {
    type: Type.Literal("state"),
    ...head,
    operation: Operation,
    source: ControllerSource,
    /** Id of the timing plan or of the local plan that is running; `free` in free operation. */
    plan: IdSchema,
    /** The plan that is accepted and not yet running. */
    pendingPlan: Type.Union([IdSchema, Type.Null()]),
    /** The stage whose green runs, or the one that the intergreen leads to. */
    stage: IdSchema,
    coordination: Coordination,
    intervention: Intervention,
    /** Begin of green of the first stage of the cycle that is running. */
    cycleStartAt: Instant,
    /** What runs, so that an engine that has just started knows what it takes over; null in free operation. */
    timing: Type.Union([RunningTiming, Type.Null()]),
    /**
     * One character a phase, in the order of the configuration: G green, g green that yields, y yellow, r red, x flashing red,
     * f flashing yellow.
     */
    lamps: Type.String({ pattern: "^[Ggyrxf]{1,64}$" }),
    /** The same for each overlap of the kind `normal`. */
    overlaps: Type.String({ pattern: "^[Gyrxf]{0,16}$" }),
    /** The same for pedestrians: W walk, F flashing don't walk, D don't walk, - none. */
    walk: Type.String({ pattern: "^[WFD-]{1,64}$" }),
    /** Who waits, one character a phase: v vehicles, p pedestrians, b both, - nobody. */
    calls: Type.String({ pattern: "^[vpb-]{1,64}$" }),
  },
  strict,
);

/**
 * Code of the event with which a controller marks that events before it are lost, or no longer its to send: it bears the number
 * of the last of them. Its parameter is how many they were, as far as the controller knows; beyond the Indiana enumerations.
 */
export const LOG_LOST_CODE = 65_535;

/**
 * High-resolution events (Indiana enumerations): instant, code, parameter. Numbered without a gap across links; only a frame that
 * begins with `LOG_LOST_CODE` may begin beyond the number that the engine waits for.
 */
export const LogFrame = Type.Object(
  {
    type: Type.Literal("log"),
    ...head,
    /** Number of the first event of the frame; the next ones count on. */
    first: Sequence,
    events: Type.Array(
      Type.Tuple([
        Instant,
        Type.Integer({ minimum: 0, maximum: 65_535 }),
        Type.Integer({ minimum: 0, maximum: 65_535 }),
      ]),
      { minItems: 1, maxItems: 1000 },
    ),
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

const accepted = {
  result: Type.Literal("accepted"),
  /** When it will run: a plan from the begin of the controller's next cycle, a command at once or when it is due. */
  effectiveAt: Instant,
};
const refused = { result: Type.Literal("refused"), code: RefusalCode, detail: Text };
const ack = { type: Type.Literal("ack"), ...head };

/** The answer to a plan, a command or a stage schedule, by its id. */
export const AckFrame = Type.Union([
  Type.Object({ ...ack, plan: IdSchema, ...accepted }, strict),
  Type.Object({ ...ack, plan: IdSchema, ...refused }, strict),
  Type.Object({ ...ack, command: IdSchema, ...accepted }, strict),
  Type.Object({ ...ack, command: IdSchema, ...refused }, strict),
  Type.Object({ ...ack, schedule: IdSchema, ...accepted }, strict),
  Type.Object({ ...ack, schedule: IdSchema, ...refused }, strict),
]);

export const AlarmCode = Type.Union([
  Type.Literal("ENGINE_LOST"),
  Type.Literal("PLAN_EXPIRED"),
  Type.Literal("SCHEDULE_EXPIRED"),
  Type.Literal("MONITOR_TRIP"),
]);

export const AlarmFrame = Type.Object(
  { type: Type.Literal("alarm"), ...head, code: AlarmCode, detail: Text },
  strict,
);

/** From an engine that decides in time; to each controller its own. */
export const HeartbeatFrame = Type.Object(
  {
    type: Type.Literal("heartbeat"),
    ...head,
    /** How many events of this controller's log are stored durably: it need not keep them any longer. */
    logStored: Sequence,
  },
  strict,
);

const LinkCount = Type.Tuple([IdSchema, Sequence]);

/** The field has sent every frame of the instants up to `at`: per link, the last one's `seq`. */
export const ReadyFrame = Type.Object(
  { type: Type.Literal("ready"), ...head, links: Type.Array(LinkCount, { maxItems: 20_000 }) },
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
    /** How many events of this controller's log are stored durably: the next one to send has this number. */
    logStored: Sequence,
    /** How many have been received: a controller that has lost its memory numbers its events from here on. */
    logReceived: Sequence,
    /** How many events a controller may have sent beyond those that are stored. */
    logWindow: Type.Integer({ minimum: 1000, maximum: 1_000_000 }),
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

/** The stage to show and those that follow it, lent for a few seconds (`StageSchedule`). */
export const StageScheduleFrame = Type.Object(
  {
    type: Type.Literal("stageSchedule"),
    ...head,
    id: IdSchema,
    intersection: IdSchema,
    basedOnAt: Instant,
    effectiveAt: Instant,
    validUntil: Instant,
    stages: Type.Array(Type.Object({ stage: IdSchema, startAt: Instant }, strict), {
      minItems: 1,
      maxItems: 8,
    }),
    redUntilAt: Type.Optional(Instant),
    reason: Text,
  },
  strict,
);

const Phases = Type.Array(IdSchema, { minItems: 1, maxItems: 64 });

/** What an operator, or the adaptive level, may ask of a controller (DESIGN §5). */
export const Order = Type.Union([
  /** The green of these phases may not end while the lease lasts. */
  Type.Object({ kind: Type.Literal("hold"), phases: Phases }, strict),
  /** Ends every hold. */
  Type.Object({ kind: Type.Literal("release") }, strict),
  /** The stage is served next, and held while the lease lasts. */
  Type.Object({ kind: Type.Literal("forceStage"), stage: IdSchema }, strict),
  Type.Object({ kind: Type.Literal("placeCall"), phase: IdSchema, pedestrian: Type.Boolean() }, strict),
  /** Another local plan than the schedule's while the lease lasts. */
  Type.Object({ kind: Type.Literal("pattern"), plan: IdSchema }, strict),
  /** Free operation while the lease lasts. */
  Type.Object({ kind: Type.Literal("free") }, strict),
  /** Automatic flash while the lease lasts. */
  Type.Object({ kind: Type.Literal("flash") }, strict),
  /** Ends every command. */
  Type.Object({ kind: Type.Literal("clear") }, strict),
]);

export const CommandFrame = Type.Object(
  {
    type: Type.Literal("command"),
    ...head,
    id: IdSchema,
    intersection: IdSchema,
    effectiveAt: Instant,
    validUntil: Instant,
    by: Text,
    reason: Text,
    order: Order,
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

export type LogFrame = Static<typeof LogFrame>;
export type Order = Static<typeof Order>;
export type CommandFrame = Static<typeof CommandFrame>;
export type HelloFrame = Static<typeof HelloFrame>;
export type PlantHelloFrame = Static<typeof PlantHelloFrame>;
export type StateFrame = Static<typeof StateFrame>;
export type DetectionsFrame = Static<typeof DetectionsFrame>;
export type AckFrame = Static<typeof AckFrame>;
export type AlarmFrame = Static<typeof AlarmFrame>;
export type HeartbeatFrame = Static<typeof HeartbeatFrame>;
export type ReadyFrame = Static<typeof ReadyFrame>;
export type WelcomeFrame = Static<typeof WelcomeFrame>;
export type TimingPlanFrame = Static<typeof TimingPlanFrame>;
export type StageScheduleFrame = Static<typeof StageScheduleFrame>;
export type GoFrame = Static<typeof GoFrame>;
export type RefusalFrame = Static<typeof RefusalFrame>;

/** What the engine sends. */
export type EngineFrame =
  | WelcomeFrame
  | TimingPlanFrame
  | StageScheduleFrame
  | CommandFrame
  | HeartbeatFrame
  | GoFrame
  | RefusalFrame;
