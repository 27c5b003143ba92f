import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { memoryConnector } from "../../src/adapters/memory-link.ts";
import {
  acceptSocket,
  FRAME_BYTES_MAX,
  PING_WALL_MS,
  PINGS_UNANSWERED_MAX,
  UNSENT_BYTES_MAX,
  websocketConnector,
} from "../../src/adapters/websocket-link.ts";
import { CLOSE_CODES, type Link, type LinkAcceptor, type LinkConnector } from "../../src/ports/link.ts";
import type { Timer } from "../../src/ports/timer.ts";
import { SUBPROTOCOL } from "../../src/protocol/frames.ts";
import { handTimer } from "./hand-timer.ts";

/** One end of a link that remembers what it was told. */
class End {
  link: Link | undefined;
  readonly messages: string[] = [];
  readonly reasons: string[] = [];
  #changed: (() => void) | undefined;

  readonly listener = {
    message: (text: string): void => this.#note(this.messages, text),
    closed: (reason: string): void => this.#note(this.reasons, reason),
  };

  #note(list: string[], text: string): void {
    list.push(text);
    this.#changed?.();
  }

  async until(condition: (end: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => (this.#changed = resolve));
  }
}

/** A clock that stands still. */
const never: Timer = () => () => undefined;

let timer = never;
let port = 0;
let acceptor: LinkAcceptor = () => new End().listener;
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, maxPayload: FRAME_BYTES_MAX });
server.on("connection", (socket) =>
  acceptSocket(
    socket,
    (link) => acceptor(link),
    (delayMs, run) => timer(delayMs, run),
  ),
);

beforeAll(async () => {
  if (server.address() === null) await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  await once(server, "close");
});

const connectors: Readonly<Record<string, () => LinkConnector>> = {
  memory: () => memoryConnector((link) => acceptor(link)),
  websocket: () => websocketConnector(`ws://127.0.0.1:${port}/link`, never),
};

/** Two ends that are connected. */
async function connected(connect: LinkConnector): Promise<{ readonly near: End; readonly far: End }> {
  const [near, far] = [new End(), new End()];
  acceptor = (link) => {
    far.link = link;
    return far.listener;
  };
  near.link = await connect(near.listener);
  return { near, far };
}

describe.each(Object.entries(connectors))("a link over %s", (_name, connector) => {
  it("carries texts both ways as they are, in order", async () => {
    const { near, far } = await connected(connector());
    const texts = [
      "",
      "a",
      "Grüße 🚦 \u0000",
      "x".repeat(1_000_000),
      ...Array.from({ length: 500 }, (_, n) => `${n}`),
    ];
    for (const text of texts) {
      near.link?.send(text);
      far.link?.send(`${text}!`);
    }
    await far.until(({ messages }) => messages.length === texts.length);
    await near.until(({ messages }) => messages.length === texts.length);
    expect(far.messages).toEqual(texts);
    expect(near.messages).toEqual(texts.map((text) => `${text}!`));
    near.link?.close(CLOSE_CODES.normal, "done");
  });

  it("never tells an end something within its own call", async () => {
    const { near, far } = await connected(connector());
    near.link?.send("a");
    expect(far.messages).toEqual([]);
    near.link?.close(CLOSE_CODES.normal, "done");
    expect([near.reasons, far.reasons]).toEqual([[], []]);
    await far.until(({ reasons }) => reasons.length > 0);
    expect(far.messages).toEqual(["a"]);
  });

  it.each(["near", "far"] as const)(
    "is closed by the %s end: last words first, then both are told once",
    async (side) => {
      const ends = await connected(connector());
      const [closer, other] = side === "near" ? [ends.near, ends.far] : [ends.far, ends.near];
      closer.link?.send("the reason is");
      closer.link?.close(CLOSE_CODES.malformed, "rubbish");
      closer.link?.close(CLOSE_CODES.normal, "again");
      closer.link?.send("after the end");
      await other.until(({ reasons }) => reasons.length > 0);
      await closer.until(({ reasons }) => reasons.length > 0);
      other.link?.send("after the end");
      other.link?.close(CLOSE_CODES.normal, "again");
      // A link that is opened later is told of its end later: what was still on its way has arrived.
      const later = await connected(connector());
      later.near.link?.close(CLOSE_CODES.normal, "done");
      await later.far.until(({ reasons }) => reasons.length > 0);
      expect(other).toMatchObject({ messages: ["the reason is"], reasons: ["rubbish"] });
      expect(closer).toMatchObject({ messages: [], reasons: ["rubbish"] });
    },
  );

  it("that both ends close at once tells each of them once", async () => {
    const { near, far } = await connected(connector());
    near.link?.close(CLOSE_CODES.normal, "near");
    far.link?.close(CLOSE_CODES.goingAway, "far");
    await near.until(({ reasons }) => reasons.length > 0);
    await far.until(({ reasons }) => reasons.length > 0);
    expect([near.reasons.length, far.reasons.length]).toEqual([1, 1]);
  });

  it("takes a reason of any length and script", async () => {
    const { near, far } = await connected(connector());
    near.link?.close(CLOSE_CODES.malformed, `x${"路".repeat(200)}`);
    await far.until(({ reasons }) => reasons.length > 0);
    expect(far.reasons[0]).toMatch(/^x路{30}/);
  });
});

describe("a link over websocket only", () => {
  it("is refused with what was tried where nobody listens", async () => {
    const free = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(free, "listening");
    const url = `ws://127.0.0.1:${(free.address() as AddressInfo).port}/link`;
    free.close();
    await once(free, "close");
    const failed = websocketConnector(url, never)(new End().listener);
    await expect(failed).rejects.toMatchObject({ code: "LINK_FAILED", exitCode: 3 });
    await expect(failed).rejects.toThrow(`no engine answers at ${url}`);
  });

  it("gives binary on as a text that is no frame", async () => {
    const far = new End();
    acceptor = () => far.listener;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, SUBPROTOCOL);
    await once(socket, "open");
    socket.send(Buffer.from(`{"type":"alarm"}`), { binary: true });
    await far.until(({ messages }) => messages.length > 0);
    expect(far.messages).toEqual([""]);
    socket.close();
    await far.until(({ reasons }) => reasons.length > 0);
    expect(far.reasons).toEqual(["the other end closed the link"]);
  });

  it.each([true, false])("whose other end answers pings (%s) stays only then", async (answers) => {
    const far = new End();
    acceptor = () => far.listener;
    const hand = handTimer();
    timer = hand.timer;
    const accepted = once(server, "connection") as Promise<[WebSocket]>;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, SUBPROTOCOL, { autoPong: answers });
    const [near] = await accepted;
    await once(socket, "open");
    for (let ping = 1; ping <= 2 * PINGS_UNANSWERED_MAX && far.reasons.length === 0; ping += 1) {
      if (!answers && ping > PINGS_UNANSWERED_MAX) break;
      const heard = answers ? once(near, "pong") : once(socket, "ping");
      hand.pass(PING_WALL_MS);
      await heard;
    }
    expect(far.reasons, "a few may be late").toEqual([]);
    hand.pass(PING_WALL_MS);
    if (answers) socket.close();
    await far.until(({ reasons }) => reasons.length > 0);
    socket.terminate();
    expect(hand.waiting(), "nothing is left to be done").toBe(0);
    timer = never;
  });

  it("that is not read is broken off before it fills the memory", async () => {
    const ends = await connected(websocketConnector(`ws://127.0.0.1:${port}/link`, never));
    const text = "x".repeat(FRAME_BYTES_MAX);
    // Nothing can be read while this loop runs.
    for (let sent = 0; sent < 3 * UNSENT_BYTES_MAX; sent += FRAME_BYTES_MAX) ends.far.link?.send(text);
    await ends.near.until(({ reasons }) => reasons.length > 0);
    expect(ends.near.messages.length * FRAME_BYTES_MAX).toBeLessThanOrEqual(2 * UNSENT_BYTES_MAX);
  });

  it("ends when a frame is larger than both ends take, or a peer breaks off", async () => {
    const { near, far } = await connected(websocketConnector(`ws://127.0.0.1:${port}/link`, never));
    near.link?.send("x".repeat(FRAME_BYTES_MAX + 1));
    await far.until(({ reasons }) => reasons.length > 0);
    await near.until(({ reasons }) => reasons.length > 0);
    expect(far.messages).toEqual([]);
    const broken = new End();
    acceptor = () => broken.listener;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, SUBPROTOCOL);
    await once(socket, "open");
    socket.terminate();
    await broken.until(({ reasons }) => reasons.length > 0);
    expect(broken.reasons).toEqual(["the other end closed the link"]);
  });
});
