import { createHash } from "node:crypto";
import { encodeId } from "../../src/model/id.ts";

/** Leaves room for what we append to an id (detector roles) below the 128 characters that ids may have. */
const ID_LENGTH_MAX = 110;
const DIGEST_LENGTH = 10;

/**
 * The id of a SUMO object as an id of ours: percent-encoded and, where joined junctions make it longer than an id may be,
 * cut and closed with a digest of the whole, so that different ids stay different.
 */
export function foreignId(foreign: string): string {
  const id = encodeId(foreign);
  if (id.length <= ID_LENGTH_MAX) return id;
  const digest = createHash("sha256").update(foreign).digest("hex").slice(0, DIGEST_LENGTH);
  const head = id.slice(0, ID_LENGTH_MAX - DIGEST_LENGTH - 1).replace(/%.?$/, "");
  return `${head}.${digest}`;
}
