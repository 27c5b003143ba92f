import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { type Fault, showFound } from "../../src/model/fault.ts";
import { err, ok, type Result } from "../../src/result.ts";

/** A YAML or JSON text that was read: its value, and where the parts of it stand. */
export type LocatedDocument = {
  readonly value: unknown;
  /** Line, counted from 1, of what a JSON pointer names, or of the nearest part above it that is there. */
  readonly lineOf: (pointer: string) => number;
};

/**
 * Reads YAML 1.2 (of which JSON is a part) by its core schema: `07:00` is a text, `yes` is one too. A key that stands twice, a tag
 * that nobody knows and a second document are faults, and so is what the parser only warns of. All of them come back at once.
 */
export function readYaml(file: string, text: string): Result<LocatedDocument, readonly Fault[]> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const lineAt = (offset: number): number => Math.max(1, lineCounter.linePos(offset).line);
  const faults = [...document.errors, ...document.warnings].map(
    ({ message, pos }): Fault => ({
      file,
      line: lineAt(pos[0]),
      pointer: "",
      found: showFound(text.slice(pos[0], Math.max(pos[1], pos[0] + 1))),
      allowed: `YAML or JSON (${message})`,
      rule: "YAML",
    }),
  );
  if (faults.length > 0) return err(faults);
  const value: unknown = document.toJS();
  return ok({ value, lineOf: (pointer) => lineAt(offsetOf(document.contents, pointer)) });
}

function offsetOf(contents: ParsedNode | null, pointer: string): number {
  let node: Node | null | undefined = contents;
  let offset = contents?.range[0] ?? 0;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const child = childOf(node, key);
    if (child === undefined) return offset;
    offset = child.offset ?? offset;
    node = child.node;
  }
  return offset;
}

type Child = { readonly node: Node | null | undefined; readonly offset: number | undefined };

/** A property begins where its key stands. What an anchor stands for is not looked into: its place is where it is used. */
function childOf(node: Node | null | undefined, key: string): Child | undefined {
  if (isAlias(node)) return undefined;
  if (isSeq<Node>(node)) {
    const item = node.items[Number(key)];
    return item === undefined ? undefined : { node: item, offset: item.range?.[0] };
  }
  if (!isMap<Node, Node>(node)) return undefined;
  const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === key);
  return pair === undefined ? undefined : { node: pair.value, offset: pair.key.range?.[0] };
}
