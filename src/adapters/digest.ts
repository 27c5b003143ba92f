import { createHash } from "node:crypto";
import { byCodeUnit } from "../units.ts";
import type { Network } from "../model/files.ts";
import type { Intersection } from "../model/intersection.ts";

/** SHA-256 of an intersection's configuration in lower-case hexadecimal: what a controller states in `hello`. */
export function configurationDigest(intersection: Intersection): string {
  return digest(intersection);
}

/** SHA-256 of a whole network, its intersections and its demand, in lower-case hexadecimal. */
export function networkDigest(network: Network): string {
  return digest(network);
}

function digest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value), "utf8").digest("hex");
}

/** JSON without spaces and with the keys of every object in the order of their code units; the same for equal values. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item)).join(",")}]`;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([left], [right]) => byCodeUnit(left, right));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}
