import { defined } from "../assert.ts";
import type { EngineTables } from "../engine/configuration.ts";
import type { EngineState } from "../engine/state.ts";
import { decisionView } from "../engine/decision-view.ts";
import { counters, detailView, liveView } from "../engine/view.ts";
import type { AlarmsNow } from "../ports/alarm-desk.ts";
import type { Audience, Scene } from "../ports/audience.ts";
import type {
  DecisionsMessage,
  DetailMessage,
  FrameMessage,
  LiveMessage,
  LogEntry,
  MeasuresLive,
} from "../protocol/live.ts";
import { alarmLedger } from "./alarm-ledger.ts";

/** A console's connection, as little of a WebSocket as is needed. */
export type Viewer = {
  readonly send: (text: string) => void;
  /** Bytes that wait to be sent; a viewer with many is skipped until it has caught up. */
  readonly bufferedBytes: () => number;
};

export type Stage = Audience & {
  /** Shows the present to a new viewer and everything that follows; returns what ends it. */
  join(viewer: Viewer): () => void;
  plantConnected(connected: boolean): void;
  /** Shows what has changed without an instant of the plant. */
  refresh(): void;
  close(): void;
};

/** Frames a second that a console gets at most; the plant may be much faster. */
const FRAME_INTERVAL_MS = 100;
/** A viewer that has this much waiting gets nothing until it has read it: coalesced, never queued. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
/** Entries of the log that a new viewer is told. */
const LOG_KEPT = 300;

export type StageClock = {
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
};

/**
 * Turns the engine's scenes into messages for consoles: frames at a bounded rate, details and log entries as they change, and what
 * `alarms` says of the alarms, `undefined` before anything is known of them.
 */
export function createStage(clock: StageClock, alarms: () => AlarmsNow | undefined = () => undefined): Stage {
  const viewers = new Set<Viewer>();
  /** Those that missed a detail or a log entry; they are told everything anew when they have caught up. */
  const behind = new Set<Viewer>();
  const log = new Map<number, LogEntry>();
  let scene: Scene | undefined;
  let connected = false;
  let seq = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  let measures: MeasuresLive | null = null;
  const ledger = decisionLedger();
  const alarmsTold = alarmLedger(alarms, clock.now);

  const tell = (message: LiveMessage): boolean => tellViewers(viewers, behind, message);

  const tellDetail = ({ state, tables }: Scene, nodes: readonly number[], viewer?: Viewer): void => {
    const message = detailOf(state, tables, nodes);
    ledger.toldApart(message.intersections);
    if (viewer === undefined) tell(message);
    else viewer.send(JSON.stringify(message));
  };

  /** What one viewer could not take is told with the next frame again. */
  const tellDecisions = (now: Scene): void => {
    const fresh = ledger.fresh(decisionsOf(now));
    if (fresh.length > 0 && tell({ kind: "decisions", intersections: fresh })) ledger.told(fresh);
  };

  const tellEverything = (viewer: Viewer): void => {
    if (scene === undefined) return;
    const all = scene.tables.nodes.map((_, index) => index);
    const frame = frameOf(scene, seq, connected, measures);
    const entries = [...log.values()];
    tellDetail(scene, all, viewer);
    const told = [{ kind: "log", entries }, ...alarmsTold.whole(), frame];
    for (const message of told) viewer.send(JSON.stringify(message));
  };

  const catchUp = (): void => {
    for (const viewer of behind) {
      if (viewer.bufferedBytes() >= BUFFERED_BYTES_MAX) continue;
      behind.delete(viewer);
      tellEverything(viewer);
    }
  };

  const flush = (): void => {
    cancel = undefined;
    if (scene === undefined) return;
    sentAt = clock.now();
    seq += 1;
    catchUp();
    tellDecisions(scene);
    for (const message of alarmsTold.fresh()) tell(message);
    tell(frameOf(scene, seq, connected, measures));
  };

  const schedule = (): void => {
    if (viewers.size === 0 || cancel !== undefined) return;
    const waitMs = sentAt + FRAME_INTERVAL_MS - clock.now();
    if (waitMs <= 0) flush();
    else cancel = clock.after(waitMs, flush);
  };

  return {
    get watching() {
      return viewers.size > 0;
    },
    show: (next) => {
      const before = scene;
      scene = next;
      measures = measuresOf(next) ?? measures;
      const entries = next.effects.flatMap((effect) => (effect.kind === "log" ? [effect.entry] : []));
      for (const entry of entries) remember(log, entry);
      if (viewers.size === 0) return;
      const changed = changedNodes(before?.state, next.state);
      if (changed.length > 0) tellDetail(next, changed);
      if (entries.length > 0) tell({ kind: "log", entries });
      schedule();
    },
    join: (viewer) => {
      viewers.add(viewer);
      tellEverything(viewer);
      return () => {
        viewers.delete(viewer);
        behind.delete(viewer);
      };
    },
    plantConnected: (now) => {
      connected = now;
      schedule();
    },
    refresh: schedule,
    close: () => {
      cancel?.();
      viewers.clear();
      behind.clear();
    },
  };
}

/** Kinds of which a viewer must not miss one: those that tell what changed, once. */
const IS_KEPT: Readonly<Record<LiveMessage["kind"], boolean>> = {
  detail: true,
  log: true,
  alarms: true,
  decisions: false,
  frame: false,
};

/** Sends a message; `behind` grows by those who missed what is not told again. Returns whether nobody else missed it. */
function tellViewers(viewers: ReadonlySet<Viewer>, behind: Set<Viewer>, message: LiveMessage): boolean {
  const text = JSON.stringify(message);
  let missed = false;
  for (const viewer of viewers) {
    if (behind.has(viewer)) continue;
    if (viewer.bufferedBytes() < BUFFERED_BYTES_MAX) viewer.send(text);
    else if (IS_KEPT[message.kind]) behind.add(viewer);
    else missed = true;
  }
  return !missed;
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

function frameOf(
  scene: Scene,
  seq: number,
  plantConnected: boolean,
  measures: MeasuresLive | null,
): FrameMessage {
  const dropped = Object.entries(scene.dropped).map(([name, value]) => ({
    name: `overflow.${name}`,
    label: `${name} inputs dropped: link flooded`,
    value,
  }));
  return {
    kind: "frame",
    seq,
    at: scene.state.now,
    speedFactor: scene.speedFactor,
    plantConnected,
    intersections: liveView(scene.state, scene.tables),
    vehicles: scene.traffic?.vehicles ?? [],
    measures,
    counters: [...counters(scene.state), ...dropped],
  };
}

type Decisions = DecisionsMessage["intersections"];

/** Which decisions all viewers have, so that each is told once. */
function decisionLedger() {
  /** By intersection, as it was sent; empty where viewers may have different ones, none where nobody had any yet. */
  const known = new Map<string, string>();
  return {
    fresh: (all: Decisions): Decisions =>
      all.filter(({ id, decision }) => (known.get(id) ?? "null") !== JSON.stringify(decision)),
    told: (fresh: Decisions): void => {
      for (const { id, decision } of fresh) known.set(id, JSON.stringify(decision));
    },
    /** A detail told them, perhaps to one viewer only. */
    toldApart: (some: Decisions): void => {
      for (const { id, decision } of some) if (decision !== null) known.set(id, "");
    },
  };
}

function decisionsOf({ state, tables }: Scene): Decisions {
  return Array.from(state.nodes, (node, index) => {
    const own = defined(tables.nodes[index], "tables");
    return { id: own.id, decision: decisionView(node, own) };
  });
}

function detailOf(state: EngineState, tables: EngineTables, nodes: readonly number[]): DetailMessage {
  return {
    kind: "detail",
    at: state.now,
    intersections: nodes.map((index) => detailView(state, tables, index)),
  };
}

/** Nodes of which a plan, what runs, or a forecast changed; decisions go on their own. */
function changedNodes(before: EngineState | undefined, now: EngineState): readonly number[] {
  return [...now.nodes.entries()].flatMap(([index, node]) => {
    const earlier = before?.nodes.at(index);
    const same =
      earlier !== undefined &&
      earlier.plans === node.plans &&
      earlier.proposal === node.proposal &&
      earlier.mode === node.mode &&
      earlier.series === node.series &&
      sameStates(earlier.health.detectors, node.health.detectors) &&
      earlier.street?.plan === node.street?.plan;
    return same ? [] : [index];
  });
}

function sameStates(
  before: readonly { readonly state: string }[],
  now: readonly { readonly state: string }[],
): boolean {
  return before === now || now.every(({ state }, detector) => before[detector]?.state === state);
}
