import { defined } from "../../src/assert.ts";
import type { EngineState } from "../../src/engine/state.ts";
import type { Decided } from "../../src/pipeline/run.ts";
import { type InstantMs, msToSeconds } from "../../src/units.ts";

/** What the engine said of one detector, and when, in seconds since the begin of the run. */
export type DetectorJudgement = {
  readonly atSeconds: number;
  readonly intersection: string;
  readonly detector: string;
  readonly state: string;
  /** The fault by name; `null` for a detector that is good again. */
  readonly fault: string | null;
  readonly reason: string | null;
};

export type Judged = {
  readonly startsAt: InstantMs | undefined;
  readonly lookedAt: InstantMs | undefined;
  readonly before: EngineState["nodes"] | undefined;
  readonly told: readonly DetectorJudgement[];
};

export const NOTHING_JUDGED: Judged = {
  startsAt: undefined,
  lookedAt: undefined,
  before: undefined,
  told: [],
};

/** Adds what an instant changed in what the engine thinks of its detectors. */
export function withJudgements(judged: Judged, { state, tables }: Decided): Judged {
  const { nodes, now, healthLookedAt } = state;
  const startsAt = judged.startsAt ?? now;
  const { before } = judged;
  // Between two looks at the detectors, a minute apart, nobody is judged.
  if (judged.lookedAt === healthLookedAt) return judged;
  const fresh = Array.from(nodes, (node, index): readonly DetectorJudgement[] => {
    const earlier = before?.at(index)?.health;
    if (earlier === undefined || earlier.detectors === node.health.detectors) return [];
    return node.health.detectors.flatMap((health, detector) => {
      const was = earlier.detectors[detector];
      const same = was?.state === health.state && was.finding?.rule === health.finding?.rule;
      if (same) return [];
      const { id, health: table } = defined(tables.nodes[index], "tables");
      return [
        {
          atSeconds: msToSeconds(now - startsAt),
          intersection: id,
          detector: defined(table.ids[detector], "detector"),
          state: health.state,
          fault: health.finding?.rule ?? null,
          reason: health.finding?.reason ?? null,
        },
      ];
    });
  }).flat();
  return {
    startsAt,
    lookedAt: healthLookedAt,
    before: nodes,
    told: fresh.length === 0 ? judged.told : [...judged.told, ...fresh],
  };
}
