import { PLANT_ID } from "../../src/adapters/gateway.ts";
import { defined } from "../../src/assert.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { LinkConnector } from "../../src/ports/link.ts";
import { type GoFrame, PROTOCOL_VERSIONS } from "../../src/protocol/frames.ts";
import { after, type InstantMs, secondsToMs } from "../../src/units.ts";
import type { PreemptInput } from "../controller/street-inputs.ts";
import { byIntersection } from "./by-intersection.ts";
import {
  advanceCabinet,
  type Cabinet,
  helloOf,
  lampsOf,
  type LogUse,
  receiveFrames,
  sendFrames,
  startCabinet,
} from "./cabinet.ts";
import { type ControllerTotals, totalsOf } from "./controller-totals.ts";
import { type FieldLink, openFieldLink } from "./field-link.ts";
import type { LiveMeasures, Plant, PlantResult, PlantStep } from "./plant.ts";
import type { RunnableNetwork } from "./scenario.ts";

/** Wall time without an answer after which the field goes on alone (DESIGN §5). */
export const ENGINE_LOST_WALL_MS = 2_000;
/** Wall time in which all links must be up for the run to begin. */
export const CONNECT_WALL_MS = 20_000;

export type FieldClock = {
  /** Milliseconds of wall time from any origin, never going back. */
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
};

/** What the street is observed with: loops alone, or loops and area detectors (DESIGN §6). */
export type Observe = "loops" | "zone";

export type FieldOptions = {
  readonly runnable: RunnableNetwork;
  readonly plant: Plant;
  /** What the controllers tell of the street besides their loops; `zone`: what an area detector sees, once a second. */
  readonly observe?: Observe | undefined;
  /** Whether the link of an intersection is open at an instant; absent where every one always is. */
  readonly linkIsOpen?: ((intersection: string, at: InstantMs) => boolean) | undefined;
  /** Whether the controllers' logs go to the engine, as they do where nothing is said. */
  readonly logs?: LogUse | undefined;
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
  readonly controllers: ControllerTotals;
};

/** Turns of the microtasks in which links in memory bring what was said, and the answers. */
const MEMORY_TURNS = 2;

/** A cabinet and its link to the engine. */
type Connected = { readonly cabinet: Cabinet; readonly link: FieldLink };

/** What the plant told of a step, before the first one. */
const NOTHING_YET: PlantStep = {
  actuations: [],
  pedestrianCalls: [],
  priorityCalls: [],
  vehicles: [],
  zones: [],
  measures: {
    vehiclesRunning: 0,
    vehiclesWaitingToEnter: 0,
    vehiclesArrived: 0,
    delaySeconds: undefined,
  },
};

const NO_PREEMPTS: readonly PreemptInput[] = [];

/** Drives plant and controllers in lock-step with the engine until the end, and measures. */
export async function runField(options: FieldOptions): Promise<FieldResult> {
  const field = new SimulatedField(options);
  const stop = (): void => field.stop();
  options.stopped.addEventListener("abort", stop);
  try {
    await field.connect();
    return await field.run();
  } finally {
    options.stopped.removeEventListener("abort", stop);
    field.close();
    await options.plant.close();
  }
}

class SimulatedField {
  readonly #options: FieldOptions;
  readonly #cabinets: readonly Connected[];
  readonly #plantLink: FieldLink;
  #at: InstantMs;
  #wake: (() => void) | undefined;
  /** Ends what is waited for. */
  #stopWaiting: (() => void) | undefined;
  #alone = false;
  /** Which connection to the engine was lost; another one is an engine that is back. */
  #lostWelcome = 0;
  #go: GoFrame | undefined;
  #wantTraffic = false;
  #monitorTrips = 0;
  #engineLosses = 0;
  /** Controllers that run a plan of the engine. */
  #onEnginePlan = 0;
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
      const cabinet = startCabinet(intersection, plant.stepMs, midnightAt, plant.startsAt);
      const hello = (): object => helloOf(cabinet, this.#at, secretOf(intersection.id));
      const link = openFieldLink({ identity: intersection.id, connect, changed, notice, timer, hello });
      return { cabinet, link };
    });
  }

  get #links(): readonly FieldLink[] {
    return [this.#plantLink, ...this.#cabinets.map(({ link }) => link)];
  }

  /** Waits until every link is welcomed, so that a run always begins the same. */
  async connect(): Promise<void> {
    await this.#waitForLinks(this.#links);
  }

  async #waitForLinks(links: readonly FieldLink[]): Promise<void> {
    const allUp = (): boolean => links.every(({ up }) => up);
    if ((await this.#waitFor(allUp, CONNECT_WALL_MS)) || this.#options.stopped.aborted) return;
    const down = links.filter(({ up }) => !up).map(({ identity }) => identity);
    const waited = CONNECT_WALL_MS / 1000;
    throw new PhasewiseError(
      "LINK_FAILED",
      `no link to the engine within ${waited} s for ${down.slice(0, 5).join(", ")}`,
    );
  }

  async run(): Promise<FieldResult> {
    const { plant, until, stopped, progress, clock, observe } = this.#options;
    this.#paceWall = clock.now();
    let told = NOTHING_YET;
    for (;;) {
      await this.#switchLinks();
      this.#advance(told);
      this.#noticeReturn();
      this.#noticePlans();
      this.#send(told);
      await this.#exchange();
      this.#receive();
      progress(this.#at, told.measures);
      if (stopped.aborted || (until !== undefined && this.#at >= until)) break;
      await this.#pace();
      const lamps = this.#cabinets.map(({ cabinet }) => lampsOf(cabinet));
      told = await plant.step(lamps, { wantVehicles: this.#wantTraffic, wantZones: observe === "zone" });
      this.#at = after(this.#at, plant.stepMs);
    }
    return {
      endedAt: this.#at,
      plant: await plant.finish(),
      monitorTrips: this.#monitorTrips,
      onLocalPlan: this.#cabinets.filter(({ cabinet }) => cabinet.state.signal.plan.source === "local")
        .length,
      engineLosses: this.#engineLosses,
      controllers: totalsOf(this.#cabinets.map(({ cabinet }) => cabinet)),
    };
  }

  close(): void {
    for (const link of this.#links) link.close();
  }

  /** Whoever waits, for the engine or for the time of the next step, waits no longer. */
  stop(): void {
    this.#stopWaiting?.();
  }

  /** Closes and opens links as the scenario says. One that opens is waited for, so that it is back in the same instant of every run. */
  async #switchLinks(): Promise<void> {
    const { linkIsOpen } = this.#options;
    if (linkIsOpen === undefined) return;
    const opened = this.#cabinets
      .map(({ link }) => link)
      .filter((link) => link.switchTo(linkIsOpen(link.identity, this.#at)) && !link.up);
    // An engine that is lost welcomes nobody; its links come back by themselves.
    if (opened.length > 0 && !this.#alone) await this.#waitForLinks(opened);
  }

  /** Moves every controller on to the present instant, watched by its monitor. */
  #advance({ actuations, pedestrianCalls, priorityCalls, zones }: PlantStep): void {
    const actuationsOf = byIntersection(actuations);
    const pedestriansOf = byIntersection(pedestrianCalls);
    const prioritiesOf = byIntersection(priorityCalls);
    const zoneOf = new Map(zones.map((zone) => [zone.intersection, zone]));
    for (const { cabinet, link } of this.#cabinets) {
      const id = link.identity;
      const report = {
        actuations: actuationsOf.get(id) ?? [],
        pedestrianCalls: pedestriansOf.get(id) ?? [],
        priorityCalls: prioritiesOf.get(id) ?? [],
        preempts: NO_PREEMPTS,
      };
      const { trips, alarms } = advanceCabinet(cabinet, this.#at, report, zoneOf.get(id));
      this.#monitorTrips += trips.length;
      for (const text of trips) this.#options.notice(`${id}: MONITOR TRIP ${text}`);
      for (const text of alarms) this.#options.notice(`${id}: ${text}`);
    }
  }

  /** Tells the engine of this instant. To one that does not answer nothing is said: it would only pile up. */
  #send({ measures, vehicles }: PlantStep): void {
    const { logs = "sent" } = this.#options;
    for (const { cabinet, link } of this.#cabinets) sendFrames(cabinet, link, link.up && !this.#alone, logs);
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
    const { plant, stopped, notice } = this.#options;
    const answered = (): boolean => {
      this.#takeGo();
      return !this.#plantLink.up || this.#goComplete();
    };
    // Over links in memory the answer is there at once, and nothing needs a timer.
    for (let turn = 0; turn < MEMORY_TURNS && !answered(); turn += 1) await Promise.resolve();
    const inTime = await this.#waitFor(answered, ENGINE_LOST_WALL_MS);
    // Who was told to stop did not lose the engine.
    if (stopped.aborted) return;
    if (this.#plantLink.up && (inTime || this.#reopenedHalfOpen())) {
      for (const { link } of this.#cabinets) link.passed(plant.stepMs);
      return;
    }
    this.#alone = true;
    this.#go = undefined;
    this.#lostWelcome = this.#plantLink.welcomes;
    this.#engineLosses += 1;
    const why = this.#plantLink.up ? `no answer for ${ENGINE_LOST_WALL_MS / 1000} s` : "its link is down";
    notice(`${this.#localTime()} engine lost (${why}): controllers go on by themselves`);
  }

  /** Whether the engine has answered, and only what it said to some controllers did not arrive: then they connect anew. */
  #reopenedHalfOpen(): boolean {
    const go = this.#go;
    if (go === undefined || go.at !== this.#at) return false;
    const sentBy = new Map(go.links);
    for (const { link } of this.#cabinets) {
      if (link.up && link.received < (sentBy.get(link.identity) ?? -1)) link.reopen("the link is half open");
    }
    return true;
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

  /** Told when the last controller has taken a plan of the engine, and when the last one is back on its own. */
  #noticePlans(): void {
    const before = this.#onEnginePlan;
    const all = this.#cabinets.length;
    const now = this.#cabinets.filter(({ cabinet }) => cabinet.plans.running !== null).length;
    this.#onEnginePlan = now;
    if (now === before) return;
    if (now === all) this.#options.notice(`${this.#localTime()} every controller runs a plan of the engine`);
    if (now === 0) this.#options.notice(`${this.#localTime()} no controller runs a plan of the engine`);
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
    for (const { cabinet, link } of this.#cabinets) receiveFrames(cabinet, link);
  }

  /** True once the condition holds, false when it does not within the wall time. */
  async #waitFor(condition: () => boolean, wallMs: number): Promise<boolean> {
    const { clock, stopped } = this.#options;
    if (condition()) return true;
    if (stopped.aborted) return false;
    return await new Promise<boolean>((resolve) => {
      const settle = (result: boolean): void => {
        cancel();
        this.#stopWaiting = undefined;
        this.#wake = undefined;
        resolve(result);
      };
      const stop = (): void => settle(false);
      const cancel = clock.after(wallMs, stop);
      this.#stopWaiting = stop;
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
        this.#stopWaiting = undefined;
        resolve();
      };
      const cancel = clock.after(wallMs, wake);
      this.#stopWaiting = wake;
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
