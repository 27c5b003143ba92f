import { runField } from "../../sim/field/run-field.ts";
import { websocketConnector } from "../adapters/websocket-link.ts";
import { PhasewiseError } from "../errors.ts";
import { msToSeconds } from "../units.ts";
import { HOST_DEFAULT, networkCredentials, PORT_DEFAULT } from "./engine-host.ts";
import { writeJson } from "./json-report.ts";
import { openRunnable } from "./networks.ts";
import { fieldOptions, type RawOptions, textOption } from "./options.ts";
import { createProgress } from "./progress.ts";
import { endOf } from "./start.ts";
import { authorityOption } from "./tls.ts";
import { stopSignal } from "./stop-signal.ts";
import { wallClock } from "./wall-clock.ts";

/** Simulated controllers and their plant, connecting to a running engine. */
export async function field(reference: string, options: RawOptions): Promise<void> {
  const { speedFactor, seed, forSeconds, from, observe, profile } = fieldOptions(options);
  const engine = engineUrl(textOption(options, "engine") ?? `ws://${HOST_DEFAULT}:${PORT_DEFAULT}`);
  const ca = await authorityOption(options);
  const runnable = await openRunnable(reference, from, { profile });
  for (const note of runnable.notes) console.error(`note: ${note}`);
  const credentials = await networkCredentials(runnable.network, textOption(options, "credentials"));
  const plant = await runnable.createPlant({ seed });
  console.error(
    `${runnable.network.intersections.length} controllers of ${runnable.network.id} connect to ${engine}`,
  );
  const result = await runField({
    runnable,
    plant,
    credentials,
    connect: websocketConnector(
      engine,
      wallClock.after,
      ca === undefined ? undefined : { kind: "authorities", ca },
    ),
    speedFactor,
    observe,
    until: endOf(runnable, plant.startsAt, forSeconds),
    clock: wallClock,
    notice: (text) => console.error(text),
    progress: createProgress(runnable.network.timeZone, plant.startsAt),
    stopped: stopSignal(),
  });
  const { endedAt, plant: measured, monitorTrips, onLocalPlan, engineLosses, controllers } = result;
  const simulatedSeconds = msToSeconds(endedAt - plant.startsAt);
  console.error(
    `Ended after ${simulatedSeconds} simulated seconds: mean delay ${measured.delaySeconds.toFixed(1)} s/veh, ` +
      `${onLocalPlan} of ${runnable.network.intersections.length} controllers on their local plan, ${monitorTrips} monitor trips.`,
  );
  await writeJson(options, {
    network: runnable.network.id,
    simulatedSeconds,
    intersections: runnable.network.intersections.length,
    controllersOnLocalPlan: onLocalPlan,
    engineLosses,
    ...controllers,
    safetyViolations: monitorTrips,
    ...measured,
  });
}

/** The address of the controller link, from what the user gave. */
function engineUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text.replace(/^http/, "ws"));
  } catch {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--engine ${text}: an address such as ws://${HOST_DEFAULT}:${PORT_DEFAULT} is allowed`,
    );
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw new PhasewiseError("OPTION_INVALID", `--engine ${text}: only ws and wss are allowed`);
  }
  return new URL("/link", url).href;
}
