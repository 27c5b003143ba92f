import type { EngineTables } from "../engine/configuration.ts";
import type { EngineState } from "../engine/state.ts";
import { counters, detailView, liveView } from "../engine/view.ts";
import type { Audience, Scene } from "../ports/audience.ts";
import type { FrameMessage, LiveMessage, LogEntry, MeasuresLive } from "../protocol/live.ts";

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

/** Turns the engine's scenes into messages for consoles: frames at a bounded rate, details and log entries as they change. */
export function createStage(clock: StageClock): Stage {
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

  const tell = (message: LiveMessage): void => {
    const text = JSON.stringify(message);
    for (const viewer of viewers) {
      if (behind.has(viewer)) continue;
      if (viewer.bufferedBytes() < BUFFERED_BYTES_MAX) viewer.send(text);
      else if (message.kind !== "frame") behind.add(viewer);
    }
  };

  const tellEverything = (viewer: Viewer): void => {
    if (scene === undefined) return;
    const all = scene.state.nodes.map((_, index) => index);
    const frame = frameOf(scene, seq, connected, measures);
    const entries = [...log.values()];
    for (const message of [detailOf(scene.state, scene.tables, all), { kind: "log", entries }, frame]) {
      viewer.send(JSON.stringify(message));
    }
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
      if (changed.length > 0) tell(detailOf(next.state, next.tables, changed));
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
    close: () => {
      cancel?.();
      viewers.clear();
      behind.clear();
    },
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

function detailOf(state: EngineState, tables: EngineTables, nodes: readonly number[]): LiveMessage {
  return {
    kind: "detail",
    at: state.now,
    intersections: nodes.map((index) => detailView(state, tables, index)),
  };
}

/** Nodes of which a plan, what runs, or a forecast changed. */
function changedNodes(before: EngineState | undefined, now: EngineState): readonly number[] {
  return now.nodes.flatMap((node, index) => {
    const earlier = before?.nodes[index];
    const same =
      earlier !== undefined &&
      earlier.plans === node.plans &&
      earlier.series === node.series &&
      earlier.street?.plan === node.street?.plan;
    return same ? [] : [index];
  });
}
