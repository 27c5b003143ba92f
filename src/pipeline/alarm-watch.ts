import type { AlarmTransition, Condition } from "../alarms/alarm.ts";
import { levelStands, linksLostBand } from "../alarms/alarm-types.ts";
import { type Alarms, alarmsAt, NO_ALARMS } from "../alarms/alarms.ts";
import { defined } from "../assert.ts";
import type { EngineTables } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import type { Input } from "../engine/input.ts";
import type { EngineState } from "../engine/state.ts";
import { type InstantMs, SECOND_MS } from "../units.ts";
import type { ClockDrift } from "./ingest.ts";
import {
  approachLinks,
  changesAt,
  type Standing,
  standingAt,
  toldByController,
  toldByLog,
  toldByOperators,
  type Watched,
  watched,
} from "./alarm-conditions.ts";

/** What alarms are made of in an instant. */
export type WatchedInstant = {
  readonly at: InstantMs;
  readonly tables: EngineTables;
  readonly state: EngineState;
  readonly inputs: readonly Input[];
  readonly effects: readonly Effect[];
  /** Links that sent more than a controller ever needs. */
  readonly flooding: readonly string[];
  /** Controllers whose clocks are off. */
  readonly drifting: readonly ClockDrift[];
};

type NodeWatch = { readonly watched: Watched; readonly standing: readonly Standing[] };

/** The alarms of a run, and what they were made of last. */
export type AlarmWatch = {
  readonly alarms: Alarms;
  readonly nodes: readonly NodeWatch[];
  readonly linksLost: boolean;
  /** Intersections whose clocks were off. */
  readonly drifting: readonly string[];
};

export type AlarmWatchStep = { readonly watch: AlarmWatch; readonly transitions: readonly AlarmTransition[] };

export const NO_WATCH: AlarmWatch = { alarms: NO_ALARMS, nodes: [], linksLost: false, drifting: [] };

/**
 * The alarms after an instant: beside the engine, from what it did and what it has become, so that its journal stays what it was and
 * a journal's replay gives the same alarms. `others`: conditions that the engine does not know of, as a disk that is full.
 */
export function watchAlarms(
  before: AlarmWatch,
  instant: WatchedInstant,
  others: readonly Condition[] = [],
): AlarmWatchStep {
  const { at, state, inputs, effects, flooding, drifting } = instant;
  const seen = nodesSeen(before.nodes, instant);
  const links = linksCondition(before.linksLost, state);
  const conditions: readonly Condition[] = [
    ...links.told,
    ...seen.conditions,
    ...inputs.flatMap((input) => toldByController(input, effects)),
    ...inputs.flatMap((input) => toldByOperators(input, effects)),
    ...effects.flatMap((effect) => (effect.kind === "log" ? toldByLog(effect.entry) : [])),
    ...flooding.map((intersection) => ({
      type: "linkFlooded" as const,
      intersection,
      part: null,
      raised: true,
      text: "More frames than a controller ever needs",
    })),
    ...driftConditions(before.drifting, drifting),
    ...others,
  ];
  const { alarms, transitions } = alarmsAt(before.alarms, conditions, at);
  const watch = {
    alarms,
    nodes: seen.nodes,
    linksLost: links.lost,
    drifting: drifting.map(({ intersection }) => intersection),
  };
  return { watch, transitions };
}

function nodesSeen(before: readonly NodeWatch[], { state, tables }: WatchedInstant) {
  const conditions: Condition[] = [];
  const nodes = Array.from(state.nodes, (node, index): NodeWatch => {
    const known = before[index];
    const now = watched(node);
    if (known !== undefined && now.every((part, place) => part === known.watched[place])) return known;
    const own = defined(tables.nodes[index], "tables");
    const standing = standingAt(node, own, approachLinks(tables, index));
    conditions.push(...changesAt(own.id, known?.standing ?? [], standing));
    return { watched: now, standing };
  });
  return { nodes, conditions };
}

function driftConditions(before: readonly string[], now: readonly ClockDrift[]): readonly Condition[] {
  const type = "clockDrift" as const;
  const ended = before.filter((was) => !now.some(({ intersection }) => intersection === was));
  return [
    ...ended.map((intersection) => ({ type, intersection, part: null, raised: false, text: "" })),
    ...now.map(({ intersection, aheadMs }) => {
      const seconds = Math.round(Math.abs(aheadMs) / SECOND_MS);
      const text = `The controller's clock is ${seconds} s ${aheadMs > 0 ? "ahead" : "behind"}`;
      return { type, intersection, part: null, raised: true, text };
    }),
  ];
}

/** Many links that are down together are one matter. */
function linksCondition(
  before: boolean,
  { nodes }: EngineState,
): { readonly lost: boolean; readonly told: readonly Condition[] } {
  let down = 0;
  for (const { linked } of nodes) if (!linked) down += 1;
  const lost = levelStands(before, down, linksLostBand(nodes.length));
  if (!lost && !before) return { lost, told: [] };
  const text = `${down} of ${nodes.length} links are down`;
  return { lost, told: [{ type: "linksLost", intersection: null, part: null, raised: lost, text }] };
}
