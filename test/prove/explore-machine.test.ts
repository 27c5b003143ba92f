import { describe, expect, it } from "vitest";
import { EXPLORE_STEP_MS, eightPhase, fourPhase } from "../../sim/prove/explore/configurations.ts";
import { exploredMachine } from "../../sim/prove/explore/machine.ts";
import { freeDirection } from "../../sim/prove/explore/environment.ts";
import { createCodec, type ExploreDraft, ringOrders } from "../../sim/prove/explore/state.ts";
import { createRandom, type Random } from "../../sim/prove/random.ts";
import { drawTiming } from "../../sim/prove/generate/timings.ts";
import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { powerUp, type SignalInput, takeInput, workOut } from "../../src/signal/machine.ts";
import { runRound } from "../../src/signal/round.ts";
import { resetTrip, trip } from "../../src/signal/unit.ts";
import { after, type InstantMs, instantMs } from "../../src/units.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
const INPUT_LEAD_MS = 100;

function tableOf({ intersections }: Network): TimingTable {
  return timingTable(defined(intersections[0], "intersection"), EXPLORE_STEP_MS);
}

/** Anything that may reach a machine; most of the time nothing. */
function drawInput(random: Random, table: TimingTable, tripped: boolean): SignalInput {
  const phase = random.integer(0, table.phases.length - 1);
  const phases = table.phases.map((_, index) => index);
  if (tripped && random.chance(0.3)) return { kind: "reset" };
  return random.weighted<() => SignalInput>([
    [30, () => ({ kind: "detector", phases: [phase], on: random.chance(0.5) })],
    [20, () => ({ kind: "vehicleCall", phase })],
    [10, () => ({ kind: "pedestrianCall", phase })],
    [
      4,
      () => ({
        kind: "preempt",
        preempt: random.integer(0, table.extras.preempts.length - 1),
        on: random.chance(0.4),
      }),
    ],
    [
      8,
      () => ({
        kind: "orders",
        orders: {
          hold: random.chance(0.3) ? random.shuffled(phases).slice(0, 2) : [],
          stage: random.chance(0.3) ? random.integer(0, table.stages.length - 1) : null,
          flash: random.chance(0.1),
          redUntil: null,
        },
      }),
    ],
    [tripped ? 0 : 0.5, () => ({ kind: "trip" })],
  ])();
}

/** The controller's own machine on the grid of steps, with random inputs and plans. Nothing of its state is cut off or capped. */
function* walk(table: TimingTable, seed: number, steps: number): Generator<ExploreDraft> {
  const random = createRandom(seed, "walk");
  let plan: ActivePlan = { id: "free", source: "local", timing: null };
  let at: InstantMs = after(MIDNIGHT, EXPLORE_STEP_MS);
  let { state } = powerUp(table, plan, at);
  for (let step = 0; step < steps; step += 1) {
    const { unit, heads, followers, rings } = state;
    yield { table, at, unit, heads: [...heads], followers: [...followers], rings, preempts: [], events: [] };
    at = after(at, EXPLORE_STEP_MS);
    if (random.chance(0.01)) {
      const timing = random.chance(0.3) ? null : (drawTiming(random, table) ?? null);
      plan = { id: `plan${step}`, source: "plan", timing };
    }
    const tripped = unit.kind === "tripped";
    for (let inputs = random.integer(0, 3); inputs > 0; inputs -= 1) {
      const idle = { ...state, dueAt: at };
      state = takeInput(table, idle, drawInput(random, table, tripped), instantMs(at - INPUT_LEAD_MS)).state;
    }
    state = workOut(table, state, MIDNIGHT, at, () => plan).state;
  }
}

function copyOf(draft: ExploreDraft): ExploreDraft {
  const { heads, followers, preempts } = draft;
  return { ...draft, heads: [...heads], followers: [...followers], preempts: [...preempts], events: [] };
}

/** The machine under any answers at all. Nothing of its state is cut off or capped. */
function* freeWalk(table: TimingTable, seed: number, steps: number): Generator<ExploreDraft> {
  const random = createRandom(seed, "free walk");
  const orders = ringOrders(table);
  const codec = createCodec(table, orders);
  let [draft] = walk(table, seed, 1);
  for (let step = 0; step < steps && draft !== undefined; step += 1) {
    yield draft;
    const at = after(draft.at, EXPLORE_STEP_MS);
    const called = random.chance(0.05) ? random.integer(0, table.extras.preempts.length - 1) : -1;
    const preempts = table.extras.preempts.map((_, index) => ({
      onAt: index === called ? at : null,
      ignored: false,
    }));
    const flash = called < 0 && random.chance(0.02);
    draft = { ...copyOf(draft), at, preempts };
    if (draft.unit.kind === "tripped" ? random.chance(0.3) : random.chance(0.005)) {
      if (draft.unit.kind === "tripped") resetTrip(draft);
      else trip(draft);
      continue;
    }
    let before: string;
    do {
      before = codec.encode(draft, 0);
      draft = copyOf(draft);
      runRound(
        draft,
        freeDirection(draft, orders, flash, (count) => random.integer(0, count - 1), null),
      );
    } while (codec.encode(draft, 0) !== before);
  }
}

describe.each([
  ["four phases", fourPhase()],
  ["eight phases", eightPhase()],
])("the explored machine of %s", (_, network) => {
  const table = tableOf(network);
  const machine = exploredMachine(table);
  const codec = createCodec(table, ringOrders(table));
  const successors = new Map<number, ReadonlyMap<string, number>>();
  const keysAfter = (state: number): ReadonlyMap<string, number> => {
    const known = successors.get(state);
    if (known !== undefined) return known;
    const found = new Map(
      machine.successors(state).map((next) => [codec.encode(machine.draftOf(next), 0), next] as const),
    );
    successors.set(state, found);
    return found;
  };

  /** Whether every step of the walk is one that was explored; how many states it came through. */
  const followed = (walked: Iterable<ExploreDraft>): number => {
    let state: number | undefined;
    let before = "";
    const visited = new Set<number>();
    for (const draft of walked) {
      const key = codec.encode(draft, 1);
      state = state === undefined ? machine.start : keysAfter(state).get(key);
      const shown = `${draft.unit.kind} ${draft.heads.map(({ interval, walk: own }) => `${interval}/${own}`).join(" ")}`;
      expect(state, `${before}\n${shown}`).toBeDefined();
      before = shown;
      if (state !== undefined) visited.add(state);
    }
    return visited.size;
  };

  it.each([1, 2, 3])("may do whatever the controller's machine does, seed %i", (seed) => {
    expect(followed(walk(table, seed, 1_500))).toBeGreaterThan(100);
  });

  it.each([1, 2, 3])("forgets nothing that matters later, seed %i", (seed) => {
    expect(followed(freeWalk(table, seed, 1_500))).toBeGreaterThan(200);
  });
});
