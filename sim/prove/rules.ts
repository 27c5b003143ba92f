import { assert } from "../../src/assert.ts";
import type { ActuationTiming, OverlapTiming } from "../../src/model/extra-timing.ts";
import type { Envelope } from "../../src/model/intersection.ts";
import type { PhaseTiming, TimingTable } from "../../src/model/timing.ts";
import { SECOND_MS } from "../../src/units.ts";
import { UNMANNERLY } from "./manners.ts";
import { SOUND, type Wiring } from "./wiring.ts";

/** A mistake that is made on purpose: in what the controller believes of itself, or in how it is connected. */
export type PlantedFault = {
  readonly believed: (table: TimingTable) => TimingTable;
  readonly wiring: Wiring;
};

/** A rule of the table in `src/safety/DESIGN.md`, how `prove` meets it, and how it is broken on purpose. */
export type ProvedRule = {
  readonly id: string;
  readonly statement: string;
  /** Findings of the monitor and of the witness that are this rule's; those of the gate bear its id. */
  readonly findings: readonly string[];
  readonly fault: PlantedFault;
  /** Whether the exhaustive part meets it too: a rule of the machine, and its fault shows in rings without yielding greens. */
  readonly explored: boolean;
};

const EXPLORED: ReadonlySet<string> = new Set([
  "S18",
  "S19",
  "S20",
  "S21",
  "S22",
  "S23",
  "S24",
  "S26",
  "S27",
]);

const TRUE = (table: TimingTable): TimingTable => table;

function misled(believed: (table: TimingTable) => TimingTable): PlantedFault {
  return { believed, wiring: SOUND };
}

/** A controller whose phases have other times than configured. */
function mistimed(change: (phase: PhaseTiming) => Partial<PhaseTiming>): PlantedFault {
  return misled((table) => ({
    ...table,
    phases: table.phases.map((phase) => ({ ...phase, ...change(phase) })),
  }));
}

function misactuated(change: Partial<ActuationTiming>): PlantedFault {
  return mistimed(({ actuation }) => ({ actuation: { ...actuation, ...change } }));
}

function withEnvelope(table: TimingTable, change: Partial<Envelope>): TimingTable {
  const { intersection } = table;
  return { ...table, intersection: { ...intersection, envelope: { ...intersection.envelope, ...change } } };
}

/** Overlaps that know of no conflict, their minus phases least of all. */
function careless(overlap: OverlapTiming): OverlapTiming {
  return overlap.kind === "normal" ? { ...overlap, minus: [], conflicts: [] } : overlap;
}

export const PROVED_RULES: readonly ProvedRule[] = [
  gated("S1", "a plan, schedule or command names what the intersection has"),
  gated("S2", "no conflicting greens in a stage or a hold"),
  gated("S3", "every green of a plan or a schedule lasts its minimum service"),
  gated("S4", "a split holds its clearance"),
  gated("S5", "splits add up to the cycle, in steps"),
  gated("S6", "the cycle lies in the envelope"),
  gated("S7", "the offset lies in the cycle"),
  gated("S8", "every phase is served within the longest wait"),
  gated("S9", "leases are bounded"),
  shown("S10", "splits, cycle and sequence change by little and seldom", [UNMANNERLY], {
    believed: TRUE,
    wiring: {
      ...SOUND,
      gated: (table) => withEnvelope(table, { splitStepSeconds: 1e6, cycleChangeMinSeconds: 0 }),
    },
  }),
  gated("S11", "no plan traps a turn that yields"),
  gated("S12", "a plan is one that the rings can run"),
  gated("S13", "an offset moves by bounded steps, never in transition"),
  gated("S14", "a plan serves every pedestrian"),
  gated("S15", "nothing is written that only a safety engineer may change"),
  gated("S16", "nothing is written in preemption, flash and start-up"),
  gated("S17", "a command says who and why"),
  shown(
    "S18",
    "conflicting movements are never shown together",
    ["CONFLICT"],
    misled((table) => ({
      ...table,
      extras: { ...table.extras, overlaps: table.extras.overlaps.map(careless) },
    })),
  ),
  shown(
    "S19",
    "yellow exactly as configured, and the colours in order",
    ["SHORT_YELLOW", "LONG_YELLOW", "YELLOW_RANGE", "NO_YELLOW", "COLOUR_ORDER"],
    mistimed(({ yellowMs }) => ({ yellowMs: yellowMs - 100 })),
  ),
  shown(
    "S20",
    "red clearance and intergreens before a conflicting green",
    ["SHORT_CLEARANCE"],
    mistimed(({ redClearMs }) => ({ redClearMs: Math.max(0, redClearMs - 500) })),
  ),
  shown("S21", "red revert before the same green", ["RED_REVERT"], misactuated({ redRevertMs: 0 })),
  shown(
    "S22",
    "minimum green, but in the entry of a preemption its own",
    ["SHORT_GREEN"],
    mistimed(({ greenMinMs }) => ({ greenMinMs: greenMinMs - 500 })),
  ),
  shown(
    "S23",
    "walk, flashing don't walk and buffer in full, but in the entry of a preemption its own",
    ["SHORT_WALK", "SHORT_PEDESTRIAN_CLEAR", "SHORT_BUFFER", "WALK_ON_RED"],
    mistimed(({ walkMs, pedestrianClearMs }) => ({
      walkMs: Math.max(0, walkMs - 500),
      pedestrianClearMs: Math.max(0, pedestrianClearMs - 500),
    })),
  ),
  shown(
    "S24",
    "a leading pedestrian interval of its length",
    ["LEAD_INTERVAL"],
    mistimed(({ actuation }) => ({
      actuation: { ...actuation, leadMs: Math.max(0, actuation.leadMs - SECOND_MS) },
    })),
  ),
  shown("S25", "no yellow trap at run time", ["YELLOW_TRAP"], misactuated({ circular: false })),
  shown(
    "S26",
    "a flashing yellow arrow with its opposing green and after its delay",
    ["FLASHING_ARROW"],
    misled((table) => ({
      ...table,
      extras: {
        ...table.extras,
        overlaps: table.extras.overlaps.map((overlap) =>
          overlap.kind === "flashingYellowArrow" ? { ...overlap, delayMs: 0 } : overlap,
        ),
      },
    })),
  ),
  shown(
    "S27",
    "flash is entered from red and left over all red",
    ["FLASH"],
    misled(({ extras, ...table }) => ({
      ...table,
      extras: {
        ...extras,
        startUp:
          extras.startUp === null ? null : { ...extras.startUp, allRedMs: extras.startUp.allRedMs - 500 },
      },
    })),
  ),
  shown(
    "S28",
    "nobody waits longer than the longest wait and one round of minimum services",
    ["WAIT"],
    misled((table) => ({
      ...table,
      extras: { ...table.extras, waitMaxMs: 1e9 },
      phases: table.phases.map((phase) => ({ ...phase, greenMaxMs: 1e9 })),
    })),
  ),
  shown("S29", "a pedestrian's call is never dropped", ["PED_DROPPED"], {
    believed: TRUE,
    wiring: { ...SOUND, dropsPedestrians: true },
  }),
  gated("S30", "a plan, a schedule or a command is taken at most once"),
  gated(
    "S31",
    "a plan or a schedule is based on a fresh state, a schedule on none older than the one before",
  ),
  shown("S32", "a plan or a schedule ends with its lease", ["LEASE_END"], {
    believed: TRUE,
    wiring: { ...SOUND, keepsLeases: true },
  }),
  shown("S33", "the monitor always sees one indication of every head", ["DARK", "DUAL", "WATCHDOG"], {
    believed: TRUE,
    wiring: { ...SOUND, darkens: true },
  }),
];

/** A rule of plans, schedules and commands: the engine's gate finds what breaks it; the faulty controller takes it all the same. */
function gated(id: string, statement: string): ProvedRule {
  return shown(id, statement, [], { believed: TRUE, wiring: { ...SOUND, lacks: id } });
}

function shown(id: string, statement: string, findings: readonly string[], fault: PlantedFault): ProvedRule {
  return { id, statement, findings, fault, explored: EXPLORED.has(id) };
}

const RULE_OF = new Map(PROVED_RULES.flatMap(({ id, findings }) => findings.map((finding) => [finding, id])));

/** The rule that a finding of the monitor or of the witness belongs to. */
export function ruleOf(finding: string): string {
  const rule = RULE_OF.get(finding);
  assert(rule !== undefined, `${finding} belongs to a rule`);
  return rule;
}
