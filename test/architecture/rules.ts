import type { Import, Source } from "./source.ts";

/** A place where the code is not as DESIGN §4 says. */
export type Violation = { readonly path: string; readonly line: number; readonly text: string };

/** Files that everything may import and that import nothing. */
export const BASE = ["src/units.ts", "src/assert.ts", "src/result.ts", "src/errors.ts"] as const;

type Allowed = {
  /** Folders, files and packages of which anything may be imported. */
  readonly any?: readonly string[];
  /** Those of which only types may be imported. */
  readonly types?: readonly string[];
};

const PURE: Allowed = { any: [...BASE, "src/model", "src/safety", "src/signal"] };

/**
 * Who may import whom: DESIGN §4. The longest prefix that fits a file is its rule; a file without one is a violation, so that
 * a new folder says what it may import. A folder may import itself, and pure folders never one another.
 */
export const IMPORT_RULES: Readonly<Record<string, Allowed>> = {
  ...Object.fromEntries(BASE.map((file) => [file, {}])),
  "src/model": { any: [...BASE, "typebox"] },
  "src/safety": { any: [...BASE, "src/model"] },
  "src/signal": { any: [...BASE, "src/model"] },
  "src/detect": PURE,
  "src/estimate": PURE,
  "src/forecast": { any: [...(PURE.any ?? []), "ml-regression"] },
  "src/optimize": PURE,
  // Knows logs and what they mean, and nothing of how signals work here.
  "src/measures": { any: [...BASE, "src/model"] },
  // A decision is explained by making it again, so it takes what made it.
  "src/explain": { any: [...(PURE.any ?? []), "src/optimize"] },
  "src/alarms": { any: [...BASE, "src/model"] },
  // What parameters there are the engine says; of what is done with them it knows nothing.
  "src/changes": { any: [...BASE, "src/model", "src/protocol", "src/engine/parameters", "typebox"] },
  // What consoles were told, out of what is stored: it knows logs, and no engine.
  "src/playback": { any: [...BASE, "src/model", "src/protocol", "typebox"], types: ["src/ports"] },
  "src/engine": {
    any: [...(PURE.any ?? []), "src/detect", "src/estimate", "src/forecast", "src/optimize", "src/explain"],
    types: ["src/protocol"],
  },
  // Looks back on runs that the engine is given again.
  "src/evaluate": { any: [...BASE, "src/model", "src/engine", "src/forecast", "src/optimize"] },
  "src/protocol": { any: [...BASE, "src/model", "typebox"] },
  "src/ports": {
    types: [
      ...BASE,
      "src/model",
      "src/safety",
      "src/protocol",
      "src/engine",
      "src/alarms",
      "src/changes",
      "rxjs",
    ],
  },
  "src/pipeline": {
    // The journal's lines are written and checked here, by the schemas of the frames and the model's own rules.
    any: [...BASE, "src/alarms", "src/changes", "src/engine", "src/model", "src/protocol", "typebox", "rxjs"],
    types: ["src/ports"],
  },
  "src/adapters": {
    any: [
      ...BASE,
      "src/model",
      "src/ports",
      "src/protocol",
      // What is kept of a change is checked by its own schema.
      "src/changes/change.ts",
      "typebox",
      "rxjs",
      "ws",
      "node:",
    ],
    // The field takes a SafePlan or a SafeCommand; only the gate's own module can make one.
    types: ["src/safety"],
  },
  // Passwords are hashed by a library that does nothing else.
  "src/adapters/people": {
    any: [
      ...BASE,
      "src/model",
      "src/protocol",
      "src/adapters/json-fault.ts",
      "src/adapters/json-text.ts",
      "src/adapters/run-lock.ts",
      "hash-wasm",
      "typebox",
      "node:",
    ],
    types: ["src/ports"],
  },
  // Files of others: logs and counts. They know no link and no port.
  "src/adapters/feeds": { any: [...BASE, "src/model", "saxes", "node:"] },
  // The engine's memory: a journal of its own, and the database that takes its rows in another thread.
  "src/adapters/history": {
    any: [
      ...BASE,
      "src/protocol",
      "src/adapters/checked-lines.ts",
      "src/adapters/durable-file.ts",
      "src/adapters/durable-lines.ts",
      "src/adapters/event-file.ts",
      "src/adapters/event-log.ts",
      "src/adapters/event-sequence.ts",
      "@duckdb/node-api",
      "node:",
    ],
    types: ["src/ports"],
  },
  // Figures of the process, as Prometheus reads them.
  "src/adapters/metrics": { any: [...BASE, "prom-client"], types: ["src/ports"] },
  // Trains a network that `src/forecast` describes, by a package that is loaded only when it is asked for.
  "src/adapters/lstm": { any: [...BASE, "@tensorflow", "src/forecast/lstm.ts", "pure-rand"] },
  "src/server": {
    any: [
      ...BASE,
      "src/engine",
      "src/measures",
      "src/playback",
      "src/protocol",
      "typebox",
      "src/changes",
      // What a stored decision leaves out is put together by the code that wrote it.
      "src/explain",
      // Who may do what is a table.
      "src/model/role.ts",
      "fastify",
      "@fastify/static",
      "@fastify/websocket",
      "@fastify/cookie",
      "@fastify/rate-limit",
      "@fastify/swagger",
    ],
    types: ["src/ports", "src/model", "src/alarms", "ws"],
  },
  // Reports of `src/cli` and `sim/whatif` draw with it.
  "src/plot": { any: [...BASE] },
  "src/console": {
    any: ["preact", "@preact/signals", "uplot", "vite"],
    types: ["src/protocol", "src/model"],
  },
  // The composition root: where adapters meet ports, and the only folder of src that knows the simulation.
  "src/cli": {
    any: [
      ...BASE,
      "src/model",
      "src/protocol",
      "src/engine",
      "src/explain",
      "src/alarms",
      "src/changes",
      "src/evaluate",
      // Forecasters are tried on files without an engine.
      "src/forecast",
      "src/measures",
      "src/plot",
      "src/ports",
      "src/pipeline",
      "src/adapters",
      "src/server",
      "sim",
      "cac",
      "node:",
    ],
    types: ["rxjs", "fastify"],
  },
  // What a plant is, with the length of a profile's intervals.
  "sim/traffic": {
    any: [...BASE, "src/model", "src/signal", "pure-rand", "sim/field/plant.ts"],
    types: ["sim/field"],
  },
  "sim/sumo": {
    any: [...BASE, "src/model", "src/adapters", "saxes", "node:", "sim/field/plant.ts"],
    types: ["sim/field"],
  },
  // Our networks as SUMO's: the streets as the traffic model reads them, and the traffic that a run of it draws.
  "sim/sumo/export": { any: [...BASE, "src/model", "sim/sumo", "sim/traffic", "node:"] },
  "sim/controller": { any: [...BASE, "src/model", "src/signal"], types: ["src/protocol", "sim/field"] },
  // Written against the configuration alone, so that one mistake cannot hide in controller and monitor.
  "sim/controller/monitor": { types: [...BASE, "src/model"] },
  "sim/prove": {
    any: [
      ...BASE,
      "src/model",
      "src/protocol",
      "src/signal",
      "sim/controller",
      "sim/prove/judge.ts",
      "pure-rand",
    ],
    types: ["sim/field"],
  },
  // The one that asks the gate: what a controller accepts must pass it, although neither knows of the other.
  "sim/prove/judge.ts": {
    any: [...BASE, "src/model", "src/protocol", "src/safety", "sim/controller", "sim/prove"],
  },
  // What our controller is compared with: judged by the same configuration and told no more than it is.
  "sim/peers": { any: ["src/assert.ts", "src/units.ts", "src/model", "src/optimize"] },
  "sim/field": {
    any: [...BASE, "src/model", "src/ports", "src/protocol", "src/adapters", "sim/controller"],
  },
  // Drives the real engine directly with simulated controllers, on networks of the same design as the built-in ones.
  "sim/load": {
    any: [
      ...BASE,
      "src/model",
      "src/engine",
      "src/optimize",
      "src/pipeline",
      "intersections/design",
      "sim/controller",
      "sim/traffic",
      "sim/whatif",
      "pure-rand",
      "node:",
    ],
    types: ["src/protocol", "src/ports", "sim/field"],
  },
  // What happens to a run, put between plant, controllers, engine and operators.
  "sim/scenario": {
    any: [...BASE, "src/model", "typebox", "rxjs", "pure-rand", "yaml"],
    types: ["src/ports", "sim/field"],
  },
  // What an engine knows of its street, as a scenario to look ahead in.
  "sim/twin": { any: [...BASE, "src/model"] },
  // Runs the real engine on the real links; which plant and which clock it is given, the command says.
  "sim/whatif": {
    any: [
      ...BASE,
      "src/model",
      "src/protocol",
      "src/engine",
      "src/estimate",
      "src/optimize",
      "src/plot",
      "src/ports",
      "src/pipeline",
      "src/adapters",
      "sim/field",
      "sim/peers",
      "sim/scenario",
      "typebox",
    ],
  },
  // Says what is to be run and what came of it; who runs it, the command says.
  "sim/tune": { any: [...BASE, "src/engine", "sim/whatif", "pure-rand"] },
};

export function importViolations(files: readonly Source[]): readonly Violation[] {
  return files.flatMap((file) => {
    const rule = ruleOf(file.path);
    if (rule === undefined) {
      return [{ path: file.path, line: 1, text: "no rule says what this folder may import" }];
    }
    return file.imports.flatMap((one) => {
      if (mayImport(rule, one)) return [];
      const { target, typeOnly, line } = one;
      const what = typeOnly ? `types of ${target}` : target;
      return [{ path: file.path, line, text: `${rule} may not import ${what}` }];
    });
  });
}

function ruleOf(path: string): string | undefined {
  return Object.keys(IMPORT_RULES)
    .filter((prefix) => liesIn(path, prefix))
    .toSorted((left, right) => right.length - left.length)[0];
}

function mayImport(rule: string, { target, typeOnly }: Import): boolean {
  const { any = [], types = [] } = IMPORT_RULES[rule] ?? {};
  const allowed = [...any, ...(typeOnly ? types : [])];
  return ruleOf(target) === rule || allowed.some((prefix) => liesIn(target, prefix));
}

function liesIn(target: string, prefix: string): boolean {
  return target === prefix || target.startsWith(`${prefix}/`);
}

/** Everything that is loaded or read with a file, through however many others. */
export function reachedFrom(start: string, files: readonly Source[]): readonly string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const reached = new Set<string>([start]);
  for (const path of reached) {
    for (const { target } of importsOf.get(path) ?? []) reached.add(target);
  }
  return [...reached];
}

/** What the monitor must not share with those it watches, not even through a third file. */
export function monitorViolations(files: readonly Source[]): readonly Violation[] {
  const own = "sim/controller/monitor";
  const shared = (path: string): boolean =>
    ["src/safety", "src/signal", "sim"].some((folder) => liesIn(path, folder)) && !liesIn(path, own);
  return files
    .filter(({ path }) => liesIn(path, own))
    .flatMap(({ path }) =>
      reachedFrom(path, files)
        .filter(shared)
        .map((reached) => ({ path, line: 1, text: `the monitor reaches ${reached}` })),
    );
}

/** Folders whose code depends on nothing but what it is given. */
export const PURE_FOLDERS = [
  "src/model",
  "src/safety",
  "src/signal",
  "src/detect",
  "src/estimate",
  "src/forecast",
  "src/optimize",
  "src/measures",
  "src/explain",
  "src/alarms",
  "src/changes",
  "src/playback",
  "src/engine",
  "src/evaluate",
  "src/protocol",
  "src/ports",
  "src/pipeline",
  "src/plot",
  "sim/controller",
  "sim/peers",
  "sim/prove",
  "sim/traffic",
  "sim/tune",
  "sim/whatif",
  ...BASE,
] as const;

/** Clock, randomness, environment, timers, and what depends on the machine's locale. */
const IMPURE =
  /^(?:new Date|Date(?:\.(?!UTC$)\w+)?|Math\.random|performance\.\w+|process\.\w+|globalThis\.\w+|crypto\.\w+|(?:set|clear)(?:Timeout|Interval|Immediate)|queueMicrotask|fetch|localeCompare|toLocale\w+|(?:new )?Intl\b.*)$/;

/** The rule M19 asks the time-zone database itself whether it knows a zone; nothing else is read from it. */
const IMPURE_ALLOWED: ReadonlyMap<string, string> = new Map([
  ["src/model/rules/network-rules.ts", "Intl.DateTimeFormat"],
]);

export function impurities(files: readonly Source[]): readonly Violation[] {
  return pureFiles(files).flatMap(({ path, globals, imports }) => [
    ...globals
      .filter(({ name }) => IMPURE.test(name) && IMPURE_ALLOWED.get(path) !== name)
      .map(({ line, name }) => ({ path, line, text: `${name} in a pure folder` })),
    ...imports
      .filter(({ target }) => target === "node:")
      .map(({ line }) => ({ path, line, text: "a node: module in a pure folder" })),
  ]);
}

export function pureFiles(files: readonly Source[]): readonly Source[] {
  return files.filter(({ path }) => PURE_FOLDERS.some((folder) => liesIn(path, folder)));
}

export const FILE_LINES_MAX = 400;
/** A function's own lines, without those of functions inside it. */
export const FUNCTION_LINES_MAX = 70;
/** With them: what a factory may hold together. */
export const FACTORY_LINES_MAX = 100;

export function tooLong(files: readonly Source[]): readonly Violation[] {
  return files.flatMap(({ path, lines, functions }) => [
    ...(lines > FILE_LINES_MAX ? [{ path, line: 1, text: `${lines} lines, at most ${FILE_LINES_MAX}` }] : []),
    // Only what runs in production: a `describe` holds its cases.
    ...(liesIn(path, "test") ? [] : functions).flatMap(({ line, ownLines, lines: all }) => {
      if (ownLines > FUNCTION_LINES_MAX) {
        return [
          { path, line, text: `function of ${ownLines} lines of its own, at most ${FUNCTION_LINES_MAX}` },
        ];
      }
      if (all <= FACTORY_LINES_MAX) return [];
      return [{ path, line, text: `function of ${all} lines, at most ${FACTORY_LINES_MAX}` }];
    }),
  ]);
}
