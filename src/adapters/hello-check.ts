import { createHash, timingSafeEqual } from "node:crypto";
import { type HelloFrame, type PlantHelloFrame, PROTOCOL_VERSIONS } from "../protocol/frames.ts";
import type { FrameRefusal } from "./frame-reader.ts";

/** What the engine knows of those who may speak to it. */
export type Known = {
  readonly network: string;
  /** Secret of each intersection and of the plant. */
  readonly credentials: ReadonlyMap<string, string>;
  /** Digest of the configuration that the engine has, by intersection. */
  readonly digests: ReadonlyMap<string, string>;
};

/** The clock that the engine runs on, once a plant has told it. */
export type AgreedClock = { readonly stepMs: number; readonly midnightAt: number };

type Version = (typeof PROTOCOL_VERSIONS)[number];

/** The newest version that both ends speak. */
export function agreedVersion(offered: readonly number[]): Version | undefined {
  return PROTOCOL_VERSIONS.findLast((known) => offered.includes(known));
}

/** Why a controller is not let in. Whoever does not know the secret learns nothing else. */
export function helloRefusal(frame: HelloFrame, { credentials, digests }: Known): FrameRefusal | undefined {
  const { intersection, configurationDigest } = frame;
  const digest = digests.get(intersection);
  if (digest === undefined) return unknown(intersection);
  const refusal = strangerRefusal(intersection, frame, credentials);
  if (refusal !== undefined || digest === configurationDigest) return refusal;
  return {
    code: "IDENTITY",
    detail: `${intersection}: configuration ${configurationDigest.slice(0, 12)}…, engine has ${digest.slice(0, 12)}…`,
  };
}

/** Why a plant's clock is not let in; `seenAt` is the last instant that the engine has been told of. */
export function plantHelloRefusal(
  frame: PlantHelloFrame,
  identity: string,
  { network, credentials }: Known,
  clock: AgreedClock | undefined,
  seenAt: number,
): FrameRefusal | undefined {
  const refusal = strangerRefusal(identity, frame, credentials);
  if (refusal !== undefined) return refusal;
  const { stepMs, midnightAt, at } = frame;
  if (frame.network !== network) {
    return { code: "IDENTITY", detail: `plant runs ${frame.network}, engine controls ${network}` };
  }
  if (clock !== undefined && (clock.stepMs !== stepMs || clock.midnightAt !== midnightAt)) {
    const detail = `step ${stepMs} ms and midnight ${midnightAt}, this engine runs on ${clock.stepMs} ms and ${clock.midnightAt}`;
    return { code: "IDENTITY", detail };
  }
  if (at < seenAt) {
    return {
      code: "EXPIRED",
      detail: `the plant's clock is at ${at}, the engine has seen ${seenAt}; start the engine anew`,
    };
  }
  return undefined;
}

function strangerRefusal(
  identity: string,
  { credential, versions }: HelloFrame | PlantHelloFrame,
  credentials: ReadonlyMap<string, string>,
): FrameRefusal | undefined {
  const secret = credentials.get(identity);
  if (secret === undefined || !sameSecret(secret, credential)) return unknown(identity);
  if (agreedVersion(versions) !== undefined) return undefined;
  const detail = `versions ${versions.join(", ")} offered, ${PROTOCOL_VERSIONS.join(", ")} spoken here`;
  return { code: "VERSION", detail };
}

function unknown(identity: string): FrameRefusal {
  return { code: "AUTH", detail: `${identity}: unknown, or wrong credential` };
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function sameSecret(expected: string, given: string): boolean {
  return timingSafeEqual(sha256(expected), sha256(given));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
