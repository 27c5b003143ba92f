import { batch } from "@preact/signals";
import type { LiveMessage, NetworkView } from "../../protocol/live.ts";
import { advanceConnection, type ConnectionEvent, firstConnection } from "./connection.ts";
import { decodeLive } from "./decode.ts";
import { askPlayback, closePlayback, closeQuietly, openPlayback } from "./playback.ts";
import { acceptMessage, acceptNetwork, connection, networkLoad, type Resync, wallAt } from "./store.ts";
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
    const accept = acceptFrom();
    const current = new WebSocket(liveAddress());
    socket = current;
    current.addEventListener("open", () => {
      if (current !== socket) return;
      handle({ kind: "opened", at: Date.now() });
      // A server that came back may run another network.
      void loadNetwork();
    });
    current.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (current !== socket || typeof data !== "string") return;
      const message = decodeLive(data);
      if (message === null) return;
      accept(message);
      if (message.kind === "frame") {
        const at = Date.now();
        wallAt.value = at;
        handle({ kind: "frame", at });
      }
    });
    current.addEventListener("close", () => {
      if (current === socket) handle({ kind: "closed", at: Date.now() });
    });
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
  const timer = setInterval(() => {
    wallAt.value = Date.now();
    if (isLive) handle({ kind: "tick", at: Date.now() });
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    endAddress();
    drop();
    closePlayback();
  };
}

/**
 * Takes what a new link to the present tells. Where the console still shows the past, it is kept until the first frame: then all of it takes the place of the
 * past at once, so that nothing of one is ever shown as the other.
 */
function acceptFrom(): (message: LiveMessage) => void {
  const resync: Resync = { log: true, detail: true };
  const kept: LiveMessage[] = [];
  return (message) => {
    kept.push(message);
    if (isReplay.peek() && message.kind !== "frame") return;
    batch(() => {
      for (const one of kept.splice(0)) acceptMessage(one, resync);
      tellTime({ kind: "returned" });
    });
  };
}

/** Reads the network; a failure is shown only while there is none to show. */
export async function loadNetwork(): Promise<void> {
  try {
    const response = await fetch("api/network", { headers: { accept: "application/json" } });
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
