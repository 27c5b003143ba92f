import { defined } from "../../assert.ts";
import { textOf } from "../../model/equal-parts.ts";
import { msToSeconds } from "../../units.ts";
import type { Junction } from "./policy.ts";

/** A stream of a lane whose signal a stage shows green. */
export type GreenStream = {
  /** Its place among the lane's streams. */
  readonly place: number;
  readonly exit: number;
  readonly yields: boolean;
};

/** Streams of a lane that have the right of way before one that yields. */
export type FoeStreams = {
  readonly lane: number;
  readonly streams: readonly {
    readonly place: number;
    readonly exit: number;
    /** Bit i: the i-th green stream of the yielding lane crosses it. */
    readonly crosses: number;
  }[];
};

/** What a stage shows a lane. */
export type StageLane = {
  readonly greens: readonly GreenStream[];
  /** Bit i: the lane's stream at place i is green. */
  readonly greenBits: number;
  readonly foes: readonly FoeStreams[];
};

/** What follows from the configuration of an intersection alone. */
export type JunctionTables = {
  /** `[stage][lane]`. */
  readonly stageLanes: readonly (readonly StageLane[])[];
  /** By stage: the least service and the longest green, seconds. */
  readonly greenMinSeconds: readonly number[];
  readonly greenMaxSeconds: readonly number[];
  /** `[from][to]`, seconds. */
  readonly intergreenSeconds: readonly (readonly number[])[];
};

const tablesByJunction = new WeakMap<Junction, JunctionTables>();
/** Different tables of junctions that have the same list of stages, by that list. */
const tablesByStages = new WeakMap<Junction["timing"]["stages"], JunctionTables[]>();

/** The tables of a junction, worked out when it is asked for first. */
export function tablesOf(junction: Junction): JunctionTables {
  const known = tablesByJunction.get(junction);
  if (known !== undefined) return known;
  const tables = firstEqual(junction.timing.stages, junctionTables(junction));
  tablesByJunction.set(junction, tables);
  return tables;
}

/** The first tables that were equal to these: junctions of one design share them, as they share the list of stages. */
function firstEqual(stages: Junction["timing"]["stages"], tables: JunctionTables): JunctionTables {
  const others = tablesByStages.get(stages) ?? [];
  const text = textOf(tables);
  const equal = others.find((other) => textOf(other) === text);
  if (equal !== undefined) return equal;
  tablesByStages.set(stages, [...others, tables]);
  return tables;
}

function junctionTables(junction: Junction): JunctionTables {
  const { timing } = junction;
  const phasesOf = timing.stages.map(({ phases }) =>
    phases.map((phase) => defined(timing.phases[phase], "phase")),
  );
  return {
    stageLanes: timing.stages.map((_, stage) => stageLanes(junction, stage)),
    greenMinSeconds: phasesOf.map((phases) =>
      Math.max(...phases.map(({ serviceMinMs }) => msToSeconds(serviceMinMs))),
    ),
    greenMaxSeconds: phasesOf.map((phases) =>
      Math.min(...phases.map(({ greenMaxMs }) => msToSeconds(greenMaxMs))),
    ),
    intergreenSeconds: timing.intergreenMs.map((row) => row.map(msToSeconds)),
  };
}

/** One for all: most lanes are red in most stages. */
const NO_GREEN: StageLane = { greens: [], greenBits: 0, foes: [] };

type PhasedStream = GreenStream & { readonly phase: number };

function stageLanes(junction: Junction, stage: number): readonly StageLane[] {
  const greens = junction.lanes.lanes.map((_, lane) => greenStreams(junction, stage, lane));
  return greens.map((own) =>
    own.length === 0
      ? NO_GREEN
      : {
          // Copies, since lists that are put together take room for seventeen.
          greens: own.slice(),
          greenBits: own.reduce((bits, { place }) => bits | (1 << place), 0),
          foes: greens.flatMap((others, lane) => foesIn(junction, own, others, lane)).slice(),
        },
  );
}

function greenStreams({ timing, lanes }: Junction, stage: number, lane: number): readonly PhasedStream[] {
  const { phases, permissive } = defined(timing.stages[stage], "stage");
  return defined(lanes.lanes[lane], "lane").streams.flatMap((index, place) => {
    const { phase } = defined(lanes.streams[index], "stream");
    const exit = lanes.exits.findIndex(({ streams }) => streams.includes(index));
    return phases.includes(phase) ? [{ place, exit, yields: permissive.has(phase), phase }] : [];
  });
}

function foesIn(
  { timing }: Junction,
  own: readonly PhasedStream[],
  others: readonly PhasedStream[],
  lane: number,
): readonly FoeStreams[] {
  const streams = others
    .filter(({ yields }) => !yields)
    .map(({ place, exit, phase }) => ({
      place,
      exit,
      crosses: own.reduce(
        (bits, { yields, phase: yielding }, index) =>
          yields && timing.conflicts[yielding]?.has(phase) === true ? bits | (1 << index) : bits,
        0,
      ),
    }))
    .filter(({ crosses }) => crosses !== 0);
  return streams.length > 0 ? [{ lane, streams: streams.slice() }] : [];
}
