import { defined } from "../assert.ts";
import { type HealthChange, judgeMinute, LOOK_MS, startHealth } from "../detect/health.ts";
import { type DetectorMinute, minuteOf, type ReleaseChange } from "../detect/health-minute.ts";
import { type KeptHealth, opened } from "../detect/health-kept.ts";
import type { Watched } from "../detect/health-record.ts";
import { loopFailed } from "../estimate/loop-doubt.ts";
import { DAY_MS, HOUR_MS, type InstantMs, modulo, SECOND_MS } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import type { Step } from "./effect.ts";
import type { InputOf } from "./input.ts";
import { intervalBegin } from "./interval-begin.ts";
import type { EngineState, NodeState } from "./state.ts";

/** What is known of the detectors of one intersection. */
export type NodeHealth = {
  /** In the order of the configuration. */
  readonly detectors: readonly KeptHealth[];
  /** Which lanes may go, in the order of time: the last one before the last look, and all since. */
  readonly releases: readonly ReleaseChange[];
  /** Out of normal operation since the last look: lamps say nothing of who leaves. */
  readonly lampsUnknown: boolean;
  /** Since when it has been watched without a gap. */
  readonly watchedSince: InstantMs;
  readonly missingFramesBefore: number;
  /** Of the open interval, what its detectors were judged by: what stands for their counts is of so much of it. */
  readonly judgedMs: number;
  /** More of its detectors have failed than the network allows: it is left to its plan by time of day. */
  readonly leftToPlan: boolean;
  /** By movement: vehicles an interval that stand for counts of failed detectors; `null` where its own counts do. */
  readonly replaced: readonly (number | null)[];
};

export function startNodeHealth({ health, timing }: NodeTables, at: InstantMs): NodeHealth {
  return {
    detectors: startHealth(health, at),
    releases: [],
    lampsUnknown: true,
    watchedSince: at,
    missingFramesBefore: 0,
    judgedMs: 0,
    leftToPlan: false,
    replaced: timing.intersection.movements.map(() => null),
  };
}

/** The link was down: what happened meanwhile nobody knows. */
export function watchedAgain(before: NodeHealth, at: InstantMs): NodeHealth {
  return { ...before, watchedSince: at, releases: [], lampsUnknown: true };
}

/** The lamps as the controller tells them; `last` is what it told before. */
export function releasesTold(
  before: NodeHealth,
  { lanes }: NodeTables,
  { at, lamps, operation }: InputOf<"state">,
  last: InputOf<"state"> | null,
): NodeHealth {
  if (operation !== "normal") return { ...before, releases: [], lampsUnknown: true };
  if (lamps === last?.lamps && before.releases.length > 0) return before;
  const released = lanes.lanes.map(({ streams }) =>
    streams.some((stream) => {
      const lamp = lamps[defined(lanes.streams[stream], "stream").phase];
      return lamp === "G" || lamp === "g" || lamp === "y";
    }),
  );
  const { releases } = before;
  const isSame = (other: ReleaseChange): boolean =>
    other.released.every((was, lane) => was === released[lane]);
  const like = releases.findLast(isSame);
  if (like !== undefined && like === releases.at(-1)) return before;
  // The same few stages come again and again: one list for each.
  return { ...before, releases: [...releases, { at, released: like?.released ?? released }] };
}

/** What the adaptive level hears: not of a detector while it has failed. One that recovers is heard, for it is doubted at once there. */
export function trustedEvents<Event extends { readonly detector: number }>(
  { detectors }: NodeHealth,
  { healthUse }: EngineTables,
  events: readonly Event[],
): readonly Event[] {
  if (healthUse === "told") return events;
  for (const { detector } of events) {
    if (detectors[detector]?.state !== "failed") continue;
    return events.filter((event) => detectors[event.detector]?.state !== "failed");
  }
  return events;
}

/** Whether the counts of a detector are replaced: until it has been right for a while. */
export function isUnsound({ state }: KeptHealth): boolean {
  return state === "failed" || state === "recovering";
}

/** Whether something stands for the counts of a movement. */
export function isReplaced({ replaced }: NodeHealth, movement: number): boolean {
  return (replaced[movement] ?? null) !== null;
}

/** Phases of lanes with a failed stop-line or advance loop: they are given no less green (REQ-D1). */
export function heldPhases(
  { health }: NodeState,
  { healthUse }: EngineTables,
  { lanes }: NodeTables,
): ReadonlySet<number> {
  const held = new Set<number>();
  if (healthUse === "told") return held;
  for (const { streams, stopLineLoops, advanceLoops } of lanes.lanes) {
    const unsound = [...stopLineLoops, ...advanceLoops].some((loop) =>
      isUnsound(defined(health.detectors[loop], "detector")),
    );
    if (!unsound) continue;
    for (const stream of streams) held.add(defined(lanes.streams[stream], "stream").phase);
  }
  return held;
}

/** A look that is so late has a gap before it, in which ticks were left out. */
const LOOK_LATE_MS = 2 * LOOK_MS;

/** Each minute, and before an interval ends, the detectors of all intersections are judged by what was watched whole. */
export function lookAtDetectors(told: Step, tables: EngineTables, at: InstantMs): Step {
  const { state } = told;
  const from = state.healthLookedAt;
  const { midnightAt, intervalMs } = tables.configuration;
  const minuteEnds = intervalBegin(at, midnightAt, LOOK_MS) > from;
  const intervalEnds = intervalBegin(at, midnightAt, intervalMs) > state.intervalStartsAt;
  if (!(minuteEnds || intervalEnds) || at === from) return told;
  const looked = { ...state, healthLookedAt: at };
  if (at - from >= LOOK_LATE_MS) return { state: looked, effects: told.effects };
  const minutes = Array.from(state.nodes, (node, index) =>
    minutesOf(node, defined(tables.nodes[index], "tables"), from, at),
  );
  const hour = Math.floor(modulo(from - midnightAt, DAY_MS) / HOUR_MS);
  let step: Step = { state: looked, effects: told.effects };
  for (const [index, own] of tables.nodes.entries()) {
    const node = defined(state.nodes.at(index), "node");
    const known = minutes[index];
    const { detectors, changes } =
      known === undefined
        ? { detectors: node.health.detectors, changes: [] }
        : judgeMinute(node.health.detectors, own.health, {
            minutes: known,
            elsewhere: ({ node: other, detector }) => watchedOf(state, minutes, other, detector),
            node: index,
            at,
            durationMs: at - from,
            hour,
          });
    const judgedMs = node.health.judgedMs + (known === undefined ? 0 : at - from);
    step = withChanges(step, tables, index, { ...afterLook(node, at), judgedMs, detectors }, changes);
  }
  return step;
}

/** By detector, what it showed in the minute; `undefined` where it was not watched whole: a gap is not silence. */
function minutesOf(
  { health, cleaning, linked }: NodeState,
  { health: table }: NodeTables,
  from: InstantMs,
  until: InstantMs,
): readonly DetectorMinute[] | undefined {
  const missing = cleaning.counts.missingFrames > health.missingFramesBefore;
  if (!linked || missing || health.watchedSince > from) return undefined;
  const releases = health.lampsUnknown ? [] : health.releases;
  return cleaning.loops.map(({ changes }, loop) =>
    minuteOf(changes, releases, from, until, table.roles[loop] === "stopLine"),
  );
}

function watchedOf(
  state: EngineState,
  minutes: readonly (readonly DetectorMinute[] | undefined)[],
  node: number,
  detector: number,
): Watched | undefined {
  const minute = minutes[node]?.[detector];
  const health = state.nodes.at(node)?.health.detectors[detector];
  return minute === undefined || health === undefined ? undefined : { minute, health: opened(health) };
}

/** Of the lamps of before this long, only the last counts. */
const RELEASES_KEPT_MS = 5 * SECOND_MS;

function afterLook({ health, cleaning }: NodeState, at: InstantMs): NodeHealth {
  const { releases } = health;
  const first = releases.findLastIndex((change) => change.at <= at - RELEASES_KEPT_MS);
  return {
    ...health,
    releases: first > 0 ? releases.slice(first) : releases,
    lampsUnknown: releases.length === 0,
    missingFramesBefore: cleaning.counts.missingFrames,
  };
}

/** The node with its detectors judged; operators are told, and the adaptive level forgets what failed ones told. */
function withChanges(
  { state, effects }: Step,
  tables: EngineTables,
  index: number,
  judged: NodeHealth,
  changes: readonly HealthChange[],
): Step {
  const node = defined(state.nodes.at(index), "node");
  const own = defined(tables.nodes[index], "tables");
  const used = tables.healthUse === "used";
  const leftToPlan = used && failedShare(judged, own) > own.health.failedShareMax;
  let { loops } = node.tactical;
  for (const { detector, to } of used ? changes : []) {
    if (to === "failed") loops = loopFailed(loops, own.lanes, detector, state.now);
  }
  const nodes = state.nodes.with(index, {
    ...node,
    health: { ...judged, leftToPlan },
    tactical: loops === node.tactical.loops ? node.tactical : { ...node.tactical, loops },
  });
  const entries = [
    ...entriesOf(changes, own),
    ...planEntries(node.health.leftToPlan, leftToPlan, judged, own),
  ];
  let { nextLogId } = state;
  const told = entries.map(({ priority, text, reason }) => {
    const entry = {
      id: nextLogId,
      at: state.now,
      intersection: own.id,
      topic: "detector" as const,
      priority,
      text,
      reason,
      plan: null,
      status: null,
      answer: null,
    };
    nextLogId += 1;
    return { kind: "log" as const, entry };
  });
  return { state: { ...state, nodes, nextLogId }, effects: [...effects, ...told] };
}

/** Of the stop-line and advance detectors. */
function failedShare({ detectors }: NodeHealth, { entryLink }: NodeTables): number {
  const judged = detectors.filter((_, detector) => entryLink[detector] === undefined);
  return judged.length === 0 ? 0 : judged.filter(({ state }) => state === "failed").length / judged.length;
}

type Entry = {
  readonly priority: "P2" | "P3" | "event";
  readonly text: string;
  readonly reason: string | null;
};

/** One entry for each change, and one for all that failed together: a card is one alarm (REQ-A1, parent suppression). */
function entriesOf(changes: readonly HealthChange[], own: NodeTables): readonly Entry[] {
  const card = changes.filter(({ to, finding }) => to === "failed" && finding?.rule === "deadCard");
  const single = changes.filter((change) => !card.includes(change));
  const entries = single.map(({ detector, to, finding }): Entry => {
    const id = defined(own.health.ids[detector], "detector");
    return {
      priority: to === "failed" ? "P3" : "event",
      text: finding === null ? `Detector ${id} is good again` : `Detector ${id} ${to}: ${finding.rule}`,
      reason: finding?.reason ?? null,
    };
  });
  const [first] = card;
  if (first === undefined) return entries;
  const ids = card.map(({ detector }) => defined(own.health.ids[detector], "detector"));
  return [
    ...entries,
    {
      priority: "P2",
      text: `Detectors failed: deadCard: ${ids.join(", ")}`,
      reason: first.finding?.reason ?? null,
    },
  ];
}

function planEntries(before: boolean, now: boolean, judged: NodeHealth, own: NodeTables): readonly Entry[] {
  if (before === now) return [];
  const share = `${Math.round(failedShare(judged, own) * 100)} % of the stop-line and advance detectors have failed`;
  const most = `${Math.round(own.health.failedShareMax * 100)} %`;
  return [
    now
      ? {
          priority: "P2",
          text: "Left to the plan by time of day",
          reason: `${share}, at most ${most} may have`,
        }
      : {
          priority: "event",
          text: "Timed by the engine again",
          reason: `${share}, at most ${most} may have`,
        },
  ];
}
