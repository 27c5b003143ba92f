import Type, { type Static, type TSchema } from "typebox";
import type { Fault } from "../../src/model/fault.ts";
import { shapeOf, showFound, valueAt } from "../../src/model/fault.ts";
import { IdSchema } from "../../src/model/id.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { type LocatedDocument, readYaml } from "../scenario/yaml-text.ts";
import { COMPARED_MEASURES } from "./compared.ts";
import { ADAPTIVE_MODES, CONTROL_NAMES } from "./controls.ts";
import { OBSERVATIONS, PROFILES } from "./observe.ts";

const strict = { additionalProperties: false } as const;

/** Published for editors; a value outside of it is told with all that are in it. */
function oneOf<Choice extends string>(choices: readonly Choice[], description: string) {
  const literals = choices.map((choice) => Type.Literal(choice));
  // The type of a union is not seen through a list whose length is unknown.
  return Type.Unsafe<Choice>(Type.Union(literals, { description }));
}

const EventsSchema = Type.Array(Type.String({ minLength: 1 }), {
  uniqueItems: true,
  description:
    "As `--event` writes them, such as detector:garden/all=dead@600-1800 or demand=*1.3@1800-2700.",
});

const SETTINGS_TEXT = "Parameters of adaptive by path, as `phasewise tune --list` has them.";

const SettingsSchema = Type.Record(Type.String(), Type.Number(), {
  description: SETTINGS_TEXT,
});

const ClockTimeSchema = Type.String({
  pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
  description: "Local time of day, such as 07:00.",
});

const DemandChangeSchema = Type.Object(
  {
    scale: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 10,
        description:
          "Vehicles of every entry are multiplied by it; buses, emergency vehicles and pedestrians stay.",
      }),
    ),
    profile: Type.Optional(
      Type.Array(
        Type.Object({ at: ClockTimeSchema, factor: Type.Number({ minimum: 0, maximum: 10 }) }, strict),
        {
          minItems: 1,
          description:
            "A factor more by time of day: each holds from its time up to the next one's, the last one over midnight.",
        },
      ),
    ),
  },
  strict,
);

const ReplicationsSchema = Type.Object(
  {
    seed: Type.Optional(Type.Integer({ minimum: 0, description: "The first one; the others follow it." })),
    seeds: Type.Optional(Type.String({ minLength: 1, description: "All of them, as 1-5 or 1,2,7." })),
    reps: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 1000 }), Type.Literal("auto")], {
        description: "How many; auto: as many as the precision needs.",
      }),
    ),
    precision: Type.Optional(
      Type.String({
        pattern: "^[0-9]+([.][0-9]+)?%$",
        description:
          "Of auto: half the 95 % interval of the mean delay and of its differences, of the base's mean.",
      }),
    ),
    minReps: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000 })),
    maxReps: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000 })),
  },
  strict,
);

const OffsetsSchema = Type.Record(IdSchema, Type.Integer(), {
  minProperties: 1,
  description: "Seconds that the plans of an intersection are later than they are, or earlier below zero.",
});

const VariantSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    control: oneOf(CONTROL_NAMES, "The control that it is a variant of."),
    set: Type.Optional(SettingsSchema),
    offsets: Type.Optional(OffsetsSchema),
    events: Type.Optional(EventsSchema),
  },
  {
    ...strict,
    description: "Compared with its control as it is, where that runs too, and else with the first.",
  },
);

/** A scenario file: everything that a comparison is made of. The options of the command override it one by one. */
export const ScenarioFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    name: Type.Optional({ ...IdSchema, description: "Of the run folder; without it the file's." }),
    description: Type.Optional(Type.String()),
    network: Type.String({
      minLength: 1,
      description: "A built-in name, or a network folder or .sumocfg, relative to this file.",
    }),
    plant: Type.Optional(oneOf(["builtin", "sumo"], "What moves the vehicles; a .sumocfg says sumo.")),
    from: Type.Optional(ClockTimeSchema),
    forSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 31_536_000 })),
    warmupSeconds: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 31_536_000,
        description: "Who is scheduled in the first so many seconds of a run is not measured.",
      }),
    ),
    mode: Type.Optional(oneOf(ADAPTIVE_MODES, "How far `adaptive` goes.")),
    observe: Type.Optional(oneOf(OBSERVATIONS, "What the engine sees.")),
    profile: Type.Optional(oneOf(PROFILES, "Clearances and least greens of a .sumocfg.")),
    demand: Type.Optional(DemandChangeSchema),
    events: Type.Optional({
      ...EventsSchema,
      description: "In every run: what happens, as `--event` writes it.",
    }),
    set: Type.Optional({ ...SettingsSchema, description: `In every run of it. ${SETTINGS_TEXT}` }),
    controls: Type.Optional(
      Type.Array(oneOf(CONTROL_NAMES, "A control."), {
        minItems: 1,
        uniqueItems: true,
        description: "The first is what the others are compared with.",
      }),
    ),
    variants: Type.Optional(Type.Array(VariantSchema)),
    measures: Type.Optional(
      Type.Array(oneOf(COMPARED_MEASURES, "A measure."), {
        minItems: 1,
        uniqueItems: true,
        description: "Those by which is compared.",
      }),
    ),
    replications: Type.Optional(ReplicationsSchema),
  },
  strict,
) satisfies TSchema;

export type ScenarioFile = Static<typeof ScenarioFileSchema>;

const SHAPE = shapeOf(ScenarioFileSchema);

/** A scenario file that holds by itself: whether it fits its network is another question. */
export type CheckedScenario = {
  readonly scenario: ScenarioFile;
  /** A fault at a place of the file, with its line. */
  readonly faultAt: (pointer: string, allowed: string) => Fault;
};

/** Reads a scenario file's text. All faults of the same kind come back at once, each with line, place, value and what is allowed. */
export function readScenario(file: string, text: string): Result<CheckedScenario, readonly Fault[]> {
  const read = readYaml(file, text);
  if (!read.ok) return read;
  const document = read.value;
  const checked = SHAPE.check(file, document.value);
  if (!checked.ok) {
    return err(checked.error.map((fault) => ({ ...fault, line: document.lineOf(fault.pointer) })));
  }
  const scenario = checked.value;
  const faultAt = faultsOf(file, document);
  const faults = [
    ...replicationFaults(scenario, faultAt),
    ...nameFaults(scenario, faultAt),
    ...plantFaults(scenario, faultAt),
    ...profileFaults(scenario, faultAt),
  ];
  return faults.length > 0 ? err(faults) : ok({ scenario, faultAt });
}

function faultsOf(file: string, { value, lineOf }: LocatedDocument): CheckedScenario["faultAt"] {
  return (pointer, allowed) => ({
    file,
    line: lineOf(pointer),
    pointer,
    found: showFound(valueAt(value, pointer)),
    allowed,
    rule: "SCENARIO",
  });
}

type FaultAt = CheckedScenario["faultAt"];

function replicationFaults({ replications }: ScenarioFile, faultAt: FaultAt): readonly Fault[] {
  if (replications === undefined) return [];
  const { seeds, seed, reps, precision, minReps, maxReps } = replications;
  const faults: Fault[] = [];
  if (seeds !== undefined && (seed !== undefined || reps !== undefined)) {
    faults.push(faultAt("/replications/seeds", "seeds alone, or seed and reps"));
  }
  for (const [name, given] of Object.entries({ precision, minReps, maxReps })) {
    if (given !== undefined && reps !== "auto") {
      faults.push(faultAt(`/replications/${name}`, "only beside reps: auto"));
    }
  }
  if (minReps !== undefined && maxReps !== undefined && minReps > maxReps) {
    faults.push(faultAt("/replications/minReps", `at most maxReps, ${maxReps}`));
  }
  return faults;
}

/** Every run is told by the name of its variant. */
function nameFaults({ variants = [] }: ScenarioFile, faultAt: FaultAt): readonly Fault[] {
  const names = variants.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const isControl = CONTROL_NAMES.some((control) => control === name);
    if (!isControl && names.indexOf(name) === index) return [];
    return [
      faultAt(`/variants/${index}/name`, "a name of its own, which no control and no other variant has"),
    ];
  });
}

function plantFaults({ network, plant }: ScenarioFile, faultAt: FaultAt): readonly Fault[] {
  const isSumo = network.endsWith(".sumocfg");
  if (plant === undefined || isSumo || plant === "builtin") return [];
  return [faultAt("/plant", "builtin: only a .sumocfg runs on SUMO")];
}

function profileFaults({ demand }: ScenarioFile, faultAt: FaultAt): readonly Fault[] {
  const points = demand?.profile ?? [];
  return points.flatMap(({ at }, index) => {
    const before = points[index - 1];
    if (before === undefined || before.at < at) return [];
    return [faultAt(`/demand/profile/${index}/at`, `a time after ${before.at}`)];
  });
}
