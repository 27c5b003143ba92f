import { join } from "node:path";
import { createLocalClock } from "../adapters/feeds/local-clock.ts";
import { createGateway, type Gateway, PLANT_ID } from "../adapters/gateway.ts";
import { networkDigest } from "../adapters/digest.ts";
import { loadCredentials } from "../adapters/credentials.ts";
import { acceptSocket, FRAME_BYTES_MAX } from "../adapters/websocket-link.ts";
import { packageRoot } from "../adapters/package-root.ts";
import type { EngineOptions } from "./options.ts";
import { trafficSnapshot } from "../engine/snapshot.ts";
import { PhasewiseError } from "../errors.ts";
import type { Network } from "../model/files.ts";
import { auditEntries } from "../pipeline/audit-entries.ts";
import { type Decided, runPipeline } from "../pipeline/run.ts";
import type { Condition } from "../alarms/alarm.ts";
import { createAlarmDesk } from "../pipeline/alarm-desk.ts";
import type { AlarmDesk } from "../ports/alarm-desk.ts";
import type { AuditEntry, AuditTrail } from "../ports/audit.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Field } from "../ports/field.ts";
import type { Journal } from "../ports/journal.ts";
import type { Store, StorePages, StoreQueue } from "../ports/store.ts";
import type { Operators } from "../ports/operators.ts";
import { hostCheck } from "../server/host-check.ts";
import { createStage, type Stage } from "../server/live.ts";
import { buildServer, type Memory } from "../server/server.ts";
import { type CounterfactualThread, counterfactualThread } from "./counterfactual-thread.ts";
import { timeTextOf } from "./measures.ts";
import { watchEngine } from "./engine-vitals.ts";
import type { TlsFiles } from "./tls.ts";
import { VERSION } from "./version.ts";
import { wallClock } from "./wall-clock.ts";

export const HOST_DEFAULT = "127.0.0.1";
export const PORT_DEFAULT = 8080;

export type EngineHostOptions = EngineOptions & {
  readonly network: Network;
  readonly journal: Journal;
  readonly eventLog: EventLog;
  /** What is remembered, and shown again; absent where nothing is. */
  readonly history?: (Store & StorePages & StoreQueue) | undefined;
  readonly audit: AuditTrail;
  /** Conditions of alarms that the engine does not know of. */
  readonly conditions: () => readonly Condition[];
  /** What cannot be written now, each with why. */
  readonly failing?: () => readonly string[];
  readonly credentials: ReadonlyMap<string, string>;
  /** Who asks things of the engine; absent where nobody can. */
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
  const { mode, intervalMs, planValidMs, settings } = options;
  const audit = searchable(options.audit, history);
  const gateway = createGateway({ network, credentials, eventLog, timer: wallClock.after });
  const stage = createStage(wallClock);
  const alarms = createAlarmDesk({
    audit,
    others: options.conditions,
    rows: (rows) => history?.append({ table: "alarms", rows }),
  });
  audit.append(engineEntry("start", options));
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
  });
  const pipeline = runPipeline(
    {
      network,
      mode,
      intervalMs,
      planValidMs,
      ...(settings === undefined ? {} : { settings }),
      // Whoever asks why without a history has the journal replayed.
      recordDecisions: history !== undefined,
    },
    { field: gateway, journal, audience: stage, store: history, operators: options.operators?.(gateway) },
  ).subscribe((decided) => {
    audited(audit, latest, decided);
    alarms.decided(decided);
    latest = decided;
    watch.decided(decided);
    options.decided?.(decided);
  });
  const networkView = () => {
    if (latest === undefined) return undefined;
    const { demand: _, ...visible } = network;
    const { midnightAt, stepMs, intervalMs: decidedMs } = latest.tables.configuration;
    return { network: visible, midnightAt, plantStepMs: stepMs, intervalMs: decidedMs };
  };
  let server: Awaited<ReturnType<typeof buildServer>> | undefined;
  const counterfactuals = counterfactualThread(network.timeZone, wallClock.after);
  return {
    gateway,
    stage,
    alarms,
    latest: () => latest,
    listen: async ({ host, port, allowedHosts, tls }) => {
      server = await buildServer({
        networkView,
        snapshot: () => (latest === undefined ? undefined : trafficSnapshot(latest.state, latest.tables)),
        memory:
          history === undefined
            ? undefined
            : memoryOf(network, history, () => latest?.instant.at, counterfactuals),
        stage,
        alarms,
        acceptLink: (socket) => acceptSocket(socket, gateway.accept, wallClock.after),
        consoleFolder: join(packageRoot(), "dist", "console"),
        frameBytesMax: FRAME_BYTES_MAX,
        knowsHost: hostCheck(host, allowedHosts),
        vitals: watch,
        tls,
      });
      try {
        return await server.listen({ host, port });
      } catch (cause) {
        if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
          throw new PhasewiseError(
            "PORT_IN_USE",
            `port ${port} on ${host} is taken; choose another one with --port N`,
            { cause },
          );
        }
        throw cause;
      }
    },
    close: async () => {
      stage.close();
      gateway.close("the engine is stopping");
      watch.end();
      pipeline.unsubscribe();
      await counterfactuals.close();
      await server?.close();
      journal.close();
      await eventLog.close();
      audit.append(engineEntry("stop", options, latest?.instant.at));
      await audit.close();
      await history?.close();
    },
  };
}

/** An instant's entries of the audit trail, before the plant is let go on from it. */
function audited(
  audit: AuditTrail,
  last: Decided | undefined,
  { tables, instant, state, effects }: Decided,
): void {
  const { at, inputs } = instant;
  const told = { at, tables, before: last?.state, state, inputs, effects };
  for (const entry of auditEntries(told)) audit.append(entry);
}

/** The trail, each of whose entries is remembered as well, so that it can be searched. */
function searchable(trail: AuditTrail, store: Store | undefined): AuditTrail {
  if (store === undefined) return trail;
  return {
    append: (entry) => {
      const numbered = trail.append(entry);
      const { recordedAt, number, who, action, where } = numbered;
      const at = entry.at ?? recordedAt;
      const row = { at, intersection: where ?? "", number, who, action, content: JSON.stringify(entry) };
      store.append({ table: "audit", rows: [row] });
      return numbered;
    },
    stored: () => trail.stored(),
    close: () => trail.close(),
  };
}

function memoryOf(
  network: Network,
  store: Store & StorePages,
  now: () => number | undefined,
  { decide: decideAgain }: CounterfactualThread,
): Memory {
  const timeText = timeTextOf(createLocalClock(network.timeZone));
  return { network, store, now, timeText, timer: wallClock.after, decideAgain };
}

/** That the engine begins or ends, and with what configuration. */
function engineEntry(
  verb: "start" | "stop",
  { network, mode, intervalMs, planValidMs, settings }: EngineHostOptions,
  at?: number,
): AuditEntry {
  const parameters = (settings ?? []).map(({ path, value }) => ({ path, value }));
  const configuration = {
    version: VERSION,
    network: network.id,
    digest: networkDigest(network),
    mode,
    intervalMs,
    planValidMs,
    settings: parameters,
  };
  return {
    at: at ?? null,
    who: "engine",
    action: `engine.${verb}`,
    where: null,
    subject: network.id,
    before: null,
    after: verb === "start" ? configuration : null,
    reason: null,
    result: "done",
    correlation: null,
  };
}

/** The credentials of every controller of a network and of its plant, made at the first start. */
export async function networkCredentials(
  network: Network,
  path: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const ids = [PLANT_ID, ...network.intersections.map(({ id }) => id)];
  return await loadCredentials(path ?? join(".phasewise", "credentials", `${network.id}.json`), ids);
}
