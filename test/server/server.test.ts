import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { TrafficSnapshot } from "../../src/model/snapshot.ts";
import type { DetectorsAnswer } from "../../src/protocol/detector-view.ts";
import type { LiveMessage, NetworkView } from "../../src/protocol/live.ts";
import { SUBPROTOCOL } from "../../src/protocol/frames.ts";
import { hostCheck } from "../../src/server/host-check.ts";
import { createStage, type Stage } from "../../src/server/live.ts";
import type { EngineNow } from "../../src/server/engine-now.ts";
import { buildServer } from "../../src/server/server.ts";
import { smallNetwork } from "../model/small-network.ts";
import { NO_CHANGES } from "./no-changes.ts";
import { type House, openHouse, signedIn, signedInAt } from "./signed-in.ts";
import { handClock, NO_DESK, QUIET, sceneAt, sceneOnPlan, TABLES } from "./scenes.ts";

let server: FastifyInstance;
let stage: Stage;
let folder: string;
let view: NetworkView | undefined;
let snapshot: TrafficSnapshot | undefined;
let accepted: WebSocket[];
let engine: ReturnType<EngineNow>;
let hand: ReturnType<typeof handClock>;
let house: House;
/** Of an operator who has signed in. */
let headers: Readonly<Record<string, string>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-console-"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Phasewise</title>");
  await writeFile(join(folder, "sign-in.html"), "<!doctype html><title>Sign in to Phasewise</title>");
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "assets", "main.js"), "export {};");
  hand = handClock();
  stage = createStage(hand.clock);
  view = undefined;
  snapshot = undefined;
  accepted = [];
  engine = undefined;
  house = await openHouse();
  server = await buildServer({
    networkView: () => view,
    snapshot: () => snapshot,
    stage,
    changes: NO_CHANGES,
    alarms: NO_DESK,
    engine: () => engine,
    acceptLink: (socket) => accepted.push(socket),
    consoleFolder: folder,
    frameBytesMax: 1000,
    knowsHost: hostCheck("127.0.0.1", ["signals.example"]),
    door: house.door,
  });
  headers = await signedIn(server, house, "operator");
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const get = async (url: string) => await server.inject({ method: "GET", url, headers });

describe("over HTTP the server", () => {
  it("says that it is well", async () => {
    const { statusCode, body } = await get("/healthz");
    expect([statusCode, JSON.parse(body)]).toEqual([200, { status: "ok" }]);
  });

  it("has no snapshot of the street before a plant's clock is known, and then what the engine knows", async () => {
    expect((await get("/api/snapshot")).statusCode).toBe(503);
    snapshot = { version: 1, network: "n", at: 7, midnightAt: 0, intersections: [], lanes: [], flows: [] };
    const { statusCode, body } = await get("/api/snapshot");
    expect([statusCode, JSON.parse(body)]).toEqual([200, snapshot]);
  });

  it("has no network to show before a plant's clock is known, and then the network", async () => {
    const before = await get("/api/network");
    expect(before.statusCode).toBe(503);
    expect(before.json()).toEqual({ error: "no plant is connected yet: start `phasewise field`" });
    const { demand: _, ...network } = smallNetwork();
    view = { network, midnightAt: 5, plantStepMs: 1000, intervalMs: 300_000 };
    const now = await get("/api/network");
    expect([now.statusCode, now.json()]).toEqual([200, view]);
    expect(now.body, "demand is the simulation's secret").not.toContain("demand");
  });

  it.each([
    ["/", 200, "text/html"],
    ["/index.html", 200, "text/html"],
    ["/assets/main.js", 200, "javascript"],
    ["/sign-in", 200, "text/html"],
    ["/nothing.js", 404, "json"],
    ["/../package.json", 404, "json"],
    ["/%2e%2e/package.json", 404, "json"],
    ["/api/network", 503, "json"],
    ["/link", 404, ""],
    ["/live", 404, ""],
  ])("answers GET %s with %i and what keeps a page safe", async (url, status, type) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"] ?? "").toContain(type);
    expect(answer.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "content-security-policy":
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "cache-control": url.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-store",
    });
  });

  it("without a history says so of everything that is answered from one", async () => {
    for (const url of ["/api/measures", "/api/measures/t/volume", "/api/bands", "/api/decisions/t"]) {
      const { statusCode, json } = await get(url);
      expect([statusCode, json()], url).toEqual([
        503,
        { error: "no history is kept: start without --history off" },
      ]);
    }
    const url = "/api/decisions/t/counterfactual";
    expect((await server.inject({ method: "POST", url, payload: {}, headers })).statusCode).toBe(503);
  });

  it("has detectors and the worth of the plans once there is an engine", async () => {
    expect((await get("/api/detectors")).statusCode).toBe(503);
    expect((await get("/api/benefit")).statusCode).toBe(503);
    engine = { state: QUIET, tables: TABLES };
    const { at, detectors } = (await get("/api/detectors?intersection=t")).json<DetectorsAnswer>();
    expect(at).toBe(QUIET.now);
    expect(detectors.map(({ detector }) => detector)).toEqual(
      smallNetwork().intersections[0]?.detectors.map(({ id }) => id),
    );
    expect((await get("/api/benefit")).json()).toMatchObject({
      intersections: 1,
      rated: 0,
      delaySeconds: null,
    });
    const unknown = await get("/api/detectors?intersection=x");
    expect([unknown.statusCode, unknown.json()]).toEqual([404, { error: "no intersection x; there are t" }]);
    expect((await get("/api/detectors?site=t")).statusCode, "an unknown parameter").toBe(400);
  });

  it("takes nothing", async () => {
    for (const method of ["POST", "PUT", "DELETE"] as const) {
      expect((await server.inject({ method, url: "/api/network", headers })).statusCode, method).toBe(404);
    }
  });
});

const statusFor = async (url: string, host: string): Promise<number> =>
  (await server.inject({ method: "GET", url, headers: { host } })).statusCode;

describe("a host name", () => {
  it.each(["/", "/assets/main.js", "/api/network", "/healthz", "/live", "/nothing"])(
    "that is another site's gets nothing of %s",
    async (url) => {
      expect(await statusFor(url, "evil.example")).toBe(403);
      expect(await statusFor(url, "localhost:8080")).not.toBe(403);
    },
  );

  it("that is unknown is told how it becomes known", async () => {
    const { body } = await server.inject({ method: "GET", url: "/", headers: { host: "evil.example" } });
    expect(body).toContain("--allow-host NAME");
  });

  it.each([
    ["127.0.0.1", "127.0.0.1:8080", true],
    ["127.0.0.1", "localhost", true],
    ["127.0.0.1", "LOCALHOST:1", true],
    ["127.0.0.1", "console.localhost:8080", true],
    ["127.0.0.1", "[::1]:8080", true],
    ["127.0.0.1", "signals.example:8080", true],
    ["127.0.0.1", "SIGNALS.example", true],
    ["::1", "[::1]", true],
    ["10.0.0.7", "10.0.0.7:8080", true],
    ["traffic.city", "traffic.city:80", true],
    ["0.0.0.0", "192.168.1.5:8080", true],
    ["::", "[fe80::1]:8080", true],
    ["127.0.0.1", "evil.example", false],
    ["127.0.0.1", "evil.example:8080", false],
    ["127.0.0.1", "localhost.evil.example", false],
    ["127.0.0.1", "evillocalhost", false],
    ["127.0.0.1", "127.0.0.1.evil.example", false],
    ["127.0.0.1", "192.168.1.5:8080", false],
    ["0.0.0.0", "evil.example", false],
    ["0.0.0.0", "1.2.3.4.evil.example", false],
    ["127.0.0.1", "", false],
    ["127.0.0.1", "localhost:8080:80", false],
    ["127.0.0.1", "user@localhost", false],
    ["127.0.0.1", undefined, false],
  ])("of a server on %s: %s, known %s", (bound, host, known) => {
    expect(hostCheck(bound, ["signals.example"])(host)).toBe(known);
  });
});

/** A socket of the running server and everything that came over it, from the first message on. */
async function open(path: string, protocols: readonly string[] = [], origin?: string, more = {}) {
  if (!server.server.listening) await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const cookies = await signedInAt(`http://127.0.0.1:${port}/`, house.people.guestLink("viewer").secret);
  const options = {
    headers: { ...cookies, ...more },
    ...(origin === undefined ? {} : { origin: origin.replace("PORT", String(port)) }),
  };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], options);
  const messages: LiveMessage[] = [];
  let closed: readonly [number, string] | undefined;
  let wake: (() => void) | undefined;
  socket.on("message", (data: Buffer) => {
    messages.push(JSON.parse(data.toString("utf8")) as LiveMessage);
    wake?.();
  });
  socket.on("close", (code, reason) => {
    closed = [code, reason.toString("utf8")];
    wake?.();
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
  };
  await once(socket, "open");
  return { socket, messages, closed: () => closed, until };
}

describe("/live", () => {
  it("shows what there is and then what changes", async () => {
    stage.show(sceneOnPlan(0, "day"));
    const { socket, messages, until } = await open("/live");
    await until(() => messages.length === 3);
    expect(messages.map(({ kind }) => kind)).toEqual(["detail", "log", "frame"]);
    stage.show(sceneOnPlan(1, "night"));
    await until(() => messages.length === 5);
    expect(messages.slice(3).map(({ kind }) => kind)).toEqual(["detail", "delta"]);
    socket.close();
  });

  it("forgets who left", async () => {
    const { socket } = await open("/live");
    expect(stage.watching).toBe(true);
    const [gone] = [...server.websocketServer.clients].map(async (client) => await once(client, "close"));
    socket.terminate();
    await gone;
    expect(stage.watching).toBe(false);
    stage.show(sceneAt(0));
  });

  it("is opened for its own page", async () => {
    stage.show(sceneAt(0));
    const { socket, messages, until } = await open("/live", [], "http://127.0.0.1:PORT");
    await until(() => messages.length > 0);
    socket.terminate();
  });

  it.each([
    ["of another site", "https://evil.example"],
    ["of the same host on another port", "http://127.0.0.1:1"],
    ["that is nobody's", "null"],
    ["that is none", "not an origin"],
  ])("is not opened for an origin %s", async (_name, origin) => {
    await expect(open("/live", [], origin)).rejects.toThrow("403");
    expect(stage.watching).toBe(false);
  });

  it("is not opened under another site's name, and a controller's link is", async () => {
    const rebound = { host: "evil.example" };
    await expect(open("/live", [], undefined, rebound)).rejects.toThrow("403");
    expect(stage.watching).toBe(false);
    const { socket } = await open("/link", [SUBPROTOCOL], undefined, rebound);
    expect(accepted).toHaveLength(1);
    socket.terminate();
  });

  it("tells everything anew to a viewer that has missed something", async () => {
    stage.show(sceneOnPlan(0, "day"));
    const { socket, messages, until } = await open("/live");
    await until(() => messages.length === 3);
    socket.send('{"kind":"resync"}');
    hand.advance(100);
    while (messages.length < 6) {
      hand.advance(100);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(messages.slice(3).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, "detail"],
      [2, "log"],
      [3, "frame"],
    ]);
    socket.close();
  });

  it.each(["", "{", "[]", '{"kind":"pause"}', '{"kind":"view"}', '{"kind":"resync","now":true}'])(
    "ends a viewer that asks for what there is not: %s",
    async (text) => {
      const { socket, closed, until } = await open("/live");
      socket.send(text);
      await until(() => closed() !== undefined);
      expect(closed()?.[0]).toBe(1008);
      expect(closed()?.[1]).toContain('allowed are {"kind":"view"');
    },
  );

  it("ends a viewer that talks more than it may", async () => {
    const { socket, closed, until } = await open("/live");
    socket.send("x".repeat(1001));
    await until(() => closed() !== undefined);
    expect(closed()?.[0]).toBe(1009);
  });
});

describe("/link", () => {
  it("takes a link of our subprotocol", async () => {
    const { socket } = await open("/link", ["other", SUBPROTOCOL]);
    expect(socket.protocol).toBe(SUBPROTOCOL);
    expect(accepted).toHaveLength(1);
    socket.terminate();
  });

  it("refuses a link of none", async () => {
    const { closed, until } = await open("/link");
    await until(() => closed() !== undefined);
    expect(closed()).toEqual([1002, `subprotocol ${SUBPROTOCOL} expected`]);
    expect(accepted).toEqual([]);
  });

  it.each(["phasewise.v10", "other"])("refuses a link of %s only", async (protocol) => {
    // A client gives up by itself when the server picks none of what it offers.
    await expect(open("/link", [protocol])).rejects.toThrow("Server sent no subprotocol");
    expect(accepted).toEqual([]);
  });
});
