import { unreachable } from "../../src/assert.ts";
import type { Operation } from "../../src/model/operation.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { CommandFrame, Order } from "../../src/protocol/frames.ts";
import { foreignField, milliseconds, operationRefusal, type Refusal } from "./refusal.ts";
import { areFoes, ringRow, stageClash, stageOf } from "./stage-check.ts";

export type CommandAcceptanceContext = {
  readonly table: TimingTable;
  readonly at: number;
  /** Ids of plans and commands that this controller has already answered. */
  readonly seen: ReadonlySet<string>;
  readonly operation: Operation;
};

/** Lease of a command where the configuration names none. */
const LEASE_DEFAULT_MS = 120_000;

/** How late a command may come: whoever gave it has seen since that nothing happened. */
const LATE_MAX_MS = 60_000;

const COMMAND_FIELDS = "type seq at id intersection effectiveAt validUntil by reason order".split(" ");

/** What each order may say beside its kind. There is none that ends a green, omits a phase or drops a call. */
const ORDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["hold", ["kind", "phases"]],
  ["release", ["kind"]],
  ["forceStage", ["kind", "stage"]],
  ["placeCall", ["kind", "phase", "pedestrian"]],
  ["pattern", ["kind", "plan"]],
  ["free", ["kind"]],
  ["flash", ["kind"]],
  ["clear", ["kind"]],
]);

/** What a controller checks of a command by itself, whoever sent it (REQ-S0). */
export function commandRefusalOf(
  command: CommandFrame,
  context: CommandAcceptanceContext,
): Refusal | undefined {
  return (
    originRefusal(command, context) ??
    formRefusal(command) ??
    leaseRefusal(command, context) ??
    armedRefusal(command.order, context) ??
    nameRefusal(command.order, context.table.intersection) ??
    streetRefusal(command.order, context.table.intersection)
  );
}

function originRefusal(
  { id, intersection, by, reason }: CommandFrame,
  { table, seen }: CommandAcceptanceContext,
): Refusal | undefined {
  const own = table.intersection.id;
  if (intersection !== own) {
    return { code: "IDENTITY", detail: `command is for ${intersection}, this is ${own}` };
  }
  if (seen.has(id)) return { code: "DUPLICATE", detail: `command ${id} was answered before` };
  if (by.trim().length === 0) return { code: "AUTH", detail: "a command says who gives it" };
  if (reason.trim().length === 0) return { code: "AUTH", detail: "a command says why it is given" };
  return undefined;
}

function formRefusal(command: CommandFrame): Refusal | undefined {
  const fields = ORDERS.get(command.order.kind);
  if (fields === undefined) return { code: "MALFORMED", detail: "no such order" };
  return foreignField(command, COMMAND_FIELDS) ?? foreignField(command.order, fields);
}

function leaseRefusal(
  { effectiveAt, validUntil, order: { kind } }: CommandFrame,
  { table, at }: CommandAcceptanceContext,
): Refusal | undefined {
  const { planValidMaxSeconds, commandValidMaxSeconds, waitMaxSeconds } = table.intersection.envelope;
  const longLived = kind === "pattern" || kind === "free";
  const ownMs =
    commandValidMaxSeconds === undefined ? LEASE_DEFAULT_MS : milliseconds(commandValidMaxSeconds);
  const maxMs = longLived ? milliseconds(planValidMaxSeconds) : ownMs;
  const leaseMs = validUntil - at;
  if (leaseMs <= 0) return { code: "EXPIRED", detail: `valid until ${validUntil}, it is ${at}` };
  if (leaseMs > maxMs) return { code: "LEASE", detail: `lease of ${leaseMs} ms, at most ${maxMs} ms` };
  if (effectiveAt >= validUntil) {
    return { code: "LEASE", detail: `effective at ${effectiveAt}, valid only until ${validUntil}` };
  }
  if (at - effectiveAt > LATE_MAX_MS) {
    return { code: "STALE_BASE", detail: `due ${at - effectiveAt} ms ago, at most ${LATE_MAX_MS} ms` };
  }
  const waitMaxMs = milliseconds(waitMaxSeconds);
  return (kind === "hold" || kind === "forceStage") && leaseMs > waitMaxMs
    ? { code: "MAX_WAIT", detail: `others would wait ${leaseMs} ms, at most ${waitMaxMs} ms` }
    : undefined;
}

function armedRefusal({ kind }: Order, { table, operation }: CommandAcceptanceContext): Refusal | undefined {
  if (kind === "flash" && table.intersection.startUp === undefined) {
    return { code: "NOT_ARMED", detail: "no flash is configured here" };
  }
  // Flash that was commanded is prolonged or ended by command.
  if (operation === "flash" && (kind === "flash" || kind === "clear")) return undefined;
  return operationRefusal(operation);
}

function unless(known: boolean, what: string): Refusal | undefined {
  return known ? undefined : { code: "MALFORMED", detail: `no ${what} here` };
}

function nameRefusal(order: Order, { phases, stages, plans }: Intersection): Refusal | undefined {
  switch (order.kind) {
    case "hold": {
      const strange = order.phases.find((id) => !phases.some((phase) => phase.id === id));
      return unless(order.phases.length > 0 && strange === undefined, `phase ${strange ?? "to hold"}`);
    }
    case "forceStage":
      return unless(
        stages.some(({ id }) => id === order.stage),
        `stage ${order.stage}`,
      );
    case "placeCall": {
      const phase = phases.find(({ id }) => id === order.phase);
      const walks = phase?.pedestrian !== undefined;
      return (
        unless(phase !== undefined, `phase ${order.phase}`) ??
        unless(walks || !order.pedestrian, `crosswalk of phase ${order.phase}`)
      );
    }
    case "pattern":
      return unless(
        plans.some(({ id }) => id === order.plan),
        `plan ${order.plan}`,
      );
    case "release":
    case "free":
    case "flash":
    case "clear":
      return undefined;
    default:
      return unreachable(order);
  }
}

function streetRefusal(order: Order, intersection: Intersection): Refusal | undefined {
  if (order.kind === "forceStage") {
    const { rings = [] } = intersection;
    const clash = stageClash(intersection, order.stage);
    if (clash !== undefined || rings.length === 0) return clash;
    const row = ringRow(intersection, order.stage, stageOf(intersection, order.stage)?.phases ?? []);
    return "code" in row ? row : undefined;
  }
  if (order.kind !== "hold") return undefined;
  for (const one of order.phases) {
    const foe = order.phases.find(
      (other) => areFoes(intersection, one, other) && !goTogether(intersection, one, other),
    );
    if (foe !== undefined) return { code: "CONFLICT", detail: `${one} held against ${foe}` };
  }
  return undefined;
}

/** Whether some stage lets the two foes go side by side, one of them yielding. */
function goTogether({ stages }: Intersection, one: string, other: string): boolean {
  return stages.some(
    ({ phases, permissive }) =>
      phases.includes(one) &&
      phases.includes(other) &&
      (permissive.includes(one) || permissive.includes(other)),
  );
}
