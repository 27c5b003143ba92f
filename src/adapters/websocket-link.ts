import { TLSSocket } from "node:tls";
import { type ClientOptions, WebSocket } from "ws";
import { PhasewiseError } from "../errors.ts";
import type { Link, LinkAcceptor, LinkConnector } from "../ports/link.ts";
import type { Timer } from "../ports/timer.ts";
import { SUBPROTOCOL } from "../protocol/frames.ts";

/** The largest frame that either end takes; positions of 100,000 vehicles fit. */
export const FRAME_BYTES_MAX = 4 * 1024 * 1024;

/** Bytes that may wait for an end that does not read; far more than an instant's frames. */
export const UNSENT_BYTES_MAX = 4 * FRAME_BYTES_MAX;

/** Wall time from one ping to the next, and how many may stay unanswered: whether the other end is there at all, no more. */
export const PING_WALL_MS = 5_000;
export const PINGS_UNANSWERED_MAX = 3;

/** A reason as WebSocket allows it: at most 123 bytes of UTF-8. */
function closeReason(reason: string): string {
  return Buffer.from(reason).subarray(0, 120).toString("utf8");
}

function linkOf(socket: WebSocket): Link {
  return {
    send: (text) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > UNSENT_BYTES_MAX) socket.terminate();
      else socket.send(text);
    },
    close: (code, reason) => socket.close(code, closeReason(reason)),
  };
}

/** Breaks a connection off whose other end is gone without having said so. */
function watchTransport(socket: WebSocket, timer: Timer): void {
  let unanswered = 0;
  const ping = (): void => {
    if (unanswered >= PINGS_UNANSWERED_MAX) return socket.terminate();
    unanswered += 1;
    socket.ping();
    cancel = timer(PING_WALL_MS, ping);
  };
  socket.on("pong", () => {
    unanswered = 0;
  });
  let cancel = timer(PING_WALL_MS, ping);
  socket.on("close", () => cancel());
}

/** Hands a socket that a server accepted to the gateway. */
export function acceptSocket(socket: WebSocket, accept: LinkAcceptor, timer: Timer): void {
  const listener = accept(linkOf(socket));
  watchTransport(socket, timer);
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    // Binary is no frame of ours: the gateway refuses it like any other text that is not JSON.
    listener.message(isBinary ? "" : data.toString("utf8"));
  });
  socket.on("close", (_code, reason) =>
    listener.closed(reason.toString("utf8") || "the other end closed the link"),
  );
  // An error is always followed by `close`; without a listener it would end the process.
  socket.on("error", () => socket.terminate());
}

/**
 * Whom a link over TLS takes for the engine: who is certified by these authorities (PEM) for the host of its address, or who has this very
 * certificate, whatever its names.
 */
export type LinkTrust =
  | { readonly kind: "authorities"; readonly ca: string }
  | { readonly kind: "pinned"; readonly fingerprint256: string };

function trustOptions(trust: LinkTrust | undefined): ClientOptions {
  if (trust === undefined) return {};
  // A pinned certificate is compared as soon as the connection stands, before any frame is sent.
  return trust.kind === "authorities" ? { ca: trust.ca } : { rejectUnauthorized: false };
}

/** Whether the other end has the certificate that is pinned, if one is. */
function isTrusted(connection: unknown, trust: LinkTrust | undefined): boolean {
  if (trust?.kind !== "pinned") return true;
  return (
    connection instanceof TLSSocket && connection.getPeerCertificate().fingerprint256 === trust.fingerprint256
  );
}

/** Connects to `ws://…/link` or `wss://…/link` of a running engine, whom the system's authorities certify unless `trust` says otherwise. */
export function websocketConnector(url: string, timer: Timer, trust?: LinkTrust): LinkConnector {
  return (listener) =>
    new Promise<Link>((resolve, reject) => {
      const socket = new WebSocket(url, SUBPROTOCOL, {
        maxPayload: FRAME_BYTES_MAX,
        perMessageDeflate: false,
        ...trustOptions(trust),
      });
      let opened = false;
      socket.on("upgrade", ({ socket: connection }) => {
        if (isTrusted(connection, trust)) return;
        reject(new PhasewiseError("LINK_FAILED", `${url} has another certificate than the one expected`));
        socket.terminate();
      });
      socket.on("open", () => {
        opened = true;
        watchTransport(socket, timer);
        resolve(linkOf(socket));
      });
      socket.on("message", (data: Buffer) => listener.message(data.toString("utf8")));
      socket.on("close", (_code, reason) => {
        if (opened) listener.closed(reason.toString("utf8") || "the other end closed the link");
      });
      socket.on("error", (cause) => {
        if (opened) socket.terminate();
        else
          reject(
            new PhasewiseError("LINK_FAILED", `no engine answers at ${url}: ${cause.message}`, { cause }),
          );
      });
    });
}
