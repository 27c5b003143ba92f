import { describe, expect, it } from "vitest";
import { createAttempts } from "../../src/server/attempts.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/units.ts";
import { account, type Headers, PASSWORD, send, sessionOf, signIn } from "./asking.ts";
import { signedIn } from "./signed-in.ts";
import { opened } from "./whole-server.ts";

describe("who guesses", () => {
  it("waits longer each time, the owner of the name half a minute at most", async () => {
    const { house, server } = await opened();
    await account(house);
    const guess = async (name: string) => await signIn(server, { name, password: "not the right one" });
    for (let count = 0; count < 5; count += 1) expect((await guess("ann")).statusCode).toBe(401);
    const told = await guess("ANN");
    expect([told.statusCode, told.headers["retry-after"], told.json()]).toEqual([
      429,
      "1",
      { error: "too many sign-ins failed; try again in 1 s" },
    ]);
    const right = await signIn(server, { name: "ann", password: PASSWORD });
    expect(right.statusCode, "not even with the right one meanwhile").toBe(429);
    house.pass(1_000);
    expect((await guess("ann")).statusCode).toBe(401);
    expect((await guess("ann")).headers["retry-after"]).toBe("2");
    house.pass(2_000);
    expect((await signIn(server, { name: "ann", password: PASSWORD })).statusCode).toBe(200);
    expect((await guess("ann")).statusCode, "counted anew").toBe(401);
  });

  it("is counted by address as well, whatever the names and links", () => {
    let now = 0;
    const attempts = createAttempts(() => now);
    for (let count = 0; count < 15; count += 1)
      attempts.failed({ name: `name${count}`, address: "10.0.0.9" });
    expect(attempts.waitMs({ name: "ann", address: "10.0.0.9" })).toBe(1_000);
    expect(attempts.waitMs({ name: "ann", address: "10.0.0.8" })).toBe(0);
    for (let count = 0; count < 30; count += 1) attempts.failed({ name: undefined, address: "10.0.0.9" });
    expect(attempts.waitMs({ name: undefined, address: "10.0.0.9" }), "at most").toBe(15 * MINUTE_MS);
    now = HOUR_MS;
    expect(attempts.waitMs({ name: undefined, address: "10.0.0.9" }), "forgotten").toBe(0);
  });

  it("raises an alarm with ten failures in ten minutes, and not with nine", () => {
    let now = 0;
    const attempts = createAttempts(() => now);
    const fail = () => attempts.failed({ name: "ann", address: "10.0.0.9" });
    for (let count = 0; count < 9; count += 1) fail();
    expect(attempts.conditions()).toEqual([]);
    now = 10 * MINUTE_MS;
    fail();
    expect(attempts.conditions(), "nine of them are too long ago").toEqual([]);
    for (let count = 0; count < 9; count += 1) fail();
    const text = "10 sign-ins failed within 10 minutes, the last one from 10.0.0.9";
    expect(attempts.conditions()).toEqual([
      { type: "signInsFailed", intersection: null, part: null, raised: true, text },
    ]);
    expect(attempts.conditions(), "told once").toEqual([]);
  });

  it("is turned away by address before anything is hashed", async () => {
    const { server } = await opened({ signInsAMinute: 3 });
    const codes: number[] = [];
    for (let count = 0; count < 4; count += 1) codes.push((await signIn(server, {})).statusCode);
    expect(codes).toEqual([400, 400, 400, 429]);
    const told = await signIn(server, {});
    expect(told.json().error).toMatch(/^too many requests; try again in \d+ s$/);
    expect(told.headers["retry-after"]).toMatch(/^\d+$/);
  });

  it("does not make the engine hash without end: eight at once, and the next one asks again", async () => {
    const { server } = await opened();
    const guess = async () =>
      (await signIn(server, { name: "ann", password: "not the right one" })).statusCode;
    const codes = await Promise.all(Array.from({ length: 10 }, guess));
    expect(codes.filter((code) => code === 401)).toHaveLength(8);
    expect(codes.filter((code) => code === 429)).toHaveLength(2);
  });

  it("cannot write more than a person may", async () => {
    const { house, server } = await opened({ changesAMinute: 2 });
    const [ann, ben] = [await signedIn(server, house, "operator"), await signedIn(server, house, "operator")];
    const act = async (headers: Headers) =>
      (await send(server, "POST", "/api/alarms/x/acknowledge", {}, headers)).statusCode;
    expect([await act(ann), await act(ann), await act(ann), await act(ben)]).toEqual([200, 200, 429, 200]);
  });
});

describe("the audit trail", () => {
  it("has sign-ins, failures, sign-outs and changes of people, and never a secret", async () => {
    const { house, server } = await opened();
    const admin = await signedIn(server, house, "administrator");
    const added = (
      await send(server, "POST", "/api/people", { name: "ann", role: "operator" }, admin)
    ).json();
    const link = added.link.path.slice("sign-in#".length);
    const session = sessionOf(await signIn(server, { link, password: PASSWORD }));
    await signIn(server, { name: "ann", password: "not the right one" });
    await signIn(server, { name: "hunter2 typed here", password: "x" });
    await signIn(server, { link });
    const token = (
      await send(server, "POST", "/api/tokens", { name: "wall", permissions: ["view"], days: 1 }, admin)
    ).json();
    await send(server, "PUT", "/api/people/ann", { role: "viewer" }, admin);
    await send(server, "DELETE", "/api/tokens/wall", {}, admin);
    await send(server, "DELETE", "/api/people/nobody", {}, admin);
    await send(server, "POST", "/api/sign-out", {}, { cookie: session });
    const told = house.entries.map(
      ({ who, action, subject, result }) => `${who} ${action} ${subject}: ${result}`,
    );
    expect(told).toEqual([
      "demo-administrator session.signIn 127.0.0.1: done",
      "demo-administrator person.add ann: done",
      "ann person.password ann: done",
      "ann session.signIn 127.0.0.1: done",
      "ann session.refuse 127.0.0.1: refused: name or password",
      "unknown session.refuse 127.0.0.1: refused: name or password",
      "unknown session.refuse 127.0.0.1: refused: link",
      "demo-administrator token.add wall: done",
      "demo-administrator person.role ann: done",
      "demo-administrator token.remove wall: done",
      "demo-administrator person.remove nobody: refused: nobody has no account",
      "ann session.signOut 127.0.0.1: done",
    ]);
    const written = JSON.stringify(house.entries);
    for (const secret of [
      link,
      token.token,
      session.split("=")[1],
      PASSWORD,
      "not the right one",
      "hunter2",
    ]) {
      expect(written).not.toContain(secret);
    }
  });
});
