import type { Fault } from "../model/fault.ts";
import { err, ok, type Result } from "../result.ts";

/** Where a text stops being JSON, and what could have stood there. */
type Stop = { readonly offset: number; readonly expected: string };

const DEPTH_MAX = 64;
const SPACES = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NAME = /true|false|null/y;
const FOUND_LENGTH = 12;

/**
 * The value of a JSON text (RFC 8259), or the first place where it is not JSON, with line and column. Stricter than
 * `JSON.parse` in two things: a property must not stand twice in an object, of which one would be ignored in silence, and
 * nesting ends at 64 levels. `revive` as `JSON.parse` takes it.
 */
export function parseJson(
  file: string,
  text: string,
  revive?: (key: string, value: unknown) => unknown,
): Result<unknown, Fault> {
  const stop = firstStop(text);
  return stop ? err(stopFault(file, text, stop)) : ok(JSON.parse(text, revive) as unknown);
}

function stopFault(file: string, text: string, { offset, expected }: Stop): Fault {
  const before = text.slice(0, offset).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  const found =
    offset >= text.length ? "the end of the file" : JSON.stringify(text.slice(offset, offset + FOUND_LENGTH));
  return {
    file,
    pointer: "",
    found: `${found} at line ${before.length}, column ${column}`,
    allowed: expected,
    rule: "JSON",
  };
}

function firstStop(text: string): Stop | undefined {
  const end = value(text, skip(text, 0), 0);
  if (typeof end !== "number") return end;
  const rest = skip(text, end);
  return rest === text.length ? undefined : { offset: rest, expected: "the end of the file" };
}

/** The offset behind what matches, or `undefined`. */
function match(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function skip(text: string, offset: number): number {
  return match(SPACES, text, offset) ?? offset;
}

/** Offset behind the value that begins at `offset`, or where it stops being one. */
function value(text: string, offset: number, depth: number): number | Stop {
  if (depth > DEPTH_MAX) return { offset, expected: `at most ${DEPTH_MAX} levels of nesting` };
  const first = text[offset];
  if (first === "{") return object(text, offset, depth);
  if (first === "[") return array(text, offset, depth);
  if (first === '"') return string(text, offset);
  return match(NUMBER, text, offset) ?? match(NAME, text, offset) ?? { offset, expected: "a JSON value" };
}

function string(text: string, offset: number): number | Stop {
  return (
    match(STRING, text, offset) ?? {
      offset,
      expected: "a string that is closed on its line, with valid escapes",
    }
  );
}

function array(text: string, start: number, depth: number): number | Stop {
  let offset = skip(text, start + 1);
  if (text[offset] === "]") return offset + 1;
  for (;;) {
    const end = value(text, offset, depth + 1);
    if (typeof end !== "number") return end;
    offset = skip(text, end);
    if (text[offset] === "]") return offset + 1;
    if (text[offset] !== ",") return { offset, expected: '"," or "]"' };
    offset = skip(text, offset + 1);
  }
}

function object(text: string, start: number, depth: number): number | Stop {
  const names = new Set<string>();
  let offset = skip(text, start + 1);
  if (text[offset] === "}") return offset + 1;
  for (;;) {
    if (text[offset] !== '"') return { offset, expected: "a property name in double quotes" };
    const nameEnd = string(text, offset);
    if (typeof nameEnd !== "number") return nameEnd;
    // Decoded, so that an escape does not hide a name that was there before.
    const name = JSON.parse(text.slice(offset, nameEnd)) as string;
    if (names.has(name)) return { offset, expected: "each property once in an object" };
    names.add(name);
    const colon = skip(text, nameEnd);
    if (text[colon] !== ":") return { offset: colon, expected: '":"' };
    const end = value(text, skip(text, colon + 1), depth + 1);
    if (typeof end !== "number") return end;
    offset = skip(text, end);
    if (text[offset] === "}") return offset + 1;
    if (text[offset] !== ",") return { offset, expected: '"," or "}"' };
    offset = skip(text, offset + 1);
  }
}
