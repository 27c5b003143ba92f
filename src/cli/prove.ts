import type { Exploration } from "../../sim/prove/explore/explore.ts";
import { type SeededViolation, STEPS_PER_INTERSECTION } from "../../sim/prove/randomised.ts";
import { PROVED_RULES, ruleOf } from "../../sim/prove/rules.ts";
import { PhasewiseError } from "../errors.ts";
import { Crew, jobsOption } from "./crew.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { flagOption, numberOption, type RawOptions, textOption } from "./options.ts";
import type { ProveAnswer, ProveTask } from "./prove-task.ts";

/** Steps of 100 ms where nothing is asked for: a look of less than a minute. */
export const STEPS_DEFAULT = 1_000_000;

/** The configurations that are explored exhaustively. */
const EXPLORED = ["four-phase", "eight-phase"] as const;

/** Results between two words of progress. */
const PROGRESS_RESULTS = 25;

type ProveCrew = Crew<ProveTask, ProveAnswer>;

type Proof = {
  readonly steps: number;
  readonly intersections: number;
  readonly violations: readonly { readonly rule: string; readonly where: string; readonly detail: string }[];
  readonly bounds: ReadonlyMap<string, number>;
  readonly explorations: readonly (readonly [string, Exploration])[];
};

/**
 * Looks for anything unsafe that a controller can be brought to do: over generated intersections under hostile streams, or, with
 * `--exhaustive`, in every state of the machine. Exit code 1 where a rule was broken.
 */
export async function prove(options: RawOptions): Promise<void> {
  const exhaustive = flagOption(options, "exhaustive");
  const fault = faultOption(options, exhaustive);
  const crew: ProveCrew = new Crew(new URL("./prove-worker.js", import.meta.url), jobsOption(options));
  try {
    const proof = exhaustive
      ? await proveExhaustively(crew, fault)
      : await proveRandomly(crew, options, fault);
    if (!printsJson(options)) console.log(describe(proof));
    await writeJson(options, reportOf(proof));
    if (proof.violations.length > 0) process.exitCode = 1;
  } finally {
    await crew.dismiss();
  }
}

function faultOption(options: RawOptions, exhaustive: boolean): string | undefined {
  const id = textOption(options, "plantFault");
  const allowed = PROVED_RULES.filter((rule) => !exhaustive || rule.explored).map((rule) => rule.id);
  if (id === undefined || allowed.includes(id)) return id;
  const where = exhaustive ? " with --exhaustive, which sees the machine alone" : "";
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--plant-fault ${id}: allowed is one of ${allowed.join(", ")}${where}`,
  );
}

async function proveRandomly(
  crew: ProveCrew,
  options: RawOptions,
  fault: string | undefined,
): Promise<Proof> {
  const steps = numberOption(options, "steps", { min: 1, max: 1e12, integer: true }) ?? STEPS_DEFAULT;
  const firstSeed = numberOption(options, "seed", { min: 0, max: 2 ** 31 - 1, integer: true }) ?? 1;
  const count = Math.ceil(steps / STEPS_PER_INTERSECTION);
  const answers = new Map<number, Extract<ProveAnswer, { readonly kind: "seed" }>>();
  let given = 0;
  let enough = false;
  const next = (): ProveTask | undefined => {
    if (given === count || enough) return undefined;
    const left = steps - given * STEPS_PER_INTERSECTION;
    const task: ProveTask = {
      kind: "seed",
      seed: firstSeed + given,
      steps: Math.min(left, STEPS_PER_INTERSECTION),
      fault,
    };
    given += 1;
    return task;
  };
  await crew.work(next, (answer) => {
    if (answer.kind !== "seed") return;
    answers.set(answer.seed, answer);
    // A planted fault has been found: that is all there was to show.
    if (fault !== undefined && answer.violations.length > 0) enough = true;
    if (answers.size % PROGRESS_RESULTS === 0) {
      console.error(
        `${answers.size} of ${count} intersections, ${(answers.size * STEPS_PER_INTERSECTION) / 1e6} million steps`,
      );
    }
  });
  const inOrder = [...answers.values()].toSorted((left, right) => left.seed - right.seed);
  // Other cores may have gone on to further seeds: the report does not depend on how many there are.
  const first = fault === undefined ? -1 : inOrder.findIndex(({ violations }) => violations.length > 0);
  return gather(first < 0 ? inOrder : inOrder.slice(0, first + 1));
}

function gather(answers: readonly Extract<ProveAnswer, { readonly kind: "seed" }>[]): Proof {
  const bounds = new Map<string, number>();
  const violations: SeededViolation[] = [];
  let steps = 0;
  for (const answer of answers) {
    steps += answer.steps;
    violations.push(...answer.violations);
    for (const [rule, times] of answer.counts) bounds.set(rule, (bounds.get(rule) ?? 0) + times);
  }
  return {
    steps: Math.round(steps),
    intersections: answers.length,
    violations: violations.map(({ rule, seed, at, detail }) => ({
      rule,
      where: `seed ${seed} at ${at}`,
      detail,
    })),
    bounds,
    explorations: [],
  };
}

async function proveExhaustively(crew: ProveCrew, fault: string | undefined): Promise<Proof> {
  const waiting = [...EXPLORED];
  const explorations: [string, Exploration][] = [];
  const next = (): ProveTask | undefined => {
    const name = waiting.pop();
    return name === undefined ? undefined : { kind: "explore", name, fault };
  };
  await crew.work(next, (answer) => {
    if (answer.kind === "explored") explorations.push([answer.name, answer.exploration]);
    if (answer.kind !== "progress") return;
    const { states, transitions, depth, frontier } = answer.progress;
    console.error(
      `${answer.name}: ${states} states, ${transitions} transitions, depth ${depth}, frontier ${frontier}`,
    );
  });
  const bounds = new Map<string, number>();
  for (const [, { bounds: met }] of explorations) {
    for (const [finding, times] of Object.entries(met)) {
      const rule = ruleOf(finding);
      bounds.set(rule, (bounds.get(rule) ?? 0) + times);
    }
  }
  const violations = explorations.flatMap(([name, { violations: found }]) =>
    found.map(({ rule, detail, trace }) => ({
      rule: rule === "STARVATION" ? ruleOf("WAIT") : ruleOf(rule),
      where: `${name}, ${trace.length} steps from the start`,
      detail: [
        `${rule}: ${detail}`,
        ...trace.map(({ answers, outputs }) => `  ${outputs.lamps} ${outputs.walk} ${answers}`),
      ].join("\n"),
    })),
  );
  return { steps: 0, intersections: explorations.length, violations, bounds, explorations };
}

/** Sums over the configurations; of depth and frontier what is worst. */
function reportOf({ steps, intersections, violations, bounds, explorations }: Proof): object {
  const list = explorations.map(([, exploration]) => exploration);
  const sum = (value: (exploration: Exploration) => number): number =>
    list.reduce((total, exploration) => total + value(exploration), 0);
  return {
    states: sum(({ states }) => states),
    transitions: sum(({ transitions }) => transitions),
    depth: Math.max(0, ...list.map(({ depth }) => depth)),
    frontier: sum(({ frontier }) => frontier),
    steps,
    intersections,
    violations: violations.length,
    rules: Object.fromEntries(PROVED_RULES.map(({ id }) => [id, { bound: bounds.get(id) ?? 0 }])),
    found: violations,
    configurations: explorations.map(([name, exploration]) => ({
      name,
      ...exploration,
      violations: exploration.violations.length,
    })),
  };
}

function describe({ steps, intersections, violations, bounds, explorations }: Proof): string {
  const lines = PROVED_RULES.map(
    ({ id, statement }) => `${id.padEnd(4)} ${String(bounds.get(id) ?? 0).padStart(10)}  ${statement}`,
  );
  const covered = explorations.map(
    ([name, { states, transitions, depth, frontier, pairs, orders }]) =>
      `${name}: ${states} states, ${transitions} transitions, depth ${depth}, frontier ${frontier}; ` +
      `together green ${pairs.join(" ")}; ${orders.length} orders of service`,
  );
  const found = violations.map(({ rule, where, detail }) => `VIOLATION of ${rule}, ${where}: ${detail}`);
  const total =
    explorations.length > 0
      ? `${violations.length} violations in ${explorations.length} configurations.`
      : `${violations.length} violations in ${steps} steps of 100 ms over ${intersections} intersections.`;
  return ["rule  at limit", ...lines, ...covered, ...found, total].join("\n");
}
