import { once } from "node:events";
import type { AddressInfo } from "node:net";
import fastifyWebsocket from "@fastify/websocket";
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { EventRow, PlanRow, StoreWindow } from "../../src/ports/store.ts";
import type { LiveMessage } from "../../src/protocol/live.ts";
import { type PlaybackPorts, playbackRoutes } from "../../src/server/playback.ts";
import type { PlayedStore } from "../../src/server/playback-source.ts";
import { columnsOf } from "../playback/stored.ts";
import { leftTurnCrossing, MIDNIGHT, second } from "../signal/crossings.ts";
import { hostCheck } from "../../src/server/host-check.ts";
import { createStage } from "../../src/server/live.ts";
import { buildServer } from "../../src/server/server.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { smallNetwork } from "../model/small-network.ts";
import { NO_CHANGES } from "./no-changes.ts";
import { handClock, NO_DESK } from "./scenes.ts";
import { openHouse, signedIn } from "./signed-in.ts";

const event = (number: number, seconds: number, code: number, parameter: number): EventRow => {
  return { at: second(seconds), intersection: "x", number, code, parameter };
};

/** A log from its begin: A is green, ends at 20 s, and C begins at 23 s. */
const EVENTS: readonly EventRow[] = [
  event(0, 0, 131, 1),
  event(1, 0, 0, 1),
  event(2, 0, 1, 1),
  event(3, 20, 7, 1),
  event(4, 20, 8, 1),
  event(5, 23, 9, 1),
  event(6, 23, 10, 1),
  event(7, 23, 0, 3),
  event(8, 23, 1, 3),
];

const ENTRY: PlanRow = {
  at: second(21),
  intersection: "x",
  id: "p1",
  kind: "plan",
  status: "pushed",
  text: "Plan p1 pushed",
  content: null,
  entry: 4,
  priority: "event",
  reason: null,
  answer: null,
};

const within =
  ({ from, to, intersection }: StoreWindow) =>
  (row: { readonly at: number; readonly intersection: string }): boolean =>
    row.at >= from && row.at < to && (intersection === undefined || row.intersection === intersection);

/** A store of these rows. */
function storeOf(events: readonly EventRow[], plans: readonly PlanRow[] = []): PlayedStore {
  const read = (table: string, window: StoreWindow) => {
    const found = table === "plans" ? plans.filter(within(window)) : [];
    return Promise.resolve({ ok: true, value: found });
  };
  return {
    read: read as PlayedStore["read"],
    events: (window) => {
      const wanted = events.filter(within(window)).filter(({ code }) => window.codes?.includes(code) ?? true);
      return Promise.resolve({ ok: true, value: columnsOf(wanted) });
    },
    page: (_table, query) => {
      const found = events.filter(within(query)).slice(0, query.limit);
      return Promise.resolve({ ok: true, value: { text: JSON.stringify(found), cursor: null } });
    },
  };
}

async function serverWith(change: Partial<PlaybackPorts> = {}, kept = true) {
  const hand = handClock();
  const ports: PlaybackPorts = {
    intersections: [leftTurnCrossing()],
    store: storeOf(EVENTS, [ENTRY]),
    plant: () => ({ now: second(40), stepMs: 1_000 }),
    timer: hand.clock.after,
    ...change,
  };
  const server = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
  onTestFinished(async () => await server.close());
  await server.register(fastifyWebsocket);
  await server.register(playbackRoutes(kept ? ports : undefined));
  return { server, hand };
}

const address = (from: number, to: number, more = "") =>
  `/playback?from=${second(from)}&to=${second(to)}${more}`;

/** A viewer of a period, whose time goes on when the test says so. */
async function view(path: string, change: Partial<PlaybackPorts> = {}) {
  const { server, hand } = await serverWith(change);
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
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
  const frames = () => messages.flatMap((message) => (message.kind === "frame" ? [message] : []));
  /** The next frame, after the tenth of a second for which the session waits. */
  const next = async () => {
    const before = frames().length;
    while (hand.waiting() === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    hand.advance(100);
    await until(() => frames().length > before || closed !== undefined);
    return frames().at(-1);
  };
  await once(socket, "open");
  await until(() => frames().length > 0 || closed !== undefined);
  return { socket, messages, frames, next, until, closed: () => closed };
}

describe("/playback", () => {
  it("tells of a stored period what was told live, at the speed that was asked for, until it is over", async () => {
    const { messages, frames, next, until, closed } = await view(address(19, 24, "&speed=10"));
    for (let instant = 20; instant <= 24; instant += 1) await next();
    await until(() => closed() !== undefined);
    const told = frames().map((frame) => [
      (frame.at - MIDNIGHT) / 1_000,
      frame.seq,
      frame.intersections.map(({ lamps }) => lamps).join(" "),
    ]);
    expect(told, "numbered with every message").toEqual([
      [19, 3, "Grr"],
      [20, 4, "yrr"],
      [21, 6, "yrr"],
      [22, 7, "yrr"],
      [23, 8, "rrG"],
      [24, 9, "rrG"],
    ]);
    expect(messages.map(({ kind }) => kind)).toEqual(
      "detail log frame frame log frame frame frame frame".split(" "),
    );
    expect(messages[1], "nothing before it was told").toEqual({ seq: 2, kind: "log", entries: [] });
    expect(messages[4]).toMatchObject({ entries: [{ id: 4, text: "Plan p1 pushed", status: "pushed" }] });
    expect(frames()[0]).toMatchObject({
      speedFactor: 10,
      plantConnected: true,
      vehicles: [],
      measures: null,
      intersections: [{ id: "x", linked: true, mode: null, source: "local", plan: "day", walk: "---" }],
    });
    expect(closed()).toEqual([1000, "the period is over"]);
  });

  it("stands still, goes on, goes faster, and goes elsewhere when it is asked to", async () => {
    const { socket, frames, next, until } = await view(address(10, 40, "&speed=10"));
    socket.send(JSON.stringify({ kind: "pause" }));
    await until(() => frames().length === 2);
    expect(frames().map(({ at, plantConnected }) => [at, plantConnected])).toEqual([
      [second(10), true],
      [second(10), false],
    ]);
    socket.send(JSON.stringify({ kind: "seek", at: second(21) }));
    await until(() => frames().length === 3);
    expect(frames().at(-1), "it stands there too").toMatchObject({
      at: second(21),
      plantConnected: false,
      intersections: [{ lamps: "yrr" }],
    });
    socket.send(JSON.stringify({ kind: "play" }));
    socket.send(JSON.stringify({ kind: "seek", at: second(21) }));
    await until(() => frames().length === 4);
    expect((await next())?.at).toBe(second(22));
    socket.terminate();
  });

  it.each([
    ['{"kind":"seek","at":1}', `at 1: allowed is ${second(10)} to ${second(40)}`],
    [
      '{"kind":"faster"}',
      'allowed are {"kind":"pause"}, "play", "speed" with speed 0.5 to 60, "seek" with at',
    ],
    ["nonsense", 'allowed are {"kind":"pause"}, "play", "speed" with speed 0.5 to 60, "seek" with at'],
  ])("ends with a sentence where it is asked for %s", async (request, reason) => {
    const { socket, until, closed } = await view(address(10, 40));
    socket.send(request);
    await until(() => closed() !== undefined);
    expect(closed()).toEqual([1008, reason]);
  });

  it("ends with the store's words where that does not answer any more", async () => {
    const store = storeOf(EVENTS);
    const late: PlayedStore = {
      ...store,
      events: () => Promise.resolve({ ok: false, error: "not answered within 10000 ms" }),
    };
    const { until, closed } = await view(address(10, 40), { store: late });
    await until(() => closed() !== undefined);
    expect(closed()).toEqual([1011, "not answered within 10000 ms"]);
  });

  it.each([
    ["/playback?from=1", 400, "must have required property 'to'"],
    [address(10, 10), 400, `to ${second(10)}: allowed is an instant behind from ${second(10)}`],
    [
      address(0, 86_401),
      400,
      `to ${second(86_401)}: allowed is at most 86400000 ms behind from ${second(0)}`,
    ],
    [address(10, 20, "&speed=61"), 400, "speed must be <= 60"],
    [address(10, 20, "&speed=0.1"), 400, "speed must be >= 0.5"],
    [
      address(10, 20, "&pace=1"),
      400,
      "must NOT have additional properties: allowed are from, to, speed, at, paused",
    ],
    [address(10, 20, `&at=${second(9)}`), 400, `at ${second(9)}: allowed is ${second(10)} to ${second(20)}`],
    [
      address(-1, 20),
      404,
      `from ${second(-1)} to ${second(20)}: stored is ${second(0)} to ${second(40)}, epoch milliseconds of the street's clock`,
    ],
    [
      address(10, 41),
      404,
      `from ${second(10)} to ${second(41)}: stored is ${second(0)} to ${second(40)}, epoch milliseconds of the street's clock`,
    ],
  ])("refuses %s with %i", async (url, code, error) => {
    const { server } = await serverWith();
    const { statusCode, body } = await server.inject({ method: "GET", url });
    expect([statusCode, JSON.parse(body)]).toEqual([code, { error }]);
  });

  it("begins within the period, and stands there, where it is asked to", async () => {
    const { frames } = await view(address(10, 40, `&at=${second(23)}&paused=true`));
    expect(frames()).toMatchObject([
      { at: second(23), plantConnected: false, intersections: [{ lamps: "rrG" }] },
    ]);
  });

  it("says what is stored, and between which intervals nothing is", async () => {
    // Intervals of 5 min from 0, 300, 900 and 1200 s: the one from 600 s was never closed.
    const rows = [0, 300, 900, 1200].map((from) => ({ at: second(from), intervalMs: 300_000 }));
    const store = storeOf(EVENTS);
    const read = (table: string, window: StoreWindow) => {
      const found = rows.filter(({ at }) => at >= window.from && at < window.to);
      return Promise.resolve({ ok: true, value: table === "intervals" ? found : [] });
    };
    const stored = async (now: number) => {
      const plant = () => ({ now, stepMs: 1_000 });
      const { server } = await serverWith({ plant, store: { ...store, read: read as PlayedStore["read"] } });
      return JSON.parse((await server.inject({ method: "GET", url: "/api/playback" })).body);
    };
    const gap = { from: second(600), to: second(900) };
    expect(await stored(second(2399))).toEqual({ from: second(0), to: second(2399), gaps: [gap] });
    const silent = { from: second(1500), to: second(2400) };
    expect(await stored(second(2400))).toMatchObject({ gaps: [gap, silent] });
    const { server } = await serverWith({}, false);
    const none = await server.inject({ method: "GET", url: "/api/playback" });
    expect([none.statusCode, none.json()]).toEqual([
      503,
      { error: "no history is kept: start without --history off" },
    ]);
  });

  it("says that there is no history, no plant, and nothing stored", async () => {
    const asked = { method: "GET", url: address(10, 20) } as const;
    const answer = async (change: Partial<PlaybackPorts>, kept = true) => {
      const { server } = await serverWith(change, kept);
      const { statusCode, body } = await server.inject(asked);
      return [statusCode, JSON.parse(body).error];
    };
    expect(await answer({}, false)).toEqual([503, "no history is kept: start without --history off"]);
    expect(await answer({ plant: () => undefined })).toEqual([
      503,
      "no plant is connected yet: start `phasewise field`",
    ]);
    expect(await answer({ store: storeOf([]) })).toEqual([404, "no event is stored yet"]);
  });
});

it("the server has it over what it remembers", async () => {
  const folder = await temporaryFolder();
  const house = await openHouse();
  const server = await buildServer({
    networkView: () => ({
      network: smallNetwork(),
      midnightAt: MIDNIGHT,
      plantStepMs: 1_000,
      intervalMs: 60_000,
    }),
    snapshot: () => undefined,
    memory: {
      network: smallNetwork(),
      store: { ...storeOf(EVENTS), append: () => undefined, flushed: async () => {}, close: async () => {} },
      now: () => second(40),
      timeText: String,
      timer: () => () => undefined,
      decideAgain: () => Promise.reject(new Error("nobody asks for another decision here")),
      explain: () => Promise.reject(new Error("nobody asks why here")),
    },
    stage: createStage(handClock().clock),
    changes: NO_CHANGES,
    alarms: NO_DESK,
    engine: () => undefined,
    acceptLink: () => undefined,
    consoleFolder: folder,
    frameBytesMax: 1_000,
    knowsHost: hostCheck("127.0.0.1", []),
    door: house.door,
  });
  const signed = await signedIn(server, house, "viewer");
  onTestFinished(async () => await server.close());
  const answer = async (host: string) => {
    const { statusCode, body } = await server.inject({
      method: "GET",
      url: address(10, 41),
      headers: { ...signed, host },
    });
    return [statusCode, JSON.parse(body).error];
  };
  expect(await answer("127.0.0.1")).toEqual([404, expect.stringContaining(`stored is ${second(0)} to`)]);
  expect(await answer("evil.example")).toEqual([403, expect.stringContaining("host name")]);
});
