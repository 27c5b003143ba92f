import type { FastifyRequest } from "fastify";
import type { WebSocket } from "ws";

type Raw = FastifyRequest["raw"];
type Entry = { readonly name: string; readonly stillMay: () => boolean; socket: WebSocket | undefined };

/** Sockets that people have open: who has each, and whether he still may. */
export type SocketBook = {
  /** Of one person, those that are being opened included. */
  of(name: string): number;
  /** Lets one in, until its connection ends. */
  admit(raw: Raw, name: string, stillMay: () => boolean): void;
  opened(socket: WebSocket, raw: Raw): void;
  /** Closes those whose person may no longer: signed out, removed, or out of time. */
  check(): void;
};

/** Close code of ours: who has it open may not have it any longer. */
export const SIGNED_OUT = 4401;

export function createSocketBook(): SocketBook {
  const entries = new Map<Raw, Entry>();
  return {
    of: (name) => [...entries.values()].filter((entry) => entry.name === name).length,
    admit: (raw, name, stillMay) => {
      entries.set(raw, { name, stillMay, socket: undefined });
      raw.socket.once("close", () => entries.delete(raw));
    },
    opened: (socket, raw) => {
      const entry = entries.get(raw);
      if (entry !== undefined) entry.socket = socket;
    },
    check: () => {
      for (const [raw, { socket, stillMay }] of entries) {
        if (stillMay()) continue;
        entries.delete(raw);
        if (socket === undefined) raw.socket.destroy();
        else socket.close(SIGNED_OUT, "signed out");
      }
    },
  };
}
