import { unreachable } from "../../src/assert.ts";
import { configuredYellowSeconds } from "../../src/model/clearance.ts";
import { IMPORT_DEFAULTS as DEFAULTS } from "./import-defaults.ts";
import { type TimingRule, tenths } from "./signal-timing.ts";

/**
 * What the signals of an imported network are timed by. `shipped`: the clearances and greens of the program, as they are.
 * `street`: those that a real junction would have. `resco`: those of the RESCO benchmark, for comparison with its results only.
 */
export type Profile = "shipped" | "street" | "resco";

/** How the profile changes the shipped timing; `undefined` where it does not. Speeds by phase, m/s. */
export function timingRule(
  { profile, stepSeconds }: { readonly profile: Profile; readonly stepSeconds: number },
  speedsMetersPerSecond: readonly number[],
  conflicts: readonly (readonly [number, number])[],
): TimingRule | undefined {
  switch (profile) {
    case "shipped":
      return undefined;
    case "resco":
      return {
        clearanceOf: () => ({ yellow: DEFAULTS.yellowMinSeconds, redClear: 0 }),
        greenMinSeconds: DEFAULTS.greenMinSeconds,
      };
    case "street": {
      const withFoes = new Set(conflicts.flat());
      return {
        clearanceOf: (phase, { yellow, redClear }) => {
          const speed = speedsMetersPerSecond[phase] ?? 0;
          const least = wholeSteps(streetYellowSeconds(speed), stepSeconds);
          return {
            yellow: Math.min(DEFAULTS.yellowMaxSeconds, Math.max(yellow, least)),
            redClear: withFoes.has(phase) ? Math.max(redClear, DEFAULTS.streetRedClearSeconds) : redClear,
          };
        },
        greenMinSeconds: DEFAULTS.greenMinSeconds,
      };
    }
    default:
      return unreachable(profile);
  }
}

/** ITE: reaction and half the time to a stop, `Y = t + v / 2a`, up to the tenth, within 3 to 6 s (signal-control.md §2.1). */
export function streetYellowSeconds(speedMetersPerSecond: number): number {
  const { streetReactionSeconds, streetDecelerationMetersPerSecond2 } = DEFAULTS;
  return configuredYellowSeconds(
    streetReactionSeconds + speedMetersPerSecond / (2 * streetDecelerationMetersPerSecond2),
  );
}

/** A plant shows whole steps only: configured like that, plan and street agree to the second. */
function wholeSteps(seconds: number, stepSeconds: number): number {
  const step = Math.max(stepSeconds, 0.1);
  return tenths(Math.ceil(tenths(seconds) / step - 1e-9) * step);
}
