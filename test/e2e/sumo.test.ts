import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { scenarioFile, scenariosMissing } from "../sumo/shared-scenarios.ts";
import { sumoMissing } from "../sumo/sumo-available.ts";
import { jsonOf, phasewise } from "./phasewise.ts";

const COLOGNE3 = [
  "start",
  scenarioFile("cologne3", "sumocfg"),
  "--headless",
  "--speed",
  "max",
  "--for",
  "900",
  "--json",
];

/** A title that says why a test is skipped, where it is. */
function titled(title: string, missing: string | undefined): string {
  return missing === undefined ? title : `${title} (skipped: ${missing})`;
}

describe("start on a SUMO scenario", () => {
  const missing = scenariosMissing ?? sumoMissing;
  it.skipIf(missing !== undefined)(titled("controls all intersections safely", missing), async () => {
    const run = phasewise(await temporaryFolder(), COLOGNE3);
    expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 0, signal: null });
    const summary = jsonOf(run);
    expect(summary).toMatchObject({
      simulatedSeconds: 900,
      intersections: 3,
      intersectionsWithAppliedPlans: 3,
      plansRefused: 0,
      readbackMismatches: 0,
      safetyViolations: 0,
    });
    expect(summary["vehiclesArrived"]).toBeGreaterThan(0);
  });

  it.skipIf(scenariosMissing !== undefined)(
    titled("says how to install SUMO where it is missing", scenariosMissing),
    async () => {
      const run = phasewise(await temporaryFolder(), COLOGNE3, { PATH: "" });
      expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 3, signal: null });
      expect(run.stderr.at(-1)).toBe(
        "SUMO was found neither in $SUMO_HOME/bin nor on the PATH; install it with `apt-get install sumo`.",
      );
      expect(run.stderr.filter((line) => line.startsWith("    at "))).toEqual([]);
      expect(run.stdout).toEqual([]);
    },
  );
});
