import { merge, Subject } from "rxjs";
import { defined, unreachable } from "../assert.ts";
import { prospectOf } from "../engine/asking.ts";
import { operatingView, streetNowView } from "../engine/operating-view.ts";
import { refusalText } from "../engine/refusal.ts";
import type { AuditTrail } from "../ports/audit.ts";
import type { AskedOf, DeskAnswer, OperatorDesk } from "../ports/operator-desk.ts";
import type { OperatorRequest, Operators } from "../ports/operators.ts";
import type { AskedView, ControlAreaView } from "../protocol/operate.ts";
import { operatorInput } from "./operator-input.ts";
import { actionOf, operatorRequest } from "./operator-request.ts";
import type { Decided } from "./run.ts";

export type RunningDesk = OperatorDesk & {
  /** What is asked here, and by those beside it, as the pipeline hears it. */
  operators(others: Operators | undefined): Operators;
  /** Told each instant that was decided. */
  decided(decided: Decided): void;
  /** Told when a plant comes and goes: nothing is asked of a street that is not there. */
  plantConnected(connected: boolean): void;
};

/** What one intersection is asked, and what would come of it now. */
type Judged = { readonly request: OperatorRequest; readonly view: AskedView };

/**
 * Where people ask something of the engine. What it would refuse now is answered at once and never reaches it; what passes is given to it with
 * the next instant, where the same is judged again. Refusals are audited here, what was given with its instant (`audit-entries.ts`).
 */
export function createOperatorDesk(audit: Pick<AuditTrail, "append">): RunningDesk {
  const requests = new Subject<OperatorRequest>();
  let latest: Decided | undefined;
  let connected = false;
  let waiting: OperatorRequest[] = [];
  let numbered = 0;

  const record = (request: OperatorRequest, result: string): void => {
    audit.append(refusedEntry(request, latest?.instant.at ?? null, result));
  };

  const answer = (asked: AskedOf, now: Decided): DeskAnswer => {
    const { at } = now.instant;
    const names = asked.what.kind === "release" ? areaOf(now, asked.what.area) : asked.intersections;
    const strange = names.filter((id) => !now.tables.nodeIndex.has(id));
    if (strange.length > 0) return { kind: "unknown", why: `no intersection ${strange.join(", ")}` };
    if (names.length === 0) return { kind: "unknown", why: "no such area is held" };
    numbered += 1;
    const judged = names.map((id) => judge(asked, id, `${at}-${numbered}`, now));
    const refused = judged.filter(({ view }) => view.refusals.length > 0);
    // An area is taken whole or not at all.
    const given =
      asked.what.kind === "control" && refused.length > 0
        ? []
        : judged.filter(({ view }) => view.refusals.length === 0);
    if (!asked.dryRun) {
      for (const { request, view } of refused) record(request, `refused: ${refusalText(view.refusals)}`);
      for (const { request } of given) {
        waiting.push(request);
        requests.next(request);
      }
    }
    const isGiven = (one: Judged): boolean => !asked.dryRun && given.includes(one);
    const answers = judged.map((one) => (isGiven(one) ? one.view : { ...one.view, id: null }));
    const nothing = !asked.dryRun && given.length === 0;
    const error = nothing ? { error: errorText(refused.map(({ view }) => view)) } : {};
    return { kind: "answered", answer: { at, dryRun: asked.dryRun, answers, ...error } };
  };

  return {
    operators: (others) => ({
      requests: others === undefined ? requests : merge(others.requests, requests),
    }),
    decided: (decided) => {
      latest = decided;
      waiting = [];
    },
    plantConnected: (now) => {
      connected = now;
      if (now) return;
      for (const request of waiting) record(request, "not given: the plant went away");
      waiting = [];
    },
    ask: (asked) =>
      latest === undefined || !connected
        ? { kind: "unavailable", why: "no plant is connected: nobody would do it" }
        : answer(asked, latest),
    commands: () => {
      if (latest === undefined) return undefined;
      const { state, tables } = latest;
      const intersections = Array.from(state.nodes, (node, index) => {
        const own = defined(tables.nodes[index], "tables");
        return { id: own.id, now: streetNowView(node, own), ...operatingView(node, own, state.now) };
      });
      return { at: state.now, intersections };
    },
    control: () => (latest === undefined ? undefined : { at: latest.state.now, areas: areasOf(latest) }),
  };
}

function judge({ by, reason, what }: AskedOf, intersection: string, id: string, now: Decided): Judged {
  const { state, tables, instant } = now;
  const index = defined(tables.nodeIndex.get(intersection), intersection);
  const own = defined(tables.nodes[index], "tables");
  const { envelope } = own.timing.intersection;
  // Each command has a name of its own; an area has one name.
  const name = what.kind === "command" ? `${id}-${index}` : id;
  const request = operatorRequest(what, { intersection, envelope, by, reason, id: name });
  const prospect = prospectOf(state, tables, operatorInput(request, instant.at));
  const named = request.kind === "command" ? request.id : request.kind === "control" ? request.area : null;
  const street = streetNowView(defined(state.nodes.at(index), "node"), own);
  return { request, view: { intersection, id: named, ...prospect, now: street } };
}

function areasOf({ state, tables }: Decided): readonly ControlAreaView[] {
  const areas = new Map<string, ControlAreaView>();
  for (const [index, { control }] of state.nodes.entries()) {
    if (control === null) continue;
    const { id } = defined(tables.nodes[index], "tables");
    const known = areas.get(control.area);
    areas.set(control.area, { ...control, intersections: [...(known?.intersections ?? []), id] });
  }
  return [...areas.values()];
}

function areaOf(now: Decided, area: string): readonly string[] {
  return areasOf(now).find((one) => one.area === area)?.intersections ?? [];
}

const TOLD_MAX = 3;

function errorText(refused: readonly AskedView[]): string {
  const told = refused
    .slice(0, TOLD_MAX)
    .map(({ intersection, refusals }) => `${intersection}: ${refusalText(refusals)}`);
  const more = refused.length > TOLD_MAX ? ` (and ${refused.length - TOLD_MAX} more)` : "";
  return `nothing was done: ${told.join(" · ")}${more}`;
}

/** Something that was asked and never given to the engine. */
function refusedEntry(request: OperatorRequest, at: number | null, result: string) {
  const { intersection, by, reason } = request;
  return {
    at,
    who: by,
    action: actionOf(request),
    where: intersection,
    subject: subjectOf(request),
    before: null,
    after: request.kind === "command" ? { order: { ...request.order }, leaseMs: request.leaseMs } : null,
    reason,
    result,
    correlation: subjectOf(request),
  };
}

function subjectOf(request: OperatorRequest): string {
  switch (request.kind) {
    case "command":
      return request.id;
    case "mode":
      return request.mode;
    case "review":
      return request.plan;
    case "control":
      return request.area;
    default:
      return unreachable(request);
  }
}
