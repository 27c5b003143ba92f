import { defined, unreachable } from "../assert.ts";
import type { Order } from "../model/command.ts";
import type { CommandView, OperatingView, StreetNowView, StreetShowsView } from "../protocol/operating.ts";
import { type InstantMs, MINUTE_MS, SECOND_MS } from "../units.ts";
import { orderText } from "./commands.ts";
import type { NodeTables } from "./configuration.ts";
import type { CommandRecord, NodeState, StreetState } from "./state.ts";

/** How long a command that is over is still shown. */
const SHOWN_AFTER_MS = 10 * MINUTE_MS;
/** A controller tells its state once a second; after so long without it, nobody knows what the street shows. */
const STREET_OLD_MS = 3 * SECOND_MS;

/** What operators have asked of an intersection, and what the street shows of it. */
export function operatingView(node: NodeState, own: NodeTables, at: InstantMs): OperatingView {
  const commands = node.commands.map((record, place) => commandView(node, own, record, place, at));
  return {
    commands: commands.filter((view) => at - lastsUntil(view) < SHOWN_AFTER_MS).toReversed(),
    modeLease: node.modeLease,
    control: node.control,
  };
}

/** Of a command that is over or refused, when it was asked; of one in force, the end of its lease. */
function lastsUntil({ state, askedAt, validUntil }: CommandView): number {
  return state === "inForce" || state === "ended" ? validUntil : askedAt;
}

function commandView(
  node: NodeState,
  own: NodeTables,
  { command, askedAt, answer }: CommandRecord,
  place: number,
  at: InstantMs,
): CommandView {
  const { id, order, by, reason, validUntil } = command;
  const ended = answer.kind === "accepted" && hasLease(order) ? endOf(node.commands, place, at) : null;
  const state = ((): CommandView["state"] => {
    if (answer.kind === "refused") return "refused";
    if (answer.kind === "overdue") return "unanswered";
    if (answer.kind === "awaited") return "asked";
    if (!hasLease(order)) return "done";
    return ended === null ? "inForce" : "ended";
  })();
  return {
    id,
    order,
    text: orderText(order),
    by,
    reason,
    askedAt,
    validUntil,
    state,
    ended,
    refusals: answer.kind === "refused" ? answer.refusals : [],
    street: state === "inForce" || state === "asked" ? streetShows(node, own, order, at) : null,
  };
}

/** What is done once has no lease: it ends others, or places a call. */
function hasLease({ kind }: Order): boolean {
  return kind !== "release" && kind !== "clear" && kind !== "placeCall";
}

/** Why an accepted command is over, by the controller's own rules (`sim/controller/leases.ts`): its lease, or a later one that was accepted. */
function endOf(commands: readonly CommandRecord[], place: number, at: InstantMs): CommandView["ended"] {
  const { command } = defined(commands[place], "command");
  for (const { command: later, answer } of commands.slice(place + 1)) {
    if (answer.kind !== "accepted" || later.effectiveAt >= command.validUntil) continue;
    if (later.order.kind === "clear") return "cleared";
    const holds = command.order.kind === "hold" || command.order.kind === "forceStage";
    if (later.order.kind === "release" && holds) return "released";
    if (command.order.kind !== "hold" && groupOf(later.order) === groupOf(command.order)) return "replaced";
  }
  return command.validUntil <= at ? "expired" : null;
}

/** The latest of a group counts; holds hold together. */
function groupOf({ kind }: Order): string {
  return kind === "pattern" || kind === "free" ? "plan" : kind;
}

function streetShows(node: NodeState, own: NodeTables, order: Order, at: InstantMs): StreetShowsView {
  const { linked, street } = node;
  if (!linked || street === null || at - street.at > STREET_OLD_MS) {
    return { asAsked: null, text: "the controller is not heard" };
  }
  if (street.operation !== "normal" && order.kind !== "flash") {
    return { asAsked: false, text: OPERATION_TEXT[street.operation] };
  }
  return shownOf(street, own, order);
}

const OPERATION_TEXT: Readonly<Record<Exclude<StreetState["operation"], "normal">, string>> = {
  startUp: "start-up",
  preempt: "a preemption",
  flash: "flash",
  tripped: "flash by its monitor",
};

function shownOf(street: StreetState, own: NodeTables, order: Order): StreetShowsView {
  const { phases, stages } = own.timing.intersection;
  switch (order.kind) {
    case "hold":
      return shows(
        order.phases.every((phase) => isGreen(street, own, phase)),
        order.phases
          .map((phase) => `${phase} ${isGreen(street, own, phase) ? "green" : "not green"}`)
          .join(", "),
      );
    case "forceStage": {
      const wanted = stages.find(({ id }) => id === order.stage)?.phases ?? [];
      if (street.stage !== order.stage) return shows(false, `stage ${street.stage}`);
      return wanted.every((phase) => isGreen(street, own, phase))
        ? shows(true, `stage ${street.stage}, green`)
        : shows(false, `changes to stage ${street.stage}`);
    }
    case "placeCall": {
      const call = street.calls.charAt(phases.findIndex(({ id }) => id === order.phase));
      const stands = call === "b" || call === (order.pedestrian ? "p" : "v");
      return shows(stands, stands ? "the call waits" : "no call waits");
    }
    case "pattern":
      return shows(street.plan === order.plan, `plan ${street.plan}`);
    case "free":
      return shows(
        street.source === "free",
        street.source === "free" ? "free operation" : `plan ${street.plan}`,
      );
    case "flash":
      return shows(
        street.operation === "flash",
        street.operation === "normal" ? `stage ${street.stage}` : OPERATION_TEXT[street.operation],
      );
    case "release":
    case "clear":
      return shows(
        street.intervention !== "command",
        street.intervention === "command" ? "a command still holds" : "no command holds",
      );
    default:
      return unreachable(order);
  }
}

function shows(asAsked: boolean, text: string): StreetShowsView {
  return { asAsked, text };
}

function isGreen({ lamps }: StreetState, own: NodeTables, phase: string): boolean {
  const lamp = lamps.charAt(own.timing.phaseIndex.get(phase) ?? -1);
  return lamp === "G" || lamp === "g";
}

/** What the street does now, as its controller said last. */
export function streetNowView(node: NodeState, own: NodeTables): StreetNowView {
  const { linked, mode, street } = node;
  return {
    linked,
    mode,
    stateAt: street?.at ?? null,
    operation: street?.operation ?? null,
    source: street?.source ?? null,
    plan: street?.plan ?? null,
    stage: street?.stage ?? null,
    greens:
      street === null
        ? []
        : own.timing.intersection.phases.map(({ id }) => id).filter((id) => isGreen(street, own, id)),
  };
}
