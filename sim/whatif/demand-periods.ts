import { PhasewiseError } from "../../src/errors.ts";
import { byCodeUnit, DAY_MS, HOUR_MS, MINUTE_MS, modulo, msToSeconds, SECOND_MS } from "../../src/units.ts";
import type { RunnableNetwork } from "../field/scenario.ts";
import type { TrueDemand } from "../peers/webster.ts";

/**
 * What will really come in a run of `runSeconds`, in equal periods of about an hour (at most 1.5 h; one where the run is shorter), by
 * local time of day as schedules are. A run of several days is told as its first one. Throws OPTION_INVALID, naming the control, where
 * the scenario cannot say.
 */
export async function demandPeriods(
  control: string,
  { network, startsAt, midnightAt, trueDemand }: RunnableNetwork,
  runSeconds: number,
): Promise<readonly TrueDemand[]> {
  if (trueDemand === undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--control ${control}: nobody knows what will come in ${network.id}; allowed with a network whose demand can be read`,
    );
  }
  const seconds = Math.min(runSeconds, msToSeconds(DAY_MS));
  const count = Math.max(1, Math.round((seconds * SECOND_MS) / HOUR_MS));
  const length = seconds / count;
  const periods = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<TrueDemand> => {
      const fromSeconds = index * length;
      return {
        from: clockTime(startsAt - midnightAt + fromSeconds * SECOND_MS),
        vehPerHour: await trueDemand({ fromSeconds, untilSeconds: fromSeconds + length }),
      };
    }),
  );
  return periods.toSorted((left, right) => byCodeUnit(left.from, right.from));
}

/** `HH:MM`, with the minute begun. */
function clockTime(sinceMidnightMs: number): string {
  const minutes = Math.floor(modulo(sinceMidnightMs, DAY_MS) / MINUTE_MS);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
