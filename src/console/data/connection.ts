/**
 * The link to the server as a state machine without clock, timer or socket: events with their wall time come in, the next
 * state and what to do about it go out.
 */
export type Connection = {
  readonly phase: "connecting" | "open" | "waiting";
  /** Since when the phase lasts. */
  readonly since: number;
  /** Attempts in a row without a frame; decides how long the next wait is. */
  readonly failures: number;
  /** When to try again; only while waiting. */
  readonly retryAt: number | null;
  readonly lastFrameAt: number | null;
};

export type ConnectionEvent =
  | { readonly kind: "opened"; readonly at: number }
  | { readonly kind: "frame"; readonly at: number }
  | { readonly kind: "closed"; readonly at: number }
  | { readonly kind: "tick"; readonly at: number };

/** `connect` opens a new socket; `abandon` closes the one that is silent, which then counts as closed. */
export type ConnectionCommand = "connect" | "abandon" | null;

export type ConnectionStep = { readonly state: Connection; readonly command: ConnectionCommand };

/** Without a frame for this long, what is on the screen is no longer the street. */
const STALE_AFTER_MS = 3_000;
/** A socket that opened, or wants to open, and then says nothing for this long is given up. */
const SILENT_AFTER_MS = 10_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 8_000;

/** The state of a console that opens its first socket at `at`. */
export function firstConnection(at: number): Connection {
  return { phase: "connecting", since: at, failures: 0, retryAt: null, lastFrameAt: null };
}

export function advanceConnection(state: Connection, event: ConnectionEvent): ConnectionStep {
  const { kind, at } = event;
  if (kind === "tick") return tick(state, at);
  return { state: heard(state, kind, at), command: null };
}

function heard(state: Connection, kind: "opened" | "frame" | "closed", at: number): Connection {
  if (kind === "opened") return { ...state, phase: "open", since: at, retryAt: null };
  if (kind === "frame") return { ...state, failures: 0, lastFrameAt: at };
  return waiting(state, at);
}

function tick(state: Connection, at: number): ConnectionStep {
  if (state.phase === "waiting") {
    if (state.retryAt === null || at < state.retryAt) return { state, command: null };
    return { state: { ...state, phase: "connecting", since: at, retryAt: null }, command: "connect" };
  }
  const heardAt = Math.max(state.since, state.lastFrameAt ?? 0);
  if (at - heardAt < SILENT_AFTER_MS) return { state, command: null };
  return { state: waiting(state, at), command: "abandon" };
}

function waiting(state: Connection, at: number): Connection {
  if (state.phase === "waiting") return state;
  const retryAt = at + retryDelayMs(state.failures);
  return { ...state, phase: "waiting", since: at, failures: state.failures + 1, retryAt };
}

/** Half a second, doubled with every failure in a row, at most eight. */
export function retryDelayMs(failures: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures);
}

export type Freshness =
  | { readonly kind: "none" }
  | { readonly kind: "live" }
  | { readonly kind: "stale"; readonly silentSeconds: number };

/** Whether what was last received may still be shown as the street. */
export function freshnessAt(state: Connection, at: number): Freshness {
  if (state.lastFrameAt === null) return { kind: "none" };
  const silentMs = at - state.lastFrameAt;
  if (silentMs < STALE_AFTER_MS) return { kind: "live" };
  return { kind: "stale", silentSeconds: Math.floor(silentMs / 1000) };
}

/** What the console does about the silence, for the banner. */
export function connectionText(state: Connection, at: number): string {
  if (state.phase === "open") return "link open, waiting for the server";
  if (state.phase === "waiting") {
    const seconds = Math.max(0, Math.ceil(((state.retryAt ?? at) - at) / 1000));
    return seconds <= 1 ? "reconnecting" : `reconnecting in ${seconds} s`;
  }
  return state.failures === 0 && state.lastFrameAt === null ? "connecting" : "reconnecting";
}
