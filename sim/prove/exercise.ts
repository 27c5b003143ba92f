import { defined, unreachable } from "../../src/assert.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import {
  CONTROLLER_TICK_MS,
  HOUR_MS,
  type InstantMs,
  instantMs,
  MINUTE_MS,
  secondsToMs,
} from "../../src/units.ts";
import {
  advanceController,
  type ControllerState,
  type ControllerStep,
  loseLink,
  receiveCommand,
  receiveHeartbeat,
  receivePlan,
  receiveSchedule,
  resetController,
  restartController,
  setClock,
  startControllerWith,
} from "../controller/controller.ts";
import { leaseDueAt, type Leases, lendCommand, lendPlan, lendSchedule } from "../controller/leases.ts";
import {
  conflictMonitor,
  type Monitor,
  type MonitorState,
  STRICT_LIMITS,
} from "../controller/monitor/monitor.ts";
import { type ServiceState, type ServiceWitness, serviceWitness } from "../controller/monitor/service.ts";
import { operationOf } from "../controller/state-frame.ts";
import { QUIET_STREET, type StreetReport } from "../controller/street-inputs.ts";
import { createHostileStream, type Hostile, type HostileStream } from "./hostile/stream.ts";
import { type Finding, judgeCommand, judgePlan, judgeSchedule } from "./judge.ts";
import { UNMANNERLY } from "./manners.ts";
import { rotationMs } from "./rotation.ts";
import { ruleOf } from "./rules.ts";
import { count, type Tally } from "./tally.ts";
import type { Wiring } from "./wiring.ts";

/** Something that must never happen, and when it did. */
export type Violation = { readonly rule: string; readonly at: number; readonly detail: string };

export type Exercise = {
  readonly intersection: Intersection;
  /** What the controller believes of itself: the intersection's own table, or one with a fault planted in it. */
  readonly believed: TimingTable;
  readonly wiring: Wiring;
  /** Steps of 100 ms. */
  readonly steps: number;
  readonly seed: number;
};

/** Monday, 5 January 2026; the runs begin at six in the morning. */
const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
const STARTS_AT = instantMs(MIDNIGHT + 6 * HOUR_MS);

/** Part of the time after which nothing is hostile any more and every call must be served. */
const HOSTILE_SHARE = 0.8;

/**
 * Runs one controller under a hostile stream of plans, commands, calls and faults of link and clock, then heals. The monitor, the
 * witness of service and the engine's rules are the judges. Ends at the first violation.
 */
export function exercise(options: Exercise, tally: Tally): readonly Violation[] {
  return new Exercising(options, tally).run();
}

/**
 * Rules that are broken together: what leaves out a crosswalk leaves out its phase, what squeezes clearance squeezes green, and
 * stages in another order have other greens and reds.
 */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  S4: ["S3"],
  S11: ["S3", "S4", "S6", "S7", "S8"],
  S12: ["S3", "S4", "S8"],
  S14: ["S8"],
};

/** Whether a finding is of the rule that a faulty controller lacks, or of those that such plans mostly break besides. */
function isNamed(lacked: string): (finding: { readonly rule: string }) => boolean {
  const named = [lacked, "S10", "S13", ...(COMPANIONS[lacked] ?? [])];
  return ({ rule }) => named.includes(rule);
}

class Exercising {
  readonly #options: Exercise;
  readonly #tally: Tally;
  /** The true configuration. */
  readonly #table: TimingTable;
  readonly #gated: TimingTable;
  readonly #monitor: Monitor;
  readonly #witness: ServiceWitness;
  readonly #stream: HostileStream;
  readonly #rotationMs: number;
  readonly #waitMaxMs: number;
  #watched: MonitorState;
  #served: ServiceState;
  #state: ControllerState;
  #at: InstantMs = STARTS_AT;
  #clockAheadMs = 0;
  #driftPartsPerMillion = 0;
  #driftsSince: InstantMs = STARTS_AT;
  #cycleChangedAt: InstantMs | null = null;
  /** Ids of all plans, commands and schedules that the controller has accepted, over losses of power too. */
  readonly #accepted = new Set<string>();
  /** Ends of the leases of accepted plans, on the controller's timers. */
  readonly #leaseEnds = new Map<string, number>();
  /** The schedule that was accepted last: the instant that it is based on, and the end of its lease on the controller's timers. */
  #lastSchedule: { readonly basedOnAt: number; readonly endsAt: number } | null = null;
  /** When a stage was ordered last: until then the plan could not go on. */
  #orderedAt = 0;
  readonly #violations: Violation[] = [];

  constructor(options: Exercise, tally: Tally) {
    const { intersection, believed, seed } = options;
    this.#options = options;
    this.#tally = tally;
    this.#table = timingTable(intersection, CONTROLLER_TICK_MS);
    this.#gated = options.wiring.gated(this.#table);
    this.#rotationMs = rotationMs(this.#table);
    this.#waitMaxMs = secondsToMs(intersection.envelope.waitMaxSeconds);
    this.#monitor = conflictMonitor(intersection, { stepMs: CONTROLLER_TICK_MS, limits: STRICT_LIMITS });
    this.#witness = serviceWitness(intersection, this.#rotationMs);
    this.#watched = this.#monitor.start();
    this.#served = this.#witness.start();
    this.#state = startControllerWith(believed, MIDNIGHT, STARTS_AT);
    this.#stream = createHostileStream(seed, this.#table, STARTS_AT);
  }

  run(): readonly Violation[] {
    const { steps } = this.#options;
    const after = (share: number): InstantMs =>
      instantMs(STARTS_AT + Math.floor(steps * share) * CONTROLLER_TICK_MS);
    this.#observe();
    this.#runTo(after(HOSTILE_SHARE));
    if (this.#violations.length === 0) {
      this.#stream.heal(this.#at);
      this.#runTo(after(1));
    }
    this.#tally.steps += (this.#at - STARTS_AT) / CONTROLLER_TICK_MS;
    return this.#violations;
  }

  #runTo(until: InstantMs): void {
    while (this.#violations.length === 0) {
      const nextAt = this.#stream.nextAt();
      this.#quietTo(nextAt < until ? nextAt : until);
      if (this.#violations.length > 0 || nextAt >= until) return;
      this.#happens(this.#stream.next().hostile);
    }
  }

  /** Every instant at which the controller may do something, up to and including `until`. */
  #quietTo(until: InstantMs): void {
    while (this.#at < until && this.#violations.length === 0) {
      const { signal, leases } = this.#state;
      const dueAt = Math.min(signal.dueAt, leaseDueAt(leases, this.#at), until);
      this.#advance(instantMs(Math.max(dueAt, this.#at + CONTROLLER_TICK_MS)), QUIET_STREET);
    }
  }

  #advance(to: InstantMs, report: StreetReport): void {
    this.#at = to;
    const { state, frames } = advanceController(this.#state, to, report);
    this.#state = state;
    for (const frame of frames) {
      if (frame.type !== "alarm") continue;
      if (frame.code === "PLAN_EXPIRED" || frame.code === "SCHEDULE_EXPIRED")
        count(this.#tally, ruleOf("LEASE_END"));
    }
    if (this.#driftPartsPerMillion !== 0) this.#setClock();
    this.#observe();
    this.#watchLease();
  }

  #violated(rule: string, detail: string): void {
    this.#violations.push({ rule, at: this.#at, detail });
  }

  #observe(): void {
    const { shown } = this.#state;
    const dark = this.#options.wiring.darkens && this.#at >= STARTS_AT + MINUTE_MS;
    const outputs = dark ? { ...shown, lamps: ` ${shown.lamps.slice(1)}` } : shown;
    const seen = this.#monitor.observe(this.#watched, this.#at, outputs);
    this.#watched = seen.state;
    for (const rule of seen.atLimit) count(this.#tally, ruleOf(rule));
    // One indication of every head, neither none nor two.
    count(this.#tally, ruleOf("DARK"));
    for (const { rule, detail } of seen.trips) this.#violated(ruleOf(rule), `${rule}: ${detail}`);
    const toFlash = operationOf(this.#state.signal) === "flash";
    const service = this.#witness.observe(this.#served, this.#at, outputs, toFlash);
    this.#served = service.state;
    for (const { rule, detail } of service.violations) this.#violated(ruleOf(rule), `${rule}: ${detail}`);
    for (const { kind, waitedMs } of service.served) {
      if (kind === "pedestrian") count(this.#tally, ruleOf("PED_DROPPED"));
      // Whoever has waited so long was served because nothing else counted any more.
      if (waitedMs >= this.#waitMaxMs) count(this.#tally, ruleOf("WAIT"));
    }
  }

  /** A plan whose lease is over must be gone after the cycle that it began in, however late that runs. */
  #watchLease(): void {
    const { signal, leases } = this.#state;
    const { keepsLeases } = this.#options.wiring;
    if (keepsLeases && leases.runningUntil !== null) {
      const runningUntil = instantMs(Number.MAX_SAFE_INTEGER);
      this.#state = { ...this.#state, leases: { ...leases, runningUntil } };
    }
    this.#watchSchedule();
    const endsAt = signal.plan.source === "plan" ? this.#leaseEnds.get(signal.plan.id) : undefined;
    if (endsAt === undefined || signal.unit.kind !== "normal") return;
    const { transitionLengthenRatio } = this.#table.intersection.envelope;
    const cycleMs = (signal.cycle?.timing.cycleMs ?? 0) * (1 + transitionLengthenRatio);
    const overMs = this.#at - Math.max(endsAt, this.#orderedAt);
    if (overMs > cycleMs + 2 * this.#rotationMs) {
      this.#violated(ruleOf("LEASE_END"), `plan ${signal.plan.id} runs ${overMs} ms beyond its lease`);
    }
  }

  /** A stage that no command asks for is asked for by a schedule, and only while its lease lasts. */
  #watchSchedule(): void {
    const { signal, leases } = this.#state;
    if (signal.orders.stage === null) return;
    this.#orderedAt = this.#at;
    if (leases.commands.length > 0 || this.#at < (this.#lastSchedule?.endsAt ?? 0)) return;
    this.#violated(ruleOf("LEASE_END"), "a stage is asked for beyond the lease of its schedule");
  }

  #happens(hostile: Hostile): void {
    switch (hostile.kind) {
      case "detector": {
        const { detector, on } = hostile.actuation;
        this.#advance(this.#at, { ...QUIET_STREET, actuations: [hostile.actuation] });
        if (on)
          for (const phase of this.#state.wiring.detectors.get(detector) ?? [])
            this.#called("vehicle", phase);
        return;
      }
      case "pedestrian": {
        const pedestrianCalls = this.#options.wiring.dropsPedestrians ? [] : [hostile.call];
        this.#advance(this.#at, { ...QUIET_STREET, pedestrianCalls });
        this.#called("pedestrian", defined(this.#table.phaseIndex.get(hostile.call.phase), "phase"));
        return;
      }
      case "priority":
        return this.#advance(this.#at, { ...QUIET_STREET, priorityCalls: [hostile.call] });
      case "preempt": {
        const { preempt, on } = hostile;
        return this.#advance(this.#at, { ...QUIET_STREET, preempts: [{ preempt, at: this.#at, on }] });
      }
      case "plan":
      case "command":
      case "schedule":
        return this.#receive(hostile);
      case "heartbeat":
        this.#state = receiveHeartbeat(this.#state, { ...hostile.frame, logStored: this.#state.log.next });
        return;
      case "link":
        if (!hostile.up) this.#state = loseLink(this.#state);
        return;
      case "clockStep":
      case "clockDrift":
      case "clockSet":
        return this.#changeClock(hostile);
      case "monitorReset":
        this.#state = resetController(this.#state);
        return;
      case "restart":
        return this.#restart();
    }
  }

  #called(kind: "vehicle" | "pedestrian", phase: number): void {
    this.#served = this.#witness.called(this.#served, this.#at, kind, phase);
  }

  #changeClock(hostile: Extract<Hostile, { readonly kind: "clockStep" | "clockDrift" | "clockSet" }>): void {
    this.#clockAheadMs = this.#driftedMs();
    this.#driftsSince = this.#at;
    if (hostile.kind === "clockStep") this.#clockAheadMs += hostile.stepMs;
    if (hostile.kind === "clockDrift") this.#driftPartsPerMillion = hostile.partsPerMillion;
    if (hostile.kind === "clockSet") {
      this.#clockAheadMs = 0;
      this.#driftPartsPerMillion = 0;
    }
    this.#setClock();
  }

  #driftedMs(): number {
    return this.#clockAheadMs + ((this.#at - this.#driftsSince) * this.#driftPartsPerMillion) / 1e6;
  }

  #setClock(): void {
    const ticks = Math.round(this.#driftedMs() / CONTROLLER_TICK_MS);
    this.#state = setClock(this.#state, ticks * CONTROLLER_TICK_MS);
  }

  #restart(): void {
    this.#state = restartController(this.#state);
    this.#leaseEnds.clear();
    this.#lastSchedule = null;
    this.#watched = this.#monitor.start();
    this.#served = this.#witness.start();
    this.#observe();
  }

  /** The controller answers; the engine's own rules, on the true configuration, judge what it accepts. */
  #receive(hostile: Asked): void {
    const before = this.#state;
    const findings = this.#judge(hostile);
    for (const { rule, detail } of findings) {
      if (rule === UNMANNERLY) this.#violated(ruleOf(rule), detail);
      else count(this.#tally, rule);
    }
    const { state, frames } = answerTo(before, hostile);
    this.#state = state;
    const answer = frames.find((frame) => frame.type === "ack");
    if (answer === undefined) return;
    const { lacks } = this.#options.wiring;
    if (answer.result === "refused") {
      const passes =
        lacks !== null && findings.some(({ rule }) => rule === lacks) && findings.every(isNamed(lacks));
      if (!passes) return;
      this.#force(hostile);
      return this.#violated(lacks, findings.find(({ rule }) => rule === lacks)?.detail ?? "");
    }
    // How often cycle and sequence change is the engine's manner: a controller cannot know what an operator asked for.
    for (const { rule, detail } of findings) {
      if (rule !== "S10" && rule !== UNMANNERLY) this.#violated(rule, detail);
    }
    this.#accepted.add(hostile.frame.id);
    if (hostile.kind === "plan") this.#noteLease(hostile.frame);
    if (hostile.kind === "schedule") {
      const { basedOnAt, validUntil } = hostile.frame;
      this.#lastSchedule = { basedOnAt, endsAt: validUntil - this.#state.clockAheadMs };
    }
  }

  #judge(hostile: Asked): readonly Finding[] {
    const [table, before, accepted] = [this.#table, this.#state, this.#accepted];
    switch (hostile.kind) {
      case "plan":
        return judgePlan(hostile.frame, table, before, this.#cycleChangedAt, accepted, this.#gated);
      case "command":
        return judgeCommand(hostile.frame, table, before, accepted);
      case "schedule": {
        const last = this.#lastSchedule;
        const newestBasedOnAt = last !== null && this.#at < last.endsAt ? last.basedOnAt : null;
        return judgeSchedule(hostile.frame, table, before, accepted, newestBasedOnAt);
      }
      default:
        return unreachable(hostile);
    }
  }

  #noteLease({ id, validUntil, cycleMs }: Extract<Hostile, { readonly kind: "plan" }>["frame"]): void {
    this.#leaseEnds.set(id, validUntil - this.#state.clockAheadMs);
    if (cycleMs !== this.#state.signal.plan.timing?.cycleMs) this.#cycleChangedAt = this.#at;
  }

  /** What a controller without the rule would do. */
  #force(hostile: Asked): void {
    this.#state = { ...this.#state, leases: lent(this.#state, hostile) };
  }
}

/** What somebody asks of the controller. */
type Asked = Extract<Hostile, { readonly kind: "plan" | "command" | "schedule" }>;

function answerTo(state: ControllerState, asked: Asked): ControllerStep {
  switch (asked.kind) {
    case "plan":
      return receivePlan(state, asked.frame);
    case "command":
      return receiveCommand(state, asked.frame);
    case "schedule":
      return receiveSchedule(state, asked.frame);
    default:
      return unreachable(asked);
  }
}

function lent({ leases, clockAheadMs, at }: ControllerState, asked: Asked): Leases {
  switch (asked.kind) {
    case "plan":
      return lendPlan(leases, asked.frame, clockAheadMs);
    case "command":
      return lendCommand(leases, asked.frame, clockAheadMs, at);
    case "schedule":
      return lendSchedule(leases, asked.frame, clockAheadMs, at);
    default:
      return unreachable(asked);
  }
}
