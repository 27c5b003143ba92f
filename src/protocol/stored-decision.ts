import Type from "typebox";
import { shapeOf } from "../model/fault.ts";
import { IdSchema } from "../model/id.ts";
import { IntersectionSchema, LocalPlanSchema } from "../model/intersection.ts";

const strict = { additionalProperties: false } as const;

const index = Type.Integer({ minimum: 0, maximum: 10_000 });
const instant = Type.Integer({ minimum: -100_000_000_000_000, maximum: 100_000_000_000_000 });
const finite = Type.Number();
const share = Type.Number({ minimum: 0, maximum: 1.000_001 });
const notNegative = Type.Number({ minimum: 0 });
const positive = Type.Number({ exclusiveMinimum: 0 });
const text = Type.String({ maxLength: 10_000 });
const recordId = Type.String({ minLength: 1, maxLength: 300 });
const quality = Type.Union([Type.Literal("measured"), Type.Literal("imputed"), Type.Literal("stale")]);
/** The whole group of parameters is stored, of which a decision reads those that are named. */
const otherParameters = { additionalProperties: finite } as const;
const orNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** A site: an intersection without what no decision reads. */
const site = Type.Object(
  {
    intersection: Type.Object(
      {
        ...IntersectionSchema.properties,
        detectors: Type.Array(Type.Unknown(), { maxItems: 0 }),
        plans: Type.Array(LocalPlanSchema, { maxItems: 0 }),
        schedule: Type.Array(Type.Unknown(), { maxItems: 0 }),
      },
      strict,
    ),
    stepMs: Type.Integer({ minimum: 1, maximum: 10_000 }),
  },
  strict,
);

const junction = Type.Object(
  {
    site,
    lanes: Type.Object(
      {
        lanes: Type.Array(Type.Object({ id: text, link: text, streams: Type.Array(index) }, strict)),
        streams: Type.Array(Type.Object({ lane: index, movement: index, phase: index }, strict)),
        exits: Type.Array(Type.Object({ link: text, streams: Type.Array(index) }, strict)),
      },
      strict,
    ),
  },
  strict,
);

/** As `explain/packed-outlook.ts` packs a lane: figures, shares, places, three numbers an arrival. */
const packedLane = Type.Tuple([
  Type.Array(notNegative, { minItems: 6, maxItems: 6 }),
  Type.Array(share),
  Type.Array(index),
  Type.Array(notNegative, { maxItems: 3_000 }),
]);

const stageProblem = Type.Object(
  {
    junction: Type.Union([junction, Type.Object({ in: recordId }, strict)]),
    street: Type.Object(
      {
        at: instant,
        stage: index,
        changing: Type.Boolean(),
        stageSince: instant,
        phaseSince: Type.Array(instant),
        green: Type.Array(Type.Boolean()),
      },
      strict,
    ),
    outlook: Type.Object(
      {
        lanes: Type.Array(packedLane),
        exitFull: Type.Array(Type.Boolean()),
        standingInside: Type.Array(Type.Object({ vehicles: notNegative, seconds: notNegative }, strict)),
      },
      strict,
    ),
    memory: Type.Array(finite, { maxItems: 1_000 }),
    parameters: Type.Object(
      {
        horizonSeconds: Type.Number({ exclusiveMinimum: 0, maximum: 600 }),
        startLostSeconds: notNegative,
        yellowUsedSeconds: notNegative,
        stopCostSeconds: notNegative,
        terminalSeconds: notNegative,
        expansionsMax: Type.Integer({ minimum: 1, maximum: 100_000 }),
      },
      otherParameters,
    ),
  },
  strict,
);

const head = { id: recordId, at: instant, intersection: IdSchema } as const;

const stageRecord = Type.Object(
  {
    ...head,
    level: Type.Literal("tactical"),
    sent: Type.Boolean(),
    observed: Type.Union([Type.Literal("loops"), Type.Literal("zone")]),
    inputs: Type.Object(
      {
        lanes: Type.Array(
          Type.Object({ lane: text, link: text, waiting: finite, coming: finite, quality }, strict),
        ),
        neighbours: Type.Array(Type.Object({ link: text, vehicles: finite }, strict)),
      },
      strict,
    ),
    problem: stageProblem,
    decided: Type.Object(
      {
        stages: Type.Array(Type.Object({ stage: IdSchema, startAt: instant }, strict), { minItems: 1 }),
        candidates: Type.Array(Type.Object({ stage: IdSchema, costVehSeconds: finite }, strict)),
        expected: Type.Optional(
          Type.Object({ vehicles: finite, delayVehSeconds: finite, served: finite }, strict),
        ),
      },
      strict,
    ),
  },
  strict,
);

const cycleTiming = Type.Object(
  {
    cycleMs: Type.Number({ exclusiveMinimum: 0, maximum: 3_600_000 }),
    offsetMs: Type.Number({ minimum: -3_600_000, maximum: 3_600_000 }),
    stages: Type.Array(Type.Object({ stage: IdSchema, splitMs: notNegative }, strict), { minItems: 1 }),
  },
  strict,
);

const phaseFlow = Type.Object(
  { phase: index, flowVehPerHour: notNegative, saturationVehPerHour: notNegative },
  strict,
);

const laneDemand = Type.Object(
  {
    flowVehPerHour: notNegative,
    highFlowVehPerHour: Type.Optional(notNegative),
    streams: Type.Array(Type.Object({ phase: index, share, saturationFlowVehPerHour: positive }, strict)),
  },
  strict,
);

const timingProblem = Type.Object(
  {
    at: instant,
    nodes: Type.Array(
      Type.Object(
        {
          id: IdSchema,
          site,
          running: cycleTiming,
          cycleChangedAt: orNull(instant),
          laneIds: Type.Array(text),
          lanes: Type.Array(laneDemand),
          frozen: orNull(Type.Union([Type.Literal("transition"), Type.Literal("unable")])),
          nextCycleSeconds: finite,
          heldPhases: Type.Array(index),
        },
        strict,
      ),
      { minItems: 1, maxItems: 1_000 },
    ),
    links: Type.Array(
      Type.Object(
        {
          from: index,
          to: index,
          travelSeconds: notNegative,
          departing: Type.Array(phaseFlow),
          arriving: Type.Array(phaseFlow),
        },
        strict,
      ),
    ),
    parameters: Type.Object(
      {
        splitHysteresisRatio: finite,
        splitStepRatio: finite,
        offsetStepRatio: finite,
        cycleBandShortestRatio: finite,
        cycleBandLongestRatio: finite,
        gainLeastRatio: finite,
        lifeSeconds: finite,
      },
      otherParameters,
    ),
  },
  strict,
);

const timingRecord = Type.Object(
  {
    ...head,
    level: Type.Literal("strategic"),
    problemIn: recordId,
    problem: Type.Optional(timingProblem),
    inputs: Type.Object(
      {
        movements: Type.Array(
          Type.Object(
            {
              movement: text,
              forecast: orNull(Type.Object({ vehicles: finite, low: finite, high: finite }, strict)),
              last: Type.Object({ forecast: orNull(finite), counted: orNull(finite) }, strict),
              quality,
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    decided: Type.Object(
      {
        timing: cycleTiming,
        reason: text,
        considered: Type.Array(
          Type.Object(
            { cycleSeconds: finite, sequences: Type.Boolean(), worthVehSeconds: finite, queueRatio: finite },
            strict,
          ),
        ),
        expected: Type.Object({ runningSeconds: finite, chosenSeconds: finite }, strict),
      },
      strict,
    ),
    fate: Type.Union([Type.Object({ plan: text }, strict), Type.Object({ notSent: text }, strict)]),
  },
  strict,
);

/** Decision records as `contentOf` of `explain/record.ts` writes them, by level: checked before a stored one is decided again. */
export const STORED_DECISIONS = {
  tactical: shapeOf(stageRecord),
  strategic: shapeOf(timingRecord),
} as const;

/** What a list of decisions says of each; the whole of one is checked where it is decided again. */
export const LISTED_DECISIONS = {
  tactical: shapeOf(
    Type.Object({
      problem: Type.Object({ street: Type.Object({ stage: index }) }),
      decided: Type.Object({
        stages: Type.Array(Type.Object({ stage: IdSchema }), { minItems: 1 }),
        candidates: Type.Array(Type.Object({ stage: IdSchema, costVehSeconds: finite })),
      }),
    }),
  ),
  strategic: shapeOf(
    Type.Object({
      decided: Type.Object({ timing: Type.Object({ cycleMs: finite, offsetMs: finite }) }),
      fate: Type.Union([Type.Object({ plan: text }), Type.Object({ notSent: text })]),
    }),
  ),
} as const;

/** Body of `POST /api/decisions/:intersection/counterfactual`: an instant, a level, and other values of the decision's inputs. */
export const COUNTERFACTUAL_BODY = shapeOf(
  Type.Object(
    {
      at: Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 }),
      level: Type.Union([Type.Literal("tactical"), Type.Literal("strategic")]),
      inputs: Type.Record(Type.String({ minLength: 1, maxLength: 300 }), Type.Number(), {
        minProperties: 1,
        maxProperties: 50,
      }),
    },
    strict,
  ),
);
