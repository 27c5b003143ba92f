import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { edgesOf } from "../../../sim/sumo/export/edges.ts";
import { exportNetwork } from "../../../sim/sumo/export/export-network.ts";
import { importForBuiltIn } from "../../../sim/sumo/import-built-in.ts";
import { findSumo } from "../../../sim/sumo/sumo-process.ts";
import { streetsOf } from "../../../sim/traffic/streets.ts";
import { writeExport } from "../../../src/cli/export.ts";
import { defined } from "../../../src/assert.ts";
import type { Network } from "../../../src/model/files.ts";
import { temporaryFolder } from "../../adapters/temporary-folder.ts";
import { netconvertMissing } from "../sumo-available.ts";
import { builtIn, periodOf } from "./built-in.ts";

const reason = netconvertMissing === undefined ? "" : ` (skipped: ${netconvertMissing})`;

/** Lanes of a link with their lengths from the kerb on; those of its pieces, put together again, likewise. */
function lanesOf(network: Network): readonly (readonly [string, readonly number[]])[] {
  return network.links.map(({ id, lanes }) => [id, lanes.map(({ lengthMeters }) => lengthMeters)]);
}

function joinedLanes(original: Network, imported: Network): ReturnType<typeof lanesOf> {
  const found = new Map(imported.links.map((link) => [link.id, link]));
  const pieces = edgesOf(original, streetsOf(original)).byLink;
  expect(found.size).toBe(pieces.flat().length);
  return original.links.map(({ id, lanes }, k) => {
    const lengths = lanes.map((_, position) => {
      const meters = (pieces[k] ?? []).map((piece) => {
        const place = piece.lanes.indexOf(position);
        return place < 0 ? 0 : (found.get(piece.id)?.lanes[place]?.lengthMeters ?? Number.NaN);
      });
      return Math.round(meters.reduce((sum, part) => sum + part, 0) * 100) / 100;
    });
    return [id, lengths];
  });
}

/** What a signal lets do, without the names that an import makes up: turn, link, places of lanes, exit. */
function movementsOf(network: Network): readonly string[] {
  const places = new Map(
    network.links.flatMap(({ id, lanes }) => lanes.map((lane, k) => [`${id} ${lane.id}`, k] as const)),
  );
  return network.intersections
    .flatMap(({ id, movements }) =>
      movements.map(({ turn, fromLink, fromLanes, toLink }) => {
        const lanes = fromLanes.map((lane) => defined(places.get(`${fromLink} ${lane}`), lane));
        return `${id} ${turn} ${fromLink} ${lanes.toSorted((a, b) => a - b).join("+")} ${entered(network, toLink)}`;
      }),
    )
    .toSorted();
}

/** The link that a piece of it stands for. */
function entered(network: Network, link: string): string {
  const whole = link.replace(/\.part\d+$/, "");
  return network.links.some(({ id }) => id === whole) ? whole : link;
}

/** As a mirror shows it, east being west. */
function mirrored(network: Network): Network {
  const turns = { left: "right", right: "left", through: "through", uturn: "uturn" } as const;
  return {
    ...network,
    handedness: "left",
    nodes: network.nodes.map((node) => ({ ...node, x: -node.x })),
    links: network.links.map((link) => ({ ...link, shape: link.shape.map(([x, y]) => [-x, y]) })),
    intersections: network.intersections.map((intersection) => ({
      ...intersection,
      movements: intersection.movements.map((one) => ({ ...one, turn: turns[one.turn] })),
    })),
  };
}

/** Cycle, offset and splits of the plan of the morning, by intersection. */
function morningPlans({ intersections }: Network): readonly unknown[] {
  return intersections.map(({ id, plans }) => {
    const plan = defined(
      plans.find((one) => one.id === "morning"),
      "plan",
    );
    return [id, plan.cycleSeconds, plan.offsetSeconds, plan.stages.map(({ splitSeconds }) => splitSeconds)];
  });
}

describe.skipIf(netconvertMissing !== undefined)(`exported and imported again${reason}`, () => {
  it.each(["single", "corridor"] as const)(
    "%s has the same links, lanes and movements, and SUMO runs it without a warning",
    async (name) => {
      const network = await builtIn(name);
      const folder = await temporaryFolder();
      const exported = exportNetwork(network, periodOf(network, 7, 120), 1);
      expect(await writeExport(folder, exported)).toEqual([]);
      const config = join(folder, exported.sumoConfig);
      const imported = (await importForBuiltIn(config)).network;

      expect(joinedLanes(network, imported)).toEqual(lanesOf(network));
      expect(movementsOf(imported)).toEqual(movementsOf(network));
      expect(imported.intersections.map(({ id }) => id)).toEqual(network.intersections.map(({ id }) => id));
      const speeds = new Map(imported.links.map((link) => [link.id, link.speedMetersPerSecond]));
      for (const link of network.links) expect(speeds.get(link.id)).toBe(link.speedMetersPerSecond);
      expect(imported.demand?.trips?.routes.flatMap(({ departSeconds }) => departSeconds)).toHaveLength(
        exported.vehicles,
      );

      const run = spawnSync(findSumo(), ["-c", config, "--xml-validation", "never", "--no-step-log"], {
        encoding: "utf8",
      });
      expect([run.status, run.stderr]).toEqual([0, ""]);
    },
    60_000,
  );

  it("drives on the left where the network does", async () => {
    const network = mirrored(await builtIn("single"));
    const folder = await temporaryFolder();
    const exported = exportNetwork(network, periodOf(network, 7, 60), 1);
    expect(await writeExport(folder, exported)).toEqual([]);
    const imported = (await importForBuiltIn(join(folder, exported.sumoConfig))).network;
    expect(imported.handedness).toBe("left");
    expect(movementsOf(imported)).toEqual(movementsOf(network));
  });

  it("has plans with the same cycle, offset and splits", async () => {
    const network = await builtIn("corridor");
    const folder = await temporaryFolder();
    const exported = exportNetwork(network, periodOf(network, 7, 60), 1);
    await writeExport(folder, exported);
    const imported = (await importForBuiltIn(join(folder, exported.sumoConfig))).network;
    expect(morningPlans(imported)).toEqual(morningPlans(network));
  });
});
