import { type PlacedVehicle, zoneReports, type ZoneReport, zoneWatch } from "../../src/model/zone-sight.ts";
import type { SumoScenario } from "./import-network.ts";
import { asNumber, asText } from "./traci-codec.ts";
import { type ContextData, VARIABLE } from "./traci-commands.ts";

/** What is asked of every vehicle each step while zones are wanted. Nothing of its route, its destination or its type. */
export const ZONE_VARIABLES = [VARIABLE.laneId, VARIABLE.lanePosition, VARIABLE.speed] as const;

/** Makes the zones of a step from all vehicles of the network. Numbers of tracks are given as vehicles are first met. */
export function zoneView(
  scenario: Pick<SumoScenario, "network" | "lanes">,
): (context: ContextData) => readonly ZoneReport[] {
  const { network, lanes } = scenario;
  const { connections = [], links } = network;
  const laneMeters = new Map(links.flatMap((link) => link.lanes.map((lane) => [lane.id, lane.lengthMeters])));
  const watch = zoneWatch(network, { laneMeters, connections });
  let tracks: ReadonlyMap<string, number> = new Map();
  let lastTrack = 0;
  return ({ vehicles }) => {
    const present = new Map<string, number>();
    const placed: PlacedVehicle[] = [];
    for (const [id, values] of vehicles) {
      let track = tracks.get(id);
      if (track === undefined) {
        lastTrack += 1;
        track = lastTrack;
      }
      present.set(id, track);
      const lane = lanes.get(asText(values.get(VARIABLE.laneId)));
      if (lane === undefined) continue;
      const { place, placeMeters, lengthMeters, restMeters } = lane;
      placed.push({
        place,
        placeMeters,
        toEndMeters: restMeters + Math.max(0, lengthMeters - asNumber(values.get(VARIABLE.lanePosition))),
        speedMetersPerSecond: asNumber(values.get(VARIABLE.speed)),
        track,
      });
    }
    tracks = present;
    return zoneReports(watch, placed);
  };
}
