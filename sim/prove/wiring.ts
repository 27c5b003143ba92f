import type { TimingTable } from "../../src/model/timing.ts";

/** How the controller is connected; a planted fault lets something pass or loses something. */
export type Wiring = {
  /** A rule of plans and commands that the controller does not know: what breaks only that one passes. */
  readonly lacks: string | null;
  /** Pedestrian calls are lost on their way. */
  readonly dropsPedestrians: boolean;
  /** The lease of a running plan never ends. */
  readonly keepsLeases: boolean;
  /** A head shows nothing now and then. */
  readonly darkens: boolean;
  /** What the engine's gate believes of the intersection. */
  readonly gated: (table: TimingTable) => TimingTable;
};

export const SOUND: Wiring = {
  lacks: null,
  dropsPedestrians: false,
  keepsLeases: false,
  darkens: false,
  gated: (table) => table,
};
