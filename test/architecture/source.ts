import { parseSync } from "vite";

/** A file of the repository, to be judged by what it says. */
export type SourceFile = {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
};

export type Import = {
  readonly line: number;
  /** The file of the repository that is named, the package without a path inside it, or `node:`. */
  readonly target: string;
  /** Whether nothing of it is left when the types are gone. */
  readonly typeOnly: boolean;
};

export type Span = {
  readonly line: number;
  readonly lines: number;
  /** Without those of the functions that stand in it. */
  readonly ownLines: number;
};
export type Use = { readonly line: number; readonly name: string };

/** What the rules need to know of a file. */
export type Source = {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly Span[];
  /** Globals that it reads, as `Date.now`, `new Date`, `setTimeout`. */
  readonly globals: readonly Use[];
};

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

/** Reads a TypeScript file with the parser that also builds the console. */
export function readSource({ path, text }: SourceFile): Source {
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const nodes = [...nodesOf(program)];
  const lineOf = lineFinder(text);
  return {
    path,
    lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
    imports: nodes.flatMap((node) => importOf(path, node, lineOf)),
    functions: functionsOf(nodes, lineOf),
    globals: globalsOf(nodes, lineOf),
  };
}

function* nodesOf(value: unknown): Generator<Node> {
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
    return;
  }
  if (isNode(value)) yield value;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === "object" && "type" in value && typeof value.type === "string";
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next < 0 ? starts.length : next;
  };
}

/** Static, bare, re-exporting, dynamic and type imports alike. */
function importOf(path: string, node: Node, lineOf: (offset: number) => number): readonly Import[] {
  const kind = IMPORT_NODES.get(node.type);
  if (kind === undefined || !isNode(node["source"])) return [];
  const { value } = node["source"];
  const typeOnly = kind === "type" || node["importKind"] === "type" || node["exportKind"] === "type";
  // A computed name could be anything, so it is no target that any rule allows.
  const target = typeof value === "string" ? targetOf(path, value) : "a computed name";
  return [{ line: lineOf(node.start), target, typeOnly }];
}

const IMPORT_NODES: ReadonlyMap<string, "value" | "type"> = new Map([
  ["ImportDeclaration", "value"],
  ["ExportNamedDeclaration", "value"],
  ["ExportAllDeclaration", "value"],
  ["ImportExpression", "value"],
  ["TSImportType", "type"],
]);

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  if (!specifier.startsWith(".")) {
    const [first = "", second = ""] = specifier.split("/");
    return first.startsWith("@") ? `${first}/${second}` : first;
  }
  const parts = path.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const FUNCTION_NODES = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

function functionsOf(nodes: readonly Node[], lineOf: (offset: number) => number): readonly Span[] {
  const functions = nodes.filter(({ type }) => FUNCTION_NODES.has(type));
  const linesOf = ({ start, end }: Node): number => lineOf(end - 1) - lineOf(start) + 1;
  return functions.map((outer) => {
    const inside = functions.filter(({ start, end }) => start > outer.start && end <= outer.end);
    // Those that stand directly in it; theirs are counted with them. The line that begins or ends one is also the outer's.
    const direct = inside.filter(
      (one) => !inside.some(({ start, end }) => start < one.start && end >= one.end),
    );
    const nested = direct.reduce((sum, one) => sum + Math.max(0, linesOf(one) - 2), 0);
    const lines = linesOf(outer);
    return { line: lineOf(outer.start), lines, ownLines: lines - nested };
  });
}

/** Methods whose result depends on the machine's locale. */
const LOCALE_METHODS = new Set([
  "localeCompare",
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
]);

/** Names that nobody in the file declared, where a value is read: `setTimeout(…)`, `Date.now`, `new Date`. */
function globalsOf(nodes: readonly Node[], lineOf: (offset: number) => number): readonly Use[] {
  const declared = new Set(nodes.flatMap((node) => declaredNames(node)));
  return nodes.flatMap((node): readonly Use[] => {
    const line = lineOf(node.start);
    if (isNode(node["property"]) && LOCALE_METHODS.has(String(node["property"]["name"]))) {
      return [{ line, name: String(node["property"]["name"]) }];
    }
    const place = node["object"] ?? node["callee"];
    if (!isNode(place) || place.type !== "Identifier") return [];
    const name = String(place["name"]);
    if (declared.has(name)) return [];
    if (node.type === "NewExpression") return [{ line, name: `new ${name}` }];
    if (node.type === "CallExpression") return [{ line, name }];
    if (node.type !== "MemberExpression" || !isNode(node["property"])) return [];
    const { name: property, value } = node["property"];
    return [{ line, name: `${name}.${String(property ?? value)}` }];
  });
}

function declaredNames(node: Node): readonly string[] {
  if (node.type === "VariableDeclarator") return namesIn(node["id"]);
  if (FUNCTION_NODES.has(node.type)) return [...namesIn(node["params"]), ...namesIn(node["id"])];
  return node.type === "ImportDeclaration" ? namesIn(node["specifiers"]) : [];
}

function namesIn(pattern: unknown): readonly string[] {
  return [...nodesOf(pattern)].flatMap((node) => (node.type === "Identifier" ? [String(node["name"])] : []));
}
