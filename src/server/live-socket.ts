import type { WebSocket } from "ws";
import { LIVE_REQUEST, type LiveRequest } from "../protocol/live-request.ts";
import { SECOND_MS } from "../units.ts";
import { jsonOf } from "./json-text.ts";
import type { Stage } from "./live.ts";

/** Close code of WebSocket for what breaks its rules (RFC 6455 §7.4). */
const REFUSED = 1008;

const REQUESTS_ALLOWED = 'allowed are {"kind":"view","bounds":null or up to 4 areas,"vehicles":…}, "resync"';
const TOO_MANY = "more requests than a console ever needs";

/** Shows a console the present until it leaves, and hears what it asks for. */
export function seatViewer(stage: Stage, socket: WebSocket): void {
  const seat = stage.join({
    send: (text) => socket.send(text),
    bufferedBytes: () => socket.bufferedAmount,
  });
  const allows = requestBudget();
  socket.on("message", (data: Buffer) => {
    const asked = LIVE_REQUEST.check("request", jsonOf(data.toString("utf8")));
    if (!asked.ok) socket.close(REFUSED, REQUESTS_ALLOWED);
    else if (!allows(asked.value, performance.now())) socket.close(REFUSED, TOO_MANY);
    else seat.ask(asked.value);
  });
  socket.on("close", seat.leave);
  socket.on("error", () => socket.terminate());
}

/** A map that is dragged asks four times a second. */
const BUDGET = 100;
const BUDGET_PER_SECOND = 10;
/** Everything is told anew, which costs the server as much as many moves of a map. */
const COST: Readonly<Record<LiveRequest["kind"], number>> = { view: 1, resync: 20 };

/** Whether a console may ask for something at `now`, wall milliseconds: what it has not used comes back with time. */
export function requestBudget(): (request: LiveRequest, now: number) => boolean {
  let left = BUDGET;
  let countedAt: number | undefined;
  return ({ kind }, now) => {
    left = Math.min(BUDGET, left + ((now - (countedAt ?? now)) / SECOND_MS) * BUDGET_PER_SECOND);
    countedAt = now;
    left -= COST[kind];
    return left >= 0;
  };
}
