import {
  type ParsedFile,
  type ParsedFiles,
  filesOfNetwork,
  validateNetwork,
} from "../../src/model/validate.ts";
import type { Fault } from "../../src/model/fault.ts";
import type { Network } from "../../src/model/files.ts";
import { ok } from "../../src/result.ts";
import { smallNetwork } from "./small-network.ts";

/** One edit of one file: a value put at a JSON pointer, or taken away where it is `undefined`. */
export type Change = { readonly file: string; readonly pointer: string; readonly value: unknown };

/** The faults of the small network after some edits. */
export function faultsAfter(...changes: readonly Change[]): readonly Fault[] {
  return faultsOf(smallNetwork(), changes);
}

/** The faults of a network after some edits. */
export function faultsOf(network: Network, changes: readonly Change[]): readonly Fault[] {
  const checked = validateNetwork(changed(filesOfNetwork(network), changes));
  return checked.ok ? [] : checked.error;
}

export function changed(files: ParsedFiles, changes: readonly Change[]): ParsedFiles {
  const apply = ({ file, content }: ParsedFile): ParsedFile => {
    if (!content.ok) return { file, content };
    const document = structuredClone(content.value);
    for (const change of changes) if (change.file === file) put(document, change.pointer, change.value);
    return { file, content: ok(document) };
  };
  return {
    network: apply(files.network),
    ...(files.demand ? { demand: apply(files.demand) } : {}),
    intersections: files.intersections.map(apply),
  };
}

function put(document: unknown, pointer: string, value: unknown): void {
  const parts = pointer.split("/").slice(1);
  const last = parts.pop();
  if (last === undefined) throw new Error("a pointer to a part of the document");
  let place = document;
  for (const part of parts) place = asRecord(place)[part];
  const record = asRecord(place);
  if (value === undefined) delete record[last];
  else record[last] = value;
}

function asRecord(value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== "object") throw new Error("a pointer to an existing place");
  return value as Record<string, unknown>;
}
