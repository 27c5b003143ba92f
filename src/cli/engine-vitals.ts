import { createPrometheusMetrics } from "../adapters/metrics/prometheus.ts";
import type { Gateway } from "../adapters/gateway.ts";
import type { EngineCounts } from "../engine/state.ts";
import type { Network } from "../model/files.ts";
import type { Decided } from "../pipeline/run.ts";
import type { AlarmDesk } from "../ports/alarm-desk.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { OutcomeCounts, Readings, Refusal } from "../ports/metrics.ts";
import type { StoreQueue } from "../ports/store.ts";
import type { Stage } from "../server/live.ts";
import type { VitalsPorts } from "../server/vitals.ts";
import { SECOND_MS } from "../units.ts";
import { wallClock } from "./wall-clock.ts";

export type WatchedEngine = {
  readonly network: Network;
  readonly gateway: Gateway;
  readonly stage: Stage;
  readonly alarms: AlarmDesk;
  readonly eventLog: EventLog;
  readonly history: StoreQueue | undefined;
  readonly latest: () => Decided | undefined;
  /** What cannot be written now, each with why. */
  readonly failing: () => readonly string[];
  /** Told when a plant comes and goes. */
  readonly plantConnected: (connected: boolean) => void;
};

/** Watches how an engine does, and tells whether a plant is there. To be made before its pipeline begins. */
export type EngineWatch = VitalsPorts & {
  readonly decided: (decided: Decided) => void;
  readonly end: () => void;
};

export function watchEngine(engine: WatchedEngine): EngineWatch {
  let plantConnected = false;
  let stepWallMs = 0;
  let heardAt = 0;
  let decidedAt: number | undefined;
  const metrics = createPrometheusMetrics(() => readingsOf(engine, plantConnected));
  // An instant is decided in the very call that brings its last frame: what is heard here before the pipeline hears it.
  const presence = engine.gateway.events.subscribe((event) => {
    heardAt = wallClock.now();
    if (event.kind === "plantUp") {
      const { stepMs, speedFactor } = event.clock;
      stepWallMs = speedFactor === 0 ? 0 : stepMs / speedFactor;
    }
    if (event.kind === "plantUp" || event.kind === "plantDown") {
      plantConnected = event.kind === "plantUp";
      engine.plantConnected(plantConnected);
    }
  });
  return {
    metrics,
    decided: ({ instant }) => {
      decidedAt = wallClock.now();
      metrics.decided((decidedAt - heardAt) / SECOND_MS, instant.inputs.flatMap(refusalOf));
    },
    vitals: () => ({
      plantConnected,
      sinceDecidedMs: decidedAt === undefined ? undefined : wallClock.now() - decidedAt,
      stepWallMs,
      failing: engine.failing(),
    }),
    end: () => presence.unsubscribe(),
  };
}

function refusalOf(input: Decided["instant"]["inputs"][number]): readonly Refusal[] {
  if (input.kind !== "ack" || input.result !== "refused") return [];
  const what = "schedule" in input ? "schedule" : "command" in input ? "command" : "plan";
  return [{ what, code: input.code }];
}

function readingsOf(engine: WatchedEngine, plantConnected: boolean): Readings {
  const { network, gateway, stage, alarms, eventLog, history, latest } = engine;
  const decided = latest();
  const counts = decided?.state.counts;
  const unstored = network.intersections.map(({ id }) => {
    const { received, stored } = eventLog.progress(id);
    return received - stored;
  });
  const { received, sent, linked } = gateway.traffic();
  return {
    decidedAt: decided?.instant.at,
    plantConnected,
    links: { configured: network.intersections.length, up: linked },
    frames: { received, sent, refused: gateway.refused },
    plans: outcomesOf(counts, "plans"),
    schedules: outcomesOf(counts, "schedules"),
    readbackMismatches: counts?.readbackMismatches ?? 0,
    gateRules: counts?.gateRules ?? {},
    eventsUnstored: unstored.reduce((sum, events) => sum + events, 0),
    historyWaiting: history?.waitingCharacters(),
    alarms: activeByPriority(alarms),
    consoles: stage.figures(),
  };
}

function outcomesOf(counts: EngineCounts | undefined, what: "plans" | "schedules"): OutcomeCounts {
  return {
    pushed: counts?.[`${what}Pushed`] ?? 0,
    accepted: counts?.[`${what}Accepted`] ?? 0,
    applied: counts?.[`${what}Applied`] ?? 0,
    refusedByController: counts?.[`${what}Refused`] ?? 0,
    refusedByGate: counts?.[`${what}RefusedByGate`] ?? 0,
  };
}

function activeByPriority(desk: AlarmDesk): ReadonlyMap<string, number> | undefined {
  const view = desk.view();
  if (view === undefined) return undefined;
  const byPriority = new Map([
    ["P1", 0],
    ["P2", 0],
    ["P3", 0],
  ]);
  for (const { priority } of view.active) byPriority.set(priority, (byPriority.get(priority) ?? 0) + 1);
  return byPriority;
}
