import type { FrameMessage, IntersectionLive } from "../../protocol/live.ts";

/** What interrupts an intersection's plan. */
export type Interruption = "startUp" | "preempt" | "flash" | "tripped";

/** How an intersection is run, as its ring on the map says it. */
export type SiteMode = "plan" | "schedule" | "local" | "free" | Interruption | "unlinked" | "unknown";

/** A controller tells its state once a second; after this long in simulated time it no longer counts as known. */
const STATE_OLD_AFTER_MS = 3_000;

export function siteMode(live: IntersectionLive | undefined): SiteMode {
  if (live === undefined) return "unknown";
  if (!live.linked) return "unlinked";
  if (live.operation !== null && live.operation !== "normal") return live.operation;
  return live.source ?? "unknown";
}

/** Whether the engine says what the street shows: each second, or with a plan of its own. */
export function isRunByEngine(mode: SiteMode): boolean {
  return mode === "schedule" || mode === "plan";
}

/** Whether something interrupts the plan: then its cycle bars do not say what the street does. */
export function isInterruption(mode: SiteMode): mode is Interruption {
  return mode === "startUp" || mode === "preempt" || mode === "flash" || mode === "tripped";
}

/** Whether somebody has to see to it: nobody hears the controller, or the street is in flash. */
export function needsSomebody(mode: SiteMode): boolean {
  return mode === "unlinked" || mode === "flash" || mode === "tripped";
}

export const MODE_TEXT: Readonly<Record<SiteMode, string>> = {
  plan: "engine plan",
  schedule: "adaptive",
  local: "local plan",
  free: "free operation",
  startUp: "start-up",
  preempt: "preemption",
  flash: "flash",
  tripped: "tripped, in flash",
  unlinked: "not linked",
  unknown: "no state yet",
};

/** Whether what a controller last said is too old to be shown as the street. */
export function isStateOld(
  live: IntersectionLive | undefined,
  frameAt: number,
  plantStepMs: number,
): boolean {
  if (live === undefined || live.stateAt === null) return true;
  return frameAt - live.stateAt > Math.max(STATE_OLD_AFTER_MS, 2 * plantStepMs);
}

export type LinkCounts = {
  readonly total: number;
  readonly linked: number;
  readonly adaptive: number;
  readonly plan: number;
  readonly local: number;
  /** In start-up, preemption or flash, or tripped. */
  readonly interrupted: number;
};

/** How many controllers are linked, and how many of those run what. */
export function countLinks(frame: Pick<FrameMessage, "intersections">): LinkCounts {
  const modes = frame.intersections.map(siteMode);
  const count = (mode: SiteMode): number => modes.filter((other) => other === mode).length;
  return {
    total: modes.length,
    linked: modes.length - count("unlinked"),
    adaptive: count("schedule"),
    plan: count("plan"),
    local: count("local"),
    interrupted: modes.filter(isInterruption).length,
  };
}

export type Lamp = "green" | "permissive" | "yellow" | "red" | "flashingRed" | "flashingYellow" | "unknown";
export type WalkLamp = "walk" | "flashing" | "dontWalk" | "none";

const LAMPS: ReadonlyMap<string, Lamp> = new Map([
  ["G", "green"],
  ["g", "permissive"],
  ["y", "yellow"],
  ["r", "red"],
  ["x", "flashingRed"],
  ["f", "flashingYellow"],
]);

const WALKS: ReadonlyMap<string, WalkLamp> = new Map([
  ["W", "walk"],
  ["F", "flashing"],
  ["D", "dontWalk"],
]);

/** The lamp of a phase out of `IntersectionLive.lamps`. */
export function lampOf(lamps: string, phase: number): Lamp {
  return LAMPS.get(lamps.charAt(phase)) ?? "unknown";
}

export function walkOf(walk: string, phase: number): WalkLamp {
  return WALKS.get(walk.charAt(phase)) ?? "none";
}

export const LAMP_LETTER: Readonly<Record<Lamp, string>> = {
  green: "G",
  permissive: "g",
  yellow: "Y",
  red: "R",
  flashingRed: "FR",
  flashingYellow: "FY",
  unknown: "?",
};

export const LAMP_TEXT: Readonly<Record<Lamp, string>> = {
  green: "green",
  permissive: "green, yields",
  yellow: "yellow",
  red: "red",
  flashingRed: "flashing red",
  flashingYellow: "flashing yellow",
  unknown: "unknown",
};

export const WALK_LETTER: Readonly<Record<WalkLamp, string>> = {
  walk: "W",
  flashing: "F",
  dontWalk: "D",
  none: "",
};

export const WALK_TEXT: Readonly<Record<WalkLamp, string>> = {
  walk: "walk",
  flashing: "flashing don't walk",
  dontWalk: "don't walk",
  none: "",
};

/** Time since the begin of green of the first stage, and whether the cycle lasts longer than its plan says. */
export function cyclePosition(
  live: IntersectionLive | undefined,
  frameAt: number,
  cycleMs: number,
): { readonly elapsedMs: number; readonly overMs: number } | null {
  if (live === undefined || live.cycleStartAt === null || frameAt < live.cycleStartAt) return null;
  const elapsedMs = frameAt - live.cycleStartAt;
  return { elapsedMs, overMs: Math.max(0, elapsedMs - cycleMs) };
}
