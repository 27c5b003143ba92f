import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { openPeople } from "../../../src/adapters/people/people.ts";
import { lockRun } from "../../../src/adapters/run-lock.ts";
import type { PeopleFault } from "../../../src/ports/people.ts";
import type { Result } from "../../../src/result.ts";
import { DAY_MS } from "../../../src/units.ts";
import { type House, openHouse } from "../../server/signed-in.ts";

const PASSWORD = "correct horse battery";

function value<T>(result: Result<T, PeopleFault>): T {
  if (!result.ok) throw new Error(result.error.why);
  return result.value;
}

async function settled({ people }: House, name: string, role: "administrator" | "operator"): Promise<void> {
  const { secret } = value(await people.add({ name, role }, "test"));
  value(await people.useLink(secret, { password: PASSWORD }));
}

describe("the file", () => {
  it("is its owner's alone, holds hashes and digests, and nothing that somebody could sign in with", async () => {
    const house = await openHouse();
    const { people, file } = house;
    expect(people.accounts()).toEqual([]);
    await settled(house, "ann", "operator");
    const link = value(await people.makeLink("ann"));
    const endsAt = house.door.now() + DAY_MS;
    const token = value(await people.addToken({ name: "wall", permissions: ["view"], endsAt }, "ann"));
    const text = await readFile(file, "utf8");
    for (const secret of [PASSWORD, link.secret, token.secret]) expect(text).not.toContain(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await chmod(file, 0o644);
    await writeFile(file, text);
    const again = await openHouse({}, file);
    expect((await stat(file)).mode & 0o777, "made so again").toBe(0o600);
    expect(again.people.accounts()).toEqual(people.accounts());
    expect(await again.people.verify("ann", PASSWORD)).toEqual({ name: "ann", role: "operator" });
    expect(again.people.machine(token.secret)).toEqual({
      name: "token wall",
      role: "machine",
      permissions: ["view"],
    });
  });

  it.each([
    ["{", "no JSON"],
    ["[]", "something else"],
    ['{"version":1,"people":[],"tokens":[],"more":1}', "no such property"],
    [
      '{"version":1,"people":[{"name":"ann","role":"king","hash":"secret-hash","link":null,"createdBy":"x","createdAt":1}],"tokens":[]}',
      "something else",
    ],
  ])(
    "that is not of its form is refused by where and what, without what stands there: %s",
    async (text, found) => {
      const { file, door } = await openHouse();
      await writeFile(file, text);
      const open = () =>
        openPeople({ path: file, now: door.now, timer: door.timer, failed: () => undefined });
      expect(open).toThrow(found);
      expect(open).not.toThrow("secret-hash");
    },
  );

  it("that another process changed is followed at once; one that it spoiled is told, and what was known stays", async () => {
    const one = await openHouse();
    const failed = vi.fn();
    const other = openPeople({ path: one.file, now: one.door.now, timer: one.door.timer, failed });
    await settled(one, "ann", "operator");
    expect(other.find("ANN")).toEqual({ name: "ann", role: "operator" });
    value(await one.people.remove("ann"));
    expect(other.find("ann")).toBeUndefined();
    await settled(one, "ben", "operator");
    expect(other.find("ben")?.name).toBe("ben");
    await writeFile(one.file, "spoiled");
    expect([other.find("ben")?.name, other.find("ben")?.name]).toEqual(["ben", "ben"]);
    expect(failed).toHaveBeenCalledTimes(1);
  });

  it("is changed by one process after the other, and one that does not finish is told of", async () => {
    const { file, door } = await openHouse();
    let release = await lockRun(`${file}.lock`, "wait");
    const waited = vi.fn();
    const people = openPeople({
      path: file,
      now: door.now,
      timer: (delayMs, run) => {
        waited(delayMs);
        void release().then(run);
        return () => undefined;
      },
      failed: () => undefined,
    });
    value(await people.add({ name: "ann", role: "viewer" }, "test"));
    expect(waited.mock.calls).toEqual([[25]]);
    const end = await lockRun(`${file}.lock`, "wait");
    release = () => Promise.resolve();
    const stuck = await people.add({ name: "ben", role: "viewer" }, "test");
    expect(stuck).toMatchObject({
      error: { kind: "unstored", why: expect.stringContaining("is held by process") },
    });
    expect(waited.mock.calls.length, "two seconds, and once more before").toBe(80);
    await end();
    expect(people.accounts().map(({ name }) => name)).toEqual(["ann"]);
  });
});

describe("an account", () => {
  it("has no password until its link sets one, once", async () => {
    const { people, pass } = await openHouse();
    const { secret } = value(await people.add({ name: "ann", role: "operator" }, "ben"));
    expect(await people.verify("ann", "")).toBeUndefined();
    expect(people.accounts()).toMatchObject([{ name: "ann", hasPassword: false, createdBy: "ben" }]);
    expect((await people.useLink(secret, { password: "short" })).ok).toBe(false);
    expect((await people.useLink(secret, {})).ok).toBe(false);
    expect(people.link(secret), "a refusal leaves it good").toMatchObject({ kind: "password", name: "ann" });
    value(await people.useLink(secret, { password: PASSWORD }));
    expect(await people.useLink(secret, { password: PASSWORD })).toMatchObject({ error: { kind: "over" } });
    expect(await people.verify("Ann", PASSWORD)).toEqual({ name: "ann", role: "operator" });
    expect(await people.verify("ann", `${PASSWORD} `)).toBeUndefined();
    expect(await people.verify("nobody", PASSWORD)).toBeUndefined();
    const first = value(await people.makeLink("ann"));
    const second = value(await people.makeLink("ann"));
    expect([people.link(first.secret), people.link(second.secret)?.kind]).toEqual([undefined, "password"]);
    pass(DAY_MS);
    expect(people.link(second.secret), "too old").toBeUndefined();
    expect(await people.useLink(second.secret, { password: PASSWORD })).toMatchObject({ ok: false });
  });

  it("is one a name, whatever its case, and the last administrator stays", async () => {
    const house = await openHouse();
    const { people } = house;
    await settled(house, "ann", "administrator");
    value(await people.add({ name: "ben", role: "administrator" }, "ann"));
    expect(await people.add({ name: "ANN", role: "viewer" }, "ben")).toMatchObject({
      error: { kind: "refused", why: "ANN has an account already" },
    });
    const why = "this is the last administrator with a password; make another one first";
    expect(await people.remove("ann")).toMatchObject({ error: { why } });
    expect(await people.setRole("ann", "operator")).toMatchObject({ error: { why } });
    await settled(house, "eve", "administrator");
    expect(value(await people.setRole("ann", "operator"))).toEqual({ name: "ann", role: "administrator" });
    expect(people.find("ann")?.role).toBe("operator");
    expect(await people.remove("nobody")).toMatchObject({ error: { why: "nobody has no account" } });
  });

  it.each(["engine", "System", "demo-x", "", "a b", "<b>", "-a", "a".repeat(65)])(
    "is not called %j",
    async (name) => {
      const { people } = await openHouse();
      expect(await people.add({ name, role: "viewer" }, "test")).toMatchObject({
        error: { kind: "refused" },
      });
    },
  );
});

describe("guests", () => {
  it("have names of their own and no account, and another process knows none of them", async () => {
    const { people, file } = await openHouse();
    const links = [people.guestLink("operator"), people.guestLink("operator"), people.guestLink("viewer")];
    const used = await Promise.all(links.map(async ({ secret }) => await people.useLink(secret, {})));
    expect(used.map(value)).toEqual([
      { name: "demo-operator", role: "operator" },
      { name: "demo-operator-2", role: "operator" },
      { name: "demo-viewer", role: "viewer" },
    ]);
    expect(people.find("demo-operator")?.role).toBe("operator");
    expect(people.accounts()).toEqual([]);
    expect((await openHouse({}, file)).people.find("demo-operator")).toBeUndefined();
  });
});

describe("a token", () => {
  it("is good until its time is over or it is taken back", async () => {
    const { people, door, pass } = await openHouse();
    const endsAt = door.now() + DAY_MS;
    const { secret } = value(await people.addToken({ name: "a", permissions: ["metrics"], endsAt }, "ann"));
    expect(people.tokens()).toEqual([
      { name: "a", permissions: ["metrics"], createdBy: "ann", createdAt: door.now(), endsAt },
    ]);
    expect((await people.addToken({ name: "A", permissions: ["view"], endsAt }, "ann")).ok).toBe(false);
    expect(people.machine(`${secret}x`)).toBeUndefined();
    pass(DAY_MS - 1);
    expect(people.machine(secret)?.permissions).toEqual(["metrics"]);
    pass(1);
    expect(people.machine(secret)).toBeUndefined();
    value(await people.removeToken("a"));
    expect((await people.removeToken("a")).ok).toBe(false);
  });
});
