import { unreachable } from "../assert.ts";
import { type Order, orderLastsMaxSeconds } from "../model/command.ts";
import type { Envelope } from "../model/intersection.ts";
import type { OperatorRequest } from "../ports/operators.ts";
import { type Asked, LASTS_DEFAULT_SECONDS } from "../protocol/operate.ts";
import { secondsToMs } from "../units.ts";

/** Lease of what is done once: time enough to reach the controller. */
const ONCE_SECONDS = 10;

/** Who asks, why, of which intersection, and under which name. */
export type Asking = {
  readonly intersection: string;
  readonly envelope: Envelope;
  readonly by: string;
  readonly reason: string;
  /** Of a command, or of the area that is taken. */
  readonly id: string;
};

/** What is asked, as the engine is asked it: with the usual times where none were said. */
export function operatorRequest(
  what: Asked,
  { intersection, envelope, by, reason, id }: Asking,
): OperatorRequest {
  const head = { intersection, by, reason };
  switch (what.kind) {
    case "command": {
      const { order, seconds = leaseUsualSeconds(order, envelope) } = what;
      return { kind: "command", id, ...head, leaseMs: secondsToMs(seconds), order };
    }
    case "mode": {
      const { mode, seconds = LASTS_DEFAULT_SECONDS } = what;
      return { kind: "mode", ...head, mode, ...(seconds === null ? {} : { forMs: secondsToMs(seconds) }) };
    }
    case "review": {
      const { plan, approved } = what;
      return { kind: "review", ...head, plan, approved };
    }
    case "control": {
      const { seconds = LASTS_DEFAULT_SECONDS, takeOver } = what;
      return { kind: "control", ...head, area: id, forMs: secondsToMs(seconds), takeOver };
    }
    case "release":
      return { kind: "control", ...head, area: what.area, forMs: null, takeOver: what.takeOver };
    default:
      return unreachable(what);
  }
}

function leaseUsualSeconds(order: Order, envelope: Envelope): number {
  const isOnce = order.kind === "release" || order.kind === "clear" || order.kind === "placeCall";
  const usual = isOnce ? ONCE_SECONDS : LASTS_DEFAULT_SECONDS;
  return Math.min(usual, orderLastsMaxSeconds(envelope, order.kind));
}

/** What of a request the audit trail calls it. */
export function actionOf(request: OperatorRequest): string {
  switch (request.kind) {
    case "command":
      return "command.ask";
    case "mode":
      return "mode.change";
    case "review":
      return request.approved ? "plan.approve" : "plan.reject";
    case "control":
      return request.forMs === null
        ? "control.release"
        : request.takeOver
          ? "control.takeOver"
          : "control.take";
    default:
      return unreachable(request);
  }
}
