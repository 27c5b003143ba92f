import { describe, expect, it } from "vitest";
import { CORRIDOR } from "../../intersections/design/corridor.ts";
import { designNetwork } from "../../intersections/design/network.ts";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { importSumo } from "../../sim/sumo/import-network.ts";
import { laneTable } from "../../src/estimate/lanes.ts";
import { loopGeometry } from "../../src/estimate/loop-layout.ts";
import { neighbourhoods } from "../../src/estimate/neighbourhood.ts";
import { sightTable } from "../../src/estimate/sight-table.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { SCENARIOS, scenarioFile, scenariosMissing } from "../sumo/shared-scenarios.ts";

/** Everything that an engine works out of the streets around an intersection, orders included. */
function tablesOf(around: Network, intersection: Intersection): string {
  const lanes = laneTable(intersection);
  const tables = [sightTable(around, intersection, lanes), loopGeometry(lanes, intersection, around)];
  return JSON.stringify(tables, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

function expectSameTables(network: Network): void {
  const around = neighbourhoods(network);
  for (const intersection of network.intersections) {
    expect(tablesOf(around(intersection), intersection), intersection.id).toBe(
      tablesOf(network, intersection),
    );
  }
}

function corridor(): Network {
  const { network, intersections } = designNetwork(CORRIDOR);
  return { ...network, intersections };
}

describe("the surroundings of an intersection", () => {
  it("give the same tables as the whole network: the corridor and a grid", () => {
    expectSameTables(corridor());
    expectSameTables(gridNetwork(4, 6));
  });

  it.skipIf(scenariosMissing !== undefined).each(SCENARIOS)(
    "give the same tables as the whole network: %s",
    async (name) => {
      const { network } = await importSumo(scenarioFile(name, "sumocfg"));
      expectSameTables(network);
    },
  );

  it("do not grow with the network", () => {
    const sizes = [gridNetwork(7, 7), gridNetwork(9, 9)].map((network) => {
      const middle = network.intersections.find(({ id }) => id === "r3c3") ?? expect.unreachable();
      return neighbourhoods(network)(middle).links.length;
    });
    expect(sizes[1]).toBe(sizes[0]);
  });

  it("control: without the links that lead to them the tables are others", () => {
    const network = corridor();
    const [intersection = expect.unreachable()] = network.intersections;
    const near = neighbourhoods(network)(intersection);
    const own = new Set(intersection.movements.flatMap(({ fromLink, toLink }) => [fromLink, toLink]));
    const cut = { ...near, links: near.links.filter(({ id }) => own.has(id)), intersections: [intersection] };
    expect(tablesOf(cut, intersection)).not.toBe(tablesOf(network, intersection));
  });
});
