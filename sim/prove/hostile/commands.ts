import { defined, unreachable } from "../../../src/assert.ts";
import { COMMAND_VALID_DEFAULT_SECONDS } from "../../../src/model/command.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import type { CommandFrame } from "../../../src/protocol/frames.ts";
import { type InstantMs, secondsToMs } from "../../../src/units.ts";
import type { Random } from "../random.ts";

/** Commands of every kind, with good and bad leases. All pass the schema of the frame. */

const COMMAND_MUTATIONS = [
  "expired",
  "longLease",
  "effectiveAfterLease",
  "duplicateId",
  "otherIntersection",
  "unknownName",
  "conflictingHold",
  "anonymous",
  "foreignField",
] as const;

type CommandMutation = (typeof COMMAND_MUTATIONS)[number];

/** `valid` breaks no rule in normal operation; a spoiled one mostly does. */
export type CommandIntent = "valid" | CommandMutation;

type Order = CommandFrame["order"];

const KINDS: readonly (readonly [number, Order["kind"]])[] = [
  [4, "hold"],
  [2, "release"],
  [8, "forceStage"],
  [4, "placeCall"],
  [2, "pattern"],
  [4, "free"],
  [1, "flash"],
  [2, "clear"],
];

export type DrawnCommand = { readonly intent: CommandIntent; readonly frame: CommandFrame };

export function drawCommand(
  random: Random,
  table: TimingTable,
  at: InstantMs,
  number: number,
  intents: "good" | "any",
): DrawnCommand {
  const intent = intents === "any" && random.chance(0.4) ? random.pick(COMMAND_MUTATIONS) : "valid";
  const order = orderFor(random, table, intent);
  const leaseMaxMs = secondsToMs(leaseMaxSeconds(table, order.kind));
  const leaseMs = random.chance(0.2) ? leaseMaxMs : random.integer(50, leaseMaxMs / 100) * 100;
  const frame: CommandFrame = {
    type: "command",
    seq: number,
    at,
    id: `command-${number}`,
    intersection: table.intersection.id,
    effectiveAt: random.chance(0.8) ? at : at + random.integer(0, leaseMs / 200) * 100,
    validUntil: at + leaseMs,
    by: "prove",
    reason: "generated",
    order,
  };
  return { intent, frame: spoiled(random, frame, leaseMaxMs, intent) };
}

function leaseMaxSeconds({ intersection }: TimingTable, kind: Order["kind"]): number {
  const { planValidMaxSeconds, commandValidMaxSeconds, waitMaxSeconds } = intersection.envelope;
  if (kind === "pattern" || kind === "free") return planValidMaxSeconds;
  const ownSeconds = commandValidMaxSeconds ?? COMMAND_VALID_DEFAULT_SECONDS;
  // Others wait meanwhile.
  return kind === "hold" || kind === "forceStage" ? Math.min(ownSeconds, waitMaxSeconds) : ownSeconds;
}

function orderFor(random: Random, table: TimingTable, intent: CommandIntent): Order {
  if (intent === "conflictingHold") {
    return { kind: "hold", phases: table.phases.map(({ id }) => id) };
  }
  if (intent === "unknownName") {
    const name = random.pick(["nowhere", "__proto__", "constructor"]);
    return random.pick<Order>([
      { kind: "hold", phases: [name] },
      { kind: "forceStage", stage: name },
      { kind: "placeCall", phase: name, pedestrian: false },
      { kind: "pattern", plan: name },
    ]);
  }
  const kind = random.weighted(KINDS);
  const flashes = table.intersection.startUp !== undefined;
  return drawOrder(random, table, kind === "flash" && !flashes ? "clear" : kind);
}

function drawOrder(random: Random, table: TimingTable, kind: Order["kind"]): Order {
  const { phases, stages, plans } = table.intersection;
  switch (kind) {
    case "hold": {
      const stage = random.pick(stages);
      const some = stage.phases.filter(() => random.chance(0.6));
      return { kind, phases: some.length > 0 ? some : [...stage.phases] };
    }
    case "forceStage":
      return { kind, stage: random.pick(stages).id };
    case "placeCall": {
      const pedestrian = random.chance(0.4);
      const callable = phases.filter((phase) => !pedestrian || phase.pedestrian !== undefined);
      return callable.length > 0
        ? { kind, phase: random.pick(callable).id, pedestrian }
        : { kind, phase: defined(phases[0], "a phase").id, pedestrian: false };
    }
    case "pattern":
      return { kind, plan: random.pick(plans).id };
    case "release":
    case "free":
    case "flash":
    case "clear":
      return { kind };
    default:
      return unreachable(kind);
  }
}

function spoiled(
  random: Random,
  frame: CommandFrame,
  leaseMaxMs: number,
  intent: CommandIntent,
): CommandFrame {
  switch (intent) {
    case "valid":
    case "unknownName":
    case "conflictingHold":
      return frame;
    case "anonymous":
      return { ...frame, ...random.pick([{ by: " " }, { reason: "" }]) };
    case "foreignField":
      return { ...frame, ...random.pick([{ omit: ["1"] }, { forceOff: ["1"] }]) };
    case "expired":
      return { ...frame, validUntil: frame.at - random.integer(0, 100) * 100 };
    case "longLease":
      return { ...frame, validUntil: frame.at + leaseMaxMs + random.pick([10_000, 86_400_000, 1e12]) };
    case "effectiveAfterLease":
      return { ...frame, effectiveAt: frame.validUntil + random.integer(0, 10) * 100 };
    case "duplicateId":
      return { ...frame, id: `command-${Math.max(0, frame.seq - random.integer(1, 3))}` };
    case "otherIntersection":
      return { ...frame, intersection: "another" };
    default:
      return unreachable(intent);
  }
}
