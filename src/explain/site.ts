import type { Intersection } from "../model/intersection.ts";
import { type TimingTable, timingTable } from "../model/timing.ts";

/** What decisions read of an intersection's configuration: no detectors, no local plans, nothing of preemption and priority. */
export type Site = {
  readonly intersection: Intersection;
  readonly stepMs: number;
};

const sites = new WeakMap<TimingTable, Site>();
const tables = new WeakMap<Site, TimingTable>();

/** The part of an intersection's timing that its decisions are made again from. Always the same object for the same table. */
export function siteOf(table: TimingTable): Site {
  const known = sites.get(table);
  if (known !== undefined) return known;
  const { preempts: _, priorities: _others, startUp: _start, ...intersection } = table.intersection;
  const site: Site = {
    intersection: { ...intersection, detectors: [], plans: [], schedule: [] },
    stepMs: table.stepMs,
  };
  sites.set(table, site);
  tables.set(site, table);
  return site;
}

/** The timing of a site, worked out when it is asked for first. */
export function tableOf(site: Site): TimingTable {
  const known = tables.get(site);
  if (known !== undefined) return known;
  const table = timingTable(site.intersection, site.stepMs);
  tables.set(site, table);
  return table;
}
