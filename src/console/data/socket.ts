import { batch } from "@preact/signals";
import type { LiveMessage, NetworkView } from "../../protocol/live.ts";
import type { LiveRequest } from "../../protocol/live-request.ts";
import { areasShown, followAreas } from "./areas.ts";
import { advanceConnection, type ConnectionEvent, firstConnection } from "./connection.ts";
import { decodeLive } from "./decode.ts";
import { loadMe } from "./person.ts";
import { askPlayback, closePlayback, closeQuietly, openPlayback } from "./playback.ts";
import { leaveToSignIn } from "./signed-out.ts";
import { acceptMessage, acceptNetwork, connection, forgetTold, networkLoad, wallAt } from "./store.ts";
import { isReplay, performWith, tellTime } from "./time.ts";
import { followTimeInAddress } from "./time-address.ts";

const TICK_MS = 250;

/** Opens the link to the server and keeps it open, to the present or to what is stored; the returned function ends it. */
export function follow(): () => void {
  let socket: WebSocket | null = null;

  const handle = (event: ConnectionEvent): void => {
    const { state, command } = advanceConnection(connection.peek(), event);
    connection.value = state;
    if (command === "connect") open();
    if (command === "abandon") drop();
  };

  const open = (): void => {
    drop();
    const current = new WebSocket(liveAddress());
    socket = current;
    current.addEventListener("open", () => {
      if (current !== socket) return;
      handle({ kind: "opened", at: Date.now() });
      ask(areasShown.peek());
      // A server that came back may run another network.
      void loadNetwork();
    });
    current.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (current !== socket || typeof data !== "string") return;
      const message = decodeLive(data);
      if (message === null) return;
      const outcome = acceptLive(message);
      if (outcome === "gap") ask({ kind: "resync" });
      if (outcome === "taken" && (message.kind === "frame" || message.kind === "delta")) {
        const at = Date.now();
        wallAt.value = at;
        handle({ kind: "frame", at });
      }
    });
    current.addEventListener("close", () => {
      if (current !== socket) return;
      handle({ kind: "closed", at: Date.now() });
      // A browser does not say why a socket was refused: whether somebody is still signed in, this does.
      void loadMe();
    });
  };

  const ask = (request: LiveRequest): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
  };

  const drop = (): void => {
    const dropped = socket;
    socket = null;
    if (dropped !== null) closeQuietly(dropped);
  };

  /** Whether the link to the present is wanted: it is while the console shows it, or goes back to it. */
  let isLive = true;
  const begin = (): void => {
    isLive = true;
    connection.value = firstConnection(Date.now());
    open();
  };
  performWith((command) => {
    if (command.kind === "ask") {
      askPlayback(command.request);
      return;
    }
    if (command.kind === "live") {
      closePlayback();
      begin();
      return;
    }
    isLive = false;
    drop();
    void openPlayback(command);
  });

  wallAt.value = Date.now();
  const endAddress = followTimeInAddress();
  if (!isReplay.peek()) begin();
  const endAreas = followAreas(ask);
  const timer = setInterval(() => {
    wallAt.value = Date.now();
    if (isLive) handle({ kind: "tick", at: Date.now() });
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    endAddress();
    endAreas();
    drop();
    closePlayback();
  };
}

/**
 * Takes what the link to the present tells. Where the console still shows the past, that goes with the first frame of the present, all of it at once, so that nothing of
 * one is ever shown as the other.
 */
function acceptLive(message: LiveMessage): ReturnType<typeof acceptMessage> {
  if (!isReplay.peek()) return acceptMessage(message);
  if (message.kind !== "frame") return "waiting";
  return batch(() => {
    forgetTold();
    const outcome = acceptMessage(message);
    tellTime({ kind: "returned" });
    return outcome;
  });
}

/** Reads the network; a failure is shown only while there is none to show. */
export async function loadNetwork(): Promise<void> {
  try {
    const response = await fetch("api/network", { headers: { accept: "application/json" } });
    if (response.status === 401) leaveToSignIn();
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
    acceptNetwork((await response.json()) as NetworkView);
  } catch (error) {
    if (networkLoad.peek().kind === "ready") return;
    networkLoad.value = { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function liveAddress(): string {
  const address = new URL("live", document.baseURI);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.hash = "";
  return address.href;
}
