import { Subject } from "rxjs";
import { defined } from "../assert.ts";
import { PhasewiseError } from "../errors.ts";
import type { Network } from "../model/files.ts";
import type { Field, FieldEvent } from "../ports/field.ts";
import { CLOSE_CODES, type Link, type LinkAcceptor, type LinkListener } from "../ports/link.ts";
import type { EngineFrame, HelloFrame, PlantHelloFrame, RefusalCode } from "../protocol/frames.ts";
import type { SafePlan } from "../safety/gate.ts";
import { type InstantMs, instantMs, SECOND_MS } from "../units.ts";
import { configurationDigest } from "./digest.ts";
import {
  CONTROLLER_FRAME_LENGTH_MAX,
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

export type GatewayOptions = {
  readonly network: Network;
  /** Secret of each intersection and, as `plant`, of the plant's clock. */
  readonly credentials: ReadonlyMap<string, string>;
};

export type Gateway = Field & {
  readonly accept: LinkAcceptor;
  /** Frames that were refused, by code. */
  readonly refused: ReadonlyMap<RefusalCode, number>;
  /** Ends every link. */
  close(reason: string): void;
};

/** Name under which the plant's clock authenticates; no intersection may be called so. */
export const PLANT_ID = "plant";

export const HEARTBEAT_MS = SECOND_MS;
export const LINK_LOST_MS = 3 * SECOND_MS;

/** Refusals after which a link is closed: whoever sends this much rubbish is not a controller. */
export const REFUSALS_MAX = 5;

type Session = {
  readonly link: Link;
  /** Whom the link speaks for; `undefined` until its hello is accepted. */
  identity: string | undefined;
  framesSent: number;
  framesReceived: number;
  refusals: number;
  open: boolean;
};

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
  /** Who is recognised, by name. */
  readonly #sessions = new Map<string, Session>();
  readonly #everyone = new Set<Session>();
  #now: InstantMs = instantMs(0);
  #clock: AgreedClock | undefined;
  #sessionNumber = 0;

  constructor({ network, credentials }: GatewayOptions) {
    if (network.intersections.some(({ id }) => id === PLANT_ID)) {
      const why = `${PLANT_ID} is the name of the plant's own link`;
      throw new PhasewiseError("DATA_INVALID", `intersection ${PLANT_ID}: ${why}; give it another id`);
    }
    const digests = new Map(network.intersections.map((one) => [one.id, configurationDigest(one)]));
    this.#known = { network: network.id, credentials, digests };
  }

  readonly accept = (link: Link): LinkListener => {
    const session: Session = {
      link,
      identity: undefined,
      framesSent: 0,
      framesReceived: 0,
      refusals: 0,
      open: true,
    };
    this.#everyone.add(session);
    return {
      message: (text) => {
        if (session.open) this.#take(session, text);
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

  heartbeat(at: InstantMs): void {
    for (const [, session] of this.#controllers()) this.#send(session, { type: "heartbeat", at });
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

  close(reason: string): void {
    for (const session of this.#everyone) this.#end(session, CLOSE_CODES.goingAway, reason);
    this.events.complete();
  }

  #controllers(): readonly (readonly [string, Session])[] {
    return [...this.#sessions].filter(([identity]) => identity !== PLANT_ID);
  }

  #take(session: Session, text: string): void {
    const { identity } = session;
    session.framesReceived += 1;
    if (identity !== PLANT_ID && text.length > CONTROLLER_FRAME_LENGTH_MAX) {
      const detail = `frame of ${text.length} characters, at most ${CONTROLLER_FRAME_LENGTH_MAX}`;
      return this.#refuse(session, { code: "MALFORMED", detail });
    }
    const read = readFrame(text);
    if (!read.ok) return this.#refuse(session, read.error);
    const frame = read.value;
    if (identity === PLANT_ID) return this.#takeFromPlant(session, frame);
    if (identity !== undefined) return this.#takeFromController(session, identity, frame);
    if (frame.type === "hello") return this.#welcomeController(session, frame);
    if (frame.type === "plantHello") return this.#welcomePlant(session, frame);
    return this.#refuse(session, { code: "AUTH", detail: `${frame.type} before hello` });
  }

  #welcomeController(session: Session, frame: HelloFrame): void {
    const refusal = helloRefusal(frame, this.#known);
    if (refusal !== undefined) return this.#refuse(session, refusal);
    const { intersection, plan } = frame;
    this.#welcome(session, intersection, frame);
    this.events.next({ kind: "linkUp", at: instantMs(frame.at), intersection, plan });
  }

  #welcomePlant(session: Session, frame: PlantHelloFrame): void {
    const refusal = plantHelloRefusal(frame, PLANT_ID, this.#known, this.#clock, this.#now);
    if (refusal !== undefined) return this.#refuse(session, refusal);
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
    this.#sessions.set(identity, session);
    this.#sessionNumber += 1;
    this.#send(session, {
      type: "welcome",
      at,
      session: `${identity}.${this.#sessionNumber}`,
      version: defined(agreedVersion(versions), "a version that was checked"),
      heartbeatMs: HEARTBEAT_MS,
      linkLostMs: LINK_LOST_MS,
    });
  }

  #takeFromController(session: Session, intersection: string, frame: IncomingFrame): void {
    switch (frame.type) {
      case "state":
      case "detections":
      case "ack":
      case "alarm":
        return this.events.next({ kind: "frame", intersection, frame });
      case "ready":
      case "traffic":
      case "measures":
        return this.#refuse(session, { code: "IDENTITY", detail: `only the plant may send ${frame.type}` });
      case "hello":
      case "plantHello":
        return this.#refuse(session, { code: "DUPLICATE", detail: `${intersection} has said hello before` });
    }
  }

  #takeFromPlant(session: Session, frame: IncomingFrame): void {
    switch (frame.type) {
      case "ready":
        this.#now = instantMs(Math.max(this.#now, frame.at));
        return this.events.next({ kind: "ready", frame });
      case "traffic":
        return this.events.next({ kind: "traffic", frame });
      case "measures":
        return this.events.next({ kind: "measures", frame });
      case "hello":
      case "plantHello":
        return this.#refuse(session, { code: "DUPLICATE", detail: "the plant has said hello before" });
      case "state":
      case "detections":
      case "ack":
      case "alarm":
        return this.#refuse(session, { code: "IDENTITY", detail: `the plant may not send ${frame.type}` });
    }
  }

  #send(session: Session, frame: Unnumbered): void {
    session.link.send(JSON.stringify({ ...frame, seq: session.framesSent }));
    session.framesSent += 1;
  }

  #refuse(session: Session, { code, detail }: FrameRefusal): void {
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
      // Both ends count a link's frames from 0, so the place of one that cannot be read is known all the same.
      const seq = session.framesReceived - 1;
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
    this.#everyone.delete(session);
    const { identity } = session;
    if (identity === undefined || this.#sessions.get(identity) !== session) return;
    this.#sessions.delete(identity);
    this.events.next(
      identity === PLANT_ID ? { kind: "plantDown" } : { kind: "linkDown", intersection: identity, reason },
    );
  }
}
