import { batch } from "@preact/signals";
import type { PlaybackRequest } from "../../protocol/playback.ts";
import { getJson } from "./api.ts";
import { periodAround, type TimeCommand } from "./conductor.ts";
import { decodeLive } from "./decode.ts";
import { acceptMessage, clock, forgetTold } from "./store.ts";
import { loadStored, tellTime } from "./time.ts";

type Opening = Extract<TimeCommand, { readonly kind: "open" }>;

/** The socket of the past: one at a time. */
let socket: WebSocket | null = null;
/** The instant of the first message that counts: what comes before it was sent before a jump. */
let awaited: number | null = null;
/** Rises with every opening: of what was asked before nobody wants to hear. */
let round = 0;

/** Opens a playback, or says why there is none. */
export async function openPlayback({ at: asked, playing, speed }: Opening): Promise<void> {
  closePlayback();
  const own = round;
  const answer = await loadStored();
  if (own !== round) return;
  if (!answer.ok) {
    tellTime({ kind: "refused", reason: answer.fault.message });
    return;
  }
  const around = periodAround(asked, answer.value, instantText);
  if (!around.ok) {
    tellTime({ kind: "refused", reason: around.reason });
    return;
  }
  const { at, period } = around;
  const query = new URLSearchParams({
    from: String(period.from),
    to: String(period.to),
    at: String(at),
    speed: String(speed),
    paused: String(!playing),
  });
  awaited = at;
  connect(`playback?${query.toString()}`, () => tellTime({ kind: "opened", period, playing, speed }));
}

function connect(path: string, opened: () => void): void {
  const own = round;
  const address = new URL(path, document.baseURI);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const current = new WebSocket(address.href);
  let isOpen = false;
  socket = current;
  current.addEventListener("open", () => {
    if (current !== socket) return;
    isOpen = true;
    opened();
  });
  current.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (current !== socket || typeof data !== "string") return;
    const message = decodeLive(data);
    if (message === null) return;
    // After a jump everything is told anew, numbered from 1, the details first; what comes before is of before the jump.
    if (awaited !== null && !(message.seq === 1 && message.kind === "detail" && message.at === awaited))
      return;
    batch(() => {
      if (awaited !== null) forgetTold();
      awaited = null;
      acceptMessage(message);
      if (message.kind === "frame" || message.kind === "delta") tellTime({ kind: "frame", at: message.at });
    });
  });
  current.addEventListener("close", ({ code, reason }) => {
    if (current !== socket) return;
    socket = null;
    if (!isOpen) void explain(path, own);
    else if (code === OVER) tellTime({ kind: "over" });
    else tellTime({ kind: "refused", reason: reason === "" ? "The server is gone." : reason });
  });
}

/** Of WebSocket: the period has been played to its end. */
const OVER = 1000;

/** A browser does not say why a socket was refused; the same question without a socket does. */
async function explain(path: string, own: number): Promise<void> {
  const answer = await getJson(path);
  if (own !== round) return;
  const reason = answer.ok ? "The server refused the socket." : answer.fault.message;
  tellTime({ kind: "refused", reason });
}

export function askPlayback(request: PlaybackRequest): void {
  if (socket?.readyState !== WebSocket.OPEN) return;
  if (request.kind === "seek") awaited = request.at;
  socket.send(JSON.stringify(request));
}

export function closePlayback(): void {
  round += 1;
  awaited = null;
  const dropped = socket;
  socket = null;
  if (dropped !== null) closeQuietly(dropped);
}

/** A socket that is closed before it is open is told on the browser's console as a failure, which it is not. */
export function closeQuietly(dropped: WebSocket): void {
  if (dropped.readyState === WebSocket.CONNECTING) {
    dropped.addEventListener("open", () => dropped.close());
  } else dropped.close();
}

/** With its date: what is stored may be of several days. */
export function instantText(at: number): string {
  return `${clock.peek().date(at)} ${clock.peek().time(at)}`;
}
