import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { LIFETIMES } from "../../src/server/sessions.ts";
import { HOUR_MS } from "../../src/units.ts";
import { account, me, PASSWORD, send, sessionOf, signIn } from "./asking.ts";
import { signedIn } from "./signed-in.ts";
import { listening, opened } from "./whole-server.ts";

describe("a session", () => {
  it("begins by name and password, in a cookie that no script and no other site has", async () => {
    const { house, server } = await opened();
    await account(house);
    const answer = await signIn(server, { name: " Ann", password: PASSWORD });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { name: "ann", role: "operator", permissions: ["view", "operate", "study"] },
    ]);
    expect([answer.headers["set-cookie"]].flat().at(-1)).toMatch(
      /^phasewise-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await me(server, { cookie: sessionOf(answer) })).toBe(200);
  });

  it("has a secret that nobody could have put there before: a new one at each sign-in", async () => {
    const { house, server } = await opened();
    await account(house);
    const planted = { cookie: `phasewise-session=${"x".repeat(43)}` };
    const first = await signIn(server, { name: "ann", password: PASSWORD }, planted);
    const before = { cookie: sessionOf(first) };
    expect(before.cookie).not.toBe(planted.cookie);
    expect(await me(server, planted)).toBe(401);
    const second = await signIn(server, { name: "ann", password: PASSWORD }, before);
    expect(sessionOf(second)).not.toBe(before.cookie);
    expect(await me(server, before), "the one before is over").toBe(401);
    expect(await me(server, { cookie: sessionOf(second) })).toBe(200);
  });

  it("is over for whoever kept its cookie when its person signs out", async () => {
    const { house, server } = await opened();
    const headers = await signedIn(server, house, "operator");
    expect(await me(server, headers)).toBe(200);
    expect((await send(server, "POST", "/api/sign-out", {}, headers)).json()).toEqual({ signedOut: true });
    expect(await me(server, headers)).toBe(401);
    const act = await send(server, "POST", "/api/alarms/x/acknowledge", {}, headers);
    expect(act.statusCode).toBe(401);
  });

  it("is over after an hour in which nothing was done, whatever its console asks for by itself", async () => {
    const { house, server } = await opened();
    const headers = await signedIn(server, house, "viewer");
    const alarms = async () =>
      (await server.inject({ method: "GET", url: "/api/measures", headers })).statusCode;
    house.pass(LIFETIMES.idleMs - 1);
    expect(await alarms(), "which does not count").toBe(200);
    expect(await me(server, headers), "which does").toBe(200);
    house.pass(LIFETIMES.idleMs - 1);
    expect(await alarms()).toBe(200);
    house.pass(1);
    expect(await alarms()).toBe(401);
  });

  it("is over after twelve hours, whatever is done", async () => {
    const { house, server } = await opened();
    const headers = await signedIn(server, house, "viewer");
    for (let hour = 0; hour < 24; hour += 1) {
      expect(await me(server, headers)).toBe(hour < 24 ? 200 : 401);
      house.pass(HOUR_MS / 2);
    }
    expect(await me(server, headers)).toBe(401);
  });

  it("ends when an administrator ends it, when its person is removed, and has the new role at once", async () => {
    const { house, server } = await opened();
    const admin = await signedIn(server, house, "administrator");
    await account(house);
    const begin = async () => ({
      cookie: sessionOf(await signIn(server, { name: "ann", password: PASSWORD })),
    });
    const ended = await begin();
    const { sessions } = (
      await server.inject({ method: "GET", url: "/api/sessions", headers: admin })
    ).json();
    expect(sessions).toMatchObject([
      { name: "demo-administrator", own: true },
      { name: "ann", own: false },
    ]);
    expect(JSON.stringify(sessions), "secrets are not shown").not.toContain(ended.cookie.split("=")[1]);
    await send(server, "DELETE", `/api/sessions/${sessions[1].number}`, {}, admin);
    expect(await me(server, ended)).toBe(401);

    const changed = await begin();
    await send(server, "PUT", "/api/people/ann", { role: "viewer" }, admin);
    const act = await send(server, "POST", "/api/alarms/x/acknowledge", {}, changed);
    expect(act.statusCode).toBe(403);
    await send(server, "DELETE", "/api/people/ANN", {}, admin);
    expect(await me(server, changed)).toBe(401);
    expect((await signIn(server, { name: "ann", password: PASSWORD })).statusCode).toBe(401);
  });
});

describe("a one-time link", () => {
  it("signs in once, and is not used up by being looked at", async () => {
    const { house, server } = await opened();
    const { secret } = house.people.guestLink("operator");
    await server.inject({ method: "GET", url: `/sign-in?link=${secret}` });
    const look = async () => await send(server, "POST", "/api/sign-in/link", { link: secret });
    expect((await look()).json()).toEqual({ kind: "signIn", name: "demo-operator", role: "operator" });
    expect((await look()).statusCode).toBe(200);
    expect((await signIn(server, { link: secret })).statusCode).toBe(200);
    const replayed = await signIn(server, { link: secret });
    expect([replayed.statusCode, replayed.headers["set-cookie"]]).toEqual([401, undefined]);
    expect((await look()).statusCode).toBe(401);
  });

  it("signs one in where two use it at the same instant", async () => {
    const { house, server } = await opened();
    const { secret } = house.people.guestLink("operator");
    const both = await Promise.all([signIn(server, { link: secret }), signIn(server, { link: secret })]);
    expect(both.map(({ statusCode }) => String(statusCode)).toSorted()).toEqual(["200", "401"]);
  });

  it("is too old after its time", async () => {
    const { house, server } = await opened();
    const { secret } = house.people.guestLink("operator");
    house.pass(12 * HOUR_MS);
    expect((await signIn(server, { link: secret })).statusCode).toBe(401);
  });

  it("makes the first administrator, and no second one", async () => {
    const { house, server } = await opened();
    const [first, second] = [house.people.setUpLink(), house.people.setUpLink()];
    const use = async (link: string | undefined, name: string, password: string) =>
      await signIn(server, { link, name, password });
    const weak = await use(first?.secret, "root", "short");
    expect([weak.statusCode, weak.json()]).toEqual([
      409,
      { error: "the password has 5 characters; allowed are 12 to 200" },
    ]);
    expect((await use(first?.secret, "root", PASSWORD)).json()).toMatchObject({ role: "administrator" });
    expect((await use(first?.secret, "eve", PASSWORD)).statusCode).toBe(401);
    const late = await use(second?.secret, "eve", PASSWORD);
    expect([late.statusCode, late.json()]).toEqual([409, { error: "there is an administrator already" }]);
    expect(house.people.setUpLink()).toBeUndefined();
  });

  it("that sets a password ends what its account had open", async () => {
    const { house, server } = await opened();
    await account(house);
    const before = { cookie: sessionOf(await signIn(server, { name: "ann", password: PASSWORD })) };
    const made = await house.people.makeLink("ann");
    if (!made.ok) throw new Error(made.error.why);
    const used = await signIn(server, {
      link: made.value.secret,
      password: "another horse, another battery",
    });
    expect(used.statusCode).toBe(200);
    expect(await me(server, before)).toBe(401);
    expect((await signIn(server, { name: "ann", password: PASSWORD })).statusCode).toBe(401);
  });
});

describe("a display's token", () => {
  it("becomes a cookie that may view and nothing else", async () => {
    const { house, server } = await opened();
    const endsAt = house.door.now() + HOUR_MS;
    const permissions = ["view", "study", "metrics"] as const;
    const made = await house.people.addToken({ name: "wall", permissions, endsAt }, "test");
    if (!made.ok) throw new Error(made.error.why);
    const answer = await signIn(server, { token: made.value.secret });
    expect(answer.json()).toEqual({ name: "token wall", role: "machine", permissions: ["view"] });
    const set = [answer.headers["set-cookie"]].flat().find((one) => one?.startsWith("phasewise-display="));
    const cookie = set?.split(";")[0] ?? "";
    const shown = (await server.inject({ method: "GET", url: "/api/me", headers: { cookie } })).json();
    expect(shown).toEqual({ name: "token wall", role: "machine", permissions: ["view"], endsAt: null });
    house.pass(HOUR_MS);
    expect(await me(server, { cookie }), "over with its token").toBe(401);
  });
});

const NASTY = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  '=HYPERLINK("http://evil.example")',
  "ann\nengine engine.stop done",
  "ann\u0000",
  "../../etc/passwd",
  "__proto__",
  "engine",
  "demo-operator",
  "a".repeat(65),
  "ann\u202Enimda",
];

const JSON_TYPE = "application/json; charset=utf-8";

/** Nothing, half a text, a prototype, more than is asked for, no texts, a list, null. */
const BODIES = [
  "",
  "{",
  '{"name":"ann","password":"x","__proto__":{"role":"administrator"}}',
  '{"name":"ann","password":"x","role":"administrator"}',
  '{"name":["ann"],"password":{"$ne":null}}',
  "[]",
  "null",
];

describe("what is typed into a field", () => {
  it("is no name of a person or a token where it could be taken for anything else", async () => {
    const { house, server } = await opened();
    const admin = await signedIn(server, house, "administrator");
    for (const name of NASTY) {
      const person = await send(server, "POST", "/api/people", { name, role: "viewer" }, admin);
      expect([person.statusCode, person.headers["content-type"]], name).toEqual([400, JSON_TYPE]);
      const asked = await signIn(server, { name, password: name });
      expect([asked.statusCode, asked.headers["content-type"]], name).toEqual([401, JSON_TYPE]);
      expect(asked.body, "is not said again").not.toContain("script");
      const token = { name, permissions: ["view"], days: 1 };
      // Tokens are told apart from people by the word before their name.
      const expected = name === "engine" || name === "demo-operator" ? 201 : 400;
      expect((await send(server, "POST", "/api/tokens", token, admin)).statusCode, name).toBe(expected);
    }
    expect(house.people.accounts()).toEqual([]);
  });

  it("comes back as data where it stands in an address", async () => {
    const { house, server } = await opened();
    const admin = await signedIn(server, house, "administrator");
    for (const text of NASTY) {
      const url = `/api/people/${encodeURIComponent(text)}`;
      const answer = await send(server, "PUT", url, { role: "viewer" }, admin);
      expect([404, 409], text).toContain(answer.statusCode);
      expect(answer.headers, text).toMatchObject({
        "content-type": JSON_TYPE,
        "x-content-type-options": "nosniff",
      });
    }
  });

  it("is refused where it is no body of this kind", async () => {
    const { server } = await opened();
    for (const body of BODIES) expect((await signIn(server, body)).statusCode, body).toBe(400);
  });
});

describe("what is too much", () => {
  it("of a body is not read", async () => {
    const { server } = await opened({ bodyBytes: 1_000 });
    const answer = await signIn(server, { name: "ann", password: "x".repeat(1_000) });
    expect(answer.statusCode).toBe(413);
  });

  it.each([
    ["headers that do not end", "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: "],
    [
      "a body that does not come",
      "POST /api/sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    ],
  ])("of waiting ends the connection: %s", async (_name, text) => {
    const { server } = await opened({ headersMs: 20, requestMs: 40, checkMs: 10 });
    const { port } = new URL(await listening(server));
    const socket = connect(Number(port), "127.0.0.1");
    let heard = "";
    socket.on("data", (data) => (heard += data.toString("latin1")));
    socket.write(text);
    await once(socket, "close");
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });
});
