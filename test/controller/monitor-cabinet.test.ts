import { describe, expect, it } from "vitest";
import { CABINET_LIMITS, conflictMonitor } from "../../sim/controller/monitor/monitor.ts";
import { cabinet, type CabinetState, type GuardStep } from "../../sim/controller/monitor/trip.ts";
import { BEGIN, cycles, LEGAL, outputsOf, type Part, small, told } from "./watching.ts";

const own = cabinet(conflictMonitor(small, { stepMs: 100, limits: CABINET_LIMITS }));
const FLASH = { lamps: "xxx", overlaps: "", walk: "D--", preempting: false };

/** Shows the parts at every 100 ms; what every step gave. */
function show(from: CabinetState, parts: readonly Part[], begin = BEGIN): readonly GuardStep[] {
  const steps: GuardStep[] = [];
  let state = from;
  let at = begin;
  for (const part of parts) {
    for (const endsAt = at + part[0] * 1000; at < endsAt; at += 100) {
      const step = own.guard(state, at, outputsOf(part));
      state = step.state;
      steps.push(step);
    }
  }
  return steps;
}

/** The last step of a run in which two foes are green, after a sound cycle of 36 s. */
function tripped(): GuardStep {
  const steps = show(own.start(), [...Object.values(LEGAL), LEGAL.walk, [1, "GgG", "F--"]]);
  const step = steps.at(-1);
  if (step === undefined) throw new Error("no step");
  return step;
}

describe("the cabinet", () => {
  it("shows what the controller does as long as that is sound", () => {
    const steps = show(own.start(), cycles({}));
    expect(steps.filter(({ trips, state }) => trips.length > 0 || state.latched !== null)).toEqual([]);
    expect(steps[0]?.shown).toEqual(outputsOf(LEGAL.walk));
    expect(steps.at(-1)?.shown).toEqual(outputsOf(LEGAL.redC));
  });

  it("flashes from the instant of a trip on, whatever the controller shows", () => {
    const steps = show(own.start(), [
      [6, "Grr", "D--"],
      [1, "GrG", "D--"],
      [60, "Grr", "D--"],
    ]);
    const first = steps.findIndex(({ trips }) => trips.length > 0);
    expect(told(steps[first]?.trips ?? [])).toEqual([
      "6.4 CONFLICT phase A shows G and phase C G, for 400 ms",
    ]);
    expect(first).toBe(64);
    expect(steps.slice(first).every(({ shown }) => JSON.stringify(shown) === JSON.stringify(FLASH))).toBe(
      true,
    );
    // Told once.
    expect(
      steps.slice(first + 1).filter(({ trips, sequence }) => trips.length + sequence.length > 0),
    ).toEqual([]);
    expect(steps.at(-1)?.state.latched?.at).toBe(BEGIN + 6_400);
  });

  it("yields what was shown in the 30 s before", () => {
    const { latched } = tripped().state;
    const sequence = (latched?.sequence ?? []).map(
      ({ at, lamps, walk }) => `${(at - BEGIN) / 1000} ${lamps} ${walk}`,
    );
    expect(latched?.at).toBe(BEGIN + 40_400);
    expect(sequence).toEqual([
      // What 10.4 s found.
      "7 Ggr D--",
      "12 ygr D--",
      "15 rgr D--",
      "16 rGr D--",
      "22 ryr D--",
      "25 rrr D--",
      "26 rrG D--",
      "31 rry D--",
      "34 rrr D--",
      "36 Ggr W--",
      "40 GgG F--",
    ]);
  });

  it("keeps flashing until somebody resets it there, and then sees the controller anew", () => {
    const { state } = tripped();
    const later = own.guard(state, BEGIN + 86_400_000, outputsOf(LEGAL.rest));
    expect(later.shown).toEqual(FLASH);
    expect(later.state).toBe(state);
    expect(own.silent(state, BEGIN + 86_400_000).shown).toEqual(FLASH);
    const reset = own.reset(state);
    expect(reset).toEqual(own.start());
    expect(own.guard(reset, BEGIN + 90_000_000, outputsOf(LEGAL.rest)).shown).toEqual(outputsOf(LEGAL.rest));
  });

  it("trips when the controller is silent, at once or when it speaks again", () => {
    const { state } = show(own.start(), [LEGAL.rest]).at(-1) ?? { state: own.start() };
    const last = BEGIN + 4_900;
    const waiting = own.silent(state, last + 1_000);
    expect(waiting.trips).toEqual([]);
    expect(waiting.shown).toEqual(outputsOf(LEGAL.rest));
    const silent = own.silent(waiting.state, last + 1_100);
    expect(told(silent.trips)).toEqual(["6 WATCHDOG no outputs for 1100 ms, at most 1000 ms"]);
    expect(silent.shown).toEqual(FLASH);
    const late = own.guard(state, last + 1_200, outputsOf(LEGAL.rest));
    expect(told(late.trips)).toEqual(["6.1 WATCHDOG no outputs for 1200 ms, at most 1000 ms"]);
    expect(late.sequence).toEqual([{ at: BEGIN, ...outputsOf(LEGAL.rest) }]);
  });
});
