import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Observe } from "../../sim/field/run-field.ts";
import { createLocalClock } from "../adapters/feeds/local-clock.ts";
import { createGateway, type Gateway, PLANT_ID } from "../adapters/gateway.ts";
import { loadCredentials } from "../adapters/credentials.ts";
import { acceptSocket, FRAME_BYTES_MAX } from "../adapters/websocket-link.ts";
import { packageRoot } from "../adapters/package-root.ts";
import { digestOf, freshSecret } from "../adapters/people/secret.ts";
import type { EngineOptions } from "./options.ts";
import { type Setting, settingText } from "../engine/parameters/settings.ts";
import { trafficSnapshot } from "../engine/snapshot.ts";
import { PhasewiseError } from "../errors.ts";
import type { Network } from "../model/files.ts";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import { type Decided, type EngineSettings, runPipeline } from "../pipeline/run.ts";
import type { Condition } from "../alarms/alarm.ts";
import { createAlarmDesk } from "../pipeline/alarm-desk.ts";
import { createOperatorDesk } from "../pipeline/operator-desk.ts";
import { createChangeDesk, type RunningChanges } from "../pipeline/change-desk.ts";
import type { AlarmDesk, AlarmMemory } from "../ports/alarm-desk.ts";
import type { AuditTrail } from "../ports/audit.ts";
import type { ChangeStore } from "../ports/change-desk.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Field } from "../ports/field.ts";
import type { Journal } from "../ports/journal.ts";
import type { Store, StorePages, StoreQueue } from "../ports/store.ts";
import type { NetworkView } from "../protocol/live.ts";
import type { Operators } from "../ports/operators.ts";
import type { People } from "../ports/people.ts";
import type { SessionMemory } from "../ports/sessions.ts";
import type { StudyMemory } from "../ports/studies.ts";
import { createAttempts } from "../server/attempts.ts";
import { hostCheck } from "../server/host-check.ts";
import { createStage, type Stage } from "../server/live.ts";
import { buildServer, type Memory, type ServerPorts } from "../server/server.ts";
import { recordedSettings } from "./replay-simulation.ts";
import { createStudies, type RunningStudies } from "./studies.ts";
import type { StudiedEngine } from "./study-request.ts";
import { studyInProcess } from "./study-runner.ts";
import { type CounterfactualThread, counterfactualThread } from "./counterfactual-thread.ts";
import { dryRunner } from "./dry-run-process.ts";
import { timeTextOf } from "./measures.ts";
import { audited, engineEntry, searchable } from "./engine-audit.ts";
import { watchEngine } from "./engine-vitals.ts";
import type { TlsFiles } from "./tls.ts";
import { wallClock, wallTime } from "./wall-clock.ts";

export const HOST_DEFAULT = "127.0.0.1";
export const PORT_DEFAULT = 8080;

export type EngineHostOptions = EngineOptions & {
  readonly network: Network;
  readonly journal: Journal;
  readonly eventLog: EventLog;
  /** What is remembered, and shown again; absent where nothing is. */
  readonly history?: (Store & StorePages & StoreQueue) | undefined;
  readonly audit: AuditTrail;
  /** Changes of parameters; the last one that came in force holds, unless `settings` are named. */
  readonly changes: ChangeStore;
  /** What dry runs see of the street; `loops` where it is absent. */
  readonly observe?: Observe;
  /** Where what operators said of alarms outlives the engine; absent where it need not. */
  readonly alarmMemory?: AlarmMemory | undefined;
  /** Where who is signed in outlives the engine; absent likewise. */
  readonly sessionMemory?: SessionMemory | undefined;
  /** Where what-if studies outlive the engine; absent likewise. */
  readonly studyMemory?: StudyMemory | undefined;
  /** Conditions of alarms that the engine does not know of. */
  readonly conditions: () => readonly Condition[];
  /** What cannot be written now, each with why. */
  readonly failing?: () => readonly string[];
  readonly credentials: ReadonlyMap<string, string>;
  /** The street that what-if studies are about; absent where none are run. */
  readonly studied?: Pick<StudiedEngine, "reference" | "scenario">;
  /** Who may sign in. */
  readonly people: People;
  /** Who asks things of the engine beside the people at its port. */
  readonly operators?: (field: Field) => Operators;
  /** Told of each instant that was decided. */
  readonly decided?: (decided: Decided) => void;
};

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** Names beside `host` and the loopback's under which consoles may be asked for. */
  readonly allowedHosts: readonly string[];
  /** Absent for an unencrypted port. */
  readonly tls?: TlsFiles | undefined;
};

/** A running engine: its pipeline, its gateway, and what consoles see of it. */
export type EngineHost = {
  readonly gateway: Gateway;
  readonly stage: Stage;
  readonly alarms: AlarmDesk;
  readonly latest: () => Decided | undefined;
  /** Opens the port for consoles and controllers; its address. Throws `PORT_IN_USE`. */
  listen(options: ListenOptions): Promise<string>;
  close(): Promise<void>;
};

export function startEngineHost(options: EngineHostOptions): EngineHost {
  const { network, credentials, journal, eventLog, history } = options;
  const audit = searchable(options.audit, history);
  const gateway = createGateway({ network, credentials, eventLog, timer: wallClock.after });
  const attempts = createAttempts(wallTime);
  const alarms = createAlarmDesk({
    audit,
    others: () => [...options.conditions(), ...attempts.conditions()],
    rows: (rows) => history?.append({ table: "alarms", rows }),
    memory: options.alarmMemory,
    acted: () => stage.alarmsChanged(),
  });
  const stage = createStage(wallClock, () => alarms.now());
  const desk = createOperatorDesk(audit);
  const changes = changeDeskOf(options, audit);
  const { settings } = changes;
  const configured = { ...options, settings };
  audit.append(engineEntry("start", configured));
  let latest: Decided | undefined;
  const watch = watchEngine({
    network,
    gateway,
    stage,
    alarms,
    eventLog,
    history,
    latest: () => latest,
    failing: options.failing ?? (() => []),
    plantConnected: (connected) => {
      stage.plantConnected(connected);
      desk.plantConnected(connected);
    },
  });
  const operators = desk.operators(options.operators?.(gateway));
  const ports = { field: gateway, journal, audience: stage, store: history, operators, changes };
  const pipeline = runPipeline(engineSettings(options, settings), ports).subscribe((decided) => {
    audited(audit, decided);
    alarms.decided(decided);
    desk.decided(decided);
    changes.decided(decided);
    latest = decided;
    watch.decided(decided);
    options.decided?.(decided);
  });
  let server: FastifyInstance | undefined;
  const counterfactuals = counterfactualThread(network.timeZone, wallClock.after);
  const studies = studiesOf({ ...configured, audit }, () => latest);
  return {
    gateway,
    stage,
    alarms,
    latest: () => latest,
    listen: async (asked) => {
      const running = {
        options,
        gateway,
        stage,
        alarms,
        studies,
        desk,
        changes,
        watch,
        audit,
        attempts,
        counterfactuals,
      };
      server = await buildServer(serverPorts({ ...running, latest: () => latest }, asked));
      return await listenOn(server, asked.host, asked.port);
    },
    close: async () => {
      stage.close();
      changes.close();
      gateway.close("the engine is stopping");
      watch.end();
      pipeline.unsubscribe();
      await studies?.close();
      await counterfactuals.close();
      await server?.close();
      journal.close();
      await eventLog.close();
      audit.append(engineEntry("stop", configured, latest?.instant.at));
      await audit.close();
      await options.changes.close();
      await history?.close();
    },
  };
}

function engineSettings(options: EngineHostOptions, settings: readonly Setting[]): EngineSettings {
  const { network, mode, intervalMs, planValidMs, history } = options;
  return {
    network,
    mode,
    intervalMs,
    planValidMs,
    ...(settings.length === 0 ? {} : { settings }),
    // Whoever asks why without a history has the journal replayed.
    recordDecisions: history !== undefined,
  };
}

type Running = {
  readonly options: EngineHostOptions;
  readonly gateway: Gateway;
  readonly stage: Stage;
  readonly alarms: AlarmDesk;
  readonly studies: RunningStudies | undefined;
  readonly desk: ReturnType<typeof createOperatorDesk>;
  readonly changes: ReturnType<typeof changeDeskOf>;
  readonly watch: ReturnType<typeof watchEngine>;
  readonly audit: AuditTrail;
  readonly attempts: ReturnType<typeof createAttempts>;
  readonly counterfactuals: CounterfactualThread;
  readonly latest: () => Decided | undefined;
};

/** Everything that the server of a running engine answers from. */
function serverPorts(running: Running, { host, allowedHosts, tls }: ListenOptions): ServerPorts {
  const {
    options,
    gateway,
    stage,
    alarms,
    studies,
    desk,
    changes,
    watch,
    audit,
    attempts,
    counterfactuals,
    latest,
  } = running;
  const { network, history, people } = options;
  const now = (): Decided["instant"]["at"] | undefined => latest()?.instant.at;
  return {
    networkView: () => networkViewOf(network, latest()),
    snapshot: () => snapshotOf(latest()),
    memory: history === undefined ? undefined : memoryOf(network, history, now, counterfactuals),
    stage,
    alarms,
    studies,
    desk,
    changes,
    engine: latest,
    acceptLink: (socket) => acceptSocket(socket, gateway.accept, wallClock.after),
    consoleFolder: join(packageRoot(), "dist", "console"),
    frameBytesMax: FRAME_BYTES_MAX,
    knowsHost: hostCheck(host, allowedHosts),
    door: {
      people,
      attempts,
      freshSecret,
      digestOf,
      sessionMemory: options.sessionMemory,
      now: wallTime,
      timer: wallClock.after,
      audit: (entry) => audit.append({ ...entry, at: now() ?? null }),
    },
    vitals: watch,
    tls,
  };
}

/** The network as consoles are told of it: what is demanded of it is the simulation's alone. */
function networkViewOf(network: Network, latest: Decided | undefined): NetworkView | undefined {
  if (latest === undefined) return undefined;
  const { demand: _, ...visible } = network;
  const { midnightAt, stepMs, intervalMs } = latest.tables.configuration;
  return { network: visible, midnightAt, plantStepMs: stepMs, intervalMs };
}

/** Opens the port; its address. Throws `PORT_IN_USE`. */
async function listenOn(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
      const told = `port ${port} on ${host} is taken; choose another one with --port N`;
      throw new PhasewiseError("PORT_IN_USE", told, { cause });
    }
    throw cause;
  }
}

/** The parameters that the engine starts with, and who may change them while it runs. */
function changeDeskOf(
  { network, mode, intervalMs, settings, changes, observe = "loops" }: EngineHostOptions,
  audit: AuditTrail,
): RunningChanges {
  const adaptiveMode = mode === "plan" ? "plan" : "adaptive";
  const runner = dryRunner({ network, mode: adaptiveMode, observe, intervalMs });
  const desk = createChangeDesk({ audit, store: changes, dryRunner: runner, started: settings });
  if (settings === undefined && desk.settings.length > 0) {
    const texts = desk.settings.map(settingText).join(" ");
    console.error(`Parameters as the last change in force has them: ${texts}`);
  }
  return desk;
}

function memoryOf(
  network: Network,
  store: Store & StorePages,
  now: () => number | undefined,
  { decide: decideAgain, explain }: CounterfactualThread,
): Memory {
  const timeText = timeTextOf(createLocalClock(network.timeZone));
  return { network, store, now, timeText, timer: wallClock.after, decideAgain, explain };
}

function snapshotOf(latest: Decided | undefined): TrafficSnapshot | undefined {
  return latest === undefined ? undefined : trafficSnapshot(latest.state, latest.tables);
}

/** What-if studies of the engine as it is set when one is asked for. */
function studiesOf(
  { studied, network, audit, history: store, studyMemory: memory, ...given }: EngineHostOptions,
  latest: () => Decided | undefined,
): RunningStudies | undefined {
  if (studied === undefined) return undefined;
  // Parameters change while it runs; the rest stays as it began.
  const configured = () => {
    const now = latest();
    if (now === undefined) return given;
    const { configuration } = now.tables;
    return { ...configuration, settings: now.state.tuning?.settings ?? configuration.settings ?? [] };
  };
  const engine: StudiedEngine = {
    ...studied,
    network,
    snapshot: () => snapshotOf(latest()),
    plansOnly: () => configured().mode === "plan",
    settings: () => recordedSettings(configured()),
  };
  const now = () => latest()?.instant.at;
  return createStudies({ engine, runner: studyInProcess, audit, store, memory, now, wallTime });
}

/** The credentials of every controller of a network and of its plant, made at the first start. */
export async function networkCredentials(
  network: Network,
  path: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const ids = [PLANT_ID, ...network.intersections.map(({ id }) => id)];
  return await loadCredentials(path ?? join(".phasewise", "credentials", `${network.id}.json`), ids);
}
