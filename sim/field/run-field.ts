import { configurationDigest } from "../../src/adapters/digest.ts";
import { PLANT_ID } from "../../src/adapters/gateway.ts";
import { defined } from "../../src/assert.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { LinkConnector } from "../../src/ports/link.ts";
import { type GoFrame, PROTOCOL_VERSIONS } from "../../src/protocol/frames.ts";
import { after, type InstantMs, secondsToMs } from "../../src/units.ts";
import {
  advanceController,
  type ControllerState,
  type OutgoingFrame,
  receiveHeartbeat,
  receivePlan,
  receiveWelcome,
  reportDetections,
  startController,
  stateFrame,
} from "../controller/controller.ts";
import { conflictMonitor, type Monitor, type MonitorState } from "../controller/monitor/monitor.ts";
import { type FieldLink, openFieldLink } from "./field-link.ts";
import type { Actuation, LiveMeasures, Plant, PlantResult } from "./plant.ts";
import type { RunnableNetwork } from "./scenario.ts";

/** Wall time without an answer after which the field goes on alone (DESIGN §5). */
export const ENGINE_LOST_WALL_MS = 2_000;
/** Wall time in which all links must be up for the run to begin. */
export const CONNECT_WALL_MS = 20_000;

/** Alarms that a controller keeps while nobody hears it. */
const ALARMS_KEPT = 100;

export type FieldClock = {
  /** Milliseconds of wall time from any origin, never going back. */
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
};

export type FieldOptions = {
  readonly runnable: RunnableNetwork;
  readonly plant: Plant;
  readonly credentials: ReadonlyMap<string, string>;
  readonly connect: LinkConnector;
  /** Simulated seconds per wall second; 0 is as fast as possible. */
  readonly speedFactor: number;
  /** End of the run; `undefined`: until stopped. */
  readonly until: InstantMs | undefined;
  readonly clock: FieldClock;
  readonly notice: (text: string) => void;
  /** Told after each instant, for progress. */
  readonly progress: (at: InstantMs, measures: LiveMeasures) => void;
  readonly stopped: AbortSignal;
};

export type FieldResult = {
  readonly endedAt: InstantMs;
  readonly plant: PlantResult;
  readonly monitorTrips: number;
  /** Controllers that run a local plan at the end. */
  readonly onLocalPlan: number;
  /** Times that the field went on without an engine. */
  readonly engineLosses: number;
};

/** One simulated cabinet: controller, its monitor, its link. */
type Cabinet = {
  state: ControllerState;
  readonly monitor: Monitor;
  monitored: MonitorState;
  readonly link: FieldLink;
  outbox: OutgoingFrame[];
  wasUp: boolean;
  /** Whether the engine was told of the instant before. */
  wasHeard: boolean;
};

/** Drives plant and controllers in lock-step with the engine until the end, and measures. */
export async function runField(options: FieldOptions): Promise<FieldResult> {
  const field = new SimulatedField(options);
  try {
    await field.connect();
    return await field.run();
  } finally {
    field.close();
    await options.plant.close();
  }
}

class SimulatedField {
  readonly #options: FieldOptions;
  readonly #cabinets: readonly Cabinet[];
  readonly #plantLink: FieldLink;
  #at: InstantMs;
  #wake: (() => void) | undefined;
  #alone = false;
  /** Which connection to the engine was lost; another one is an engine that is back. */
  #lostWelcome = 0;
  #go: GoFrame | undefined;
  #wantTraffic = false;
  #monitorTrips = 0;
  #engineLosses = 0;
  /** Where the pace is counted from: wall time and simulated time. */
  #paceWall = 0;
  #paceAt: InstantMs;

  constructor(options: FieldOptions) {
    this.#options = options;
    const { runnable, plant, connect, credentials, notice, clock } = options;
    const { midnightAt, network } = runnable;
    this.#at = plant.startsAt;
    this.#paceAt = plant.startsAt;
    const changed = (): void => this.#wake?.();
    const timer = clock.after;
    const secretOf = (id: string): string => defined(credentials.get(id), `credential of ${id}`);
    this.#plantLink = openFieldLink({
      identity: PLANT_ID,
      connect,
      changed,
      notice,
      timer,
      hello: () => ({
        type: "plantHello",
        at: this.#at,
        network: network.id,
        credential: secretOf(PLANT_ID),
        versions: PROTOCOL_VERSIONS,
        stepMs: plant.stepMs,
        midnightAt,
        speedFactor: options.speedFactor,
      }),
    });
    this.#cabinets = network.intersections.map((intersection) => {
      const monitor = conflictMonitor(intersection);
      const digest = configurationDigest(intersection);
      const hello = (): object => ({
        type: "hello",
        at: this.#at,
        intersection: intersection.id,
        credential: secretOf(intersection.id),
        configurationDigest: digest,
        versions: PROTOCOL_VERSIONS,
        plan: cabinet.state.signal.plan.id,
      });
      const cabinet: Cabinet = {
        state: startController({ intersection, stepMs: plant.stepMs, midnightAt, at: plant.startsAt }),
        monitor,
        monitored: monitor.start(),
        link: openFieldLink({ identity: intersection.id, connect, changed, notice, timer, hello }),
        outbox: [],
        wasUp: false,
        wasHeard: false,
      };
      return cabinet;
    });
  }

  get #links(): readonly FieldLink[] {
    return [this.#plantLink, ...this.#cabinets.map(({ link }) => link)];
  }

  /** Waits until every link is welcomed, so that a run always begins the same. */
  async connect(): Promise<void> {
    const allUp = (): boolean => this.#links.every(({ up }) => up);
    if ((await this.#waitFor(allUp, CONNECT_WALL_MS)) || this.#options.stopped.aborted) return;
    const down = this.#links.filter(({ up }) => !up).map(({ identity }) => identity);
    const waited = CONNECT_WALL_MS / 1000;
    throw new PhasewiseError(
      "LINK_FAILED",
      `no link to the engine within ${waited} s for ${down.slice(0, 5).join(", ")}`,
    );
  }

  async run(): Promise<FieldResult> {
    const { plant, until, stopped, progress, clock } = this.#options;
    this.#paceWall = clock.now();
    let actuations: readonly Actuation[] = [];
    let measures: LiveMeasures = {
      vehiclesRunning: 0,
      vehiclesWaitingToEnter: 0,
      vehiclesArrived: 0,
      delaySeconds: undefined,
    };
    let vehicles: readonly number[] = [];
    for (;;) {
      this.#advance(actuations);
      this.#noticeReturn();
      this.#send(measures, vehicles);
      await this.#exchange();
      this.#receive();
      progress(this.#at, measures);
      if (stopped.aborted || (until !== undefined && this.#at >= until)) break;
      await this.#pace();
      const lamps = this.#cabinets.map(({ state }) => ({
        intersection: state.table.intersection.id,
        lamps: state.lamps,
        walk: state.walk,
      }));
      const moved = await plant.step(lamps, { wantVehicles: this.#wantTraffic });
      ({ actuations, measures, vehicles } = moved);
      this.#at = after(this.#at, plant.stepMs);
    }
    return {
      endedAt: this.#at,
      plant: await plant.finish(),
      monitorTrips: this.#monitorTrips,
      onLocalPlan: this.#cabinets.filter(({ state }) => state.signal.plan.source === "local").length,
      engineLosses: this.#engineLosses,
    };
  }

  close(): void {
    for (const link of this.#links) link.close();
  }

  /** Moves every controller on to the present instant, watched by its monitor. */
  #advance(actuations: readonly Actuation[]): void {
    const byIntersection = new Map<string, Actuation[]>();
    for (const actuation of actuations) {
      const known = byIntersection.get(actuation.intersection);
      if (known === undefined) byIntersection.set(actuation.intersection, [actuation]);
      else known.push(actuation);
    }
    for (const cabinet of this.#cabinets) {
      const moved = advanceController(cabinet.state, this.#at);
      const { id } = moved.state.table.intersection;
      const detected = reportDetections(moved.state, byIntersection.get(id) ?? []);
      cabinet.state = detected.state;
      const watched = cabinet.monitor.observe(
        cabinet.monitored,
        this.#at,
        cabinet.state.lamps,
        cabinet.state.walk,
      );
      cabinet.monitored = watched.state;
      const alarms = watched.trips.map(({ rule, detail }): OutgoingFrame => {
        this.#options.notice(`${id}: MONITOR TRIP ${rule}: ${detail}`);
        return { type: "alarm", at: this.#at, code: "MONITOR_TRIP", detail: `${rule}: ${detail}` };
      });
      this.#monitorTrips += alarms.length;
      for (const frame of moved.frames) {
        if (frame.type === "alarm") this.#options.notice(`${id}: ${frame.code}: ${frame.detail}`);
      }
      cabinet.outbox.push(...alarms, ...detected.frames, ...moved.frames);
    }
  }

  /** Tells the engine of this instant. To one that does not answer nothing is said: it would only pile up. */
  #send(measures: LiveMeasures, vehicles: readonly number[]): void {
    for (const cabinet of this.#cabinets) {
      const { link } = cabinet;
      const heard = link.up && !this.#alone;
      if (heard && !cabinet.wasHeard) link.send(stateFrame(cabinet.state));
      cabinet.wasUp = link.up;
      cabinet.wasHeard = heard;
      if (heard) for (const frame of cabinet.outbox) link.send(frame);
      cabinet.outbox = heard ? [] : cabinet.outbox.filter(({ type }) => type === "alarm").slice(-ALARMS_KEPT);
    }
    if (this.#alone) return;
    const at = this.#at;
    this.#plantLink.send({ type: "measures", at, ...measures, delaySeconds: measures.delaySeconds ?? null });
    if (this.#wantTraffic) this.#plantLink.send({ type: "traffic", at, vehicles });
    const links = this.#cabinets.filter(({ link }) => link.up).map(({ link }) => [link.identity, link.sent]);
    this.#plantLink.send({ type: "ready", at, links });
  }

  /** Waits for the engine's `go` and for everything that it sent before; goes on alone after too long a silence. */
  async #exchange(): Promise<void> {
    if (this.#alone) return;
    const { stopped, notice } = this.#options;
    const answered = (): boolean => {
      this.#takeGo();
      return !this.#plantLink.up || this.#goComplete();
    };
    const inTime = await this.#waitFor(answered, ENGINE_LOST_WALL_MS);
    // Who was told to stop did not lose the engine.
    if ((inTime && this.#plantLink.up) || stopped.aborted) return;
    this.#alone = true;
    this.#go = undefined;
    this.#lostWelcome = this.#plantLink.welcomes;
    this.#engineLosses += 1;
    const why = this.#plantLink.up ? `no answer for ${ENGINE_LOST_WALL_MS / 1000} s` : "its link is down";
    notice(`${this.#localTime()} engine lost (${why}): controllers go on by themselves`);
  }

  /** A late answer, or a link that opened anew, ends going on alone. */
  #noticeReturn(): void {
    if (!this.#alone) return;
    this.#takeGo();
    const { up, welcomes } = this.#plantLink;
    if (!up || (this.#go === undefined && welcomes === this.#lostWelcome)) return;
    this.#alone = false;
    this.#options.notice(`${this.#localTime()} the engine is back`);
  }

  #takeGo(): void {
    for (const frame of this.#plantLink.take()) {
      if (frame.type !== "go") continue;
      this.#go = frame;
      this.#wantTraffic = frame.wantTraffic;
    }
  }

  #goComplete(): boolean {
    const go = this.#go;
    if (go === undefined || go.at !== this.#at) return false;
    const sentBy = new Map(go.links);
    return this.#cabinets.every(({ link }) => !link.up || link.received >= (sentBy.get(link.identity) ?? -1));
  }

  /** Hands each controller what its link brought. */
  #receive(): void {
    for (const cabinet of this.#cabinets) {
      for (const frame of cabinet.link.take()) {
        if (frame.type === "welcome") cabinet.state = receiveWelcome(cabinet.state, frame);
        if (frame.type === "heartbeat") cabinet.state = receiveHeartbeat(cabinet.state);
        if (frame.type !== "timingPlan") continue;
        const answered = receivePlan(cabinet.state, frame);
        cabinet.state = answered.state;
        cabinet.outbox.push(...answered.frames);
      }
    }
  }

  /** True once the condition holds, false when it does not within the wall time. */
  async #waitFor(condition: () => boolean, wallMs: number): Promise<boolean> {
    const { clock, stopped } = this.#options;
    if (condition()) return true;
    if (stopped.aborted) return false;
    return await new Promise<boolean>((resolve) => {
      const settle = (result: boolean): void => {
        cancel();
        stopped.removeEventListener("abort", stop);
        this.#wake = undefined;
        resolve(result);
      };
      const stop = (): void => settle(false);
      const cancel = clock.after(wallMs, stop);
      stopped.addEventListener("abort", stop);
      this.#wake = () => {
        if (condition()) settle(true);
      };
    });
  }

  async #sleep(wallMs: number): Promise<void> {
    const { clock, stopped } = this.#options;
    if (stopped.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        stopped.removeEventListener("abort", wake);
        resolve();
      };
      const cancel = clock.after(wallMs, wake);
      stopped.addEventListener("abort", wake);
    });
  }

  /** Waits until the next step is due, and for one turn of the event loop in any case: sockets and signals need it. */
  async #pace(): Promise<void> {
    const { clock, speedFactor } = this.#options;
    if (speedFactor === 0) return await this.#sleep(0);
    const lateMs = clock.now() - this.#paceWall - (this.#at - this.#paceAt) / speedFactor;
    if (lateMs > secondsToMs(1)) {
      // Too slow to keep the pace: start counting anew, instead of racing to catch up later.
      this.#paceWall = clock.now();
      this.#paceAt = this.#at;
    }
    await this.#sleep(Math.max(0, -lateMs));
  }

  #localTime(): string {
    const { network } = this.#options.runnable;
    return localTime(this.#at, network.timeZone);
  }
}

function localTime(at: InstantMs, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium", hourCycle: "h23" }).format(at);
}
