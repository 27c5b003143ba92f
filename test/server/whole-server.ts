import { mkdir, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { onTestFinished } from "vitest";
import { hostCheck } from "../../src/server/host-check.ts";
import type { Limits } from "../../src/server/limits.ts";
import { createStage } from "../../src/server/live.ts";
import { buildServer, type ServerPorts } from "../../src/server/server.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { smallNetwork } from "../model/small-network.ts";
import { columnsOf } from "../playback/stored.ts";
import { NO_CHANGES } from "./no-changes.ts";
import { handClock, NO_DESK } from "./scenes.ts";
import { type House, openHouse } from "./signed-in.ts";

/** Tests that ask a thousand times are not turned away for it. */
const PATIENT = { signInsAMinute: 1_000_000, changesAMinute: 1_000_000 } as const;

const nothing = Promise.resolve({ ok: true, value: [] } as const);

/** Everything that a server can have: each route is there. */
export async function wholeServer(
  house: House,
  limits: Partial<Limits> = {},
  change: Partial<ServerPorts> = {},
): Promise<FastifyInstance> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Phasewise</title>");
  await writeFile(join(folder, "sign-in.html"), "<!doctype html><title>Sign in</title>");
  await writeFile(join(folder, "assets", "main.js"), "export {};");
  const server = await buildServer({
    networkView: () => undefined,
    snapshot: () => undefined,
    memory: {
      network: smallNetwork(),
      store: {
        append: () => undefined,
        flushed: async () => {},
        close: async () => {},
        read: () => nothing,
        events: () => Promise.resolve({ ok: true, value: columnsOf([]) }),
        page: () => Promise.resolve({ ok: true, value: { text: "[]", cursor: null } }),
      },
      now: () => undefined,
      timeText: String,
      timer: house.hand.timer,
      decideAgain: () => Promise.resolve({ kind: "unavailable", error: "nobody decides here" }),
      explain: () => Promise.resolve({ kind: "unavailable", error: "nobody explains here" }),
    },
    stage: createStage(handClock().clock),
    alarms: NO_DESK,
    engine: () => undefined,
    desk: {
      commands: () => undefined,
      control: () => undefined,
      ask: () => ({ kind: "unavailable", why: "nobody asks the street here" }),
    },
    vitals: {
      metrics: { exposition: () => Promise.resolve({ contentType: "text/plain", text: "" }) },
      vitals: () => ({ plantConnected: false, sinceDecidedMs: undefined, stepWallMs: 1_000, failing: [] }),
    },
    changes: NO_CHANGES,
    acceptLink: (socket) => socket.close(),
    consoleFolder: folder,
    frameBytesMax: 1_000,
    knowsHost: hostCheck("127.0.0.1", []),
    door: house.door,
    limits: { ...PATIENT, ...limits },
    ...change,
  });
  onTestFinished(async () => await server.close());
  return server;
}

/** Where it listens, as a browser writes it. */
export async function listening(server: FastifyInstance): Promise<string> {
  if (!server.server.listening) await server.listen({ host: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

/** A house and all of its server. */
export async function opened(limits: Partial<Limits> = {}) {
  const house = await openHouse();
  return { house, server: await wholeServer(house, limits) };
}
