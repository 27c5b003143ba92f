import type { HealthTable } from "../detect/health.ts";
import type { LaneTable } from "../estimate/lanes.ts";
import type { LoopGeometry, Place } from "../estimate/loop-layout.ts";
import { heldOnce } from "../model/equal-parts.ts";
import type { TimingTable } from "../model/timing.ts";
import type { Junction } from "../optimize/tactical/policy.ts";

/**
 * Tables of intersections with the parts that are equal held once for all: those of one design have the same phases, stages,
 * clearances and lanes, and differ in names and places.
 */
export type EqualTables = {
  readonly timing: (table: TimingTable) => TimingTable;
  readonly lanes: (table: LaneTable) => LaneTable;
  readonly health: (table: HealthTable) => HealthTable;
  readonly geometry: (geometry: LoopGeometry) => LoopGeometry;
  readonly mayFollow: (changes: Junction["mayFollow"]) => Junction["mayFollow"];
};

export function equalTables(): EqualTables {
  const indices = heldOnce<readonly number[]>();
  return {
    timing: equalTimings(),
    lanes: equalLanes(indices),
    health: equalHealth(),
    geometry: equalGeometry(indices),
    mayFollow: heldOnce(),
  };
}

function equalTimings(): EqualTables["timing"] {
  const phases = heldOnce<TimingTable["phases"]>();
  const stages = heldOnce<TimingTable["stages"]>();
  const index = heldOnce<ReadonlyMap<string, number>>();
  const intergreenMs = heldOnce<TimingTable["intergreenMs"]>();
  const conflicts = heldOnce<TimingTable["conflicts"]>();
  const rings = heldOnce<TimingTable["rings"]>();
  const extras = heldOnce<TimingTable["extras"]>();
  return (table) => ({
    intersection: table.intersection,
    stepMs: table.stepMs,
    phases: phases(table.phases),
    stages: stages(table.stages),
    phaseIndex: index(table.phaseIndex),
    stageIndex: index(table.stageIndex),
    intergreenMs: intergreenMs(table.intergreenMs),
    conflicts: conflicts(table.conflicts),
    rings: rings(table.rings),
    extras: extras(table.extras),
  });
}

type Indices = (list: readonly number[]) => readonly number[];

function equalLanes(indices: Indices): EqualTables["lanes"] {
  const streamLists = heldOnce<LaneTable["streams"]>();
  const streamsOfLoop = heldOnce<LaneTable["streamsOfLoop"]>();
  return ({ lanes, streams, streamsOfLoop: ofLoop, exits, priorShares }) => ({
    lanes: lanes.map(({ id, link, streams: own, stopLineLoops, advanceLoops }) => ({
      id,
      link,
      streams: indices(own),
      stopLineLoops: indices(stopLineLoops),
      advanceLoops: indices(advanceLoops),
    })),
    streams: streamLists(streams),
    streamsOfLoop: streamsOfLoop(ofLoop),
    exits: exits.map(({ link, entryLoops, streams: into }) => ({
      link,
      entryLoops: indices(entryLoops),
      streams: indices(into),
    })),
    priorShares: indices(priorShares),
  });
}

function equalHealth(): EqualTables["health"] {
  const thresholds = heldOnce<HealthTable["thresholds"]>();
  const lanesOf = heldOnce<HealthTable["lanesOf"]>();
  const roles = heldOnce<HealthTable["roles"]>();
  return (table) => ({
    ...table,
    thresholds: thresholds(table.thresholds),
    lanesOf: lanesOf(table.lanesOf),
    roles: roles(table.roles),
  });
}

function equalGeometry(indices: Indices): EqualTables["geometry"] {
  const advances = heldOnce<LoopGeometry["approaches"][number]["advance"]>();
  const places = heldOnce<Place>();
  const approachesOf = heldOnce<LoopGeometry["approachOf"]>();
  const crossingsOf = heldOnce<NonNullable<LoopGeometry["crossings"]>>();
  return ({ approaches, approachOf, crossings }) => ({
    approaches: approaches.map(({ lanes, speedMetersPerSecond, advance, upstream }) => ({
      lanes: indices(lanes),
      speedMetersPerSecond,
      advance: advances(advance),
      upstream: new Map([...upstream].map(([link, place]) => [link, places(place)])),
    })),
    approachOf: approachesOf(approachOf),
    crossings: crossings === null ? null : crossingsOf(crossings),
  });
}
