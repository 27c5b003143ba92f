import { expect, it } from "vitest";
import { generateNetwork } from "../../sim/prove/generate/generate.ts";
import { createRandom, type Random } from "../../sim/prove/random.ts";
import { defined } from "../../src/assert.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { localTiming } from "../../src/model/schedule.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { lampsAt } from "../../src/signal/lamps.ts";
import {
  advanceSignal,
  powerUp,
  type SignalInput,
  startSignal,
  takeInput,
  workOut,
} from "../../src/signal/machine.ts";
import type { SignalState } from "../../src/signal/state.ts";
import { after, CONTROLLER_TICK_MS, type InstantMs } from "../../src/units.ts";
import { MIDNIGHT } from "../signal/crossings.ts";

/**
 * A controller sleeps until the machine's next instant. It has to give what looking at every tick gives: the same lamps at every
 * tick, the same log.
 */

const SEEDS = 30;
const TICKS = 2_500;
/** Plans change so often that every run meets free operation and each of its plans. */
const PLAN_LASTS_MS = 100_000;

function plansOf(config: Intersection, table: TimingTable): readonly ActivePlan[] {
  const local = config.plans.map(
    (plan): ActivePlan => ({ id: plan.id, source: "local", timing: localTiming(table, plan) }),
  );
  return [{ id: "free", source: "local", timing: null }, ...local];
}

function drawInputs(random: Random, table: TimingTable, at: InstantMs): readonly SignalInput[] {
  const { phases, stages, extras } = table;
  const anyPhase = (): number => random.integer(0, phases.length - 1);
  const inputs: SignalInput[] = [];
  if (random.chance(0.03)) inputs.push({ kind: "detector", phases: [anyPhase()], on: random.chance(0.5) });
  if (random.chance(0.01)) inputs.push({ kind: "vehicleCall", phase: anyPhase() });
  if (random.chance(0.006)) inputs.push({ kind: "pedestrianCall", phase: anyPhase() });
  if (extras.preempts.length > 0 && random.chance(0.002)) {
    const preempt = random.integer(0, extras.preempts.length - 1);
    inputs.push({ kind: "preempt", preempt, on: random.chance(0.4) });
  }
  if (extras.priorities.length > 0 && random.chance(0.01)) {
    const priority = random.integer(0, extras.priorities.length - 1);
    inputs.push({ kind: "bus", priority, checkedIn: random.chance(0.6) });
  }
  if (random.chance(0.006)) {
    const hold = random.chance(0.3) ? [anyPhase()] : [];
    const stage = random.chance(0.3) ? random.integer(0, stages.length - 1) : null;
    const redUntil = random.chance(0.5) ? after(at, random.integer(-20, 150) * 100) : null;
    inputs.push({ kind: "orders", orders: { hold, stage, flash: random.chance(0.1), redUntil } });
  }
  if (random.chance(0.0003)) inputs.push({ kind: "trip" });
  if (random.chance(0.01)) inputs.push({ kind: "reset" });
  return inputs;
}

function shownAt(table: TimingTable, state: SignalState): string {
  const { lamps, walk, overlaps, preempting } = lampsAt(table, state);
  return `${lamps} ${walk} ${overlaps} ${preempting ? "P" : ""}`;
}

it("looking at the instants that fall due gives what looking at every tick gives", () => {
  let changes = 0;
  let looks = 0;
  const met = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const config = defined(generateNetwork(seed).intersections[0], "an intersection");
    // On a coarse plant the controller's ticks lie between the steps.
    const table = timingTable(config, seed % 2 === 0 ? 1_000 : CONTROLLER_TICK_MS);
    const random = createRandom(seed, "ticks");
    const plans = plansOf(config, table);
    const nextPlan = (at: InstantMs): ActivePlan =>
      defined(plans[Math.floor((at - MIDNIGHT) / PLAN_LASTS_MS) % plans.length], "a plan");
    const begin = after(MIDNIGHT, random.integer(0, 600) * 1_000);
    const first = nextPlan(begin);
    let byEvents = random.chance(0.2)
      ? powerUp(table, first, begin).state
      : startSignal(table, first, MIDNIGHT, begin);
    let byTicks = byEvents;
    let before = "";
    for (let tick = 1; tick <= TICKS; tick += 1) {
      const at = after(begin, tick * CONTROLLER_TICK_MS);
      if (byEvents.dueAt <= at) looks += 1;
      const stepped = advanceSignal(table, byEvents, MIDNIGHT, at, nextPlan);
      const ticked = workOut(table, byTicks, MIDNIGHT, at, nextPlan);
      byEvents = stepped.state;
      byTicks = ticked.state;
      for (const input of drawInputs(random, table, at)) {
        byEvents = takeInput(table, byEvents, input, at).state;
        byTicks = takeInput(table, byTicks, input, at).state;
      }
      const shown = shownAt(table, byTicks);
      const place = `seed ${seed}, tick ${tick}`;
      if (shownAt(table, byEvents) !== shown) expect(`${place}: ${shownAt(table, byEvents)}`).toBe(shown);
      if (stepped.events.length > 0 || ticked.events.length > 0)
        expect(stepped.events, place).toEqual(ticked.events);
      if (shown !== before) changes += 1;
      before = shown;
      met.add(`${config.structure} ${byTicks.unit.kind} ${byTicks.cycle === null ? "free" : "coordinated"}`);
    }
  }
  // Not an empty promise: lamps moved, ticks were slept through, and every state of the unit was met in both structures.
  expect(changes).toBeGreaterThan(SEEDS * 40);
  expect(looks).toBeLessThan(SEEDS * TICKS * 0.75);
  for (const structure of ["ringBarrier", "stages"]) {
    for (const unit of ["normal", "startFlash", "allRed", "toFlash", "flash", "tripped", "preempt"]) {
      expect(
        [...met].some((text) => text.startsWith(`${structure} ${unit} `)),
        `${structure} ${unit}`,
      ).toBe(true);
    }
    expect(met).toContain(`${structure} normal free`);
    expect(met).toContain(`${structure} normal coordinated`);
  }
});
