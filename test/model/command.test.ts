import { expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { type Order, orderLastsMaxSeconds } from "../../src/model/command.ts";
import { timingTable } from "../../src/model/timing.ts";
import { gateCommand } from "../../src/safety/gate.ts";
import { after, instantMs, secondsToMs } from "../../src/units.ts";
import { smallNetwork } from "./small-network.ts";

const T = defined(smallNetwork().intersections[0], "the T");
const NOW = instantMs(1_767_596_400_000);

it.each<readonly [Order, number | undefined, number]>([
  // What others may wait bounds a hold; without a bound of its own a command lasts two minutes.
  [{ kind: "hold", phases: ["2"] }, undefined, 90],
  [{ kind: "forceStage", stage: "2-6" }, undefined, 90],
  [{ kind: "forceStage", stage: "2-6" }, 45, 45],
  [{ kind: "clear" }, undefined, 120],
  [{ kind: "clear" }, 45, 45],
  [{ kind: "pattern", plan: "day" }, 45, 1800],
  [{ kind: "free" }, undefined, 1800],
])(
  "%j, where commands last %s s at most, lasts %i s: the gate takes it, and not a second more",
  (order, own, longest) => {
    const envelope = {
      ...T.envelope,
      ...(own === undefined ? {} : { commandValidMaxSeconds: own }),
    };
    expect(orderLastsMaxSeconds(envelope, order.kind)).toBe(longest);
    const table = timingTable({ ...T, envelope }, 1000);
    const verdict = (seconds: number): boolean =>
      gateCommand(
        {
          id: "c",
          intersection: T.id,
          effectiveAt: NOW,
          validUntil: after(NOW, secondsToMs(seconds)),
          by: "ann",
          reason: "parade",
          order,
        },
        { table, operation: "normal" },
        NOW,
      ).ok;
    expect([verdict(longest), verdict(longest + 1)]).toEqual([true, false]);
  },
);
