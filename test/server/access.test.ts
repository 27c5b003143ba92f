import { once } from "node:events";
import fastifyCookie from "@fastify/cookie";
import Fastify, { type FastifyInstance } from "fastify";
import fastifyWebsocket from "@fastify/websocket";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ROLES, TOKEN_PERMISSIONS } from "../../src/model/role.ts";
import { enforceAccess, personOf } from "../../src/server/access.ts";
import { createSessions, LIFETIMES } from "../../src/server/sessions.ts";
import { createWitness } from "../../src/server/witness.ts";
import { DAY_MS } from "../../src/units.ts";
import { type House, OPENED_AT, openHouse, signedIn, signedInAt } from "./signed-in.ts";
import { listening, opened } from "./whole-server.ts";

/** In the order of the columns below: nobody, the five roles, and a token with each of the permissions that one can have. */
const ASKING = ["nobody", ...ROLES, ...TOKEN_PERMISSIONS.map((permission) => `token ${permission}`)];

/** `+` let in, `1` told to sign in (401), `3` told that he may not (403). */
//                 nobody viewer operator signalEng safetyEng admin | token: view study metrics
const ANYBODY = "+ + + + + + + + +";
const WHO_MAY_VIEW = "1 + + + + + + 3 3";
const WHO_MAY_OPERATE = "1 3 + + + 3 3 3 3";
const WHO_MAY_STUDY = "1 3 + + + 3 3 + 3";
const WHO_MAY_DRAFT = "1 3 3 + 3 3 3 3 3";
const WHO_MAY_APPROVE = "1 3 3 + + 3 3 3 3";
const ADMINISTRATORS = "1 3 3 3 3 + 3 3 3";
const WHO_MAY_MEASURE = "1 3 3 3 3 + 3 3 +";

/** Every route of the server. One that is new has to be written down here, with who may use it. */
const TABLE: Readonly<Record<string, string>> = {
  "GET /": WHO_MAY_VIEW,
  "GET /index.html": WHO_MAY_VIEW,
  "GET /sign-in": ANYBODY,
  "GET /assets/*": ANYBODY,
  "GET /wall": WHO_MAY_VIEW,
  "GET /docs.html": WHO_MAY_VIEW,
  "GET /api/docs": WHO_MAY_VIEW,
  "GET /api/openapi.json": WHO_MAY_VIEW,
  "GET /api/schemas": WHO_MAY_VIEW,
  "GET /api/schemas/:file": WHO_MAY_VIEW,
  "GET /healthz": ANYBODY,
  "GET /readyz": ANYBODY,
  "GET /metrics": WHO_MAY_MEASURE,
  "GET /link": ANYBODY,
  "GET /live": WHO_MAY_VIEW,
  "GET /playback": WHO_MAY_VIEW,
  "GET /api/playback": WHO_MAY_VIEW,
  "GET /api/studies": WHO_MAY_VIEW,
  "GET /api/studies/:id": WHO_MAY_VIEW,
  "GET /api/studies/:id/report": WHO_MAY_VIEW,
  "POST /api/studies": WHO_MAY_STUDY,
  "DELETE /api/studies/:id": WHO_MAY_STUDY,
  "GET /api/sign-in": ANYBODY,
  "POST /api/sign-in": ANYBODY,
  "POST /api/sign-in/link": ANYBODY,
  "POST /api/sign-out": ANYBODY,
  "GET /api/me": WHO_MAY_VIEW,
  "GET /api/people": ADMINISTRATORS,
  "POST /api/people": ADMINISTRATORS,
  "PUT /api/people/:name": ADMINISTRATORS,
  "DELETE /api/people/:name": ADMINISTRATORS,
  "POST /api/people/:name/link": ADMINISTRATORS,
  "GET /api/tokens": ADMINISTRATORS,
  "POST /api/tokens": ADMINISTRATORS,
  "DELETE /api/tokens/:name": ADMINISTRATORS,
  "GET /api/sessions": ADMINISTRATORS,
  "DELETE /api/sessions/:number": ADMINISTRATORS,
  "GET /api/network": WHO_MAY_VIEW,
  "GET /api/snapshot": WHO_MAY_VIEW,
  "GET /api/history/:table": WHO_MAY_VIEW,
  "GET /api/measures": WHO_MAY_VIEW,
  "GET /api/measures/:intersection/:measure": WHO_MAY_VIEW,
  "GET /api/measures/:intersection": WHO_MAY_VIEW,
  "GET /api/bands": WHO_MAY_VIEW,
  "GET /api/benefit": WHO_MAY_VIEW,
  "GET /api/detectors": WHO_MAY_VIEW,
  "GET /api/forecast-errors/:intersection": WHO_MAY_VIEW,
  "GET /api/intersections/:intersection/strip": WHO_MAY_VIEW,
  "GET /api/decisions/:intersection": WHO_MAY_VIEW,
  "POST /api/decisions/:intersection/counterfactual": WHO_MAY_VIEW,
  "GET /api/decisions/:intersection/explanation": WHO_MAY_VIEW,
  "GET /api/decisions/:intersection/list": WHO_MAY_VIEW,
  "GET /api/alarms": WHO_MAY_VIEW,
  "POST /api/alarms/:id/acknowledge": WHO_MAY_OPERATE,
  "POST /api/alarms/:id/shelve": WHO_MAY_OPERATE,
  "POST /api/alarms/:id/unshelve": WHO_MAY_OPERATE,
  "POST /api/alarms/:id/out-of-service": WHO_MAY_OPERATE,
  "POST /api/alarms/:id/return-to-service": WHO_MAY_OPERATE,
  "GET /api/commands": WHO_MAY_VIEW,
  "POST /api/commands": WHO_MAY_OPERATE,
  "POST /api/modes": WHO_MAY_OPERATE,
  "POST /api/intersections/:id/commands": WHO_MAY_OPERATE,
  "POST /api/intersections/:id/mode": WHO_MAY_OPERATE,
  "POST /api/intersections/:id/review": WHO_MAY_OPERATE,
  "GET /api/control": WHO_MAY_VIEW,
  "POST /api/control": WHO_MAY_OPERATE,
  "DELETE /api/control/:id": WHO_MAY_OPERATE,
  "GET /api/parameters": WHO_MAY_VIEW,
  "GET /api/changes": WHO_MAY_VIEW,
  "POST /api/changes": WHO_MAY_DRAFT,
  "POST /api/changes/:id/revise": WHO_MAY_DRAFT,
  "POST /api/changes/:id/dry-run": WHO_MAY_DRAFT,
  "DELETE /api/changes/:id/dry-run": WHO_MAY_DRAFT,
  "POST /api/changes/:id/submit": WHO_MAY_DRAFT,
  "POST /api/changes/:id/approve": WHO_MAY_APPROVE,
  "POST /api/changes/:id/reject": WHO_MAY_APPROVE,
  "POST /api/changes/:id/schedule": WHO_MAY_DRAFT,
  "POST /api/changes/:id/withdraw": WHO_MAY_DRAFT,
  "POST /api/changes/:id/roll-back": WHO_MAY_DRAFT,
};

type Headers = Readonly<Record<string, string>>;

async function tokenOf({ people }: House, permission: (typeof TOKEN_PERMISSIONS)[number]): Promise<string> {
  const token = { name: permission, permissions: [permission], endsAt: OPENED_AT + DAY_MS };
  const made = await people.addToken(token, "test");
  if (!made.ok) throw new Error(made.error.why);
  return made.value.secret;
}

/** How each of `ASKING` asks. */
async function askers(server: FastifyInstance, house: House): Promise<readonly Headers[]> {
  const people = await Promise.all(ROLES.map(async (role) => await signedIn(server, house, role)));
  const tokens = await Promise.all(
    TOKEN_PERMISSIONS.map(async (permission) => ({
      authorization: `Bearer ${await tokenOf(house, permission)}`,
    })),
  );
  return [{}, ...people, ...tokens];
}

const ROUTE = /^(GET|POST|PUT|DELETE) (.+)$/;

function signOf(status: number): string {
  if (status === 401) return "1";
  return status === 403 ? "3" : "+";
}

describe("every route", () => {
  it("stands in the table, and so does its HEAD", async () => {
    const { server } = await opened();
    const routes = server.routeAccess.filter(({ method }) => method !== "HEAD");
    expect(routes.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(
      Object.keys(TABLE).toSorted(),
    );
    const accessOf = new Map(routes.map(({ method, url, access }) => [`${method} ${url}`, access]));
    for (const { method, url, access } of server.routeAccess) {
      if (method === "HEAD") expect(access, `HEAD ${url}`).toBe(accessOf.get(`GET ${url}`));
    }
  });

  it("lets in whom the table lets in, and nobody else", async () => {
    const { house, server } = await opened();
    const asking = await askers(server, house);
    const found: Record<string, string> = {};
    // Whoever has signed out asks no more.
    const last = "POST /api/sign-out";
    for (const route of [...Object.keys(TABLE).filter((one) => one !== last), last]) {
      const [, method = "", url = ""] = ROUTE.exec(route) ?? [];
      const signs: string[] = [];
      for (const headers of asking) {
        const answer = await server.inject({
          method: method as "GET" | "POST" | "PUT" | "DELETE",
          url: url.replaceAll(/:\w+|\*/g, "999"),
          headers: { ...headers, ...(method === "GET" ? {} : { "content-type": "application/json" }) },
          ...(method === "GET" ? {} : { payload: "{}" }),
        });
        // Nothing is right about what is sent to sign in: that is not the table's matter.
        signs.push(url.startsWith("/api/sign-in") ? "+" : signOf(answer.statusCode));
      }
      found[route] = signs.join(" ");
    }
    expect(ASKING).toHaveLength(ANYBODY.split(" ").length);
    expect(found).toEqual(TABLE);
  });

  it("that changes something takes JSON of its own page alone", async () => {
    const { house, server } = await opened();
    const signed = await signedIn(server, house, "administrator");
    const json = { "content-type": "application/json" };
    const refused: readonly (readonly [string, Headers, number])[] = [
      ["of another site", { ...json, origin: "https://evil.example" }, 403],
      ["of a sandbox", { ...json, origin: "null" }, 403],
      ["of a neighbour", { ...json, "sec-fetch-site": "same-site" }, 403],
      ["of a stranger", { ...json, "sec-fetch-site": "cross-site" }, 403],
      ["as a script may send it anywhere", { "content-type": "text/plain" }, 415],
      ["of a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
      ["without a type", {}, 415],
    ];
    for (const route of Object.keys(TABLE)) {
      const [, method = "", url = ""] = ROUTE.exec(route) ?? [];
      if (method === "GET") continue;
      for (const [name, headers, code] of refused) {
        const answer = await server.inject({
          method: method as "POST" | "PUT" | "DELETE",
          url: url.replaceAll(/:\w+/g, "999"),
          headers: { ...signed, ...headers },
          payload: "{}",
        });
        expect(answer.statusCode, `${route} ${name}`).toBe(code);
      }
    }
  });

  it("has to say who may use it, or the server does not start", async () => {
    const server = Fastify();
    await server.register(fastifyWebsocket);
    await server.register(fastifyCookie);
    const { door } = await openHouse();
    const { people, now } = door;
    const sessions = createSessions({ ...door, lifetimes: LIFETIMES, accounts: () => [] });
    enforceAccess(server, { people, sessions, witness: createWitness(() => undefined, now), socketsMax: 1 });
    expect(() => server.get("/api/secret", () => "everything")).toThrow(
      "route GET /api/secret does not say who may use it: config.access",
    );
    server.get("/open", { config: { access: "public" } }, (request) => personOf(request).name);
    const answer = await server.inject("/open");
    expect([answer.statusCode, answer.body]).toEqual([500, expect.stringContaining("nobody has signed in")]);
  });
});

describe("who is turned away", () => {
  it("goes to the sign-in page with a page, and comes back to the right one", async () => {
    const { server } = await opened();
    const ask = async (url: string, accept: string) => {
      const { statusCode, headers } = await server.inject({ method: "GET", url, headers: { accept } });
      return [statusCode, headers.location];
    };
    expect(await ask("/", "text/html,*/*")).toEqual([302, "sign-in"]);
    expect(await ask("/wall", "text/html")).toEqual([302, "sign-in?to=wall"]);
    expect(await ask("/", "*/*")).toEqual([401, undefined]);
    expect(await ask("/api/alarms", "text/html")).toEqual([302, "sign-in"]);
  });

  it("is told why, and is in the audit trail where he has signed in", async () => {
    const { house, server } = await opened();
    const viewer = await signedIn(server, house, "viewer");
    house.entries.length = 0;
    const answer = await server.inject({ method: "GET", url: "/api/people", headers: viewer });
    expect([answer.statusCode, answer.json()]).toEqual([
      403,
      { error: "demo-viewer (viewer) may not: needs administer" },
    ]);
    expect(house.entries).toEqual([
      {
        who: "demo-viewer",
        action: "request.refuse",
        where: null,
        subject: "GET /api/people",
        before: null,
        after: null,
        reason: null,
        result: "refused: needs administer",
        correlation: null,
      },
    ]);
    for (let count = 0; count < 50; count += 1) {
      await server.inject({ method: "GET", url: "/api/people", headers: viewer });
    }
    expect(house.entries, "a script that asks for ever does not fill the trail").toHaveLength(30);
    expect(house.entries.at(-1)?.result).toBe(
      "refused: needs administer; more of this minute are not listed",
    );
  });
});

/** What a socket comes to: open, or the status of the refusal. */
async function outcome(address: string, path: string, headers: Headers) {
  const socket = new WebSocket(`${address.replace("http", "ws")}${path}`, { headers });
  const [kind, ...what] = await Promise.race([
    once(socket, "open").then(() => ["open"] as const),
    once(socket, "unexpected-response").then(([, response]) => [
      "refused",
      (response as { readonly statusCode: number }).statusCode,
    ]),
  ]);
  return { socket, what: kind === "open" ? "open" : String(what[0]) };
}

describe.each(["/live", "/playback?from=1&to=2"])("the socket %s", (path) => {
  it("is refused before it opens to whoever may not view", async () => {
    const { house, server } = await opened();
    const address = await listening(server);
    const token = async (permission: (typeof TOKEN_PERMISSIONS)[number]) => ({
      authorization: `Bearer ${await tokenOf(house, permission)}`,
    });
    // A period that is not stored is refused as well, but only to whoever may ask for it.
    const letIn = path === "/live" ? "open" : "503";
    const asking: readonly (readonly [string, Headers, string])[] = [
      ["nobody", {}, "401"],
      [
        "a made-up session",
        { cookie: `phasewise-session-${new URL(address).port}=${"a".repeat(43)}` },
        "401",
      ],
      ["a made-up token", { authorization: `Bearer ${"a".repeat(43)}` }, "401"],
      ["token study", await token("study"), "403"],
      ["token metrics", await token("metrics"), "403"],
      ["token view", await token("view"), letIn],
    ];
    for (const [name, headers, expected] of asking) {
      const { socket, what } = await outcome(address, path, headers);
      expect(what, name).toBe(expected);
      socket.terminate();
    }
    for (const role of ROLES) {
      const headers = await signedInAt(address, house.people.guestLink(role).secret);
      const { socket, what } = await outcome(address, path, headers);
      expect(what, role).toBe(letIn);
      socket.terminate();
      const elsewhere = await outcome(address, path, { ...headers, origin: "https://evil.example" });
      expect(elsewhere.what, `${role} through another site's page`).toBe("403");
    }
  });
});

async function openSocket(limits = {}) {
  const { house, server } = await opened(limits);
  const address = await listening(server);
  const headers = await signedInAt(address, house.people.guestLink("viewer").secret);
  const { socket, what } = await outcome(address, "/live", headers);
  expect(what).toBe("open");
  return { house, server, address, headers, socket };
}
const closedOf = async (socket: WebSocket) => {
  const [code, reason] = await once(socket, "close");
  return [code, String(reason)];
};

describe("an open socket", () => {
  it("is closed when its person signs out", async () => {
    const { address, headers, socket } = await openSocket();
    const closed = closedOf(socket);
    const json = { ...headers, "content-type": "application/json" };
    await fetch(`${address}/api/sign-out`, { method: "POST", headers: json, body: "{}" });
    expect(await closed).toEqual([4401, "signed out"]);
  });

  it("is closed when nobody has done anything for an hour", async () => {
    const { house, socket } = await openSocket();
    const closed = closedOf(socket);
    house.pass(LIFETIMES.idleMs);
    expect(await closed).toEqual([4401, "signed out"]);
  });

  it("of a token is closed when the token is revoked by another process, or over", async () => {
    const { house, address } = await openSocket();
    for (const end of [
      async () => await (await openHouse({}, house.file)).people.removeToken("view"),
      async () => await Promise.resolve(house.pass(DAY_MS)),
    ]) {
      const { socket } = await outcome(address, "/live", {
        authorization: `Bearer ${await tokenOf(house, "view")}`,
      });
      const closed = closedOf(socket);
      await end();
      house.pass(15_000);
      expect(await closed).toEqual([4401, "signed out"]);
    }
  });

  it("is one of as many as a person may have", async () => {
    const { address, headers, socket } = await openSocket({ sockets: 2 });
    const second = await outcome(address, "/live", headers);
    expect(second.what).toBe("open");
    expect((await outcome(address, "/live", headers)).what).toBe("429");
    const gone = closedOf(second.socket);
    second.socket.close();
    await gone;
    expect((await outcome(address, "/live", headers)).what).toBe("open");
    socket.terminate();
  });
});
