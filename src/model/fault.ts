import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { err, ok, type Result } from "../result.ts";

/** One thing that is wrong with a file or a frame: where, what was found, what is allowed, and by which rule. */
export type Fault = {
  /** File name, or the kind of frame. */
  readonly file: string;
  /** Counted from 1, where the reader of the file knows it. */
  readonly line?: number;
  /** JSON pointer (RFC 6901) to the place; empty for the whole document. */
  readonly pointer: string;
  /** What stands there, as JSON, shortened. */
  readonly found: string;
  readonly allowed: string;
  /** `SCHEMA`, `JSON`, `YAML`, or the id of a rule in `model/DESIGN.md`. */
  readonly rule: string;
};

/** The fault in one line, as every command prints it. */
export function describeFault(fault: Fault): string {
  const file = fault.line === undefined ? fault.file : `${fault.file}:${fault.line}`;
  const place = fault.pointer === "" ? file : `${file}#${fault.pointer}`;
  return `${place}: found ${fault.found}, allowed: ${fault.allowed} [${fault.rule}]`;
}

const FOUND_LENGTH_MAX = 80;

/** A value as JSON, shortened to fit a message. Whatever its size and depth, only what can be shown is looked at. */
export function showFound(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(clipped(value, FOUND_LENGTH_MAX)) ?? typeof value;
  return text.length <= FOUND_LENGTH_MAX ? text : `${text.slice(0, FOUND_LENGTH_MAX)}…`;
}

/** The value without what would stand beyond `length` characters: every level and every item takes at least one. */
function clipped(value: unknown, length: number): unknown {
  if (typeof value === "string") return value.slice(0, length);
  if (value === null || typeof value !== "object") return value;
  if (length <= 0) return null;
  if (Array.isArray(value)) return value.slice(0, length).map((item: unknown) => clipped(item, length - 1));
  const entries = Object.entries(value).slice(0, length);
  return Object.fromEntries(entries.map(([key, item]) => [key, clipped(item, length - 1)]));
}

/** The value at a JSON pointer, or `undefined` where there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split("/").slice(1)) {
    if (value === null || typeof value !== "object") return undefined;
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** A compiled schema: `check` returns the typed value or every fault at once. */
export type Shape<T> = {
  /** The schema itself, to be published. */
  readonly schema: TSchema;
  readonly accepts: (value: unknown) => value is T;
  readonly check: (file: string, value: unknown) => Result<T, readonly Fault[]>;
};

export function shapeOf<S extends TSchema>(schema: S): Shape<Static<S>> {
  const compiled = Compile(schema);
  const accepts = (value: unknown): value is Static<S> => compiled.Check(value);
  return {
    schema,
    accepts,
    check: (file, value) =>
      accepts(value) ? ok(value) : err(schemaFaults(file, value, compiled.Errors(value))),
  };
}

type SchemaError = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
};

function schemaFaults(file: string, document: unknown, errors: readonly SchemaError[]): readonly Fault[] {
  const constants = new Map<string, string[]>();
  for (const error of errors) {
    if (error.keyword !== "const") continue;
    const allowed = (error.params as { readonly allowedValue?: unknown }).allowedValue;
    constants.set(error.instancePath, [
      ...(constants.get(error.instancePath) ?? []),
      JSON.stringify(allowed),
    ]);
  }
  const faults = new Map<string, Fault>();
  for (const error of errors) {
    // `anyOf` is told by its constants where it has them; an unknown property is told at its own place.
    if (error.keyword === "additionalProperties" || error.keyword === "unevaluatedProperties") continue;
    const choices = constants.get(error.instancePath);
    if (error.keyword === "anyOf" && choices !== undefined) continue;
    const pointer = error.instancePath;
    const fault: Fault = {
      file,
      pointer,
      found: showFound(valueAt(document, pointer)),
      allowed: choices ? [...new Set(choices)].join(" or ") : allowedText(error),
      rule: "SCHEMA",
    };
    faults.set(`${pointer} ${fault.allowed}`, fault);
  }
  return [...faults.values()];
}

function allowedText(error: SchemaError): string {
  if (error.keyword === "boolean") return "no such property";
  return error.message.replace(/^must /, "");
}
