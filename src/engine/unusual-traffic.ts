import { defined } from "../assert.ts";
import { againstUsual } from "../forecast/series.ts";
import type { LogEntry } from "../protocol/live.ts";
import { HOUR_MS, type InstantMs, instantMs } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import type { Effect, Step } from "./effect.ts";
import { placeOf } from "./interval.ts";
import type { EngineState, NodeState } from "./state.ts";

/** An interval has ended: tells which movements have come to bring more or fewer vehicles than usual, and which no longer do. */
export function tellUnusual(
  before: EngineState,
  { state, effects }: Step,
  tables: EngineTables,
  at: InstantMs,
): Step {
  const told: Effect[] = [];
  for (const [index, own] of tables.nodes.entries()) {
    const known = defined(before.nodes.at(index), "node");
    const node = defined(state.nodes.at(index), "node");
    for (const [movement] of node.series.entries()) {
      const entry = changeOf(known, node, own, movement, tables, at);
      if (entry === undefined) continue;
      told.push({ kind: "log", entry: { id: state.nextLogId + told.length, ...entry } });
    }
  }
  if (told.length === 0) return { state, effects };
  return {
    state: { ...state, nextLogId: state.nextLogId + told.length },
    effects: [...effects, ...told],
  };
}

function changeOf(
  before: NodeState,
  node: NodeState,
  own: NodeTables,
  movement: number,
  tables: EngineTables,
  at: InstantMs,
): Omit<LogEntry, "id"> | undefined {
  const series = defined(node.series[movement], "series");
  const was = defined(before.series[movement], "series").pattern.deviation.alarm;
  const { deviation, changedForGood } = series.pattern;
  const is = deviation.alarm;
  if (was === is) return undefined;
  const id = defined(own.timing.intersection.movements[movement], "movement").id;
  const entry = {
    at,
    intersection: own.id,
    topic: "traffic",
    plan: null,
    status: null,
    answer: null,
  } as const;
  if (is === null) {
    const text = changedForGood
      ? `${id}: what was unusual for three days is taken as usual from now on`
      : `${id}: vehicles come as usual again`;
    return { ...entry, priority: "event", text, reason: null };
  }
  const { intervalMs, midnightAt } = tables.configuration;
  const place = placeOf(instantMs(at - 1), midnightAt, intervalMs);
  const { counted, usual } = againstUsual(series, place, Math.ceil(HOUR_MS / intervalMs));
  const text =
    `${id}: ${is === "above" ? "more" : "fewer"} vehicles than usual: ` +
    `${Math.round(counted)} in the last hour instead of ${Math.round(usual)}`;
  return { ...entry, priority: "P3", text, reason: othersText(node, movement) };
}

/** What the rest of the intersection shows: where it has changed too, it is the traffic and not who counts it. */
function othersText({ series }: NodeState, movement: number): string {
  const others = series.length - 1;
  const moved = series.filter(
    ({ pattern }, index) => index !== movement && pattern.deviation.alarm !== null,
  ).length;
  if (others === 0) return "There is no other movement here to compare it with";
  return moved * 2 >= others
    ? `${moved} of ${others} other movements are unusual too: the traffic has changed`
    : `${moved} of ${others} other movements are unusual: look for a closed lane or a detector`;
}
