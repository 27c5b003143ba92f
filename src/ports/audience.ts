import type { EngineTables } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import type { EngineState } from "../engine/state.ts";
import type { MeasuresFrame, TrafficFrame } from "../protocol/plant-frames.ts";

/** What an instant brought, for those who watch. */
export type Scene = {
  readonly state: EngineState;
  readonly tables: EngineTables;
  readonly effects: readonly Effect[];
  readonly traffic: TrafficFrame | undefined;
  readonly measures: MeasuresFrame | undefined;
  readonly speedFactor: number;
  /** Frames that the pipeline itself dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
};

/** The consoles. A slow one never holds up the engine: `show` returns at once. */
export interface Audience {
  /** Whether anybody looks. */
  readonly watching: boolean;
  show(scene: Scene): void;
}
