import { type FileHandle, open } from "node:fs/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  append,
  confirmed,
  emptyLog,
  framesToSend,
  type LogEvent,
  linkLost,
  welcomed,
} from "../../sim/controller/log-buffer.ts";
import { openFieldLink } from "../../sim/field/field-link.ts";
import { defined } from "../../src/assert.ts";
import { configurationDigest } from "../../src/adapters/digest.ts";
import { readEventFile } from "../../src/adapters/event-file.ts";
import { eventFiles, openEventLog } from "../../src/adapters/event-log.ts";
import { createGateway } from "../../src/adapters/gateway.ts";
import { memoryConnector } from "../../src/adapters/memory-link.ts";
import type { LinkConnector } from "../../src/ports/link.ts";
import { after } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { handClock, settled, START } from "./fake-field.ts";

const NETWORK = smallNetwork();
const [T] = NETWORK.intersections;
const SECRET = "secret-of-t-secret-of-t";
const never = (): (() => void) => () => undefined;

/** An engine's end: gateway and event log, until it is killed. */
async function startEngine(folder: string) {
  let killed = false;
  const files: FileHandle[] = [];
  // What a killed process was about to write never happens.
  const alive = async <T>(work: () => Promise<T>): Promise<T> =>
    killed ? await new Promise<T>(() => undefined) : await work();
  const eventLog = await openEventLog({
    folder,
    continues: true,
    failed: () => undefined,
    recovered: () => undefined,
    timer: never,
    openFile: async (path) => {
      const file = await open(path, "w");
      files.push(file);
      if (killed) await file.close();
      return {
        write: (async (buffer: Buffer, offset: number, length: number, position: number) =>
          await alive(async () => await file.write(buffer, offset, length, position))) as typeof file.write,
        datasync: async () => await alive(async () => await file.datasync()),
        truncate: async (length) => await alive(async () => await file.truncate(length)),
        close: async () => await file.close(),
      };
    },
  });
  const gateway = createGateway({
    network: NETWORK,
    credentials: new Map([["t", SECRET]]),
    eventLog,
    timer: never,
  });
  return {
    gateway,
    eventLog,
    kill: async () => {
      killed = true;
      gateway.close("killed");
      for (const file of files) await file.close().catch(() => undefined);
    },
  };
}

/** A controller that only has a log, at the end of a link that loses, doubles and reorders what it sends. */
async function run(story: readonly string[], folder: string) {
  const hand = handClock();
  let engine = await startEngine(folder);
  const faults = { next: [] as string[] };
  const connect: LinkConnector = async (listener) => {
    const link = await memoryConnector(engine.gateway.accept)(listener);
    let held: string | undefined;
    const send = (text: string): void => {
      const fault = text.includes(`"type":"log"`) ? faults.next.shift() : undefined;
      if (fault === "lose") return;
      if (fault === "hold" && held === undefined) held = text;
      else link.send(text);
      if (fault === "double") link.send(text);
      if (fault !== "hold" && held !== undefined) {
        link.send(held);
        held = undefined;
      }
    };
    return { send, close: (code, reason) => link.close(code, reason) };
  };
  const link = openFieldLink({
    identity: "t",
    connect,
    hello: () => ({
      type: "hello",
      at: START,
      intersection: "t",
      credential: SECRET,
      configurationDigest: configurationDigest(defined(T, "intersection t")),
      versions: [1],
      plan: null,
    }),
    changed: () => undefined,
    notice: () => undefined,
    timer: hand.clock.after,
  });
  let log = emptyLog();
  let made = 0;
  let at = START;
  const instant = async (count: number): Promise<void> => {
    log = append(
      log,
      Array.from({ length: count }, (_, index): LogEvent => [made + index, 1, 2]),
    );
    made += count;
    await settled();
    at = after(at, 1000);
    engine.gateway.heartbeat(at);
    await settled();
    for (const frame of link.take()) {
      if (frame.type === "welcome") log = welcomed(log, frame);
      if (frame.type === "heartbeat") log = confirmed(log, frame.logStored);
    }
    if (!link.up) log = linkLost(log);
    const sending = framesToSend(log, at);
    ({ log } = sending);
    for (const frame of sending.frames) link.send(frame);
    await hand.advance(100);
  };
  for (const happening of story) {
    if (happening === "kill") {
      await engine.kill();
      engine = await startEngine(folder);
    } else if (happening === "cut") engine.gateway.disconnect("t", "cut");
    else if (happening === "wait") await hand.advance(2000);
    else if (happening !== "quiet") faults.next.push(happening);
    await instant(happening === "quiet" ? 0 : 7);
  }
  faults.next = [];
  // A frame that the network lost leaves a gap; the controller sends again by itself what nobody confirms.
  for (let round = 0; log.pieces.length > 0 && round < 2000; round += 1) await instant(0);
  link.close();
  await engine.eventLog.close();
  const kept: (readonly [number, number])[] = [];
  for (const path of await eventFiles(folder)) {
    await readEventFile(path, ({ first, events }) =>
      kept.push(...events.map(([named], index): [number, number] => [first + index, named])),
    );
  }
  return { kept, made };
}

describe("a controller's log, from its buffer to the engine's disk", () => {
  it("is whole and in order, whatever happens to frames, links and engines", async () => {
    let kills = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("quiet", "lose", "hold", "double", "cut", "wait", "kill"), {
          minLength: 5,
          maxLength: 25,
        }),
        async (story) => {
          const { kept, made } = await run(story, await temporaryFolder());
          expect(kept).toEqual(Array.from({ length: made }, (_, n) => [n, n]));
          kills += story.filter((happening) => happening === "kill").length;
        },
      ),
      { numRuns: 25 },
    );
    expect(kills, "engines that were killed").toBeGreaterThan(20);
  });
});
