import { runOnce, type RunMeasures } from "../../sim/whatif/run.ts";
import { losingFirst } from "../../sim/whatif/family.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { MEASURE_FORMS } from "../../sim/whatif/measures.ts";
import { reportOf } from "../../sim/whatif/report.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import type { FieldClock } from "../../sim/field/run-field.ts";
import type { Setting } from "../engine/parameters/settings.ts";
import { PhasewiseError } from "../errors.ts";
import type { DryRunResult } from "../protocol/change.ts";
import { after, MINUTE_MS, msToSeconds } from "../units.ts";
import type { DryRunTask } from "./dry-run-task.ts";
import { openRecorded } from "./networks.ts";

/** Before anything is measured the street fills: so long, or as long as is measured where that is shorter. */
const WARM_UP_MAX_MINUTES = 5;

const ARMS = ["now", "draft"] as const;

/**
 * Pairs of runs on the built-in model, one with the parameters that are in force and one with the draft, each pair with the same arrivals;
 * the differences are judged as `whatif` judges them. `progress` is told how far it is, 0 to 1. Throws DATA_INVALID where nobody comes.
 */
export async function dryRun(
  { engine, plan, now, draft }: DryRunTask,
  clock: FieldClock,
  progress: (ratio: number) => void,
): Promise<DryRunResult> {
  const { network, mode, observe } = engine;
  const warmUpMinutes = Math.min(WARM_UP_MAX_MINUTES, plan.minutes);
  const midnightAt = localMidnight(network.timeZone);
  const startsAt = after(midnightAt, plan.fromMinute * MINUTE_MS);
  const durationMs = (warmUpMinutes + plan.minutes) * MINUTE_MS;
  const seconds = msToSeconds(durationMs);
  const runnable = openRecorded({ network, startsAt, midnightAt, seconds });
  const settingsOf: Readonly<Record<(typeof ARMS)[number], readonly Setting[]>> = { now, draft };
  const runs = new Map<string, RunMeasures[]>(ARMS.map((arm) => [arm, []]));
  let done = 0;
  for (let seed = 1; seed <= plan.seeds; seed += 1) {
    for (const arm of ARMS) {
      const begun = done;
      const { measures } = await runOnce({
        runnable,
        setup: await setupOf("adaptive", {
          runnable,
          adaptiveMode: mode,
          forSeconds: seconds,
          settings: settingsOf[arm],
        }),
        events: [],
        observe,
        seed,
        forSeconds: seconds,
        warmupSeconds: msToSeconds(warmUpMinutes * MINUTE_MS),
        tripFile: undefined,
        clock,
        watch: ({ instant }) =>
          progress((begun + (instant.at - startsAt) / durationMs) / (plan.seeds * ARMS.length)),
        // Whoever ends it ends the process.
        stopped: new AbortController().signal,
      });
      runs.get(arm)?.push(measures);
      done += 1;
    }
  }
  return resultOf(runs);
}

function resultOf(runs: ReadonlyMap<string, readonly RunMeasures[]>): DryRunResult {
  const drafted = runs.get("draft") ?? [];
  if (drafted.every(({ scheduled }) => scheduled === 0)) {
    throw new PhasewiseError("DATA_INVALID", "nobody comes at this time of day; choose another one");
  }
  const head = { scenario: "dry run", plant: "builtin", profile: "shipped", observe: "loops" } as const;
  const { comparisons } = reportOf(head, runs);
  const told = losingFirst(comparisons.filter(({ pairs }) => pairs > 0));
  return {
    differences: told.map(
      ({ measure, baseMean, differenceMean, differencePercent, ci95, pairs, verdict }) => {
        const { text, unit } = MEASURE_FORMS[measure];
        return {
          measure,
          text,
          unit,
          baseMean,
          differenceMean,
          differencePercent,
          ci95: ci95 === null ? null : [ci95[0], ci95[1]],
          pairs,
          verdict,
        };
      },
    ),
    safetyViolations: drafted.reduce((sum, { safetyViolations }) => sum + safetyViolations, 0),
    jammedRuns: drafted.filter(({ jammed }) => jammed).length,
  };
}
