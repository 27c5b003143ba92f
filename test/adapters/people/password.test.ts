import { argon2id } from "hash-wasm";
import { describe, expect, it } from "vitest";
import {
  hashOfNobody,
  hashPassword,
  isPassword,
  PASSWORD_COST,
  passwordFault,
} from "../../../src/adapters/people/password.ts";
import { QUICK_COST } from "../../server/signed-in.ts";

describe("the library", () => {
  it("is Argon2id as the reference implementation's own tests have it", async () => {
    // phc-winner-argon2, test.c: hashtest(version, 2, 16, 1, "password", "somesalt", …, Argon2_id).
    const hash = await argon2id({
      password: "password",
      salt: "somesalt",
      iterations: 2,
      memorySize: 65_536,
      parallelism: 1,
      hashLength: 32,
    });
    expect(hash).toBe("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
  });
});

/** Algorithm, version and cost. */
const costOf = (hash: string) => hash.split("$").slice(0, 4);

describe("a password", () => {
  it("is kept as a hash of OWASP's cost with a salt of its own", async () => {
    expect(PASSWORD_COST).toEqual({ memoryKibibytes: 19_456, iterations: 2 });
    const [one, other] = [
      await hashPassword("correct horse", QUICK_COST),
      await hashPassword("correct horse", QUICK_COST),
    ];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
  });

  it("is told from every other one, whatever cost it was hashed with", async () => {
    const hash = await hashPassword("correct horse battery", { memoryKibibytes: 16, iterations: 3 });
    expect(await isPassword("correct horse battery", hash)).toBe(true);
    expect(await isPassword("correct horse batterz", hash)).toBe(false);
    expect(await isPassword("", hash)).toBe(false);
    const broken = hash.replace(/.$/, (last) => (last === "A" ? "E" : "A"));
    expect(await isPassword("correct horse battery", broken)).toBe(false);
    expect(await isPassword("correct horse battery", "$argon2id$nonsense")).toBe(false);
  });

  it("is the same however the keyboard put its letters together", async () => {
    const hash = await hashPassword("Stra\u00dfenb\u00e4nke", QUICK_COST);
    expect(await isPassword("Stra\u00dfenba\u0308nke", hash)).toBe(true);
  });

  it("of nobody costs what everybody's does, and is nothing", async () => {
    const nobody = hashOfNobody(QUICK_COST);
    const somebody = await hashPassword("correct horse", QUICK_COST);
    expect(costOf(nobody)).toEqual(costOf(somebody));
    expect(nobody).toHaveLength(somebody.length);
    expect(await isPassword("", nobody)).toBe(false);
  });

  it.each([
    ["elevenchars", "ann", "the password has 11 characters; allowed are 12 to 200"],
    ["x".repeat(201), "ann", "the password has 201 characters; allowed are 12 to 200"],
    ["abababababab", "ann", "the password has 2 different characters; at least 5 are needed"],
    ["I am ANN of the signals", "ann", "the password holds the name; anything else is allowed"],
    ["twelve chars", "ann", undefined],
    ["🚦🚥🚗🚙🚌🚎🏎🚓🚑🚒🚐🛻", "ann", undefined],
  ])("%j of %s: %s", (password, name, fault) => {
    expect(passwordFault(password, name)).toBe(fault);
  });
});
