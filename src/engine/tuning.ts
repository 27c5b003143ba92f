import type { EngineTables } from "./configuration.ts";
import type { Step } from "./effect.ts";
import type { InputOf } from "./input.ts";
import { declarationOf } from "./parameters/declarations.ts";
import { differingPaths, intervalMsOf, parameterIn, type Setting } from "./parameters/settings.ts";
import type { EngineState } from "./state.ts";

/** The tables with the parameters that are in force in a state. */
export function tablesInForce(tables: EngineTables, { tuning }: EngineState): EngineTables {
  return tuning === null ? tables : tables.retuned(tuning.settings);
}

/**
 * Decides with other parameters from now on, without a jolt: nothing is sent, what was lent runs on, and the next decision is made with
 * them. `tables` are those in force before.
 */
export function changeSettings(
  state: EngineState,
  { configuration }: EngineTables,
  { at, change, settings, by, reason }: InputOf<"settings">,
): Step {
  const before = configuration.settings ?? [];
  const isAllowed = intervalMsOf(before) === intervalMsOf(settings);
  const text = isAllowed
    ? `Parameters by ${change}: ${differenceText(before, settings)}`
    : `Parameters by ${change} refused: strategic.intervalMinutes changes with a start only`;
  return {
    state: {
      ...state,
      nextLogId: state.nextLogId + 1,
      tuning: isAllowed ? { change, settings } : state.tuning,
    },
    effects: [
      {
        kind: "log",
        entry: {
          id: state.nextLogId,
          at,
          intersection: null,
          topic: "engine",
          priority: isAllowed ? "event" : "P3",
          text,
          reason: `${by}: ${reason}`,
          plan: null,
          status: null,
          answer: null,
        },
      },
    ],
  };
}

/** As `optimize.horizonSeconds 50 → 40 s`. */
function differenceText(before: readonly Setting[], next: readonly Setting[]): string {
  const texts = differingPaths(before, next).map((path) => {
    const { unit } = declarationOf(path);
    return `${path} ${parameterIn(before, path)} → ${parameterIn(next, path)} ${unit}`;
  });
  return texts.length === 0 ? "as they were" : texts.join(", ");
}
