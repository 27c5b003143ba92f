import Type, { type Static } from "typebox";
import { defined } from "../assert.ts";
import { shapeOf } from "../model/fault.ts";
import { type Mode, ModeSchema } from "../model/mode.ts";
import { timingOf } from "../model/schedule.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import type { PlanRow } from "../ports/store.ts";
import type { LogEntry, PlanStatus, TimingView } from "../protocol/live.ts";

const ContentSchema = Type.Object({
  cycleMs: Type.Integer({ minimum: 1 }),
  offsetMs: Type.Integer({ minimum: 0 }),
  stages: Type.Array(Type.Object({ stage: Type.String(), splitMs: Type.Integer({ minimum: 1 }) }), {
    minItems: 1,
  }),
  reason: Type.String(),
  validUntil: Type.Integer(),
});
/** What is shown of a plan that was sent (`PlanRow.content`). */
const CONTENT = shapeOf(ContentSchema);

/** More than can be accepted while one waits for its turn. */
const TAKEN_KEPT = 64;

type Known = { status: PlanStatus; content: Static<typeof ContentSchema> | null };

/** The operators' log of one intersection: plans, link, mode. */
export type PlanBook = {
  readonly take: (row: PlanRow) => void;
  /** Null until the log has told of the link. */
  readonly linked: () => boolean | null;
  /** Null until the log has told of a change. */
  readonly mode: () => Mode | null;
  /** Id of the lent plan that runs since `since`; null where the log does not name it. */
  readonly leasedSince: (since: number) => string | null;
  /** A plan as it was sent or as it is configured; null where its content is not known. */
  readonly timingOf: (plan: string) => TimingView | null;
};

export function startPlanBook(table: TimingTable): PlanBook {
  const plans = new Map<string, Known>();
  /** Acceptances and begins of lent plans, oldest first. */
  const taken: { readonly at: number; readonly id: string; readonly applied: boolean }[] = [];
  let linked: boolean | null = null;
  let mode: Mode | null = null;
  return {
    take: ({ at, id, kind, status, text, content, priority }) => {
      // The loss of a link is a message to somebody, its return is not.
      if (kind === "link") linked = priority === "event";
      if (kind === "command") mode = modeIn(text) ?? mode;
      if (id === "" || !isPlanStatus(status)) return;
      const known = plans.get(id);
      plans.set(id, {
        status,
        content: content === null ? (known?.content ?? null) : contentOf(content, table),
      });
      if (status === "accepted" || status === "applied") {
        taken.push({ at, id, applied: status === "applied" });
        if (taken.length > TAKEN_KEPT) taken.shift();
      }
    },
    linked: () => linked,
    mode: () => mode,
    leasedSince: (since) => {
      // That it was seen to run is told after it began; until then it is the one that was accepted last before it.
      const applied = taken.findLast((one) => one.applied && one.at >= since);
      return (applied ?? taken.findLast((one) => one.at <= since))?.id ?? null;
    },
    timingOf: (plan) => {
      const known = plans.get(plan);
      if (known !== undefined)
        return known.content === null ? null : sentView(table, plan, known.content, known.status);
      const local = table.intersection.plans.find(({ id }) => id === plan);
      if (local === undefined) return null;
      return {
        id: plan,
        source: "local",
        ...shapeView(table, timingOf(local)),
        reason: "Local plan by time of day",
        status: "local",
        effectiveAt: null,
        validUntil: null,
      };
    },
  };
}

function contentOf(json: string, table: TimingTable): Known["content"] {
  const value: unknown = JSON.parse(json);
  return CONTENT.accepts(value) && value.stages.every(({ stage }) => table.stageIndex.has(stage))
    ? value
    : null;
}

function sentView(
  table: TimingTable,
  id: string,
  content: Static<typeof ContentSchema>,
  status: PlanStatus,
): TimingView {
  const { reason, validUntil } = content;
  return {
    id,
    source: "engine",
    ...shapeView(table, content),
    reason,
    status,
    effectiveAt: null,
    validUntil,
  };
}

function shapeView(table: TimingTable, { cycleMs, offsetMs, stages }: CycleTiming) {
  const indexOf = (stage: string): number => defined(table.stageIndex.get(stage), stage);
  return {
    cycleMs,
    offsetMs,
    stages: stages.map(({ stage, splitMs }, slot) => {
      const next = defined(stages[(slot + 1) % stages.length], "next stage").stage;
      const intergreenMs = table.intergreenMs[indexOf(stage)]?.[indexOf(next)];
      return { stage, splitMs, intergreenMs: defined(intergreenMs, "intergreen") };
    }),
  };
}

/** As the engine words a change of mode (`engine/modes.ts`). */
function modeIn(text: string): Mode | undefined {
  const word = /^Mode (?:stays|\S+ →) (\S+)$/.exec(text)?.[1];
  return MODE.accepts(word) ? word : undefined;
}

const MODE = shapeOf(ModeSchema);

const STATUSES: readonly PlanStatus[] = [
  "proposed",
  "rejected",
  "expired",
  "pushed",
  "accepted",
  "applied",
  "refused",
  "mismatch",
  "superseded",
];
const TOPICS: readonly LogEntry["topic"][] = [
  "plan",
  "command",
  "operation",
  "link",
  "alarm",
  "detector",
  "traffic",
  "engine",
];
const PRIORITIES: readonly LogEntry["priority"][] = ["P1", "P2", "P3", "event"];

function isPlanStatus(word: string): word is PlanStatus {
  return STATUSES.some((status) => status === word);
}

/** A stored row as the entry that consoles were told; undefined for one of another version's words. */
export function entryOf(row: PlanRow): LogEntry | undefined {
  const topic = TOPICS.find((word) => word === row.kind);
  const priority = PRIORITIES.find((word) => word === row.priority);
  if (topic === undefined || priority === undefined) return undefined;
  const { entry, at, intersection, text, reason, id, status, answer } = row;
  return {
    id: entry,
    at,
    intersection: intersection === "" ? null : intersection,
    topic,
    priority,
    text,
    reason,
    plan: id === "" ? null : id,
    status: isPlanStatus(status) ? status : null,
    answer,
  };
}
