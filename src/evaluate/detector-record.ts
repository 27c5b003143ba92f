import { defined } from "../assert.ts";
import type { EngineTables } from "../engine/configuration.ts";
import type { EngineState } from "../engine/state.ts";
import type { InstantMs } from "../units.ts";

/** How long a detector was not good, what it is now, and what was found of it last. */
export type DetectorRecord = {
  readonly intersection: string;
  readonly detector: string;
  readonly failedMs: number;
  readonly suspectMs: number;
  readonly state: "good" | "suspect" | "failed" | "recovering";
  /** Since when it is in that state. */
  readonly since: InstantMs;
  readonly fault: string;
  readonly reason: string;
};

type Instant = { readonly at: InstantMs; readonly before: EngineState; readonly state: EngineState };

/** The detectors that have not been good at some time, by intersection and id, after one instant more. */
export function detectorsAfter(
  before: ReadonlyMap<string, DetectorRecord>,
  tables: EngineTables,
  { at, before: was, state }: Instant,
): ReadonlyMap<string, DetectorRecord> {
  const next = new Map(before);
  let changed = false;
  for (const [index, own] of tables.nodes.entries()) {
    const { health } = defined(state.nodes.at(index), "node");
    for (const [place, id] of own.health.ids.entries()) {
      const { state: now, since, finding } = defined(health.detectors[place], "detector");
      const key = `${own.id}/${id}`;
      const known = before.get(key);
      if (known === undefined && (now === "good" || finding === null)) continue;
      const passedMs = at - was.now;
      const lasted = known?.state ?? "good";
      next.set(key, {
        intersection: own.id,
        detector: id,
        failedMs: (known?.failedMs ?? 0) + (lasted === "failed" ? passedMs : 0),
        suspectMs: (known?.suspectMs ?? 0) + (lasted === "suspect" ? passedMs : 0),
        state: now,
        since,
        fault: finding?.rule ?? known?.fault ?? "",
        reason: finding?.reason ?? known?.reason ?? "",
      });
      changed = true;
    }
  }
  return changed ? next : before;
}
