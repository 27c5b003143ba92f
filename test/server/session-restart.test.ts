import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSessionFile } from "../../src/adapters/session-file.ts";
import type { KeptSession, SessionMemory } from "../../src/ports/sessions.ts";
import { createSessions, LIFETIMES } from "../../src/server/sessions.ts";
import { ok } from "../../src/result.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/units.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { account, me, PASSWORD, send, sessionOf, signIn } from "./asking.ts";
import { type House, openHouse, signedIn } from "./signed-in.ts";
import { wholeServer } from "./whole-server.ts";

const refuse = (message: string): never => {
  throw new Error(message);
};

/** A server whose sessions stand in a file, and the same started again some time later. */
async function restartable() {
  const path = join(await temporaryFolder(), "sessions.json");
  let running: Server | undefined;
  const begin = async (shared?: string, atMs = 0): Promise<{ house: House; server: Server }> => {
    await running?.close();
    const told = { failed: refuse, recovered: () => undefined, setAside: refuse };
    const house = await openHouse({ sessionMemory: await openSessionFile(path, told) }, shared);
    house.pass(atMs);
    running = await wholeServer(house);
    return { house, server: running };
  };
  const first = await begin();
  await account(first.house);
  const cookie = sessionOf(await signIn(first.server, { name: "ann", password: PASSWORD }));
  return {
    ...first,
    path,
    headers: { cookie },
    /** So long after the first one was. */
    again: async (atMs: number) => await begin(first.house.file, atMs),
  };
}
type Server = Awaited<ReturnType<typeof wholeServer>>;

describe("a session, when the engine is started again", () => {
  it("goes on, and of its secret only a digest was ever written", async () => {
    const { path, headers, again } = await restartable();
    const { house, server } = await again(5 * MINUTE_MS);
    expect(await me(server, headers)).toBe(200);
    const text = await readFile(path, "utf8");
    expect(text).toContain('"name":"ann"');
    expect(text).not.toContain(headers.cookie.split("=")[1]);
    // Numbers are not given twice: whoever ends a session by one must not meet another.
    const admin = await signedIn(server, house, "administrator");
    const { sessions } = (await server.inject({ url: "/api/sessions", headers: admin })).json();
    expect(sessions.map(({ name, number }: KeptSession) => [name, number])).toEqual([
      ["ann", 1],
      ["demo-administrator", 2],
    ]);
    expect(JSON.stringify(sessions)).not.toContain("digest");
  });

  it("is over where its time is: after an hour without its person, after twelve hours in any case", async () => {
    const idle = await restartable();
    expect(await me((await idle.again(HOUR_MS)).server, idle.headers)).toBe(401);
    const long = await restartable();
    for (let half = 0; half < 23; half += 1) {
      long.house.pass(HOUR_MS / 2);
      expect(await me(long.server, long.headers)).toBe(200);
    }
    expect(await me((await long.again(12 * HOUR_MS - 1)).server, long.headers)).toBe(200);
    expect(await me((await long.again(12 * HOUR_MS)).server, long.headers)).toBe(401);
  });

  it("stays over after signing out, and after its end by an administrator", async () => {
    const out = await restartable();
    await send(out.server, "POST", "/api/sign-out", {}, out.headers);
    expect(await me((await out.again(MINUTE_MS)).server, out.headers)).toBe(401);
    const ended = await restartable();
    const admin = await signedIn(ended.server, ended.house, "administrator");
    await send(ended.server, "DELETE", "/api/sessions/1", {}, admin);
    expect(await me((await ended.again(MINUTE_MS)).server, ended.headers)).toBe(401);
  });

  it("has the role that its person has by then, and none for who was removed, of the same name or not", async () => {
    const { house, headers, again } = await restartable();
    await house.people.setRole("ann", "viewer");
    const { server } = await again(MINUTE_MS);
    expect(await me(server, headers)).toBe(200);
    expect((await send(server, "POST", "/api/alarms/x/acknowledge", {}, headers)).statusCode).toBe(403);

    await house.people.remove("ann");
    expect(await me((await again(2 * MINUTE_MS)).server, headers)).toBe(401);
    // Another one of this name: an account that is younger than the session.
    house.pass(3 * MINUTE_MS);
    await account(house);
    expect(await me((await again(4 * MINUTE_MS)).server, headers)).toBe(401);
  });

  it("ends with the process where it was a guest's, though another guest has the name", async () => {
    const { house, server, again } = await restartable();
    const guest = await signedIn(server, house, "operator");
    const next = await again(MINUTE_MS);
    const other = await signedIn(next.server, next.house, "operator");
    expect([await me(next.server, guest), await me(next.server, other)]).toEqual([401, 200]);
  });

  it("is over by a clock that has gone back", async () => {
    const { house, server, again } = await restartable();
    house.pass(DAY_MS);
    const later = { cookie: sessionOf(await signIn(server, { name: "ann", password: PASSWORD })) };
    expect(await me((await again(DAY_MS)).server, later)).toBe(200);
    expect(await me((await again(DAY_MS - 1)).server, later)).toBe(401);
  });
});

describe("sessions", () => {
  it("never last longer for a restart, and at most a minute less", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 70 * MINUTE_MS }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 2 * HOUR_MS }), (acts, downMs) => {
        let at = DAY_MS;
        let kept: readonly KeptSession[] = [];
        const memory = (): SessionMemory => ({
          kept,
          keep: (sessions) => {
            kept = sessions;
            return Promise.resolve(ok(undefined));
          },
        });
        const open = () =>
          createSessions({
            now: () => at,
            freshSecret: () => "secret",
            digestOf: (secret) => `digest of ${secret}`,
            lifetimes: LIFETIMES,
            memory: memory(),
            accounts: () => [{ name: "ann", createdAt: 0 }],
          });
        const before = open();
        const secret = before.begin("ann", "::1");
        for (const passMs of acts) {
          at += passMs;
          before.touch(secret);
        }
        at += downMs;
        const expected = before.find(secret);
        const found = open().find(secret);
        if (expected === undefined) expect(found).toBeUndefined();
        else if (at - expected.seenAt < LIFETIMES.idleMs - MINUTE_MS) {
          expect(found).toMatchObject({ name: "ann", startedAt: DAY_MS, endsAt: DAY_MS + 12 * HOUR_MS });
          expect(expected.seenAt - (found?.seenAt ?? 0)).toBeLessThan(MINUTE_MS);
        }
      }),
    );
  });
});
