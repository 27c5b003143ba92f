import { MINUTE_MS, SECOND_MS } from "../units.ts";

/** What no client may exceed. */
export type Limits = {
  /** Of a request's body; bytes. */
  readonly bodyBytes: number;
  /** From a request's first byte to its last, and to the end of its headers. */
  readonly requestMs: number;
  readonly headersMs: number;
  /** How often those two are looked at. */
  readonly checkMs: number;
  /** A connection on which nothing moves for so long is closed; sockets are not meant. */
  readonly silentMs: number;
  /** Sockets of one person. */
  readonly sockets: number;
  /** Requests of one person that change something, a minute. */
  readonly changesAMinute: number;
  /** Sign-ins of one address, right or wrong, a minute. */
  readonly signInsAMinute: number;
};

export const LIMITS: Limits = {
  // A what-if scenario with its events is the longest body, of some tens of kilobytes.
  bodyBytes: 256 * 1024,
  requestMs: 20 * SECOND_MS,
  headersMs: 10 * SECOND_MS,
  checkMs: 5 * SECOND_MS,
  // Longer than a counterfactual may take (30 s).
  silentMs: MINUTE_MS,
  // Four screens with a live and a played socket each, and as much for reloading.
  sockets: 16,
  changesAMinute: 240,
  signInsAMinute: 30,
};
