import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;
const instant = Type.Number({ description: "Milliseconds since the Unix epoch." });
const orNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const strings = Type.Array(Type.String());

const Quality = Type.Union([Type.Literal("measured"), Type.Literal("imputed"), Type.Literal("stale")]);
const Timing = Type.Object(
  {
    cycleMs: Type.Number(),
    offsetMs: Type.Number(),
    stages: Type.Array(Type.Object({ stage: Type.String(), splitMs: Type.Number() }, strict)),
  },
  strict,
);

const StageOutcome = Type.Object(
  {
    stages: Type.Array(Type.Object({ stage: Type.String(), startAt: instant }, strict)),
    candidates: Type.Array(Type.Object({ stage: Type.String(), costVehSeconds: Type.Number() }, strict), {
      description: "By first choice, cheapest first.",
    }),
    expected: Type.Optional(
      Type.Object({ vehicles: Type.Number(), delayVehSeconds: Type.Number(), served: Type.Number() }, strict),
    ),
  },
  strict,
);

const TimingOutcome = Type.Object(
  {
    timing: Timing,
    reason: Type.String(),
    considered: Type.Array(
      Type.Object(
        {
          cycleSeconds: Type.Number(),
          sequences: Type.Boolean(),
          worthVehSeconds: Type.Number(),
          queueRatio: Type.Number(),
        },
        strict,
      ),
    ),
    expected: Type.Object({ runningSeconds: Type.Number(), chosenSeconds: Type.Number() }, strict),
  },
  strict,
);

/** A value at which another choice would have been made, and that choice in words. */
const Threshold = Type.Object({ value: Type.Number(), choice: Type.String() }, strict);

const input = {
  path: Type.String(),
  title: Type.String(),
  unit: Type.String({ description: "veh, veh/h, s, of 1, yes or no" }),
  value: Type.Number(),
  min: Type.Number(),
  max: Type.Number(),
} as const;

const explained = {
  id: Type.String(),
  at: instant,
  intersection: Type.String(),
  sentences: { ...strings, description: "Why, for who works with signals; the first one says what." },
  bounds: Type.Array(
    Type.Object(
      {
        rule: Type.String({ description: "As in `safety/DESIGN.md` where it begins with S." }),
        title: Type.String(),
        changes: Type.Union([Type.Literal("choice"), Type.Literal("time")]),
        instead: Type.String({ description: "What would have been without the rule." }),
      },
      strict,
    ),
  ),
  variables: Type.Array(Type.Object({ ...input, step: Type.Number() }, strict), {
    description: "Inputs that a counterfactual may give other values.",
  }),
  sensitivity: orNull(
    Type.Array(Type.Object({ ...input, below: orNull(Threshold), above: orNull(Threshold) }, strict), {
      description: "Nearest first; null where it was not asked for.",
    }),
  ),
} as const;

const ExplainedStage = Type.Object(
  {
    ...explained,
    level: Type.Literal("tactical"),
    sent: Type.Boolean(),
    observed: Type.Union([Type.Literal("loops"), Type.Literal("zone")]),
    running: Type.String({ description: "The stage that was green." }),
    horizonSeconds: Type.Number(),
    inputs: Type.Object(
      {
        lanes: Type.Array(
          Type.Object(
            {
              lane: Type.String(),
              link: Type.String(),
              waiting: Type.Number(),
              coming: Type.Number(),
              quality: Quality,
            },
            strict,
          ),
        ),
        neighbours: Type.Array(Type.Object({ link: Type.String(), vehicles: Type.Number() }, strict)),
      },
      strict,
    ),
    decided: StageOutcome,
    realised: orNull(
      Type.Object(
        {
          untilAt: instant,
          served: Type.Number(),
          shown: Type.Array(Type.Object({ stage: Type.String(), at: instant }, strict)),
        },
        strict,
      ),
    ),
  },
  strict,
);

const ExplainedTiming = Type.Object(
  {
    ...explained,
    level: Type.Literal("strategic"),
    running: Timing,
    group: { ...strings, description: "Intersections whose timings were chosen together." },
    inputs: Type.Object(
      {
        movements: Type.Array(
          Type.Object(
            {
              movement: Type.String(),
              forecast: orNull(
                Type.Object({ vehicles: Type.Number(), low: Type.Number(), high: Type.Number() }, strict),
              ),
              last: Type.Object({ forecast: orNull(Type.Number()), counted: orNull(Type.Number()) }, strict),
              quality: Quality,
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    decided: TimingOutcome,
    fate: Type.Union([
      Type.Object({ plan: Type.String() }, strict),
      Type.Object({ notSent: Type.String() }, strict),
    ]),
    realised: orNull(
      Type.Object(
        {
          untilAt: instant,
          status: orNull(Type.String()),
          counted: Type.Array(
            Type.Object({ movement: Type.String(), vehicles: orNull(Type.Number()) }, strict),
          ),
          delaySeconds: orNull(Type.Number()),
        },
        strict,
      ),
    ),
  },
  strict,
);

/** `GET /api/decisions/:intersection/explanation?at&level&sensitivity`. */
export const EXPLAINED_DECISION = Type.Union([ExplainedStage, ExplainedTiming]);
export type ExplainedStageView = Static<typeof ExplainedStage>;
export type ExplainedTimingView = Static<typeof ExplainedTiming>;
export type ExplainedDecisionView = ExplainedStageView | ExplainedTimingView;

/** `GET /api/decisions/:intersection/list?from&to`: decisions of both levels in a window, by instant. */
export const DECISION_LIST = Type.Object(
  {
    intersection: Type.String(),
    decisions: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          at: instant,
          level: Type.Union([Type.Literal("tactical"), Type.Literal("strategic")]),
          choice: Type.String({ description: "The stage to show, or the cycle and offset, in words." }),
          kept: Type.Boolean({ description: "Nothing was changed by it." }),
          rival: orNull(Type.String()),
          rivalMoreVehSeconds: {
            ...orNull(Type.Number()),
            description: "How much more the best plan with another first stage was expected to cost.",
          },
        },
        strict,
      ),
    ),
  },
  strict,
);
export type DecisionListView = Static<typeof DECISION_LIST>;
export type ListedDecisionView = DecisionListView["decisions"][number];

/** What `POST /api/decisions/:intersection/counterfactual` answers. */
export type CounterfactualView = {
  readonly of: string;
  readonly level: "tactical" | "strategic";
  readonly inputs: readonly {
    readonly path: string;
    readonly title: string;
    readonly unit: string;
    readonly before: number;
    readonly after: number;
  }[];
  /** Null: the same decision. */
  readonly change: "choice" | "time" | null;
  readonly sentence: string;
  readonly before: DecidedView;
  readonly after: DecidedView;
};

export type StageOutcomeView = Static<typeof StageOutcome>;
export type TimingOutcomeView = Static<typeof TimingOutcome>;

type DecidedView = {
  readonly decided: StageOutcomeView | TimingOutcomeView;
  readonly sentences: readonly string[];
};
