import { join } from "node:path";
import type { Subscription } from "rxjs";
import { createGateway, type Gateway, PLANT_ID } from "../adapters/gateway.ts";
import { loadCredentials } from "../adapters/credentials.ts";
import { acceptSocket, FRAME_BYTES_MAX } from "../adapters/websocket-link.ts";
import { packageRoot } from "../adapters/package-root.ts";
import type { EngineOptions } from "./options.ts";
import { trafficSnapshot } from "../engine/snapshot.ts";
import { PhasewiseError } from "../errors.ts";
import type { Network } from "../model/files.ts";
import { type Decided, runPipeline } from "../pipeline/run.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Field } from "../ports/field.ts";
import type { Journal } from "../ports/journal.ts";
import type { Store, StorePages } from "../ports/store.ts";
import type { Operators } from "../ports/operators.ts";
import { hostCheck } from "../server/host-check.ts";
import { createStage, type Stage } from "../server/live.ts";
import { buildServer } from "../server/server.ts";
import { wallClock } from "./wall-clock.ts";

export const HOST_DEFAULT = "127.0.0.1";
export const PORT_DEFAULT = 8080;

export type EngineHostOptions = EngineOptions & {
  readonly network: Network;
  readonly journal: Journal;
  readonly eventLog: EventLog;
  /** What is remembered, and shown again; absent where nothing is. */
  readonly history?: (Store & StorePages) | undefined;
  readonly credentials: ReadonlyMap<string, string>;
  /** Who asks things of the engine; absent where nobody can. */
  readonly operators?: (field: Field) => Operators;
  /** Told of each instant that was decided. */
  readonly decided?: (decided: Decided) => void;
  /** Whether decisions are told with all that they were made on. */
  readonly recordDecisions?: boolean;
};

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** Names beside `host` and the loopback's under which consoles may be asked for. */
  readonly allowedHosts: readonly string[];
};

/** A running engine: its pipeline, its gateway, and what consoles see of it. */
export type EngineHost = {
  readonly gateway: Gateway;
  readonly stage: Stage;
  readonly latest: () => Decided | undefined;
  /** Opens the port for consoles and controllers; its address. Throws `PORT_IN_USE`. */
  listen(options: ListenOptions): Promise<string>;
  close(): Promise<void>;
};

export function startEngineHost(options: EngineHostOptions): EngineHost {
  const { network, credentials, journal, eventLog, history, mode, intervalMs, planValidMs, settings } =
    options;
  const { recordDecisions = false } = options;
  const gateway = createGateway({ network, credentials, eventLog, timer: wallClock.after });
  const stage = createStage(wallClock);
  let latest: Decided | undefined;
  const presence: Subscription = gateway.events.subscribe(({ kind }) => {
    if (kind === "plantUp" || kind === "plantDown") stage.plantConnected(kind === "plantUp");
  });
  const pipeline = runPipeline(
    {
      network,
      mode,
      intervalMs,
      planValidMs,
      ...(settings === undefined ? {} : { settings }),
      recordDecisions,
    },
    { field: gateway, journal, audience: stage, store: history, operators: options.operators?.(gateway) },
  ).subscribe((decided) => {
    latest = decided;
    options.decided?.(decided);
  });
  const networkView = () => {
    if (latest === undefined) return undefined;
    const { demand: _, ...visible } = network;
    const { midnightAt, stepMs, intervalMs: decidedMs } = latest.tables.configuration;
    return { network: visible, midnightAt, plantStepMs: stepMs, intervalMs: decidedMs };
  };
  let server: Awaited<ReturnType<typeof buildServer>> | undefined;
  return {
    gateway,
    stage,
    latest: () => latest,
    listen: async ({ host, port, allowedHosts }) => {
      server = await buildServer({
        networkView,
        snapshot: () => (latest === undefined ? undefined : trafficSnapshot(latest.state, latest.tables)),
        history,
        stage,
        acceptLink: (socket) => acceptSocket(socket, gateway.accept, wallClock.after),
        consoleFolder: join(packageRoot(), "dist", "console"),
        frameBytesMax: FRAME_BYTES_MAX,
        knowsHost: hostCheck(host, allowedHosts),
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
      presence.unsubscribe();
      pipeline.unsubscribe();
      await server?.close();
      journal.close();
      await eventLog.close();
      await history?.close();
    },
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
