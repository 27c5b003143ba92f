import Type, { type Static } from "typebox";
import { shapeOf } from "../model/fault.ts";

const strict = { additionalProperties: false } as const;

/** What one study may be, and how many may wait: it shares the machine with the engine. */
export const STUDY_LIMITS = {
  waiting: 10,
  controls: 8,
  seeds: 30,
  secondsMin: 60,
  secondsMax: 14_400,
  /** Arms times seeds. */
  runs: 200,
  events: 10,
  settings: 10,
  offsets: 50,
  demandMin: 0.1,
  demandMax: 3,
} as const;

const BeginSchema = Type.Union(
  [
    Type.Object({ kind: Type.Literal("now") }, strict),
    Type.Object(
      { kind: Type.Literal("clock"), from: Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" }) },
      strict,
    ),
    Type.Object({ kind: Type.Literal("scenario") }, strict),
  ],
  {
    description:
      "now: from what the engine knows of its street at this instant, with the demand that it expects; clock: an empty street at a local time of day; scenario: where the running network's scenario begins.",
  },
);

export const StudyRequestSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, pattern: "\\S" }),
    begin: BeginSchema,
    controls: Type.Array(Type.String({ pattern: "^[a-z-]{1,40}$" }), {
      minItems: 1,
      maxItems: STUDY_LIMITS.controls,
      uniqueItems: true,
      description: "The others are compared with the first. `GET /api/studies` names all.",
    }),
    seeds: Type.Integer({ minimum: 1, maximum: STUDY_LIMITS.seeds, description: "So many, from 1 on." }),
    seconds: Type.Integer({
      minimum: STUDY_LIMITS.secondsMin,
      maximum: STUDY_LIMITS.secondsMax,
      description: "Simulated, of each run.",
    }),
    warmupSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: STUDY_LIMITS.secondsMax,
        description: "Who is scheduled in so many seconds from the begin on is not measured.",
      }),
    ),
    demandFactor: Type.Optional(
      Type.Number({ minimum: STUDY_LIMITS.demandMin, maximum: STUDY_LIMITS.demandMax }),
    ),
    events: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        maxItems: STUDY_LIMITS.events,
        uniqueItems: true,
        description: "As `phasewise whatif --event` writes them; each makes arms of its own.",
      }),
    ),
    settings: Type.Optional(
      Type.Array(Type.String({ minLength: 3, maxLength: 200 }), {
        maxItems: STUDY_LIMITS.settings,
        uniqueItems: true,
        description: "Engine parameters as path=value; each makes an arm, compared with adaptive as it runs.",
      }),
    ),
    offsets: Type.Optional(
      Type.Array(Type.String({ pattern: "^[A-Za-z0-9_.%-]{1,128}=-?[0-9]{1,3}$" }), {
        minItems: 1,
        maxItems: STUDY_LIMITS.offsets,
        uniqueItems: true,
        description:
          "Offsets of intersections as intersection=seconds, whole seconds later than their plans (below zero: earlier); all together make an arm of each control that `hasOffsets`, compared with it as it is.",
      }),
    ),
  },
  strict,
);

/** A what-if study of the running network, as somebody asks for it: the body of `POST /api/studies`. */
export type StudyRequest = Static<typeof StudyRequestSchema>;
export const STUDY_REQUEST = shapeOf(StudyRequestSchema);

/** `interrupted`: the engine stopped before it was over. */
export type StudyState = "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";

export type StudyProgress = {
  /** Runs, of arms and seeds. */
  readonly done: number;
  readonly total: number;
  /** Wall time; null before the first run is finished. */
  readonly leftMs: number | null;
};

/** A study in the list. Wall times are epoch milliseconds of the wall's clock. */
export type StudyView = {
  readonly id: string;
  readonly request: StudyRequest;
  readonly who: string;
  readonly state: StudyState;
  readonly askedAt: number;
  readonly startedAt: number | null;
  /** Null before its end, and where nobody knows when an interrupted one ended. */
  readonly endedAt: number | null;
  /** The street's instant when it was asked for; null before a plant's clock is known. */
  readonly streetAt: number | null;
  /** While it runs; null otherwise. */
  readonly progress: StudyProgress | null;
  /** Why it failed or was interrupted, or who cancelled it. */
  readonly reason: string | null;
  /** How many measures of the variants are worse and better than their base's; null without a result. */
  readonly verdicts: { readonly worse: number; readonly better: number } | null;
};

export type StudyVerdict = "better" | "worse" | "indistinguishable from noise" | "too few pairs";

/** What a variant does to a measure, by the differences of runs with the same seed. */
export type StudyComparison = {
  readonly base: string;
  readonly variant: string;
  readonly measure: string;
  readonly baseMean: number | null;
  /** Variant less base. */
  readonly differenceMean: number | null;
  readonly differencePercent: number | null;
  /** Two-sided 95 % interval of the mean difference. */
  readonly ci95: readonly [low: number, high: number] | null;
  readonly pairs: number;
  /** By Holm over all measures of the variant. */
  readonly pHolm: number | null;
  readonly verdict: StudyVerdict;
  /** All of it, in words. */
  readonly sentence: string;
};

export type StudyArm = {
  readonly name: string;
  readonly control: string;
  /** Null for the one that is compared with nothing. */
  readonly base: string | null;
  /** Who decides how often. */
  readonly pace: string;
  /** Of this arm alone. */
  readonly events: readonly string[];
  readonly settings: readonly string[];
  /** As intersection=seconds later; absent where none is tried. */
  readonly offsets?: readonly string[];
  readonly seeds: readonly number[];
  /** Means over the seeds by measure. */
  readonly means: Readonly<Record<string, number | null>>;
};

export type StudyMeasure = {
  readonly name: string;
  readonly text: string;
  readonly unit: string;
  /** Which difference is a gain. */
  readonly better: "less" | "more";
};

export type StudyResult = {
  readonly arms: readonly StudyArm[];
  readonly measures: readonly StudyMeasure[];
  /** Losing results first. */
  readonly comparisons: readonly StudyComparison[];
  /** The base against itself: whatever it calls significant is a false alarm; null with fewer than four seeds. */
  readonly selfCheck: string | null;
  /** Runs that failed and are left out. */
  readonly failed: readonly { readonly arm: string; readonly seed: number }[];
  /** Whether a run broke a safety rule. */
  readonly unsafe: boolean;
};

/** `GET /api/studies/:id`. */
export type StudyDetail = StudyView & { readonly result: StudyResult | null };

/** What a study of the running network may be made of. */
export type StudyChoices = {
  readonly controls: readonly {
    readonly name: string;
    /** What it is. */
    readonly text: string;
    /** Only with begin now. */
    readonly fromNowOnly: boolean;
    /** Whether it runs plans by offsets that somebody gave them: others run free, decide each second, or choose offsets themselves. */
    readonly hasOffsets: boolean;
  }[];
  readonly begins: readonly StudyRequest["begin"]["kind"][];
  readonly parameters: readonly {
    readonly path: string;
    readonly unit: string;
    readonly min: number;
    readonly max: number;
    readonly isWhole: boolean;
    /** What the engine runs with. */
    readonly value: number;
  }[];
  readonly eventForms: readonly string[];
  readonly limits: typeof STUDY_LIMITS;
};

/** `GET /api/studies`: newest first. */
export type StudiesView = {
  readonly studies: readonly StudyView[];
  readonly choices: StudyChoices;
};
