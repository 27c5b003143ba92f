import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { Intersection, Phase } from "../../src/model/intersection.ts";
import { detector, type ModelPhase, pushButton, type Seen } from "./model-phase.ts";
import { ringCrossings, ringIntersection } from "./ring-crossings.ts";
import {
  RING_SITUATIONS,
  type RingModel,
  ringModelShows,
  startRingModel,
  tickRingModel,
} from "./ring-model.ts";
import {
  expectSame,
  type Machine,
  report,
  runsOf,
  type SideCommand,
  startMachine,
  tellMachine,
  tickMachine,
} from "./side-by-side.ts";

type RingCommand = SideCommand<RingModel>;

/** Commands name one of eight phases; a smaller intersection has it more than once. */
function phaseAt({ phases }: RingModel, index: number): ModelPhase {
  return defined(phases[index % phases.length], "phase");
}

function both(model: RingModel, machine: Machine, count: number): void {
  for (let tick = 0; tick < count; tick += 1) {
    tickRingModel(model);
    tickMachine(machine);
    expectSame(machine, ringModelShows(model));
  }
}

const waitCommand = (count: number): RingCommand => ({
  check: () => true,
  run: (model, machine) => both(model, machine, count),
  toString: () => `wait ${count}`,
});

function actuate(model: RingModel, machine: Machine, index: number, on: boolean): void {
  tellMachine(machine, { kind: "detector", phases: [index], on });
  detector(phaseAt(model, index), on);
}

const detectorCommand = (index: number, on: boolean): RingCommand => ({
  check: (model) => on || phaseAt(model, index).detectorsOn > 0,
  run: (model, machine) => actuate(model, machine, index % model.phases.length, on),
  toString: () => `detector ${index} ${on ? "on" : "off"}`,
});

/** A vehicle on the detector of the phase that a ring has now: what extends greens, and what comes while a barrier is waited for. */
const vehicleCommand = (ring: number, count: number): RingCommand => ({
  check: ({ rings }) => typeof rings[ring]?.now === "number",
  run: (model, machine) => {
    const index = defined(model.rings[ring]?.now ?? undefined, "the ring's phase");
    actuate(model, machine, index, true);
    both(model, machine, count);
    actuate(model, machine, index, false);
  },
  toString: () => `vehicle ${ring} ${count}`,
});

const buttonCommand = (index: number): RingCommand => ({
  check: (model) => phaseAt(model, index).walkTime > 0,
  run: (model, machine) => {
    tellMachine(machine, { kind: "pedestrianCall", phase: index % model.phases.length });
    pushButton(phaseAt(model, index));
  },
  toString: () => `button ${index}`,
});

const ringCommands = fc.commands<RingModel, Machine>(
  [
    fc.integer({ min: 1, max: 15 }).map(waitCommand),
    fc.integer({ min: 1, max: 200 }).map(waitCommand),
    fc.tuple(fc.nat(7), fc.boolean()).map(([index, on]) => detectorCommand(index, on)),
    fc.nat(7).map((index) => detectorCommand(index, false)),
    fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 30 })).map(([ring, count]) => vehicleCommand(ring, count)),
    fc.nat(7).map(buttonCommand),
  ],
  { size: "max", maxCommands: 60 },
);

/** The machine with one configuration beside the reference model with another. */
function sideBySide(
  own: Intersection,
  reference: Intersection,
  commands: Iterable<RingCommand>,
  seen: Seen,
): void {
  fc.modelRun(() => {
    const model = startRingModel(reference, seen);
    const real = startMachine(own, { id: "free", source: "local", timing: null });
    expectSame(real, ringModelShows(model));
    return { model, real };
  }, commands);
}

const PLAIN: Omit<Phase, "id"> = {
  greenMinSeconds: 5,
  greenMaxSeconds: 10,
  yellowSeconds: 3,
  redClearSeconds: 1,
  passageSeconds: 2,
  recall: "none",
};

describe("the machine in free operation on rings and barriers", () => {
  it("an example worked by hand", () => {
    const crossing = ringIntersection(
      [[["1"], ["2"]]],
      [
        { id: "1", ...PLAIN },
        { id: "2", ...PLAIN },
      ],
    );
    const model = startRingModel(crossing, new Map());
    const machine = startMachine(crossing, { id: "free", source: "local", timing: null });
    const shows = (lamps: string): void => {
      expect(ringModelShows(model).lamps).toBe(lamps);
      expectSame(machine, ringModelShows(model));
    };
    // A vehicle stands before phase 2; nobody extends phase 1, which ends with its minimum green.
    actuate(model, machine, 1, true);
    both(model, machine, 49);
    shows("Gr");
    both(model, machine, 1);
    shows("yr");
    // One comes to phase 1 during yellow.
    actuate(model, machine, 0, true);
    both(model, machine, 10);
    actuate(model, machine, 0, false);
    both(model, machine, 29);
    shows("rr");
    both(model, machine, 1);
    shows("rG");
    // Phase 2 is green from 9 s on; its vehicle leaves at 13 s, and the gap of 2 s ends it.
    both(model, machine, 40);
    actuate(model, machine, 1, false);
    both(model, machine, 19);
    shows("rG");
    both(model, machine, 1);
    shows("ry");
    both(model, machine, 40);
    shows("Gr");
  });

  it("shows the same as the reference model at every tick", () => {
    const seen: Seen = new Map();
    fc.assert(
      fc.property(ringCrossings, ringCommands, (intersection, commands) =>
        sideBySide(intersection, intersection, commands, seen),
      ),
      { numRuns: runsOf(700) },
    );
    for (const situation of RING_SITUATIONS) {
      expect(seen.get(situation) ?? 0, `met: ${situation}`).toBeGreaterThan(0);
    }
    report(seen);
  });
});

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;
type Fault = (phase: Phase) => Phase;

/** One setting of every phase is another one for the reference model than for the machine. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "minimum green": (phase) => ({ ...phase, greenMinSeconds: tenth(phase.greenMinSeconds + 0.1) }),
  "maximum green": (phase) => ({ ...phase, greenMaxSeconds: tenth(phase.greenMaxSeconds + 0.1) }),
  yellow: (phase) => ({ ...phase, yellowSeconds: tenth(phase.yellowSeconds + 0.1) }),
  "red clearance": (phase) => ({ ...phase, redClearSeconds: tenth(phase.redClearSeconds + 0.1) }),
  passage: (phase) => ({ ...phase, passageSeconds: tenth((phase.passageSeconds ?? 3) + 0.1) }),
  "red revert": (phase) => ({ ...phase, redRevertSeconds: tenth((phase.redRevertSeconds ?? 2) + 0.1) }),
  recall: (phase) => ({
    ...phase,
    recall: phase.recall === "maximum" ? "minimum" : (phase.recall ?? "none"),
  }),
  "dual entry": (phase) => ({ ...phase, dualEntry: phase.dualEntry !== true }),
  "simultaneous gap": (phase) => ({ ...phase, simultaneousGap: phase.simultaneousGap === false }),
  walk: withWalkers((walkers) => ({ ...walkers, walkSeconds: tenth(walkers.walkSeconds + 0.1) })),
  "flashing don't walk": withWalkers((walkers) => ({
    ...walkers,
    clearSeconds: tenth(walkers.clearSeconds + 0.1),
  })),
  buffer: withWalkers((walkers) => ({ ...walkers, bufferSeconds: tenth(walkers.bufferSeconds + 0.1) })),
  "pedestrian recall": withWalkers((walkers) => ({ ...walkers, recall: walkers.recall === false })),
};

function withWalkers(
  change: (walkers: NonNullable<Phase["pedestrian"]>) => NonNullable<Phase["pedestrian"]>,
): Fault {
  return (phase) =>
    phase.pedestrian === undefined ? phase : { ...phase, pedestrian: change(phase.pedestrian) };
}

describe("a fault in the configuration of one of the two is found", () => {
  it.each(Object.entries(FAULTS))("%s", (_, fault) => {
    const result = fc.check(
      fc.property(ringCrossings, ringCommands, (intersection, commands) =>
        sideBySide(
          intersection,
          { ...intersection, phases: intersection.phases.map(fault) },
          commands,
          new Map(),
        ),
      ),
      { numRuns: 3_000, endOnFailure: true },
    );
    expect(result.failed).toBe(true);
    expect(String(result.errorInstance)).toMatch(/tick \d+: machine/);
  });
});
