import type { Network } from "../../../src/model/files.ts";
import type { Intersection, Phase, Stage, Turn } from "../../../src/model/intersection.ts";
import { drawGround, INTERSECTION_ID, inLinkOf, outLinkOf, type Stream } from "../generate/ground.ts";
import { createRandom } from "../random.ts";

/** The two intersections whose machines are explored to the end. All their times are whole steps, at most three. */

/** Of the machine and of all its timers. */
export const EXPLORE_STEP_MS = 2_000;

const STEP_SECONDS = 2;

const SPEED_METERS_PER_SECOND = 12;

/** Times in steps: minimum green, yellow, red clearance. */
type Times = readonly [green: number, yellow: number, redClear: number];

function phaseOf(id: string, [green, yellow, redClear]: Times, others: Partial<Phase>): Phase {
  return {
    id,
    greenMinSeconds: green * STEP_SECONDS,
    greenMaxSeconds: 40,
    yellowSeconds: yellow * STEP_SECONDS,
    redClearSeconds: redClear * STEP_SECONDS,
    redRevertSeconds: 2,
    recall: "none",
    ...others,
  };
}

type Walker = NonNullable<Phase["pedestrian"]>;

/** Walk and flashing don't walk in steps, over the leg that is numbered. */
function walkerOf(leg: number, walk: number, clear: number, others: Partial<Walker> = {}): Walker {
  return {
    crosswalkMeters: 4,
    walkSeconds: walk * STEP_SECONDS,
    clearSeconds: clear * STEP_SECONDS,
    bufferSeconds: 4,
    crosses: outLinkOf(leg),
    recall: false,
    ...others,
  };
}

type Parts = Pick<Intersection, "phases" | "rings" | "overlaps" | "preempts" | "startUp" | "redRest">;

/** Completes an intersection: its streets, the stages of its rings, what these keep apart, and a plan that serves each phase. */
function networkOf(
  name: string,
  streams: readonly Stream[],
  intergreens: NonNullable<Intersection["intergreens"]>,
  parts: Parts,
): Network {
  const speeds = [0, 1, 2, 3].map(() => SPEED_METERS_PER_SECOND);
  const ground = drawGround(createRandom(1, name), 4, speeds, streams);
  const rings = parts.rings ?? [];
  const stages = stagesOf(rings);
  const planned = stages.filter((stage, index) =>
    stage.phases.some((phase) => stages.slice(0, index).every(({ phases }) => !phases.includes(phase))),
  );
  const splitSeconds = 36;
  return {
    ...ground.network,
    intersections: [
      {
        version: 1,
        id: INTERSECTION_ID,
        name,
        node: INTERSECTION_ID,
        structure: "ringBarrier",
        movements: ground.movements,
        ...parts,
        stages: [...stages],
        conflicts: conflictsOf(rings),
        intergreens,
        detectors: ground.detectors,
        envelope: {
          cycleMinSeconds: 30,
          cycleMaxSeconds: 240,
          splitStepSeconds: 12,
          cycleChangeMinSeconds: 600,
          waitMaxSeconds: 300,
          planValidMaxSeconds: 1800,
          transitionLengthenRatio: 0.2,
          transitionShortenRatio: 0.17,
        },
        plans: [
          {
            id: "day",
            cycleSeconds: planned.length * splitSeconds,
            offsetSeconds: 0,
            stages: planned.map(({ id }) => ({ stage: id, splitSeconds })),
          },
        ],
        schedule: [{ from: "00:00", plan: "free" }],
      },
    ],
  };
}

type Rings = readonly (readonly (readonly string[])[])[];

function stagesOf(rings: Rings): readonly Stage[] {
  const groups = (rings[0] ?? []).map((_, group) =>
    rings.map((ring) => ring[group] ?? []).filter((phases) => phases.length > 0),
  );
  return groups.flatMap((cells) =>
    cells
      .reduce<readonly (readonly string[])[]>(
        (sets, cell) => sets.flatMap((set) => cell.map((phase) => [...set, phase])),
        [[]],
      )
      .map((phases) => ({ id: phases.join("-"), phases: [...phases], permissive: [] })),
  );
}

function conflictsOf(rings: Rings): [string, string][] {
  const places = rings.flatMap((groups, ring) =>
    groups.flatMap((phases, group) => phases.map((id) => ({ id, ring, group }))),
  );
  return places.flatMap((left, index) =>
    places
      .slice(index + 1)
      .filter((right) => left.ring === right.ring || left.group !== right.group)
      .map((right): [string, string] => [left.id, right.id]),
  );
}

function stream(phase: string, leg: number, ...turns: Turn[]): Stream {
  return { phase, leg, turns };
}

/**
 * Main street 2 and 6, side street 4, and a phase for pedestrians alone. A right turn that goes with 2 and 4 but not beside 6, a
 * leading pedestrian interval, rest in walk, an intergreen longer than the clearance, a red revert longer than the red
 * clearance, railway with track clearance, one emergency route, start-up, flash, red rest.
 */
export function fourPhase(): Network {
  return networkOf(
    "Four phases",
    [stream("2", 0, "through"), stream("6", 2, "through", "right"), stream("4", 1, "through", "left")],
    [["6", "4", 6]],
    {
      phases: [
        phaseOf("2", [3, 2, 1], { pedestrian: walkerOf(1, 2, 3, { restInWalk: true }), redRevertSeconds: 6 }),
        phaseOf("6", [2, 2, 0], { dualEntry: true }),
        phaseOf("4", [1, 2, 1], { pedestrian: walkerOf(0, 3, 2, { leadSeconds: 4 }) }),
        phaseOf("9", [1, 3, 0], { pedestrian: walkerOf(2, 2, 1) }),
      ],
      rings: [
        [["2"], ["4"], ["9"]],
        [["6"], [], []],
      ],
      overlaps: [
        {
          id: "right",
          kind: "normal",
          included: ["2", "4"],
          minus: ["6"],
          yellowSeconds: 4,
          redClearSeconds: 6,
        },
      ],
      preempts: [
        {
          id: "rail",
          kind: "railway",
          delaySeconds: 0,
          entry: { greenMinSeconds: 0, walkSeconds: 0, clearSeconds: 2 },
          track: { phases: ["4"], greenSeconds: 6 },
          dwell: { phases: ["2"], greenMinSeconds: 4 },
          exit: { phases: ["6"] },
          presenceMaxSeconds: 600,
        },
        {
          id: "fire",
          kind: "emergency",
          delaySeconds: 0,
          entry: { greenMinSeconds: 2, walkSeconds: 4, clearSeconds: 2 },
          dwell: { phases: ["2", "6"], greenMinSeconds: 4 },
          exit: { phases: ["4"] },
          presenceMaxSeconds: 600,
          links: [inLinkOf(0)],
        },
      ],
      startUp: { flashSeconds: 6, allRedSeconds: 4, phases: ["2", "6"], flashYellow: ["2", "6"] },
      redRest: true,
    },
  );
}

function eightPhases(): Phase[] {
  const left = (id: string, redClear: number): Phase => phaseOf(id, [2, 2, redClear], {});
  return [
    left("1", 1),
    phaseOf("2", [3, 2, 1], {
      dualEntry: true,
      conditionalService: true,
      pedestrian: walkerOf(1, 2, 3, { restInWalk: true }),
    }),
    left("3", 0),
    phaseOf("4", [2, 2, 0], {
      dualEntry: true,
      simultaneousGap: false,
      pedestrian: walkerOf(0, 3, 1, { leadSeconds: 4 }),
    }),
    left("5", 0),
    phaseOf("6", [3, 2, 1], {
      dualEntry: true,
      simultaneousGap: false,
      conditionalService: true,
      pedestrian: walkerOf(3, 2, 2),
    }),
    left("7", 1),
    phaseOf("8", [2, 3, 0], { dualEntry: true, redRevertSeconds: 6, pedestrian: walkerOf(2, 2, 2) }),
  ];
}

/**
 * The NEMA eight-phase dual ring: lefts odd, throughs even. Dual entry, both values of simultaneous gap, conditional service,
 * pedestrians beside every through, one of them leading, one resting in walk, flashing yellow arrows for three lefts, a right turn
 * with a minus phase, a long red revert, one emergency route, start-up, flash.
 */
export function eightPhase(): Network {
  return networkOf(
    "Eight phases",
    [
      stream("1", 2, "left"),
      stream("2", 0, "through", "right"),
      stream("3", 3, "left"),
      stream("4", 1, "through", "right"),
      stream("5", 0, "left"),
      stream("6", 2, "through", "right"),
      stream("7", 1, "left"),
      stream("8", 3, "through", "right"),
    ],
    [],
    {
      phases: eightPhases(),
      rings: [
        [
          ["1", "2"],
          ["3", "4"],
        ],
        [
          ["5", "6"],
          ["7", "8"],
        ],
      ],
      overlaps: [
        { id: "arrow1", kind: "flashingYellowArrow", left: "1", opposing: "2", delaySeconds: 4 },
        { id: "arrow3", kind: "flashingYellowArrow", left: "3", opposing: "4", delaySeconds: 2 },
        { id: "arrow5", kind: "flashingYellowArrow", left: "5", opposing: "6", delaySeconds: 0 },
        {
          id: "right",
          kind: "normal",
          included: ["1", "4"],
          minus: ["8"],
          yellowSeconds: 4,
          redClearSeconds: 2,
        },
      ],
      preempts: [
        {
          id: "fire",
          kind: "emergency",
          delaySeconds: 0,
          entry: { greenMinSeconds: 4, walkSeconds: 2, clearSeconds: 2 },
          dwell: { phases: ["2", "5"], greenMinSeconds: 4 },
          exit: { phases: ["4", "8"] },
          presenceMaxSeconds: 600,
          links: [inLinkOf(0)],
        },
      ],
      startUp: { flashSeconds: 4, allRedSeconds: 4, phases: ["2", "6"], flashYellow: ["2", "6"] },
    },
  );
}
