import { randomBytes, timingSafeEqual } from "node:crypto";
import { argon2id } from "hash-wasm";

/** What a guess costs: memory in KiB and passes over it, in one lane. */
export type PasswordCost = { readonly memoryKibibytes: number; readonly iterations: number };

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
export const PASSWORD_COST: PasswordCost = { memoryKibibytes: 19_456, iterations: 2 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PARALLELISM = 1;

/** PHC string format, as the reference implementation writes it. */
const ENCODED = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
export const ENCODED_PATTERN = ENCODED.source;

/** The hash of a password, with its salt and cost, to be kept. */
export async function hashPassword(password: string, cost: PasswordCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return encoded(cost, salt, await derive(password, salt, cost));
}

/** A hash that no password has, of the same cost as any other: for names that nobody has. */
export function hashOfNobody(cost: PasswordCost): string {
  return encoded(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
}

/** Whether a password is the one that was hashed; compared in constant time. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, memory = "", iterations = "", salt = "", expected = ""] = ENCODED.exec(hash) ?? [];
  // The library takes no empty one, and nobody may have it.
  if (expected === "" || password === "") return false;
  const cost = { memoryKibibytes: Number(memory), iterations: Number(iterations) };
  const found = await derive(password, Buffer.from(salt, "base64"), cost);
  return timingSafeEqual(found, Buffer.from(expected, "base64"));
}

function encoded({ memoryKibibytes, iterations }: PasswordCost, salt: Uint8Array, hash: Uint8Array): string {
  const parts = `m=${memoryKibibytes},t=${iterations},p=${PARALLELISM}`;
  return `$argon2id$v=19$${parts}$${unpadded(salt)}$${unpadded(hash)}`;
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

async function derive(password: string, salt: Uint8Array, cost: PasswordCost): Promise<Uint8Array> {
  return await argon2id({
    // The same letters typed on another keyboard may be other code points.
    password: password.normalize("NFKC"),
    salt,
    memorySize: cost.memoryKibibytes,
    iterations: cost.iterations,
    parallelism: PARALLELISM,
    hashLength: HASH_BYTES,
    outputType: "binary",
  });
}

const LENGTH_MIN = 12;
const LENGTH_MAX = 200;
const DIFFERENT_MIN = 5;

/** Why a password will not do, as a sentence; `undefined` where it will. */
export function passwordFault(password: string, name: string): string | undefined {
  const letters = Array.from(password.normalize("NFKC"));
  if (letters.length < LENGTH_MIN || letters.length > LENGTH_MAX) {
    return `the password has ${letters.length} characters; allowed are ${LENGTH_MIN} to ${LENGTH_MAX}`;
  }
  const different = new Set(letters).size;
  if (different < DIFFERENT_MIN) {
    return `the password has ${different} different characters; at least ${DIFFERENT_MIN} are needed`;
  }
  return password.toLowerCase().includes(name.toLowerCase())
    ? "the password holds the name; anything else is allowed"
    : undefined;
}
