import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { runField } from "../../sim/field/run-field.ts";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { plantWithFaults } from "../../sim/scenario/detector-faults.ts";
import { readEvent } from "../../sim/scenario/event-text.ts";
import { streetEvents } from "../../sim/scenario/events.ts";
import { linkIsOpen } from "../../sim/scenario/outages.ts";
import { scriptedOperator } from "../../sim/scenario/scripted-operator.ts";
import { watchCongestionTruth } from "../../sim/whatif/congestion-truth.ts";
import { memoryConnector } from "../adapters/memory-link.ts";
import { runFilesIn } from "../adapters/run-files.ts";
import { type LinkTrust, websocketConnector } from "../adapters/websocket-link.ts";
import type { Network } from "../model/files.ts";
import type { LinkConnector } from "../ports/link.ts";
import { after, type InstantMs, secondsToMs } from "../units.ts";
import {
  HOST_DEFAULT,
  type ListenOptions,
  networkCredentials,
  PORT_DEFAULT,
  startEngineHost,
} from "./engine-host.ts";
import { openRunnable } from "./networks.ts";
import { writeJson } from "./json-report.ts";
import {
  choiceOption,
  engineOptions,
  fieldOptions,
  flagOption,
  historyOption,
  hostNamesOption,
  numberOption,
  type RawOptions,
  textOption,
  textsOption,
} from "./options.ts";
import { guestRoles, openOwnPeople, tellGuestLinks } from "./own-people.ts";
import { createProgress } from "./progress.ts";
import { openRunLog, type RunLog } from "./run-log.ts";
import { stopSignal } from "./stop-signal.ts";
import { type TlsFiles, tlsOption } from "./tls.ts";
import { type RunSummary, runSummary } from "./summary.ts";
import { wallClock } from "./wall-clock.ts";

/** Engine, simulated field and console in one process: the main job. */
export async function start(reference: string, options: RawOptions): Promise<void> {
  const headless = flagOption(options, "headless");
  const link = choiceOption(options, "link", ["websocket", "memory"]);
  const decisions = engineOptions(options);
  const { speedFactor, seed, forSeconds, from, observe, profile } = fieldOptions(options);
  const guests = guestRoles(options, ["operator"]);
  const listening = await listenOptions(options, headless ? 0 : PORT_DEFAULT);
  const stopped = stopSignal();
  const runnable = await openRunnable(reference, from, { profile });
  const { network } = runnable;
  for (const note of runnable.notes) console.error(`note: ${note}`);
  const events = textsOption(options, "event").map((text) => readEvent(text, network));
  const credentials = await networkCredentials(network, textOption(options, "credentials"));
  const runLog = await runLogOf(options, network, seed);
  // Where every vehicle is costs time to ask for: only for a summary that somebody reads.
  const truth = options["json"] === undefined ? undefined : watchCongestionTruth(network);
  const people = openOwnPeople();
  const engine = startEngineHost({
    network,
    ...decisions,
    ...runLog,
    credentials,
    studied: { reference, scenario: { from, observe, profile } },
    observe,
    people,
    operators: (field) => scriptedOperator(events, network, decisions.mode, field),
    ...(truth === undefined ? {} : { decided: truth.watch }),
  });
  const startedWall = wallClock.now();
  try {
    const address = headless && link === "memory" ? undefined : await engine.listen(listening);
    if (!headless && address !== undefined) tellGuestLinks(address, people, guests);
    if (runLog.journalPath !== undefined) console.error(`Journal: ${runLog.journalPath}`);
    const sound = await runnable.createPlant({ seed, events: streetEvents(events) });
    const faulty = plantWithFaults(sound, events, network, seed);
    const plant = truth?.follow(faulty) ?? faulty;
    const until = endOf(runnable, plant.startsAt, forSeconds);
    const result = await runField({
      runnable,
      plant,
      linkIsOpen: linkIsOpen(events, plant.startsAt),
      credentials,
      connect:
        link === "memory" || address === undefined
          ? memoryConnector(engine.gateway.accept)
          : ownConnector(address, listening.tls),
      speedFactor,
      observe,
      until,
      clock: wallClock,
      notice: (text) => console.error(text),
      progress: createProgress(network.timeZone, plant.startsAt),
      stopped,
    });
    const summary: RunSummary = {
      ...runSummary(runnable, engine, result, plant.startsAt, wallClock.now() - startedWall),
      ...(truth === undefined ? {} : { congestionTruth: truth.truth() }),
    };
    tell(summary);
    await writeJson(options, summary);
  } finally {
    await engine.close();
    await runLog.release();
  }
}

async function listenOptions(options: RawOptions, usualPort: number): Promise<ListenOptions> {
  return {
    host: textOption(options, "host") ?? HOST_DEFAULT,
    port: numberOption(options, "port", { min: 0, max: 65_535, integer: true }) ?? usualPort,
    allowedHosts: hostNamesOption(options, "allowHost"),
    tls: await tlsOption(options),
  };
}

/** To the engine of this very process, which has this very certificate, whatever name it listens on. */
function ownConnector(address: string, tls: TlsFiles | undefined): LinkConnector {
  const trust: LinkTrust | undefined =
    tls === undefined
      ? undefined
      : { kind: "pinned", fingerprint256: new X509Certificate(tls.cert).fingerprint256 };
  return websocketConnector(`${address.replace("http", "ws")}/link`, wallClock.after, trust);
}

async function runLogOf(options: RawOptions, network: Network, seed: number): Promise<RunLog> {
  const folder = join(".phasewise", "runs", `${network.id}-seed${seed}`);
  const keptDays = historyOption(options);
  return await openRunLog({
    asked: textOption(options, "journal"),
    usual: runFilesIn(folder, "journal.ndjson"),
    continues: false,
    history: keptDays === undefined ? undefined : { network, keptDays },
  });
}

/** When a run ends: as asked for, or as its scenario says; `undefined` for one that runs until it is stopped. */
export function endOf(
  runnable: RunnableNetwork,
  startsAt: InstantMs,
  forSeconds: number | undefined,
): InstantMs | undefined {
  const seconds = forSeconds ?? runnable.durationSeconds;
  return seconds === undefined ? undefined : after(startsAt, secondsToMs(seconds));
}

function tell(summary: RunSummary): void {
  console.error(
    `Ended after ${summary.simulatedSeconds} simulated seconds: mean delay ${summary.delaySeconds} s/veh, ` +
      `${summary.plansApplied} plans and ${summary.schedulesApplied} stage schedules applied on ${summary.intersectionsWithAppliedPlans} of ${summary.intersections} intersections, ` +
      `${summary.detectorsFailed} detectors failed, ${summary.countsImputed} counts imputed, ${summary.safetyViolations} safety violations.`,
  );
}
