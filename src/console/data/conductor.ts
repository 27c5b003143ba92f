import type { PlaybackRequest, StoredPeriod } from "../../protocol/playback.ts";

/**
 * What the whole console shows: the street now, or a stored period of it. A reducer without clock, socket or timer: what the
 * operator asks for and what the server tells come in, the next state and what to do about it go out.
 */
export type TimeSource =
  | { readonly kind: "live" }
  | {
      readonly kind: "replay";
      /**
       * `opening`: what is on the screen is not yet the instant that was asked for; `over`: the end of what was stored when it was opened;
       * `refused`: nothing is shown, and `reason` says why; `returning`: to the present, of which nothing has come yet.
       */
      readonly phase: "opening" | "showing" | "over" | "refused" | "returning";
      /** The instant that is shown, or was asked for. */
      readonly at: number;
      readonly playing: boolean;
      /** Stored seconds a second. */
      readonly speed: number;
      /** Of the playback that is open; null while none is. */
      readonly period: Bounds | null;
      readonly reason: string | null;
    };
export type Replay = Extract<TimeSource, { readonly kind: "replay" }>;

export type Bounds = { readonly from: number; readonly to: number };

export type TimeEvent =
  /** Shows an instant of the past, whatever was shown before. */
  | { readonly kind: "replay"; readonly at: number; readonly playing: boolean }
  | { readonly kind: "live" }
  | { readonly kind: "play" }
  | { readonly kind: "pause" }
  | { readonly kind: "speed"; readonly speed: number }
  | { readonly kind: "seek"; readonly at: number }
  /** The server plays this period, as it was asked to when it was opened. */
  | { readonly kind: "opened"; readonly period: Bounds; readonly playing: boolean; readonly speed: number }
  | { readonly kind: "frame"; readonly at: number }
  | { readonly kind: "over" }
  | { readonly kind: "refused"; readonly reason: string }
  /** The present has come. */
  | { readonly kind: "returned" };

export type TimeCommand =
  | { readonly kind: "live" }
  /** Opens a playback at an instant; what was open before is closed. */
  | { readonly kind: "open"; readonly at: number; readonly playing: boolean; readonly speed: number }
  | { readonly kind: "ask"; readonly request: PlaybackRequest };

export type TimeStep = { readonly source: TimeSource; readonly commands: readonly TimeCommand[] };

export const LIVE: TimeSource = { kind: "live" };

export const REPLAY_COMMANDS_NOTHING =
  "This is a replay: nothing can be asked of the past, or changed in it.";

/**
 * Why nothing can be commanded from what is on the screen: it is the past, from the moment it is asked for until the present is back, or
 * not known to be the street now (`stale` says why); null where it can.
 */
export function whyNotCommand(source: TimeSource, stale: string | null): string | null {
  if (source.kind === "replay") return REPLAY_COMMANDS_NOTHING;
  return stale === null ? null : "What is shown is not the street now: nothing is asked on old data.";
}

/** Speeds to choose from, within what the server takes. */
export const SPEEDS = [0.5, 1, 2, 5, 10, 20, 60] as const;
const SPEED_FIRST = 1;

export function advanceTime(source: TimeSource, event: TimeEvent): TimeStep {
  if (source.kind === "live") {
    return event.kind === "replay" ? opening(event.at, event.playing, SPEED_FIRST) : stay(source);
  }
  switch (event.kind) {
    case "live":
      if (source.phase === "returning") return stay(source);
      return {
        source: { ...source, phase: "returning", playing: false, period: null, reason: null },
        commands: [{ kind: "live" }],
      };
    case "returned":
      return stay(source.phase === "returning" ? LIVE : source);
    case "replay":
      return opening(event.at, event.playing, source.speed);
    case "play":
    case "pause":
      return played(source, event.kind === "play");
    case "seek":
      return sought(source, event.at);
    case "speed": {
      const { speed } = event;
      return { source: { ...source, speed }, commands: requests(source, { kind: "speed", speed }) };
    }
    case "opened":
    case "frame":
    case "over":
    case "refused":
      return source.phase === "returning" ? stay(source) : told(source, event);
    default:
      return stay(source);
  }
}

type Told = Extract<TimeEvent, { readonly kind: "opened" | "frame" | "over" | "refused" }>;

function told(source: Replay, event: Told): TimeStep {
  if (event.kind === "frame") return stay({ ...source, phase: "showing", at: event.at });
  if (event.kind === "over") return stay({ ...source, phase: "over", playing: false, period: null });
  if (event.kind === "refused") {
    return stay({ ...source, phase: "refused", playing: false, period: null, reason: event.reason });
  }
  // What was changed while it was being opened.
  const open = { ...source, period: event.period };
  const pace = event.playing === source.playing ? [] : requests(open, paceOf(source.playing));
  const { speed } = source;
  const speeds = event.speed === speed ? [] : requests(open, { kind: "speed", speed });
  return { source: open, commands: [...pace, ...speeds] };
}

/** Within the period that is open the server is asked; elsewhere a new one is opened. */
function sought(source: Replay, at: number): TimeStep {
  const { period, playing, speed } = source;
  if (period === null || at < period.from || at > period.to) return opening(at, playing, speed);
  return { source: { ...source, phase: "opening", at }, commands: requests(source, { kind: "seek", at }) };
}

function played(source: Replay, playing: boolean): TimeStep {
  if (source.playing === playing) return stay(source);
  // What is over or was refused is asked for again: more is stored by now.
  if (playing && (source.phase === "over" || source.phase === "refused" || source.phase === "returning")) {
    return opening(source.at, true, source.speed);
  }
  return { source: { ...source, playing }, commands: requests(source, paceOf(playing)) };
}

function opening(at: number, playing: boolean, speed: number): TimeStep {
  return {
    source: { kind: "replay", phase: "opening", at, playing, speed, period: null, reason: null },
    commands: [{ kind: "open", at, playing, speed }],
  };
}

function paceOf(playing: boolean): PlaybackRequest {
  return { kind: playing ? "play" : "pause" };
}

/** Of a playback that is open; what is asked before is told when it has opened. */
function requests({ period }: Replay, request: PlaybackRequest): readonly TimeCommand[] {
  return period === null ? [] : [{ kind: "ask", request }];
}

function stay(source: TimeSource): TimeStep {
  return { source, commands: [] };
}

/** The server's longest period (`protocol/playback.ts`). */
const PERIOD_MAX_MS = 86_400_000;
/** A street that goes on is a moment further than what is stored of it. */
const END_SLACK_MS = 60_000;

export type PeriodAround =
  | { readonly ok: true; readonly at: number; readonly period: Bounds }
  | { readonly ok: false; readonly reason: string };

/**
 * The period to open for an instant: as much of what is stored before and behind it as one playback may have; or why there is none. An
 * instant a moment behind the end is taken for the end.
 */
export function periodAround(
  asked: number,
  { from: first, to: last }: Pick<StoredPeriod, "from" | "to">,
  tell: (at: number) => string,
): PeriodAround {
  const at = asked > last && asked - last <= END_SLACK_MS ? last : asked;
  if (at < first || at > last || last <= first) {
    return {
      ok: false,
      reason: `Nothing is stored of ${tell(asked)}. Stored is ${tell(first)} to ${tell(last)}.`,
    };
  }
  const from = Math.max(first, at - PERIOD_MAX_MS / 2);
  return { ok: true, at, period: { from, to: Math.min(last, from + PERIOD_MAX_MS) } };
}
