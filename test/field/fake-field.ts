import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import { createGateway, type Gateway } from "../../src/adapters/gateway.ts";
import { memoryConnector } from "../../src/adapters/memory-link.ts";
import type { Network } from "../../src/model/files.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import type { LinkConnector } from "../../src/ports/link.ts";
import { type InstantMs, instantMs } from "../../src/units.ts";
import type { LampOutput, Plant, PlantResult, PlantStep } from "../../sim/field/plant.ts";
import { type FieldClock, type FieldOptions, runField } from "../../sim/field/run-field.ts";
import { smallNetwork } from "../model/small-network.ts";

export const START = instantMs(1_767_596_400_000);
export const MIDNIGHT = instantMs(START - 3_600_000);

const SECRETS = new Map([
  ["plant", "secret-of-the-plant"],
  ["t", "secret-of-t-secret-of-t"],
]);

const RESULT: PlantResult = {
  vehiclesScheduled: 0,
  vehiclesArrived: 0,
  vehiclesNeverInserted: 0,
  delaySeconds: 0,
  timeLossSeconds: 0,
  waitingSeconds: 0,
  waitMaxSeconds: 0,
  jammed: false,
  pedestrianDelaySeconds: undefined,
  record: {
    trips: [],
    passages: [],
    pedestrianWaitsSeconds: [],
    pedestrianCameSeconds: [],
    profile: [],
    queueMaxVehicles: 0,
  },
};

/** Wall time that moves when the test says so; what is due at once comes with the next turn of the event loop. */
export function handClock() {
  let now = 0;
  let waiting: { readonly dueMs: number; readonly run: () => void }[] = [];
  const clock: FieldClock = {
    now: () => now,
    after: (delayMs, run) => {
      if (delayMs <= 0) {
        const immediate = setImmediate(run);
        return () => clearImmediate(immediate);
      }
      const entry = { dueMs: now + delayMs, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
  };
  /** Moves on from one due timer to the next, with all that follows from each. */
  const advance = async (wallMs: number): Promise<void> => {
    const end = now + wallMs;
    for (;;) {
      const next = waiting.toSorted((left, right) => left.dueMs - right.dueMs)[0];
      if (next === undefined || next.dueMs > end) break;
      waiting = waiting.filter((other) => other !== next);
      now = next.dueMs;
      next.run();
      await settled();
    }
    now = end;
    await settled();
  };
  return { clock, advance };
}

/** Everything that can happen without time passing has happened: links in memory and plants need no more. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

export type FakeEngine = {
  gateway: Gateway;
  /** Whether an instant is answered as soon as it is ready. */
  answers: boolean;
  wantTraffic: boolean;
  readonly events: FieldEvent[];
  /** Answers the instant that waits. */
  answer(): void;
  /** A new process: nobody is known any more. */
  restart(): void;
  listening: boolean;
};

const seconds = (at: number): number => (at - START) / 1000;

type Options = Partial<FieldOptions> & {
  readonly network?: Network;
  readonly stepMs?: number;
  /** What the plant reports of a step, by its number. */
  readonly step?: (index: number) => Partial<PlantStep>;
  /** Other links than the engine's own, or these with something in between. */
  readonly connector?: (toEngine: LinkConnector) => LinkConnector;
};

/** A field on a fake plant with the real gateway, driven by hand. */
export function startField(options: Options = {}) {
  const { network = smallNetwork(), step, stepMs = 1000, connector, ...rest } = options;
  const log: string[] = [];
  const notices: string[] = [];
  const lamps: (readonly LampOutput[])[] = [];
  const wanted: boolean[] = [];
  const zonesWanted: boolean[] = [];
  const hand = handClock();
  const stop = new AbortController();
  const engine = fakeEngine(network, log, hand.clock);
  const plant: Plant = {
    stepMs,
    startsAt: START,
    endsAt: undefined,
    step: (shown, { wantVehicles, wantZones }) => {
      const index = lamps.length;
      log.push(`step ${index}`);
      lamps.push(shown);
      wanted.push(wantVehicles);
      zonesWanted.push(wantZones === true);
      const measures = {
        vehiclesRunning: index,
        vehiclesWaitingToEnter: 0,
        vehiclesArrived: 0,
        delaySeconds: undefined,
      };
      const vehicles = wantVehicles ? [index, 0, 0, 0, 45] : [];
      const calls = { pedestrianCalls: [], priorityCalls: [] };
      return Promise.resolve({ actuations: [], ...calls, vehicles, zones: [], measures, ...step?.(index) });
    },
    finish: () => {
      log.push("finish");
      return Promise.resolve(RESULT);
    },
    close: () => {
      log.push("close");
      return Promise.resolve();
    },
  };
  const result = runField({
    runnable: {
      network,
      midnightAt: MIDNIGHT,
      startsAt: START,
      durationSeconds: undefined,
      notes: [],
      createPlant: () => Promise.resolve(plant),
    },
    plant,
    credentials: SECRETS,
    connect: connector?.(engine.connect) ?? engine.connect,
    speedFactor: 0,
    until: undefined,
    clock: hand.clock,
    notice: (text) => notices.push(text),
    progress: (at) => log.push(`progress ${seconds(at)}`),
    stopped: stop.signal,
    ...rest,
  });
  // A run that fails is asked about later; until then it is nobody's unhandled rejection.
  result.catch(() => undefined);
  return { ...hand, engine: engine.engine, log, notices, lamps, wanted, zonesWanted, stop, result };
}

function fakeEngine(network: Network, log: string[], clock: FieldClock) {
  // Outlives an engine, as a file does.
  const eventLog = forgetfulEventLog();
  const events: FieldEvent[] = [];
  let waitingAt: InstantMs | undefined;
  const open = (): Gateway => {
    const gateway = createGateway({ network, credentials: SECRETS, eventLog, timer: clock.after });
    gateway.events.subscribe((event) => {
      events.push(event);
      if (event.kind !== "ready") return;
      log.push(`ready ${seconds(event.frame.at)}`);
      waitingAt = instantMs(event.frame.at);
      if (engine.answers) engine.answer();
    });
    return gateway;
  };
  const engine: FakeEngine = {
    gateway: open(),
    answers: true,
    wantTraffic: false,
    events,
    listening: true,
    answer: () => {
      if (waitingAt === undefined) return;
      const at = waitingAt;
      waitingAt = undefined;
      log.push(`go ${seconds(at)}`);
      engine.gateway.heartbeat(at);
      engine.gateway.go(at, { wantTraffic: engine.wantTraffic });
    },
    restart: () => {
      engine.gateway = open();
      engine.listening = true;
    },
  };
  const connect: LinkConnector = async (listener) => {
    if (!engine.listening) throw new Error("nobody listens");
    return await memoryConnector(engine.gateway.accept)(listener);
  };
  return { engine, connect };
}
