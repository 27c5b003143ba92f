import type { Command, Order } from "../../src/model/command.ts";
import type { Envelope, Intersection } from "../../src/model/intersection.ts";
import { after } from "../../src/units.ts";
import { nemaCrossing } from "../signal/crossings.ts";
import { NOW } from "./plans.ts";

/** A command that nobody has anything against, but for what is changed. */
export function holdCommand(change: Partial<Command> = {}): Command {
  return {
    id: "c1",
    intersection: "x",
    effectiveAt: NOW,
    validUntil: after(NOW, 60_000),
    by: "operator",
    reason: "a demonstration",
    order: { kind: "hold", phases: ["2"] },
    ...change,
  };
}

/** One of each order that the NEMA example can be given. */
export const ORDERS: readonly Order[] = [
  { kind: "hold", phases: ["2", "6"] },
  { kind: "release" },
  { kind: "forceStage", stage: "side" },
  { kind: "placeCall", phase: "4", pedestrian: true },
  { kind: "placeCall", phase: "5", pedestrian: false },
  { kind: "pattern", plan: "day" },
  { kind: "free" },
  { kind: "flash" },
  { kind: "clear" },
];

/** The command for an order with a lease. */
export const ask = (order: Order, leaseMs = 60_000): Command =>
  holdCommand({ order, validUntil: after(NOW, leaseMs) });

/** The NEMA example with flash. */
export function flashing(envelope: Partial<Envelope> = {}): Intersection {
  return {
    ...nemaCrossing(envelope),
    startUp: { flashSeconds: 5, allRedSeconds: 6, phases: ["2", "6"], flashYellow: ["2", "6"] },
  };
}
