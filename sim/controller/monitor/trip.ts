import type { Monitor, Trip } from "./monitor.ts";
import type { MonitorState, Outputs } from "./watch.ts";

/** How much of the signal sequence is kept for a trip: reference §2.8. */
export const SEQUENCE_MS = 30_000;

/** What was shown from `at` on. */
export type Shown = Outputs & { readonly at: number };

/** Between controller and street: lets the controller's outputs through until the monitor trips, then flash until it is reset. */
export type CabinetState = {
  readonly monitored: MonitorState;
  /** Changes of the last 30 s, and the one that they began with; oldest first. */
  readonly recent: readonly Shown[];
  /** Why the field flashes; `null`: it does not. */
  readonly latched: Latch | null;
};

export type Latch = {
  readonly at: number;
  readonly trips: readonly Trip[];
  /** What the controller showed in the 30 s before, the outputs that tripped included. */
  readonly sequence: readonly Shown[];
};

export type GuardStep = {
  readonly state: CabinetState;
  /** What the field shows: the controller's outputs, or flash. */
  readonly shown: Outputs;
  /** Of this instant; empty while latched. */
  readonly trips: readonly Trip[];
  /** For the log, at the instant of the trip; otherwise empty. */
  readonly sequence: readonly Shown[];
};

export type Cabinet = {
  readonly start: () => CabinetState;
  /** To be called at every step of the controller, changed outputs or not: a longer gap is a trip of the watchdog. */
  readonly guard: (state: CabinetState, at: number, outputs: Outputs) => GuardStep;
  /** A step in which the controller gave no outputs: what the field shows is the last that it gave. */
  readonly silent: (state: CabinetState, now: number) => GuardStep;
  /** Somebody stands at the cabinet and resets the latch; the controller begins with its start-up. */
  readonly reset: (state: CabinetState) => CabinetState;
};

const NOTHING: readonly never[] = [];

/**
 * The cabinet around one controller. Its state outlives the controller's: a restart of the controller does not end a latched
 * flash. After a restart without a trip, as after a reset, begin with `start()`.
 */
export function cabinet(monitor: Monitor): Cabinet {
  const flash = flashOutputs(monitor);
  const start = (): CabinetState => ({ monitored: monitor.start(), recent: NOTHING, latched: null });

  const guard = (before: CabinetState, at: number, outputs: Outputs): GuardStep => {
    if (before.latched !== null) return { state: before, shown: flash, trips: NOTHING, sequence: NOTHING };
    const late = monitor.watchdog(before.monitored, at);
    const { state: monitored, trips: seen } = monitor.observe(before.monitored, at, outputs);
    const recent = remember(before.recent, before.monitored, at, outputs);
    const trips = late.length === 0 ? seen : [...late, ...seen];
    if (trips.length === 0)
      return { state: { monitored, recent, latched: null }, shown: outputs, trips, sequence: NOTHING };
    return latch({ monitored, recent, latched: null }, at, trips);
  };

  const silent = (before: CabinetState, now: number): GuardStep => {
    if (before.latched !== null) return { state: before, shown: flash, trips: NOTHING, sequence: NOTHING };
    const trips = monitor.watchdog(before.monitored, now);
    if (trips.length > 0) return latch(before, now, trips);
    return { state: before, shown: before.monitored.outputs, trips, sequence: NOTHING };
  };

  const latch = (before: CabinetState, at: number, trips: readonly Trip[]): GuardStep => {
    const sequence = before.recent;
    return { state: { ...before, latched: { at, trips, sequence } }, shown: flash, trips, sequence };
  };

  return { start, guard, silent, reset: start };
}

/** All red flash. */
function flashOutputs({ rules }: Monitor): Outputs {
  const phases = rules.heads.slice(0, rules.phaseCount);
  return {
    lamps: "x".repeat(rules.phaseCount),
    overlaps: "x".repeat(rules.overlapCount),
    walk: phases.map(({ walker }) => (walker === null ? "-" : "D")).join(""),
    preempting: false,
  };
}

function remember(
  recent: readonly Shown[],
  { outputs: before, mode }: MonitorState,
  at: number,
  outputs: Outputs,
): readonly Shown[] {
  const isChanged =
    mode === "unseen" ||
    outputs.lamps !== before.lamps ||
    outputs.overlaps !== before.overlaps ||
    outputs.walk !== before.walk ||
    outputs.preempting !== before.preempting;
  const all = isChanged ? [...recent, { at, ...outputs }] : recent;
  // What was shown when the 30 s began stays: it began before them.
  const begun = all.findLastIndex((one) => one.at <= at - SEQUENCE_MS);
  return begun > 0 ? all.slice(begun) : all;
}
