import type { Command } from "../../src/model/command.ts";
import { after } from "../../src/units.ts";
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
