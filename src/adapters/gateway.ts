import { createHash, timingSafeEqual } from "node:crypto";
import { Subject } from "rxjs";
import type { Network } from "../model/files.ts";
import type { Field, FieldEvent } from "../ports/field.ts";
import { CLOSE_CODES, type Link, type LinkAcceptor, type LinkListener } from "../ports/link.ts";
import {
  type EngineFrame,
  type HelloFrame,
  type PlantHelloFrame,
  PROTOCOL_VERSIONS,
  type RefusalCode,
} from "../protocol/frames.ts";
import { type InstantMs, instantMs, SECOND_MS } from "../units.ts";
import { configurationDigest } from "./digest.ts";
import {
  CONTROLLER_FRAME_LENGTH_MAX,
  type FrameRefusal,
  type IncomingFrame,
  readFrame,
} from "./frame-reader.ts";

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
const REFUSALS_MAX = 5;

type Session = {
  readonly link: Link;
  /** Whom the link speaks for; `undefined` until its hello is accepted. */
  identity: string | undefined;
  framesSent: number;
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
export function createGateway({ network, credentials }: GatewayOptions): Gateway {
  const events = new Subject<FieldEvent>();
  const sessions = new Map<string, Session>();
  const everyone = new Set<Session>();
  const refused = new Map<RefusalCode, number>();
  const digests = new Map(network.intersections.map((one) => [one.id, configurationDigest(one)]));
  let now: InstantMs = instantMs(0);
  let sessionNumber = 0;
  let clock: { readonly stepMs: number; readonly midnightAt: number } | undefined;

  const send = (session: Session, frame: Unnumbered): void => {
    session.link.send(JSON.stringify({ ...frame, seq: session.framesSent }));
    session.framesSent += 1;
  };

  const refuse = (session: Session, { code, detail }: FrameRefusal): void => {
    refused.set(code, (refused.get(code) ?? 0) + 1);
    session.refusals += 1;
    send(session, { type: "refusal", at: now, code, detail });
    // Who is not recognised gets one chance; who is recognised may err a few times.
    if (session.identity === undefined) end(session, CLOSE_CODES.unauthorised, `${code}: ${detail}`);
    else if (session.refusals >= REFUSALS_MAX) end(session, CLOSE_CODES.malformed, "too many refused frames");
  };

  const end = (session: Session, code: number, reason: string): void => {
    if (!session.open) return;
    session.link.close(code, reason);
    closed(session, reason);
  };

  const closed = (session: Session, reason: string): void => {
    if (!session.open) return;
    session.open = false;
    everyone.delete(session);
    const { identity } = session;
    if (identity === undefined || sessions.get(identity) !== session) return;
    sessions.delete(identity);
    events.next(
      identity === PLANT_ID ? { kind: "plantDown" } : { kind: "linkDown", intersection: identity, reason },
    );
  };

  const recognise = (session: Session, identity: string, frame: HelloFrame | PlantHelloFrame): boolean => {
    const version = PROTOCOL_VERSIONS.find((known) => frame.versions.includes(known));
    if (version === undefined) {
      const detail = `versions ${frame.versions.join(", ")} offered, ${PROTOCOL_VERSIONS.join(", ")} spoken here`;
      refuse(session, { code: "VERSION", detail });
      return false;
    }
    const secret = credentials.get(identity);
    if (secret === undefined || !sameSecret(secret, frame.credential)) {
      refuse(session, { code: "AUTH", detail: `${identity}: unknown, or wrong credential` });
      return false;
    }
    const earlier = sessions.get(identity);
    if (earlier !== undefined) end(earlier, CLOSE_CODES.replaced, "a newer link of the same name took over");
    session.identity = identity;
    sessions.set(identity, session);
    sessionNumber += 1;
    const name = `${identity}.${sessionNumber}`;
    send(session, {
      type: "welcome",
      at: frame.at,
      session: name,
      version,
      heartbeatMs: HEARTBEAT_MS,
      linkLostMs: LINK_LOST_MS,
    });
    return true;
  };

  const helloController = (session: Session, frame: HelloFrame): void => {
    const digest = digests.get(frame.intersection);
    if (digest !== undefined && digest !== frame.configurationDigest) {
      const detail = `${frame.intersection}: configuration ${frame.configurationDigest.slice(0, 12)}…, engine has ${digest.slice(0, 12)}…`;
      refuse(session, { code: "IDENTITY", detail });
      return;
    }
    if (digest === undefined || !recognise(session, frame.intersection, frame)) {
      if (digest === undefined)
        refuse(session, { code: "AUTH", detail: `${frame.intersection}: unknown, or wrong credential` });
      return;
    }
    events.next({
      kind: "linkUp",
      at: instantMs(frame.at),
      intersection: frame.intersection,
      plan: frame.plan,
    });
  };

  const helloPlant = (session: Session, frame: PlantHelloFrame): void => {
    const { stepMs, midnightAt, speedFactor } = frame;
    if (frame.network !== network.id) {
      refuse(session, {
        code: "IDENTITY",
        detail: `plant runs ${frame.network}, engine controls ${network.id}`,
      });
      return;
    }
    if (clock !== undefined && (clock.stepMs !== stepMs || clock.midnightAt !== midnightAt)) {
      const detail = `step ${stepMs} ms and midnight ${midnightAt}, this engine runs on ${clock.stepMs} ms and ${clock.midnightAt}`;
      refuse(session, { code: "IDENTITY", detail });
      return;
    }
    if (frame.at < now) {
      refuse(session, {
        code: "EXPIRED",
        detail: `the plant's clock is at ${frame.at}, the engine has seen ${now}`,
      });
      return;
    }
    if (!recognise(session, PLANT_ID, frame)) return;
    clock = { stepMs, midnightAt };
    const at = instantMs(frame.at);
    events.next({ kind: "plantUp", clock: { at, stepMs, midnightAt: instantMs(midnightAt), speedFactor } });
  };

  const takeIdentified = (session: Session, identity: string, frame: IncomingFrame): void => {
    const plant = identity === PLANT_ID;
    switch (frame.type) {
      case "hello":
      case "plantHello":
        return refuse(session, { code: "DUPLICATE", detail: `${identity} has said hello before` });
      case "state":
      case "detections":
      case "ack":
      case "alarm":
        if (plant)
          return refuse(session, {
            code: "IDENTITY",
            detail: `the plant's clock may not send ${frame.type}`,
          });
        return events.next({ kind: "frame", intersection: identity, frame });
      case "ready":
        if (!plant)
          return refuse(session, { code: "IDENTITY", detail: "only the plant's clock may send ready" });
        now = instantMs(Math.max(now, frame.at));
        return events.next({ kind: "ready", frame });
      case "traffic":
        if (!plant) return refuse(session, { code: "IDENTITY", detail: "only the plant may send traffic" });
        return events.next({ kind: "traffic", frame });
      case "measures":
        if (!plant) return refuse(session, { code: "IDENTITY", detail: "only the plant may send measures" });
        return events.next({ kind: "measures", frame });
    }
  };

  const take = (session: Session, text: string): void => {
    const { identity } = session;
    if (identity !== PLANT_ID && text.length > CONTROLLER_FRAME_LENGTH_MAX) {
      const detail = `frame of ${text.length} characters, at most ${CONTROLLER_FRAME_LENGTH_MAX}`;
      return refuse(session, { code: "MALFORMED", detail });
    }
    const frame = readFrame(text);
    if (!frame.ok) return refuse(session, frame.error);
    if (identity !== undefined) return takeIdentified(session, identity, frame.value);
    if (frame.value.type === "hello") return helloController(session, frame.value);
    if (frame.value.type === "plantHello") return helloPlant(session, frame.value);
    return refuse(session, { code: "AUTH", detail: `${frame.value.type} before hello` });
  };

  return {
    events,
    refused,
    accept: (link): LinkListener => {
      const session: Session = { link, identity: undefined, framesSent: 0, refusals: 0, open: true };
      everyone.add(session);
      return {
        message: (text) => {
          if (session.open) take(session, text);
        },
        closed: (reason) => closed(session, reason),
      };
    },
    push: (at, plan) => {
      const session = sessions.get(plan.intersection);
      if (session === undefined) return false;
      const { id, intersection, basedOnAt, effectiveAt, validUntil, cycleMs, offsetMs, stages, reason } =
        plan;
      const content = {
        id,
        intersection,
        basedOnAt,
        effectiveAt,
        validUntil,
        cycleMs,
        offsetMs,
        stages: [...stages],
        reason,
      };
      send(session, { type: "timingPlan", at, ...content });
      return true;
    },
    heartbeat: (at) => {
      for (const [identity, session] of sessions) {
        if (identity !== PLANT_ID) send(session, { type: "heartbeat", at });
      }
    },
    go: (at, { wantTraffic }) => {
      const plant = sessions.get(PLANT_ID);
      if (plant === undefined) return;
      const links = [...sessions]
        .filter(([identity]) => identity !== PLANT_ID)
        .map(([identity, { framesSent }]): [string, number] => [identity, framesSent - 1]);
      send(plant, { type: "go", at, links, wantTraffic });
    },
    disconnect: (intersection, reason) => {
      const session = sessions.get(intersection);
      if (session === undefined) return;
      refused.set("FLOOD", (refused.get("FLOOD") ?? 0) + 1);
      end(session, CLOSE_CODES.flood, reason);
    },
    close: (reason) => {
      for (const session of [...everyone]) end(session, CLOSE_CODES.goingAway, reason);
      events.complete();
    },
  };
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function sameSecret(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
