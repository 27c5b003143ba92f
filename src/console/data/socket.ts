import type { NetworkView } from "../../protocol/live.ts";
import type { LiveRequest } from "../../protocol/live-request.ts";
import { areasShown, followAreas } from "./areas.ts";
import { advanceConnection, type ConnectionEvent, firstConnection } from "./connection.ts";
import { decodeLive } from "./decode.ts";
import { acceptMessage, acceptNetwork, connection, networkLoad, wallAt } from "./store.ts";
import { loadMe } from "./person.ts";
import { leaveToSignIn } from "./signed-out.ts";

const TICK_MS = 250;

/** Opens the link to the server and keeps it open; the returned function ends it. */
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
      handle({ kind: "opened", at: Date.now() });
      ask(areasShown.peek());
      // A server that came back may run another network.
      void loadNetwork();
    });
    current.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (current !== socket || typeof data !== "string") return;
      const message = decodeLive(data);
      if (message === null) return;
      const outcome = acceptMessage(message);
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
    dropped?.close();
  };

  connection.value = firstConnection(Date.now());
  wallAt.value = Date.now();
  open();
  const endAreas = followAreas(ask);
  const timer = setInterval(() => {
    wallAt.value = Date.now();
    handle({ kind: "tick", at: Date.now() });
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    endAreas();
    drop();
  };
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
