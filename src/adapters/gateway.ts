import { Subject } from "rxjs";
import { defined } from "../assert.ts";
import { PhasewiseError } from "../errors.ts";
import type { Network } from "../model/files.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Field, FieldEvent } from "../ports/field.ts";
import { CLOSE_CODES, type Link, type LinkAcceptor, type LinkListener, sendFrame } from "../ports/link.ts";
import type { Timer } from "../ports/timer.ts";
import type { EngineFrame, HelloFrame, PlantHelloFrame, RefusalCode } from "../protocol/frames.ts";
import type { SafeCommand, SafePlan, SafeSchedule } from "../safety/gate.ts";
import { type InstantMs, instantMs, SECOND_MS } from "../units.ts";
import { configurationDigest } from "./digest.ts";
import { LOG_WINDOW } from "./event-log.ts";
import {
  CONTROLLER_FRAME_LENGTH_MAX,
  checkFrame,
  type FrameRefusal,
  type IncomingFrame,
  readFrame,
} from "./frame-reader.ts";
import {
  type AgreedClock,
  agreedVersion,
  helloRefusal,
  type Known,
  plantHelloRefusal,
} from "./hello-check.ts";
import { countFrame, countSeq, openSession, placeOfUnreadable, type Session } from "./link-session.ts";

export type GatewayOptions = {
  readonly network: Network;
  /** Secret of each intersection and, as `plant`, of the plant's clock. */
  readonly credentials: ReadonlyMap<string, string>;
  readonly eventLog: EventLog;
  /** Wall time: how long a link may be open without a hello. */
  readonly timer: Timer;
};

export type Gateway = Field & {
  readonly accept: LinkAcceptor;
  /** Frames that were refused or, as duplicates, passed over, by code. */
  readonly refused: ReadonlyMap<RefusalCode, number>;
  traffic(): LinkTraffic;
  /** Ends every link. */
  close(reason: string): void;
};

/** Frames since the start, and controllers that are linked now. */
export type LinkTraffic = { readonly received: number; readonly sent: number; readonly linked: number };

/** Name under which the plant's clock authenticates; no intersection may be called so. */
export const PLANT_ID = "plant";

export const HEARTBEAT_MS = SECOND_MS;
export const LINK_LOST_MS = 3 * SECOND_MS;

/** Refusals after which a link is closed: whoever sends this much rubbish is not a controller. */
export const REFUSALS_MAX = 5;

/** Wall time in which a link must say hello. */
export const HELLO_WALL_MS = 10_000;

/** Links without a hello that may be open at once, beside one for each controller and the plant. */
export const STRANGERS_SPARE = 64;

/** A frame without its number, which each link counts for itself. */
type Unnumbered = EngineFrame extends infer Frame
  ? Frame extends unknown
    ? Omit<Frame, "seq">
    : never
  : never;

/**
 * The engine's end of the controller link: recognises who speaks, checks every frame against its schema, and lets nobody
 * speak for another. What passes becomes a `FieldEvent`; what does not is refused with a code, and counted.
 */
export function createGateway(options: GatewayOptions): Gateway {
  return new LinkGateway(options);
}

class LinkGateway implements Gateway {
  readonly events = new Subject<FieldEvent>();
  readonly refused = new Map<RefusalCode, number>();
  readonly #known: Known;
  readonly #eventLog: EventLog;
  readonly #timer: Timer;
  readonly #strangersMax: number;
  /** Who is recognised, by name. */
  readonly #sessions = new Map<string, Session>();
  readonly #everyone = new Set<Session>();
  /** Who has not said hello, in the order of coming. */
  readonly #strangers = new Set<Session>();
  #now: InstantMs = instantMs(0);
  #clock: AgreedClock | undefined;
  #sessionNumber = 0;
  #framesReceived = 0;
  #framesSent = 0;
  /** Instants that the plant has completed; how run time passes for links. */
  #instants = 0;

  constructor({ network, credentials, eventLog, timer }: GatewayOptions) {
    if (network.intersections.some(({ id }) => id === PLANT_ID)) {
      const why = `${PLANT_ID} is the name of the plant's own link`;
      throw new PhasewiseError("DATA_INVALID", `intersection ${PLANT_ID}: ${why}; give it another id`);
    }
    const digests = new Map(network.intersections.map((one) => [one.id, configurationDigest(one)]));
    this.#known = { network: network.id, credentials, digests };
    this.#eventLog = eventLog;
    this.#timer = timer;
    this.#strangersMax = network.intersections.length + 1 + STRANGERS_SPARE;
  }

  readonly accept = (link: Link): LinkListener => {
    const session = openSession(link);
    this.#everyone.add(session);
    this.#strangers.add(session);
    session.cancelHello = this.#timer(HELLO_WALL_MS, () => {
      this.#end(session, CLOSE_CODES.unauthorised, `no hello within ${HELLO_WALL_MS / SECOND_MS} s`);
    });
    // The oldest one goes: a controller says hello at once, whoever only holds a place does not.
    const [oldest] = this.#strangers;
    if (this.#strangers.size > this.#strangersMax && oldest !== undefined) {
      this.#end(oldest, CLOSE_CODES.flood, "too many links that have not said hello");
    }
    return {
      message: (text) => {
        if (session.open) this.#take(session, text.length, () => readFrame(text));
      },
      // Without a text there is nothing to be too long.
      handed: (frame) => {
        if (session.open) this.#take(session, 0, () => checkFrame(frame));
      },
      closed: (reason) => this.#closed(session, reason),
    };
  };

  push(at: InstantMs, plan: SafePlan): boolean {
    const session = this.#sessions.get(plan.intersection);
    if (session === undefined) return false;
    const { id, intersection, basedOnAt, effectiveAt, validUntil, cycleMs, offsetMs, reason } = plan;
    const stages = [...plan.stages];
    const content = {
      id,
      intersection,
      basedOnAt,
      effectiveAt,
      validUntil,
      cycleMs,
      offsetMs,
      stages,
      reason,
    };
    this.#send(session, { type: "timingPlan", at, ...content });
    return true;
  }

  order(at: InstantMs, command: SafeCommand): boolean {
    const session = this.#sessions.get(command.intersection);
    if (session === undefined) return false;
    const { id, intersection, effectiveAt, validUntil, by, reason } = command;
    const order =
      command.order.kind === "hold" ? { ...command.order, phases: [...command.order.phases] } : command.order;
    const content = { id, intersection, effectiveAt, validUntil, by, reason, order };
    this.#send(session, { type: "command", at, ...content });
    return true;
  }

  schedule(at: InstantMs, schedule: SafeSchedule): boolean {
    const session = this.#sessions.get(schedule.intersection);
    if (session === undefined) return false;
    const { id, intersection, basedOnAt, effectiveAt, validUntil, redUntilAt, reason } = schedule;
    const stages = schedule.stages.map(({ stage, startAt }) => ({ stage, startAt }));
    const extension = redUntilAt === undefined ? {} : { redUntilAt };
    const content = { id, intersection, basedOnAt, effectiveAt, validUntil, stages, ...extension, reason };
    this.#send(session, { type: "stageSchedule", at, ...content });
    return true;
  }

  heartbeat(at: InstantMs): void {
    for (const [identity, session] of this.#controllers()) {
      this.#send(session, { type: "heartbeat", at, logStored: this.#eventLog.progress(identity).stored });
    }
  }

  go(at: InstantMs, { wantTraffic }: { readonly wantTraffic: boolean }): void {
    const plant = this.#sessions.get(PLANT_ID);
    if (plant === undefined) return;
    const links = this.#controllers().map(([id, { framesSent }]): [string, number] => [id, framesSent - 1]);
    this.#send(plant, { type: "go", at, links, wantTraffic });
  }

  disconnect(intersection: string, reason: string): void {
    const session = this.#sessions.get(intersection);
    if (session === undefined) return;
    this.#count("FLOOD");
    this.#end(session, CLOSE_CODES.flood, reason);
  }

  traffic(): LinkTraffic {
    const linked = this.#sessions.size - (this.#sessions.has(PLANT_ID) ? 1 : 0);
    return { received: this.#framesReceived, sent: this.#framesSent, linked };
  }

  close(reason: string): void {
    for (const session of this.#everyone) this.#end(session, CLOSE_CODES.goingAway, reason);
    this.events.complete();
  }

  #controllers(): readonly (readonly [string, Session])[] {
    return [...this.#sessions].filter(([identity]) => identity !== PLANT_ID);
  }

  #take(session: Session, length: number, frameOf: () => ReturnType<typeof readFrame>): void {
    const { identity } = session;
    this.#framesReceived += 1;
    if (!countFrame(session, this.#instants, length, identity === PLANT_ID)) {
      this.#count("FLOOD");
      return this.#end(session, CLOSE_CODES.flood, "more than a link may send in one instant");
    }
    if (identity !== PLANT_ID && length > CONTROLLER_FRAME_LENGTH_MAX) {
      const detail = `frame of ${length} characters, at most ${CONTROLLER_FRAME_LENGTH_MAX}`;
      return this.#refuse(session, { code: "MALFORMED", detail }, placeOfUnreadable(session));
    }
    const read = frameOf();
    if (!read.ok) return this.#refuse(session, read.error, placeOfUnreadable(session));
    const frame = read.value;
    // Without an answer: it was the network that said it twice, and an answer to each would only add to that.
    if (!countSeq(session, frame.seq)) return this.#count("DUPLICATE");
    session.heardIn = this.#instants;
    if (identity === PLANT_ID) return this.#takeFromPlant(session, frame);
    if (identity !== undefined) return this.#takeFromController(session, identity, frame);
    if (frame.type === "hello") return this.#welcomeController(session, frame);
    if (frame.type === "plantHello") return this.#welcomePlant(session, frame);
    return this.#refuse(session, { code: "AUTH", detail: `${frame.type} before hello` }, frame.seq);
  }

  #welcomeController(session: Session, frame: HelloFrame): void {
    const refusal = helloRefusal(frame, this.#known);
    if (refusal !== undefined) return this.#refuse(session, refusal, frame.seq);
    const { intersection, plan } = frame;
    this.#welcome(session, intersection, frame);
    this.events.next({ kind: "linkUp", at: instantMs(frame.at), intersection, plan });
  }

  #welcomePlant(session: Session, frame: PlantHelloFrame): void {
    const refusal = plantHelloRefusal(frame, PLANT_ID, this.#known, this.#clock, this.#now);
    if (refusal !== undefined) return this.#refuse(session, refusal, frame.seq);
    this.#welcome(session, PLANT_ID, frame);
    const { stepMs, speedFactor } = frame;
    const midnightAt = instantMs(frame.midnightAt);
    this.#clock = { stepMs, midnightAt };
    this.events.next({
      kind: "plantUp",
      clock: { at: instantMs(frame.at), stepMs, midnightAt, speedFactor },
    });
  }

  #welcome(session: Session, identity: string, { at, versions }: HelloFrame | PlantHelloFrame): void {
    const earlier = this.#sessions.get(identity);
    if (earlier !== undefined) {
      this.#end(earlier, CLOSE_CODES.replaced, "a newer link of the same name took over");
    }
    session.identity = identity;
    session.cancelHello();
    this.#strangers.delete(session);
    this.#sessions.set(identity, session);
    this.#sessionNumber += 1;
    const { received, stored } = this.#eventLog.progress(identity);
    this.#send(session, {
      type: "welcome",
      at,
      session: `${identity}.${this.#sessionNumber}`,
      version: defined(agreedVersion(versions), "a version that was checked"),
      heartbeatMs: HEARTBEAT_MS,
      linkLostMs: LINK_LOST_MS,
      logStored: stored,
      logReceived: received,
      logWindow: LOG_WINDOW,
    });
  }

  #takeFromController(session: Session, intersection: string, frame: IncomingFrame): void {
    switch (frame.type) {
      case "state":
      case "detections":
      case "zone":
      case "ack":
      case "alarm":
        return this.events.next({ kind: "frame", intersection, frame });
      case "log": {
        const refusal = this.#eventLog.append(intersection, frame.first, frame.events);
        if (refusal !== undefined) return this.#refuse(session, refusal, frame.seq);
        return this.events.next({ kind: "logged", intersection, seq: frame.seq });
      }
      case "ready":
      case "traffic":
      case "measures": {
        const detail = `only the plant may send ${frame.type}`;
        return this.#refuse(session, { code: "IDENTITY", detail }, frame.seq);
      }
      case "hello":
      case "plantHello": {
        const detail = `${intersection} has said hello before`;
        return this.#refuse(session, { code: "DUPLICATE", detail }, frame.seq);
      }
    }
  }

  #takeFromPlant(session: Session, frame: IncomingFrame): void {
    switch (frame.type) {
      case "ready":
        this.#now = instantMs(Math.max(this.#now, frame.at));
        this.#instants += 1;
        this.#endSilent();
        return this.events.next({ kind: "ready", frame });
      case "traffic":
        return this.events.next({ kind: "traffic", frame });
      case "measures":
        return this.events.next({ kind: "measures", frame });
      case "hello":
      case "plantHello": {
        const detail = "the plant has said hello before";
        return this.#refuse(session, { code: "DUPLICATE", detail }, frame.seq);
      }
      case "state":
      case "detections":
      case "zone":
      case "ack":
      case "alarm":
      case "log": {
        const detail = `the plant may not send ${frame.type}`;
        return this.#refuse(session, { code: "IDENTITY", detail }, frame.seq);
      }
    }
  }

  /**
   * A controller says once a second what the street shows. One that has not for too long is not there, whatever its socket says.
   * Run time is counted in the plant's instants, so that a field that went on alone finds its links as it left them.
   */
  #endSilent(): void {
    const stepMs = this.#clock?.stepMs ?? SECOND_MS;
    // What belongs to an instant may come behind its `ready`, so with long steps two of them are no silence yet.
    const silentMs = Math.max(LINK_LOST_MS, 2 * stepMs);
    for (const [, session] of this.#controllers()) {
      if ((this.#instants - session.heardIn) * stepMs <= silentMs) continue;
      this.#end(session, CLOSE_CODES.silent, `nothing heard for ${silentMs / SECOND_MS} s`);
    }
  }

  #send(session: Session, frame: Unnumbered): void {
    sendFrame(session.link, { ...frame, seq: session.framesSent });
    session.framesSent += 1;
    this.#framesSent += 1;
  }

  /** `seq` is the frame's place on its link. */
  #refuse(session: Session, { code, detail }: FrameRefusal, seq: number): void {
    const { identity } = session;
    this.#count(code);
    session.refusals += 1;
    this.#send(session, { type: "refusal", at: this.#now, code, detail });
    // Who is not recognised gets one chance; who is recognised may err a few times.
    if (identity === undefined) {
      this.#end(session, CLOSE_CODES.unauthorised, `${code}: ${detail}`);
    } else if (session.refusals >= REFUSALS_MAX) {
      this.#end(session, CLOSE_CODES.malformed, "too many refused frames");
    } else if (identity !== PLANT_ID) {
      this.events.next({ kind: "refused", intersection: identity, seq });
    }
  }

  #count(code: RefusalCode): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }

  #end(session: Session, code: number, reason: string): void {
    if (!session.open) return;
    session.link.close(code, reason);
    this.#closed(session, reason);
  }

  #closed(session: Session, reason: string): void {
    if (!session.open) return;
    session.open = false;
    session.cancelHello();
    this.#everyone.delete(session);
    this.#strangers.delete(session);
    const { identity } = session;
    if (identity === undefined || this.#sessions.get(identity) !== session) return;
    this.#sessions.delete(identity);
    this.events.next(
      identity === PLANT_ID ? { kind: "plantDown" } : { kind: "linkDown", intersection: identity, reason },
    );
  }
}
