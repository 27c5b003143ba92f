import { CONTROLLER_TICK_MS, secondsToMs } from "../../src/units.ts";
import type { Intersection, Phase } from "../../src/model/intersection.ts";

/** One phase of a reference model: its configuration in ticks of 100 ms, what it shows, and counters of ticks. */
export type ModelPhase = {
  readonly greenMin: number;
  readonly greenMax: number;
  readonly yellow: number;
  readonly redClear: number;
  readonly redRevert: number;
  readonly passage: number;
  readonly recall: "none" | "minimum" | "maximum";
  readonly dualEntry: boolean;
  readonly simultaneousGap: boolean;
  readonly walkTime: number;
  readonly clearTime: number;
  readonly buffer: number;
  readonly walkRecall: boolean;
  /** `c` is the red of the red clearance. */
  lamp: "G" | "y" | "c" | "r";
  /** Of the present lamp, but for the red, which counts from the end of yellow. */
  greenTicks: number;
  yellowTicks: number;
  redTicks: number;
  walk: "W" | "F" | "D";
  /** Of the steady hand. */
  handTicks: number;
  walkTicks: number;
  vehicleCall: boolean;
  walkCall: boolean;
  detectorsOn: number;
  /** Since the last actuation ended, or since the begin of green. */
  gapTicks: number;
  /** Somebody waits for the end of this green. */
  waitedFor: boolean;
  /** Of maximum green. */
  maximumTicks: number;
};

/** What all heads show. */
export type Shown = { readonly lamps: string; readonly walk: string };

/** How often a reference model met a situation: a run that never met one has not compared it. */
export type Seen = Map<string, number>;

export function see(seen: Seen, situation: string): void {
  seen.set(situation, (seen.get(situation) ?? 0) + 1);
}

export function ticks(seconds: number): number {
  return Math.round(secondsToMs(seconds) / CONTROLLER_TICK_MS);
}

/** Long ago: for counters of what never happened. */
const AGES = 1_000_000;

export function modelPhases({ phases }: Intersection): readonly ModelPhase[] {
  return phases.map(modelPhase);
}

/** Defaults as the schema's descriptions and the common agreement give them. */
function modelPhase(phase: Phase): ModelPhase {
  const { pedestrian, recall = "maximum" } = phase;
  if (recall === "soft") throw new Error("the reference model has no soft recall");
  return {
    greenMin: ticks(phase.greenMinSeconds),
    greenMax: ticks(phase.greenMaxSeconds),
    yellow: ticks(phase.yellowSeconds),
    redClear: ticks(phase.redClearSeconds),
    redRevert: ticks(phase.redRevertSeconds ?? 2),
    passage: ticks(phase.passageSeconds ?? 3),
    recall,
    dualEntry: phase.dualEntry ?? false,
    simultaneousGap: phase.simultaneousGap ?? true,
    walkTime: ticks(pedestrian?.walkSeconds ?? 0),
    clearTime: ticks(pedestrian?.clearSeconds ?? 0),
    buffer: ticks(pedestrian?.bufferSeconds ?? 0),
    walkRecall: pedestrian?.recall ?? true,
    lamp: "r",
    greenTicks: 0,
    yellowTicks: 0,
    redTicks: AGES,
    walk: "D",
    handTicks: AGES,
    walkTicks: 0,
    vehicleCall: false,
    walkCall: false,
    detectorsOn: 0,
    gapTicks: AGES,
    waitedFor: false,
    maximumTicks: 0,
  };
}

/** Yellow and red clearance are over, and the steady hand has been shown for the buffer, which both count towards (§2.3). */
export function hasCleared(phase: ModelPhase): boolean {
  return phase.lamp === "r" && phase.walk === "D" && phase.handTicks >= phase.buffer;
}

export function startGreen(phase: ModelPhase): void {
  phase.lamp = "G";
  phase.greenTicks = 0;
  phase.waitedFor = false;
  phase.maximumTicks = 0;
  phase.vehicleCall = false;
  // The reference does not say from when on a gap counts that no actuation of this green began: from its begin, as in NEMA TS 2.
  phase.gapTicks = 0;
  if (phase.walkTime > 0 && (phase.walkCall || phase.walkRecall)) startWalk(phase);
}

export function startWalk(phase: ModelPhase): void {
  phase.walk = "W";
  phase.walkTicks = 0;
  phase.walkCall = false;
}

export function startYellow(phase: ModelPhase): void {
  phase.lamp = "y";
  phase.yellowTicks = 0;
  phase.waitedFor = false;
  // Who stands on a detector when the green ends has not been served.
  if (phase.detectorsOn > 0) phase.vehicleCall = true;
}

/** Counts every timer of the phase and moves the intervals on that have run out: yellow, red clearance, walk. */
export function tickLamps(phase: ModelPhase): void {
  phase.gapTicks += 1;
  phase.maximumTicks += 1;
  if (phase.lamp === "G") phase.greenTicks += 1;
  if (phase.lamp === "y") phase.yellowTicks += 1;
  if (phase.lamp === "c" || phase.lamp === "r") phase.redTicks += 1;
  if (phase.lamp === "y" && phase.yellowTicks >= phase.yellow) {
    phase.lamp = "c";
    phase.redTicks = 0;
  }
  if (phase.lamp === "c" && phase.redTicks >= phase.redClear) phase.lamp = "r";
  if (phase.walk === "D") phase.handTicks += 1;
  else phase.walkTicks += 1;
  if (phase.walk === "W" && phase.walkTicks >= phase.walkTime) {
    phase.walk = "F";
    phase.walkTicks = 0;
  }
  if (phase.walk === "F" && phase.walkTicks >= phase.clearTime) {
    phase.walk = "D";
    phase.handTicks = 0;
  }
}

/** A detector is covered or left, after the instant has been worked out: it counts from the next tick on. */
export function detector(phase: ModelPhase, on: boolean): void {
  phase.detectorsOn += on ? 1 : -1;
  // The passage timer is reset by an actuation and restarts when it ends.
  phase.gapTicks = 0;
  if (on && phase.lamp !== "G") phase.vehicleCall = true;
}

/** A push button: remembered until walk; a press during walk is served by it. */
export function pushButton(phase: ModelPhase): void {
  if (phase.walkTime > 0 && phase.walk !== "W") phase.walkCall = true;
}

export function shown(phases: readonly ModelPhase[]): Shown {
  return {
    lamps: phases.map(({ lamp }) => (lamp === "c" ? "r" : lamp)).join(""),
    walk: phases.map(({ walk, walkTime }) => (walkTime === 0 ? "-" : walk)).join(""),
  };
}
