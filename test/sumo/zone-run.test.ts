import { beforeAll, describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { ZoneReport } from "../../src/model/zone-sight.ts";
import type { StepOptions } from "../../sim/field/plant.ts";
import { importSumo, type SumoScenario } from "../../sim/sumo/import-network.ts";
import { createSumoPlant } from "../../sim/sumo/sumo-plant.ts";
import { drive, type Run } from "./drive.ts";
import { scenarioFile, scenariosMissing } from "./shared-scenarios.ts";
import { sumoMissing } from "./sumo-available.ts";

const missing = sumoMissing ?? scenariosMissing;
const title = (what: string): string => (missing === undefined ? what : `${what} (skipped: ${missing})`);

/** Vehicles of a zone with their place and distance to its end in metres. */
const seenIn = ({ vehicles }: ZoneReport) =>
  vehicles.flatMap(([place, flat]) =>
    Array.from({ length: flat.length / 3 }, (_, index) => ({
      place,
      track: defined(flat[3 * index], "track"),
      toEndMeters: defined(flat[3 * index + 1], "distance") / 10,
      speed: defined(flat[3 * index + 2], "speed") / 100,
    })),
  );

describe.skipIf(missing !== undefined)(title("five minutes of cologne3 with zones"), () => {
  let scenario: SumoScenario;
  let run: Run;
  let plain: Run;
  beforeAll(async () => {
    scenario = await importSumo(scenarioFile("cologne3", "sumocfg"));
    const runWith = async (wanted: StepOptions): Promise<Run> => {
      const plant = await createSumoPlant(scenario, { seed: 7 });
      try {
        return await drive(scenario, plant, 300, wanted);
      } finally {
        await plant.close();
      }
    };
    plain = await runWith({ wantVehicles: false });
    run = await runWith({ wantVehicles: true, wantZones: true });
  });

  it("moves as without them, and tells them for every intersection", () => {
    expect(JSON.stringify(run.actuations)).toBe(JSON.stringify(plain.actuations));
    expect(plain.zones.every((zones) => zones.length === 0)).toBe(true);
    const ids = scenario.network.intersections.map(({ id }) => id);
    for (const zones of run.zones) expect(zones.map(({ intersection }) => intersection)).toEqual(ids);
  });

  it("names places of the network only, within their lengths, nearest first", () => {
    const { links, connections = [] } = scenario.network;
    const lengths = new Map([
      ...links.flatMap(({ lanes }) => lanes.map((lane) => [lane.id, lane.lengthMeters] as const)),
      ...connections.map((way) => [`${way.fromLane}:${way.toLane}`, way.lengthMeters] as const),
    ]);
    const kinds = { lane: 0, inside: 0 };
    for (const vehicles of run.zones.flat().map(seenIn)) {
      for (const [index, { place, toEndMeters, speed }] of vehicles.entries()) {
        kinds[place.includes(":") ? "inside" : "lane"] += 1;
        expect(toEndMeters, place).toBeLessThanOrEqual(defined(lengths.get(place), place) + 0.1);
        expect(speed).toBeLessThan(30);
        const before = vehicles[index - 1];
        if (before?.place === place) expect(before.toEndMeters).toBeLessThanOrEqual(toEndMeters);
      }
    }
    expect(kinds.lane).toBeGreaterThan(1000);
    expect(kinds.inside).toBeGreaterThan(100);
  });

  it("a track goes forward as fast as it is told to, from place to place along the connections", () => {
    const next = new Map<string, Set<string>>();
    const lead = (from: string, to: string): void => {
      next.set(from, (next.get(from) ?? new Set()).add(to));
    };
    for (const { fromLane, toLane } of scenario.network.connections ?? []) {
      lead(fromLane, `${fromLane}:${toLane}`);
      lead(`${fromLane}:${toLane}`, toLane);
    }
    let moves = 0;
    let changes = 0;
    for (const [index] of scenario.network.intersections.entries()) {
      let before = new Map<number, ReturnType<typeof seenIn>[number]>();
      for (const zones of run.zones) {
        const now = new Map(seenIn(defined(zones[index], "zone")).map((one) => [one.track, one]));
        for (const [track, { place, toEndMeters, speed }] of now) {
          const was = before.get(track);
          if (was?.place === place) {
            moves += 1;
            // SUMO moves by the speed after the step.
            expect(Math.abs(was.toEndMeters - toEndMeters - speed), place).toBeLessThan(0.2);
          } else if (was !== undefined && next.get(was.place)?.has(place) === true) changes += 1;
        }
        before = now;
      }
    }
    expect(moves).toBeGreaterThan(1000);
    expect(changes).toBeGreaterThan(100);
  });
});
