import { describeArrivals } from "../../sim/whatif/arrival-table.ts";
import { watchArrivals } from "../../sim/whatif/arrival-score.ts";
import { ADAPTIVE_MODES, setupOf } from "../../sim/whatif/controls.ts";
import { runOnce } from "../../sim/whatif/run.ts";
import { PhasewiseError } from "../errors.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { openRunnable } from "./networks.ts";
import { choiceOption, fieldOptions, type RawOptions } from "./options.ts";
import { stopSignal } from "./stop-signal.ts";
import { wallClock } from "./wall-clock.ts";

/** As a shell says it of a command that Ctrl-C ended. */
const EXIT_CODE_STOPPED = 130;

/**
 * Runs a scenario under the adaptive control and compares the vehicles that were predicted to come over advance loops with those that
 * came. Throws DATA_MISSING where no neighbour sends vehicles to any advance loop.
 */
export async function arrivals(reference: string, options: RawOptions): Promise<void> {
  const { forSeconds, from, seed, profile } = fieldOptions(options);
  const adaptiveMode = choiceOption(options, "mode", ADAPTIVE_MODES);
  const stopped = stopSignal();
  const runnable = await openRunnable(reference, from, { profile });
  for (const note of runnable.notes) console.error(`note: ${note}`);
  const { watch, score } = watchArrivals();
  const { measures } = await runOnce({
    runnable,
    setup: await setupOf("adaptive", { runnable, adaptiveMode, forSeconds }),
    events: [],
    observe: "loops",
    seed,
    forSeconds,
    tripFile: undefined,
    clock: wallClock,
    watch,
    stopped,
  });
  if (stopped.aborted) {
    process.exitCode = EXIT_CODE_STOPPED;
    return;
  }
  const found = score();
  if (found.links.length === 0) {
    throw new PhasewiseError(
      "DATA_MISSING",
      `${reference}: no link leads from one signal to advance loops of another; needed is at least one`,
    );
  }
  const { delaySeconds } = measures;
  if (!printsJson(options)) {
    console.log(`${runnable.network.id}, seed ${seed}: mean delay ${delaySeconds.toFixed(1)} s/veh`);
    console.log(describeArrivals(found));
  }
  await writeJson(options, {
    scenario: runnable.network.id,
    mode: adaptiveMode,
    seed,
    delaySeconds,
    ...found,
  });
}
