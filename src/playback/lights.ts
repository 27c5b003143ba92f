import { EVENT_CODE as EVENT } from "../model/event-code.ts";
import type { Operation } from "../model/operation.ts";
import type { TimingTable } from "../model/timing.ts";
import { LOG_LOST_CODE } from "../protocol/frames.ts";
import { startArrows } from "./arrows.ts";
import { FLASH_STATUS, type LoggedEvent, POWER_RESTORED, UNIT_FLASH } from "./logged-event.ts";
import { startRightOfWay } from "./right-of-way.ts";

/** What the heads of an intersection show, as its log tells it. */
export type LightsShown = {
  /** One letter a phase as in `StateFrame`; empty while one of them is not known. */
  readonly lamps: string;
  /** Likewise of pedestrians. */
  readonly walk: string;
  readonly operation: Operation | null;
  /** The stage whose phases, and no others, are green; null where there is none. */
  readonly stage: string | null;
};

export type Lights = {
  /** The next event of the log. All of an instant are taken before `settle`. */
  readonly take: (event: LoggedEvent) => void;
  readonly settle: (at: number) => void;
  /** What is shown at `at`, behind everything that was taken; `coming` are the events behind it, as far as they are known. */
  readonly shownAt: (at: number, coming: Iterable<LoggedEvent>) => LightsShown;
};

/** A phase as far as its log has told of it; null where it has not. */
type Head = {
  lamp: "G" | "y" | "r" | null;
  walk: "W" | "F" | "D" | null;
  /** Between the begin of yellow and the end of red clearance. */
  clearing: boolean;
};

const LAMP: ReadonlyMap<number, Head["lamp"]> = new Map([
  [EVENT.beginGreen, "G"],
  [EVENT.beginYellow, "y"],
  [EVENT.endYellow, "r"],
  [EVENT.beginRedClear, "r"],
  [EVENT.endRedClear, "r"],
  [EVENT.phaseInactive, "r"],
]);
const WALK: ReadonlyMap<number, Head["walk"]> = new Map([
  [EVENT.beginWalk, "W"],
  [EVENT.beginPedestrianClear, "F"],
  [EVENT.beginDontWalk, "D"],
]);

/** What is told only while nothing has more authority than the signal's own sequence. */
const NORMAL: ReadonlySet<number> = new Set([EVENT.gapOut, EVENT.maxOut, EVENT.coordinatedYield]);

/** Who has the intersection. */
type Unit = {
  operation: Operation | null;
  flash: "none" | "own" | "monitor";
  /** Phases that take over after start-up or a preemption: once they are green alone, operation is normal. */
  handsTo: readonly number[] | null;
};

/**
 * The heads of one intersection from its high-resolution log. `fromBegin` says that the first event that is taken is the first one
 * of the log: a log begins with everything that is green, so that all the rest is red.
 */
export function startLights(table: TimingTable, fromBegin: boolean): Lights {
  const phaseOf = new Map(table.phases.map(({ number }, phase) => [number, phase]));
  const heads: Head[] = table.phases.map(() => ({ lamp: null, walk: null, clearing: false }));
  const arrows = startArrows(table);
  const rightOfWay = startRightOfWay(table, phaseOf);
  const unit: Unit = { operation: null, flash: "none", handsTo: null };
  const setAll = (lamp: "r" | null, walk: "D" | null): void => {
    for (const head of heads) Object.assign(head, { lamp, walk, clearing: false });
    arrows.set(lamp === null ? null : "off");
  };
  let begun = !fromBegin;
  return {
    take: (event) => {
      const { code, parameter } = event;
      if (!begun) {
        begun = true;
        setAll("r", "D");
        unit.operation = "normal";
      }
      if (code === LOG_LOST_CODE) {
        setAll(null, null);
        Object.assign(unit, { operation: null, flash: "none", handsTo: null });
        return;
      }
      if (code === POWER_RESTORED || code === UNIT_FLASH) setAll("r", "D");
      takeUnit(unit, table, event);
      rightOfWay.take(event);
      arrows.take(event);
      const head = heads[phaseOf.get(parameter) ?? -1];
      if (head !== undefined) takePhase(head, code);
    },
    settle: (at) => {
      rightOfWay.settle(at);
      arrows.settle(at, (phase) => heads[phase]?.lamp === "G");
      if (unit.handsTo !== null && isHandedOver(heads, unit.handsTo)) {
        Object.assign(unit, { operation: "normal", handsTo: null });
      }
    },
    shownAt: (at, coming) => {
      const known = heads.every(({ lamp }) => lamp !== null) && arrows.known();
      const yields = rightOfWay.yieldsAt(at, coming);
      const letters = heads.map(
        ({ lamp }, phase) =>
          arrows.letterAt(phase, at) ?? (lamp === "G" && yields(phase) ? "g" : (lamp ?? "")),
      );
      const lamps = unit.flash === "none" ? letters : flashOf(table, unit.flash);
      const walk = walkOf(table, heads);
      const { operation } = unit;
      return { lamps: known ? lamps.join("") : "", walk, operation, stage: stageOf(table, heads) };
    },
  };
}

function takePhase(head: Head, code: number): void {
  head.lamp = LAMP.get(code) ?? head.lamp;
  if (code === EVENT.beginYellow) head.clearing = true;
  if (code === EVENT.phaseInactive) head.clearing = false;
  // No green ends before its pedestrians are over.
  if (code === EVENT.beginRedClear) head.walk ??= "D";
  head.walk = WALK.get(code) ?? head.walk;
}

function takeUnit(unit: Unit, table: TimingTable, { code, parameter }: LoggedEvent): void {
  if (code === POWER_RESTORED || (code === UNIT_FLASH && parameter === FLASH_STATUS.startUp)) {
    Object.assign(unit, { operation: "startUp", flash: "own", handsTo: null });
  } else if (code === UNIT_FLASH && parameter === FLASH_STATUS.allRed) {
    Object.assign(unit, { operation: "startUp", flash: "none", handsTo: startPhases(table) });
  } else if (code === UNIT_FLASH && parameter === FLASH_STATUS.commanded) {
    Object.assign(unit, { operation: "flash", flash: "own", handsTo: null });
  } else if (code === UNIT_FLASH && parameter === FLASH_STATUS.monitor) {
    Object.assign(unit, { operation: "tripped", flash: "monitor", handsTo: null });
  } else if (code === EVENT.preemptEntry) {
    Object.assign(unit, { operation: "preempt", flash: "none", handsTo: null });
  } else if (code === EVENT.preemptExit) {
    unit.handsTo = table.extras.preempts[parameter - 1]?.exitPhases ?? null;
  } else if (unit.operation === null && NORMAL.has(code)) unit.operation = "normal";
}

function startPhases({ extras, stages }: TimingTable): readonly number[] {
  const [first] = stages;
  return extras.startUp?.phases ?? first?.phases.filter((phase) => !first.permissive.has(phase)) ?? [];
}

function isHandedOver(heads: readonly Head[], to: readonly number[]): boolean {
  return heads.every(({ lamp, walk, clearing }, phase) => {
    if (to.includes(phase)) return lamp === "G";
    return lamp === "r" && !clearing && walk !== "W" && walk !== "F";
  });
}

function flashOf({ phases, extras }: TimingTable, flash: "own" | "monitor"): readonly string[] {
  const yellows = flash === "monitor" ? undefined : extras.startUp?.flashYellow;
  return phases.map((_, phase) => (yellows?.has(phase) === true ? "f" : "x"));
}

function walkOf({ phases }: TimingTable, heads: readonly Head[]): string {
  const letters = heads.map(({ walk }, phase) => (phases[phase]?.walkMs === 0 ? "-" : walk));
  return letters.includes(null) ? "" : letters.join("");
}

function stageOf({ stages }: TimingTable, heads: readonly Head[]): string | null {
  const green = heads.flatMap(({ lamp }, phase) => (lamp === "G" ? [phase] : []));
  const isWhole = (phases: readonly number[]): boolean =>
    phases.length === green.length && phases.every((phase) => green.includes(phase));
  return stages.find(({ phases }) => isWhole(phases))?.id ?? null;
}
