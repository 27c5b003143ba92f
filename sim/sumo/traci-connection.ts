import { type Socket, connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { PhasewiseError } from "../../src/errors.ts";
import { type TraciReader, traciMessage, traciReader } from "./traci-codec.ts";

/** One client of a TraCI server: a message of commands out, their answers back. */
export type TraciConnection = {
  readonly exchange: (commands: readonly Buffer[]) => Promise<TraciReader>;
  readonly close: () => void;
};

/** SUMO says nothing when it begins to listen, so the port is tried until it answers. */
const CONNECT_PAUSE_MS = 20;
/** A minute: a city's network is read in some seconds. */
const CONNECT_TRIES_MAX = 3000;

/**
 * Connects to the server on a local port as soon as it listens. `goneBefore` resolves when the server's process has
 * ended. Throws SUMO_FAILED when it ends, or does not listen in time.
 */
export async function connectTraci(port: number, goneBefore: Promise<unknown>): Promise<TraciConnection> {
  const server = { gone: false };
  const mark = goneBefore.then(() => {
    server.gone = true;
  });
  for (let tries = 0; tries < CONNECT_TRIES_MAX && !server.gone; tries += 1) {
    const socket = await tryConnect(port);
    if (socket !== undefined) return connectionOver(socket);
    await Promise.race([pause(CONNECT_PAUSE_MS), mark]);
  }
  throw new PhasewiseError(
    "SUMO_FAILED",
    server.gone ? "SUMO ended while starting" : `SUMO does not listen on port ${port}`,
  );
}

async function tryConnect(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => {
      socket.destroy();
      resolve(undefined);
    });
  });
}

function connectionOver(socket: Socket): TraciConnection {
  let waiting:
    | { readonly resolve: (reader: TraciReader) => void; readonly reject: (error: Error) => void }
    | undefined;
  let chunks: Buffer[] = [];
  let received = 0;
  let wanted: number | undefined;
  const fail = (reason: string): void => {
    waiting?.reject(new PhasewiseError("SUMO_FAILED", reason));
    waiting = undefined;
  };
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    if (wanted === undefined && received >= 4) {
      chunks = [Buffer.concat(chunks)];
      wanted = chunks[0]?.readInt32BE(0);
    }
    if (wanted === undefined || received < wanted) return;
    const message = Buffer.concat(chunks).subarray(4, wanted);
    chunks = [];
    received = 0;
    wanted = undefined;
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(traciReader(message));
  });
  socket.on("error", (error) => fail(`the connection to SUMO broke: ${error.message}`));
  socket.on("close", () => fail("SUMO closed the connection"));
  return {
    exchange: async (commands) => {
      if (socket.destroyed) throw new PhasewiseError("SUMO_FAILED", "the connection to SUMO is closed");
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(traciMessage(commands));
      });
    },
    close: () => {
      socket.destroy();
    },
  };
}
