import { defined } from "../assert.ts";
import type { EngineTables } from "../engine/configuration.ts";
import type { EngineState } from "../engine/state.ts";
import { operatingView } from "../engine/operating-view.ts";
import { counters, liveView } from "../engine/view.ts";
import type { AlarmsNow } from "../ports/alarm-desk.ts";
import type { Audience, Scene } from "../ports/audience.ts";
import type { FrameMessage, LogEntry, MeasuresLive } from "../protocol/live.ts";
import type { LiveRequest } from "../protocol/live-request.ts";
import { alarmBook } from "./alarm-book.ts";
import {
  isOwed,
  lookAt,
  type Member,
  newMember,
  oweEverything,
  type Viewer,
  wantsVehicles,
} from "./live-member.ts";
import { beginTurn, decisionBook } from "./live-turn.ts";

/** A viewer's place at the stage. */
export type Seat = {
  readonly ask: (request: LiveRequest) => void;
  readonly leave: () => void;
};

/** How much consoles have been told since the start. */
export type StageFigures = {
  readonly viewers: number;
  readonly messages: number;
  readonly characters: number;
  /** Times that a viewer was passed over because it had not read what it was sent. */
  readonly skipped: number;
};

export type Stage = Audience & {
  /** Shows the present to a new viewer, and everything that follows. */
  join(viewer: Viewer): Seat;
  plantConnected(connected: boolean): void;
  /** Tells what has changed of the alarms without an instant of the plant. */
  alarmsChanged(): void;
  figures(): StageFigures;
  close(): void;
};

/** Times a second that a console is told something at most; the plant may be much faster. */
const TURN_INTERVAL_MS = 100;
/** A viewer that has this much waiting gets nothing until it has read it: coalesced, never queued. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
/** Entries of the log that a new viewer is told. */
const LOG_KEPT = 300;

export type StageClock = {
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
};

/**
 * Turns the engine's scenes into messages for consoles, at a bounded rate: to each what changed since it was last told; and what
 * `alarms` says of the alarms, `undefined` before anything is known of them.
 */
export function createStage(clock: StageClock, alarms: () => AlarmsNow | undefined = () => undefined): Stage {
  const members = new Set<Member>();
  const log = new Map<number, LogEntry>();
  const decisions = decisionBook();
  const alarmsNoted = alarmBook(alarms, clock.now);
  const counts = { messages: 0, characters: 0, skipped: 0 };
  let scene: Scene | undefined;
  /** The street of the scene as it is told; undefined until it is needed. */
  let frame: FrameMessage | undefined;
  let connected = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  let measures: MeasuresLive | null = null;

  const tell = (shown: Scene, some: Iterable<Member>): void => {
    frame ??= frameOf(shown, connected, measures);
    for (const index of decisions.note(shown)) for (const member of members) member.decisions.add(index);
    const told = { scene: shown, frame, log, alarms: alarmsNoted.note(), decisionText: decisions.text };
    const turn = beginTurn({ ...told, now: clock.now(), sent: countIn(counts) });
    for (const member of some) {
      if (member.viewer.bufferedBytes() < BUFFERED_BYTES_MAX) turn.tell(member);
      else counts.skipped += 1;
    }
  };

  const schedule = (): void => {
    if (members.size === 0 || cancel !== undefined) return;
    const waitMs = toldAt + TURN_INTERVAL_MS - clock.now();
    if (waitMs <= 0) takeTurn();
    else cancel = clock.after(waitMs, takeTurn);
  };

  const takeTurn = (): void => {
    cancel = undefined;
    if (scene === undefined) return;
    toldAt = clock.now();
    tell(scene, members);
    scheduleOwed();
  };

  /** What a message has no room for, and what a viewer could not take, is told later, whether the street moves or not. */
  const scheduleOwed = (): void => {
    const now = frame;
    if (now !== undefined && [...members].some((member) => isOwed(member, now))) schedule();
  };

  return {
    get watching() {
      return [...members].some(wantsVehicles);
    },
    show: (next) => {
      const before = scene;
      scene = next;
      frame = undefined;
      measures = measuresOf(next) ?? measures;
      const entries = next.effects.flatMap((effect) => (effect.kind === "log" ? [effect.entry] : []));
      for (const entry of entries) remember(log, entry);
      if (members.size === 0) return;
      const changed = changedNodes(before?.state, next.state, next.tables);
      for (const member of members) {
        for (const index of changed) member.details.add(index);
        for (const { id } of entries) member.log.add(id);
      }
      schedule();
    },
    join: (viewer) => {
      const member = newMember(viewer);
      const begin = (): void => {
        oweEverything(member, scene?.tables.nodes.length ?? 0, log.keys());
      };
      members.add(member);
      begin();
      if (scene !== undefined) tell(scene, [member]);
      scheduleOwed();
      return {
        ask: (request) => {
          if (request.kind === "resync") begin();
          else lookAt(member, request);
          schedule();
        },
        leave: () => void members.delete(member),
      };
    },
    plantConnected: (now) => {
      connected = now;
      frame = undefined;
      schedule();
    },
    alarmsChanged: () => {
      alarmsNoted.renew();
      schedule();
    },
    figures: () => ({ viewers: members.size, ...counts }),
    close: () => {
      cancel?.();
      members.clear();
    },
  };
}

function countIn(counts: { messages: number; characters: number }): (characters: number) => void {
  return (characters) => {
    counts.messages += 1;
    counts.characters += characters;
  };
}

function remember(log: Map<number, LogEntry>, entry: LogEntry): void {
  // A known entry moves to the end: it is the newest news.
  log.delete(entry.id);
  log.set(entry.id, entry);
  const oldest = log.keys().next();
  if (log.size > LOG_KEPT && oldest.done !== true) log.delete(oldest.value);
}

function measuresOf({ measures }: Scene): MeasuresLive | undefined {
  if (measures === undefined) return undefined;
  const { at, vehiclesRunning, vehiclesWaitingToEnter, vehiclesArrived, delaySeconds } = measures;
  return { at, vehiclesRunning, vehiclesWaitingToEnter, vehiclesArrived, delaySeconds };
}

const NO_VEHICLES: readonly number[] = [];

function frameOf(scene: Scene, plantConnected: boolean, measures: MeasuresLive | null): FrameMessage {
  const dropped = Object.entries(scene.dropped).map(([name, value]) => ({
    name: `overflow.${name}`,
    label: `${name} inputs dropped: link flooded`,
    value,
  }));
  return {
    kind: "frame",
    at: scene.state.now,
    speedFactor: scene.speedFactor,
    plantConnected,
    intersections: liveView(scene.state, scene.tables),
    vehicles: scene.traffic?.vehicles ?? NO_VEHICLES,
    measures,
    counters: [...counters(scene.state), ...dropped],
  };
}

/** Nodes of which a plan, what runs, what operators asked or a forecast changed; decisions go on their own. */
function changedNodes(
  before: EngineState | undefined,
  now: EngineState,
  tables: EngineTables,
): readonly number[] {
  return [...now.nodes.entries()].flatMap(([index, node]) => {
    const earlier = before?.nodes.at(index);
    const same =
      earlier !== undefined &&
      earlier.plans === node.plans &&
      earlier.proposal === node.proposal &&
      earlier.mode === node.mode &&
      earlier.series === node.series &&
      sameStates(earlier.health.detectors, node.health.detectors) &&
      earlier.street?.plan === node.street?.plan &&
      sameOperating(before, now, tables, index);
    return same ? [] : [index];
  });
}

/** What was asked, who has control, and, while a command is shown, what became of it and what the street shows of it. */
function sameOperating(
  before: EngineState | undefined,
  now: EngineState,
  tables: EngineTables,
  index: number,
): boolean {
  const [earlier, node] = [before?.nodes.at(index), now.nodes.at(index)];
  if (before === undefined || earlier === undefined || node === undefined) return false;
  if (earlier.modeLease !== node.modeLease || earlier.control !== node.control) return false;
  if (earlier.commands.length === 0 && node.commands.length === 0) return true;
  const own = defined(tables.nodes[index], "tables");
  return (
    JSON.stringify(operatingView(earlier, own, before.now)) ===
    JSON.stringify(operatingView(node, own, now.now))
  );
}

function sameStates(
  before: readonly { readonly state: string }[],
  now: readonly { readonly state: string }[],
): boolean {
  return before === now || now.every(({ state }, detector) => before[detector]?.state === state);
}
