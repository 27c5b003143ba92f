import { createHash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;

/** 256 random bits as 43 letters that an address can hold. */
export function freshSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** What is kept of a secret. Nobody finds 256 random bits by trying, so that a plain hash is enough. */
export function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
