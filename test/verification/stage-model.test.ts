import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { Envelope, Intersection, LocalPlan, Phase } from "../../src/model/intersection.ts";
import { timingOf } from "../../src/model/schedule.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { after, CONTROLLER_TICK_MS } from "../../src/units.ts";
import {
  expectSame,
  type Machine,
  report,
  runsOf,
  tellMachine,
  MIDNIGHT,
  START,
  type SideCommand,
  startMachine,
  tickMachine,
} from "./side-by-side.ts";
import { type ModelPhase, pushButton, type Seen } from "./model-phase.ts";
import { stageCrossings, stageIntersection } from "./stage-crossings.ts";
import {
  type ModelPlan,
  STAGE_SITUATIONS,
  modelPlans,
  type StageModel,
  stageModelShows,
  startStageModel,
  tickStageModel,
} from "./stage-model.ts";

/** The reference model with the plan that is wanted next. */
type Planned = {
  readonly plans: readonly ModelPlan[];
  readonly model: StageModel;
  wanted: number;
};

/** Commands name one of five phases; a smaller intersection has it more than once. */
function phaseAt({ phases }: StageModel, index: number): ModelPhase {
  return defined(phases[index % phases.length], "phase");
}

type StageCommand = SideCommand<Planned>;

function activePlan({ plans }: Intersection, index: number): ActivePlan {
  const plan = defined(plans[index], "plan");
  return { id: plan.id, source: "plan", timing: timingOf(plan) };
}

function both({ model, plans, wanted }: Planned, machine: Machine, count: number): void {
  for (let tick = 0; tick < count; tick += 1) {
    tickStageModel(model, defined(plans[wanted], "plan"));
    tickMachine(machine);
    expectSame(machine, stageModelShows(model));
  }
}

const waitCommand = (count: number): StageCommand => ({
  check: () => true,
  run: (planned, machine) => both(planned, machine, count),
  toString: () => `wait ${count}`,
});

const buttonCommand = (index: number): StageCommand => ({
  check: ({ model }) => phaseAt(model, index).walkTime > 0,
  run: ({ model }, machine) => {
    tellMachine(machine, { kind: "pedestrianCall", phase: index % model.phases.length });
    pushButton(phaseAt(model, index));
  },
  toString: () => `button ${index}`,
});

const planCommand = (index: number): StageCommand => ({
  check: ({ wanted }) => wanted !== index,
  run: (planned, machine) => {
    planned.wanted = index;
    machine.plan = activePlan(machine.table.intersection, index);
  },
  toString: () => `plan ${index}`,
});

function stepClock({ model }: Planned, machine: Machine, count: number): void {
  model.clock += count;
  // A clock that steps forward has its midnight earlier.
  machine.midnightAt = after(machine.midnightAt, -count * CONTROLLER_TICK_MS);
}

const clockCommand = (count: number): StageCommand => ({
  check: () => count !== 0,
  run: (planned, machine) => stepClock(planned, machine, count),
  toString: () => `clock ${count}`,
});

const stageCommands = fc.commands<Planned, Machine>(
  [
    fc.integer({ min: 1, max: 400 }).map(waitCommand),
    fc.integer({ min: 1, max: 1200 }).map(waitCommand),
    fc.nat(4).map(buttonCommand),
    fc.nat(2).map(planCommand),
    fc.integer({ min: -300, max: 300 }).map(clockCommand),
  ],
  { size: "+1", maxCommands: 20 },
);

function startModel(reference: Intersection, plans: readonly ModelPlan[], seen: Seen): StageModel {
  const clock = (START - MIDNIGHT) / CONTROLLER_TICK_MS;
  return startStageModel(reference, defined(plans[0], "plan"), clock, seen);
}

/** The machine with one configuration beside the reference model with another. */
function sideBySide(
  own: Intersection,
  reference: Intersection,
  commands: Iterable<StageCommand>,
  seen: Seen,
): void {
  fc.modelRun(() => {
    const plans = modelPlans(reference);
    const model = startModel(reference, plans, seen);
    const real = startMachine(own, activePlan(own, 0));
    expectSame(real, stageModelShows(model));
    return { model: { plans, model, wanted: 0 }, real };
  }, commands);
}

const PLAIN = { greenMinSeconds: 5, greenMaxSeconds: 60, yellowSeconds: 3, redClearSeconds: 1 };

describe("the machine in coordinated fixed-time operation of stages", () => {
  it("an example worked by hand", () => {
    const walkers = { crosswalkMeters: 4, walkSeconds: 4, clearSeconds: 3, bufferSeconds: 3, crosses: "in" };
    // An hour after midnight is 30 s into a cycle of 35 s: with this offset its begin.
    const crossing = stageIntersection({
      phases: [
        { id: "A", ...PLAIN },
        { id: "B", ...PLAIN, pedestrian: walkers },
      ],
      stages: [["A"], ["B"]],
      plans: [{ id: "p", offsetSeconds: 30, splits: [0, 1], splitSeconds: [20, 15] }],
      correction: "shortway",
      lengthenRatio: 0.2,
      shortenRatio: 0.1,
    });
    const plans = modelPlans(crossing);
    const planned: Planned = { plans, model: startModel(crossing, plans, new Map()), wanted: 0 };
    const machine = startMachine(crossing, activePlan(crossing, 0));
    const shows = (lamps: string, walk: string): void => {
      expect(stageModelShows(planned.model)).toEqual({ lamps, walk });
      expectSame(machine, stageModelShows(planned.model));
    };
    const until = (tick: number): void =>
      both(planned, machine, tick - (machine.at - START) / CONTROLLER_TICK_MS);
    until(159);
    shows("Gr", "-D");
    until(160);
    shows("yr", "-D");
    until(199);
    shows("rr", "-D");
    until(200);
    shows("rG", "-W");
    until(240);
    shows("rG", "-F");
    until(270);
    shows("rG", "-D");
    // 5 s late from now on: 3.5 s less in the next cycle, all of it where most room is, in the 16 s of A.
    stepClock(planned, machine, 50);
    until(310);
    shows("ry", "-D");
    until(350);
    shows("Gr", "-D");
    until(474);
    shows("Gr", "-D");
    until(475);
    shows("yr", "-D");
  });

  it("shows the same as the reference model at every tick", () => {
    const seen: Seen = new Map();
    fc.assert(
      fc.property(stageCrossings, stageCommands, (intersection, commands) =>
        sideBySide(intersection, intersection, commands, seen),
      ),
      { numRuns: runsOf(700) },
    );
    for (const situation of STAGE_SITUATIONS) {
      expect(seen.get(situation) ?? 0, `met: ${situation}`).toBeGreaterThan(0);
    }
    report(seen);
  });
});

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;
type Fault = (intersection: Intersection) => Intersection;

/** One setting is another one for the reference model than for the machine. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "minimum green": ofPhases((phase) => ({ ...phase, greenMinSeconds: tenth(phase.greenMinSeconds + 0.1) })),
  yellow: ofPhases((phase) => ({ ...phase, yellowSeconds: tenth(phase.yellowSeconds + 0.1) })),
  "red clearance": ofPhases((phase) => ({ ...phase, redClearSeconds: tenth(phase.redClearSeconds + 0.1) })),
  "red revert": ofPhases((phase) => ({
    ...phase,
    redRevertSeconds: tenth((phase.redRevertSeconds ?? 2) + 0.1),
  })),
  walk: ofPhases(({ pedestrian, ...phase }) => ({
    ...phase,
    ...(pedestrian === undefined
      ? {}
      : { pedestrian: { ...pedestrian, walkSeconds: tenth(pedestrian.walkSeconds + 0.1) } }),
  })),
  split: ofPlans((plan) => ({
    ...plan,
    cycleSeconds: tenth(plan.cycleSeconds + 0.1),
    stages: plan.stages.map((stage, slot) =>
      slot === 0 ? { ...stage, splitSeconds: tenth(stage.splitSeconds + 0.1) } : stage,
    ),
  })),
  offset: ofPlans((plan) => ({
    ...plan,
    offsetSeconds: tenth((plan.offsetSeconds + 0.1) % plan.cycleSeconds),
  })),
  "order of stages": ofPlans((plan) => ({ ...plan, stages: plan.stages.toReversed() })),
  "how much a cycle may be longer": ofEnvelope((envelope) => ({
    ...envelope,
    transitionLengthenRatio: envelope.transitionLengthenRatio + 1 / 64,
  })),
  "how much a cycle may be shorter": ofEnvelope((envelope) => ({
    ...envelope,
    transitionShortenRatio: envelope.transitionShortenRatio + 1 / 64,
  })),
  "kind of correction": (intersection) => ({
    ...intersection,
    coordination: { ...defined(intersection.coordination, "coordination"), correction: "dwell" },
  }),
};

function ofPhases(change: (phase: Phase) => Phase): Fault {
  return (intersection) => ({ ...intersection, phases: intersection.phases.map(change) });
}

function ofPlans(change: (plan: LocalPlan) => LocalPlan): Fault {
  return (intersection) => ({ ...intersection, plans: intersection.plans.map(change) });
}

function ofEnvelope(change: (envelope: Envelope) => Envelope): Fault {
  return (intersection) => ({ ...intersection, envelope: change(intersection.envelope) });
}

describe("a fault in the configuration of one of the two is found", () => {
  it.each(Object.entries(FAULTS))("%s", (_, fault) => {
    const result = fc.check(
      fc.property(stageCrossings, stageCommands, (intersection, commands) =>
        sideBySide(intersection, fault(intersection), commands, new Map()),
      ),
      { numRuns: 2_000, endOnFailure: true },
    );
    expect(result.failed).toBe(true);
    expect(String(result.errorInstance)).toMatch(/tick \d+: machine/);
  });
});
