import { unreachable } from "../assert.ts";
import type { OperatorInput } from "../engine/input.ts";
import type { OperatorRequest } from "../ports/operators.ts";
import { after, type InstantMs } from "../units.ts";

/** What an operator asks as it is given to the engine at `at`. */
export function operatorInput(request: OperatorRequest, at: InstantMs): OperatorInput {
  switch (request.kind) {
    case "command": {
      const { leaseMs, ...asked } = request;
      return { ...asked, at, effectiveAt: at, validUntil: after(at, leaseMs) };
    }
    case "mode": {
      const { forMs, ...asked } = request;
      return { ...asked, at, ...(forMs === undefined ? {} : { until: after(at, forMs) }) };
    }
    case "review":
      return { ...request, at };
    case "control": {
      const { forMs, ...asked } = request;
      return { ...asked, at, until: forMs === null ? null : after(at, forMs) };
    }
    default:
      return unreachable(request);
  }
}
