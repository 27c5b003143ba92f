/** The witness of service: is told of calls and watches outputs; says when a call waits too long. */
import type { Intersection } from "../../../src/model/intersection.ts";
import { entry, isFlash, isGreen, milliseconds, type Outputs } from "./watch.ts";

export type CallKind = "vehicle" | "pedestrian";

export type ServiceViolation = {
  readonly rule: "WAIT" | "PED_DROPPED";
  readonly at: number;
  readonly detail: string;
};

/** What waits, by phase; plain and never changed in place. */
export type ServiceState = {
  readonly at: number;
  readonly outputs: Outputs;
  /** Since when the call counts: when it came, or when an interruption ended. Infinity without a call. */
  readonly vehicles: readonly number[];
  readonly pedestrians: readonly number[];
  /** Preemption, or flash with the way to it and the all red after it: nobody can be served. */
  readonly interrupted: boolean;
  /** Since when the controller has been ending every green for flash; `null` while it does not. */
  readonly toFlashSince: number | null;
  /** Calls that have been told already as waiting too long. */
  readonly told: ReadonlySet<string>;
};

export type ServiceStep = {
  readonly state: ServiceState;
  readonly violations: readonly ServiceViolation[];
  /** Calls that this observation saw served. */
  readonly served: readonly Served[];
};

export type Served = {
  readonly kind: CallKind;
  readonly phase: number;
  readonly waitedMs: number;
  /** How long it might have waited. */
  readonly boundMs: number;
};

export type ServiceWitness = {
  readonly start: () => ServiceState;
  /** A call for the phase at this place of the configuration. Expects that what is shown at `at` was observed before. */
  readonly called: (state: ServiceState, at: number, kind: CallKind, phase: number) => ServiceState;
  /**
   * What is shown from `at` on; needed at every change, and at the end of what is watched. `toFlash`: the controller says that it
   * is in flash or on the way to it, which no lamp shows before the last red.
   */
  readonly observe: (state: ServiceState, at: number, outputs: Outputs, toFlash: boolean) => ServiceStep;
};

const NOTHING: readonly never[] = [];
const NO_CALL = Infinity;

/**
 * A vehicle's call is served when its phase is green, within the longest red that is configured and `rotationMs`: what the
 * controller needs to come round to it when it has cut everything else short. A pedestrian's is served by
 * walk; it may come too late for the walk of a green that goes on, so a longest green comes on top.
 *
 * Flash interrupts from its first step on. On the way to it greens only end, each after no more than its service and clearance, and
 * none begins. If the request is taken back before flash is shown, all red and the start phases follow all the same: always the same
 * phases. Of n such requests each takes away s + c + a + g (service and clearance that run, all red, green of the start phases), so
 * whoever is no start phase waits for n (s + c + a + g) and more, and n is the operator's affair: no bound holds across them. Between
 * two of them the one of before does, from the first green on. The way itself takes s + c, which is less than `rotationMs`, where
 * every phase has its s + c: what takes longer is no way to flash, and counts as waiting.
 */
export function serviceWitness(intersection: Intersection, rotationMs: number): ServiceWitness {
  const { phases, envelope } = intersection;
  const waitMaxMs = milliseconds(envelope.waitMaxSeconds) + rotationMs;
  const bounds = phases.map((phase) => {
    const greenSeconds = Math.max(
      phase.greenMaxSeconds,
      phase.greenMax2Seconds ?? 0,
      envelope.cycleMaxSeconds,
    );
    // Who comes in yellow waits through it, and then through the red.
    const vehicleMs = waitMaxMs + milliseconds(phase.yellowSeconds);
    return { vehicle: vehicleMs, pedestrian: vehicleMs + milliseconds(greenSeconds) };
  });

  const observe = (before: ServiceState, at: number, outputs: Outputs, toFlash: boolean): ServiceStep => {
    const toFlashSince = toFlash ? (before.toFlashSince ?? at) : null;
    const onWay = toFlashSince !== null && at - toFlashSince <= rotationMs;
    const interrupted = onWay || isInterrupted(before, outputs);
    const seen = { at, outputs, interrupted, toFlashSince };
    if (!before.vehicles.some(waits) && !before.pedestrians.some(waits)) {
      return { state: { ...before, ...seen }, violations: NOTHING, served: NOTHING };
    }
    const violations: ServiceViolation[] = [];
    const served: Served[] = [];
    const told = new Set(before.told);
    const follow = (kind: CallKind, calls: readonly number[]): readonly number[] =>
      calls.map((since, phase) => {
        if (since === NO_CALL) return NO_CALL;
        // What an interruption takes does not count, nor what was waited before it: afterwards everybody comes anew.
        const from = before.interrupted ? at : since;
        const boundMs = entry(bounds, phase)[kind];
        const waitedMs = at - from;
        const key = `${kind} ${phase}`;
        if (waitedMs > boundMs && !told.has(key)) {
          told.add(key);
          const detail = `phase ${entry(phases, phase).id}: ${kind} waits for ${waitedMs} ms, at most ${boundMs} ms`;
          violations.push({ rule: kind === "vehicle" ? "WAIT" : "PED_DROPPED", at, detail });
        }
        const shown = phaseShown(outputs, phase);
        if (kind === "vehicle" ? !isGreen(shown.lamp) : shown.walk !== "W") return from;
        told.delete(key);
        served.push({ kind, phase, waitedMs, boundMs });
        return NO_CALL;
      });
    const vehicles = follow("vehicle", before.vehicles);
    const pedestrians = follow("pedestrian", before.pedestrians);
    return { state: { ...seen, vehicles, pedestrians, told }, violations, served };
  };

  return {
    start: () => ({
      at: -Infinity,
      outputs: { lamps: "", overlaps: "", walk: "", preempting: false },
      vehicles: phases.map(() => NO_CALL),
      pedestrians: phases.map(() => NO_CALL),
      interrupted: true,
      toFlashSince: null,
      told: new Set(),
    }),
    called,
    observe,
  };
}

function phaseShown(
  { lamps, walk }: Outputs,
  phase: number,
): { readonly lamp: string; readonly walk: string } {
  return { lamp: lamps[phase] ?? "", walk: walk[phase] ?? "" };
}

function isInterrupted({ interrupted }: ServiceState, { lamps, preempting }: Outputs): boolean {
  return preempting || isFlash(lamps[0] ?? "") || (interrupted && !/[Gg]/.test(lamps));
}

const waits = (since: number): boolean => since < NO_CALL;

function called(state: ServiceState, at: number, kind: CallKind, phase: number): ServiceState {
  const list = kind === "vehicle" ? state.vehicles : state.pedestrians;
  const shown = phaseShown(state.outputs, phase);
  const isServed = kind === "vehicle" ? isGreen(shown.lamp) : shown.walk === "W";
  if (isServed || entry(list, phase) < NO_CALL) return state;
  const calls = list.with(phase, at);
  return kind === "vehicle" ? { ...state, vehicles: calls } : { ...state, pedestrians: calls };
}
