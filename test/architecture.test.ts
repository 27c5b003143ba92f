import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  IMPORT_RULES,
  importViolations,
  impurities,
  monitorViolations,
  PURE_FOLDERS,
  pureFiles,
  reachedFrom,
  tooLong,
  type Violation,
} from "./architecture/rules.ts";
import { readSource, type Source } from "./architecture/source.ts";

/** Every TypeScript file below a folder of the repository. */
function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => readSource({ path, text: readFileSync(path, "utf8") }));
}

const src = sourcesIn("src");
const sim = sourcesIn("sim");
const code = [...src, ...sim];
const everything = [...code, ...sourcesIn("test"), ...sourcesIn("intersections")];

const told = (violations: readonly Violation[]): readonly string[] =>
  violations.map(({ path, line, text }) => `${path}:${line} ${text}`);

/** A file that somebody might write. */
const planted = (path: string, text: string): Source => readSource({ path, text });

describe("who may import whom", () => {
  it("holds everywhere", () => {
    expect(told(importViolations(code))).toEqual([]);
  });

  it("meets files with imports under every rule", () => {
    const met = (rule: string) => code.filter(({ path }) => path === rule || path.startsWith(`${rule}/`));
    const empty = Object.keys(IMPORT_RULES).filter((rule) => met(rule).length === 0);
    expect(empty, "rules without a file").toEqual([]);
    expect(code.flatMap(({ imports }) => imports).length).toBeGreaterThan(500);
  });

  it.each([
    ["src/units.ts", `import { defined } from "./assert.ts";`, "src/assert.ts"],
    ["src/model/id.ts", `import { gate } from "../safety/gate.ts";`, "src/safety/gate.ts"],
    ["src/safety/rules.ts", `import { step } from "../signal/machine.ts";`, "src/signal/machine.ts"],
    ["src/safety/rules.ts", `import { Observable } from "rxjs";`, "rxjs"],
    ["src/signal/cycle.ts", `import type { SafePlan } from "../safety/gate.ts";`, "src/safety/gate.ts"],
    ["src/estimate/lanes.ts", `import { x } from "../detect/cleaning.ts";`, "src/detect/cleaning.ts"],
    ["src/estimate/lanes.ts", `import { SLR } from "ml-regression";`, "ml-regression"],
    ["src/optimize/cycle.ts", `import type { X } from "../estimate/lanes.ts";`, "src/estimate/lanes.ts"],
    ["src/forecast/ar1.ts", `import { mean } from "simple-statistics";`, "simple-statistics"],
    ["src/engine/step.ts", `import { HelloFrame } from "../protocol/frames.ts";`, "src/protocol/frames.ts"],
    ["src/engine/step.ts", `import type { Field } from "../ports/field.ts";`, "src/ports/field.ts"],
    ["src/ports/field.ts", `import { Subject } from "rxjs";`, "rxjs"],
    ["src/ports/field.ts", `import { type Subject } from "rxjs";`, "rxjs"],
    ["src/pipeline/run.ts", `import { gateway } from "../adapters/gateway.ts";`, "src/adapters/gateway.ts"],
    ["src/adapters/digest.ts", `import { step } from "../engine/step.ts";`, "src/engine/step.ts"],
    ["src/server/live.ts", `import { x } from "../adapters/digest.ts";`, "src/adapters/digest.ts"],
    ["src/console/main.tsx", `import { Frame } from "../protocol/live.ts";`, "src/protocol/live.ts"],
    [
      "src/server/live.ts",
      `import { runField } from "../../sim/field/run-field.ts";`,
      "sim/field/run-field.ts",
    ],
    ["sim/field/plant.ts", `import { start } from "../../src/cli/start.ts";`, "src/cli/start.ts"],
    ["sim/sumo/loops.ts", `import { x } from "../traffic/model.ts";`, "sim/traffic/model.ts"],
    ["sim/prove/generate.ts", `import { gate } from "../../src/safety/gate.ts";`, "src/safety/gate.ts"],
    [
      "sim/controller/monitor/monitor.ts",
      `import { x } from "../acceptance.ts";`,
      "sim/controller/acceptance.ts",
    ],
    ["src/model/id.ts", `import "node:fs";`, "node:"],
    ["src/model/id.ts", `export * from "../engine/step.ts";`, "src/engine/step.ts"],
    ["src/model/id.ts", `export { step } from "../engine/step.ts";`, "src/engine/step.ts"],
    ["src/model/id.ts", `const later = import("../engine/step.ts");`, "src/engine/step.ts"],
    ["src/model/id.ts", `type Later = import("../engine/step.ts").Step;`, "types of src/engine/step.ts"],
    ["src/model/id.ts", `const any = import(process.argv[2]);`, "a computed name"],
  ])("%s may not say %s", (path, text, target) => {
    expect(told(importViolations([planted(path, text)]))).toEqual([
      expect.stringMatching(new RegExp(`^${path}:1 .* may not import (types of )?${target}$`)),
    ]);
  });

  it("asks for a rule for a new folder", () => {
    const found = importViolations([planted("src/unruled/record.ts", "export const a = 1;")]);
    expect(told(found)).toEqual(["src/unruled/record.ts:1 no rule says what this folder may import"]);
  });

  it("lets through what is allowed, and reads no import out of comments and texts", () => {
    const text = [
      `import { defined } from "../assert.ts";`,
      `import type { Network } from "../model/files.ts";`,
      `// import { step } from "../engine/step.ts";`,
      `export const sample = 'import { step } from "../engine/step.ts"';`,
    ].join("\n");
    const file = planted("src/safety/rules.ts", text);
    expect(file.imports.map(({ target }) => target)).toEqual(["src/assert.ts", "src/model/files.ts"]);
    expect(importViolations([file])).toEqual([]);
  });
});

describe("the conflict monitor", () => {
  const monitor = "sim/controller/monitor/monitor.ts";

  it("shares nothing with what it watches, however far one follows its imports", () => {
    expect(reachedFrom(monitor, code)).toContain("src/model/intersection.ts");
    expect(told(monitorViolations(code))).toEqual([]);
  });

  it("is told apart when it reaches the engine's rules through a third file", () => {
    const files = [
      planted(monitor, `import type { T } from "../../../src/model/timing.ts";`),
      planted("src/model/timing.ts", `import { gate } from "../safety/gate.ts";`),
    ];
    expect(told(monitorViolations(files))).toEqual([`${monitor}:1 the monitor reaches src/safety/gate.ts`]);
  });
});

describe("pure folders", () => {
  it("read no clock, no randomness, no environment and no locale", () => {
    expect(told(impurities(code))).toEqual([]);
  });

  it("are all there", () => {
    const empty = PURE_FOLDERS.filter(
      (folder) => !code.some(({ path }) => path === folder || path.startsWith(`${folder}/`)),
    );
    expect(empty).toEqual([]);
    expect(pureFiles(code).length).toBeGreaterThan(50);
  });

  it.each([
    ["Date.now", "const at = Date.now();"],
    ["new Date", "const text = new Date(7).toISOString();"],
    ["new Date", "const at = new Date();"],
    ["Math.random", "const x = [Math.random()];"],
    ["performance.now", "const at = performance.now();"],
    ["process.env", "if (process.env.HOME) throw new Error();"],
    ["setTimeout", "setTimeout(() => undefined, 5);"],
    ["setImmediate", "class A { run() { return setImmediate(this.go); } }"],
    ["queueMicrotask", "const go = () => queueMicrotask(() => undefined);"],
    ["localeCompare", `const order = ["b", "a"].sort((l, r) => l.localeCompare(r));`],
    ["Intl.DateTimeFormat", `const format = new Intl.DateTimeFormat("en");`],
    ["a node: module", `import { readFileSync } from "node:fs";`],
  ])("have no %s", (name, text) => {
    expect(told(impurities([planted("src/engine/step.ts", text)]))).toEqual([
      `src/engine/step.ts:1 ${name} in a pure folder`,
    ]);
  });

  it("may name what they like, and outside of them the clock may be read", () => {
    const own = "export function wait(process: { untilNext: number }) { return process.untilNext; }";
    expect(impurities([planted("sim/traffic/demand.ts", own)])).toEqual([]);
    expect(impurities([planted("src/adapters/x.ts", "const at = Date.now();")])).toEqual([]);
  });
});

describe("one idea each", () => {
  it("keeps files and functions short", () => {
    expect(everything.flatMap(({ functions }) => functions).length).toBeGreaterThan(1000);
    expect(told(tooLong(everything))).toEqual([]);
  });

  it.each([
    ["a function", "function f() {", "}"],
    ["an arrow function", "const f = (): { a: 1 } => {", "return { a: 1 }; };"],
    ["a method", "class A { async f(): Promise<void> {", "} }"],
  ])("finds %s that is too long, and not one that is just short enough", (_name, head, tail) => {
    const file = (lines: number) =>
      planted("src/engine/step.ts", [head, ...Array<string>(lines - 2).fill("  void 0;"), tail].join("\n"));
    expect(told(tooLong([file(71)]))).toEqual([
      "src/engine/step.ts:1 function of 71 lines of its own, at most 70",
    ]);
    expect(tooLong([file(70)])).toEqual([]);
  });

  it("counts a factory without its functions, but not without end", () => {
    const inner = ["  const g = () => {", ...Array<string>(30).fill("    void 0;"), "  };"];
    const factory = (count: number) => {
      const body = Array.from({ length: count }, () => inner).flat();
      return planted("src/engine/step.ts", ["function f() {", ...body, "}"].join("\n"));
    };
    expect(tooLong([factory(3)])).toEqual([]);
    expect(told(tooLong([factory(4)]))).toEqual(["src/engine/step.ts:1 function of 130 lines, at most 100"]);
  });

  it("finds a file that is too long, and not one that is just short enough", () => {
    const [long, short] = [401, 400].map((lines) => planted("sim/sumo/loops.ts", "void 0;\n".repeat(lines)));
    expect(long && told(tooLong([long]))).toEqual(["sim/sumo/loops.ts:1 401 lines, at most 400"]);
    expect(short && tooLong([short])).toEqual([]);
  });

  it("gives every module a page that explains it", () => {
    const modules = new Set(
      code.map(({ path }) => path.split("/").slice(0, 2).join("/")).filter((path) => !path.endsWith(".ts")),
    );
    expect(modules.size).toBeGreaterThan(15);
    expect([...modules].filter((folder) => !existsSync(`${folder}/DESIGN.md`))).toEqual([]);
  });
});
