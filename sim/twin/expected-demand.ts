import { PhasewiseError } from "../../src/errors.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { TrafficSnapshot } from "../../src/model/snapshot.ts";

type Flow = TrafficSnapshot["flows"][number];

/**
 * The demand that an engine expects, in place of the network's own: who enters on links that lead to its stop lines, and how they
 * turn there. What no detector of it counts stays as the network's files have it: entries and turns elsewhere, pedestrians, buses.
 * @throws PhasewiseError `DATA_MISSING` for a network without demand, `DATA_INVALID` for one whose demand is trips, or for flows of movements
 * that it has not.
 */
export function expectedDemand(network: Network, { flows }: TrafficSnapshot): DemandFile {
  const { demand } = network;
  if (demand === undefined) {
    throw new PhasewiseError(
      "DATA_MISSING",
      `network ${network.id}: found no demand.json, allowed: one that names entries, which the look ahead needs`,
    );
  }
  if (demand.trips !== undefined) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `network ${network.id}: found trips in demand.json, allowed: entries and turning shares, which a forecast can take the place of`,
    );
  }
  checkMovements(network, flows);
  const byLink = new Map<string, Flow[]>();
  for (const flow of flows) byLink.set(flow.fromLink, [...(byLink.get(flow.fromLink) ?? []), flow]);
  return {
    ...demand,
    entries: demand.entries.map((entry) => {
      const counted = byLink.get(entry.link);
      if (counted === undefined) return entry;
      // The counts are of all that drive; who rides among them is not known.
      const { bicycles: _, ...motor } = entry;
      return { ...motor, vehicles: [{ at: "00:00", perHour: sumOf(counted) }] };
    }),
    turning: demand.turning.map((turning) => {
      const counted = byLink.get(turning.fromLink) ?? [];
      const total = sumOf(counted);
      if (total === 0) return turning;
      return {
        fromLink: turning.fromLink,
        shares: counted.map(({ toLink, flowVehPerHour }) => ({ toLink, share: flowVehPerHour / total })),
      };
    }),
  };
}

function sumOf(flows: readonly Flow[]): number {
  return flows.reduce((sum, { flowVehPerHour }) => sum + flowVehPerHour, 0);
}

function checkMovements({ id, intersections }: Network, flows: readonly Flow[]): void {
  const known = new Set(
    intersections.flatMap(({ movements }) =>
      movements.map(({ fromLink, toLink }) => `${fromLink} → ${toLink}`),
    ),
  );
  for (const [place, { fromLink, toLink }] of flows.entries()) {
    if (known.has(`${fromLink} → ${toLink}`)) continue;
    throw new PhasewiseError(
      "DATA_INVALID",
      `snapshot#/flows/${place}: found ${fromLink} → ${toLink}, allowed: the movements of network ${id}`,
    );
  }
}
