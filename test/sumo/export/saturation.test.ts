import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportNetwork } from "../../../sim/sumo/export/export-network.ts";
import { findSumo } from "../../../sim/sumo/sumo-process.ts";
import { readXmlText } from "../../../sim/sumo/xml-reader.ts";
import { writeExport } from "../../../src/cli/export.ts";
import { temporaryFolder } from "../../adapters/temporary-folder.ts";
import { constantly } from "../../traffic/small-networks.ts";
import { netconvertMissing } from "../sumo-available.ts";
import { builtIn, periodOf } from "./built-in.ts";

const reason = netconvertMissing === undefined ? "" : ` (skipped: ${netconvertMissing})`;

/** The lane for those who go straight alone, and the left turn's, both of the same approach; lanes are 80 m long. */
const LANES = ["west_main-oak_1", "west_main-oak_2"] as const;
const LOOP_METERS = 79;
/** From one vehicle to the next within a green. */
const GAP_MAX_SECONDS = 8;

/** By lane, flows of those behind the fourth of a queue, veh/h, while more come from everywhere than can leave. */
async function flows(): Promise<ReadonlyMap<string, number>> {
  const network = await builtIn("single");
  if (network.demand === undefined) throw new Error("no demand");
  const entries = network.demand.entries.map(({ link }) => ({ link, vehicles: constantly(1800) }));
  const crowded = { ...network, demand: { ...network.demand, entries } };
  const folder = await temporaryFolder();
  const exported = exportNetwork(crowded, periodOf(network, 7, 1800), 1);
  await writeExport(folder, exported);
  const loops = LANES.map(
    (lane) => `<instantInductionLoop id="${lane}" lane="${lane}" pos="${LOOP_METERS}" file="passed.xml"/>`,
  );
  await writeFile(join(folder, "loops.add.xml"), `<additional>${loops.join("")}</additional>`);
  const options = ["--additional-files", "single.add.xml,loops.add.xml", "--xml-validation", "never"];
  const run = spawnSync(findSumo(), ["-c", exported.sumoConfig, "--no-step-log", ...options], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([run.status, run.stderr]).toEqual([0, ""]);
  const passed = new Map<string, number[]>();
  readXmlText("passed.xml", await readFile(join(folder, "passed.xml"), "utf8"), {
    open: ({ attributes: { id = "", time, state } }) => {
      if (state === "enter") passed.set(id, [...(passed.get(id) ?? []), Number(time)]);
    },
  });
  return new Map([...passed].map(([lane, times]) => [lane, 3600 / meanHeadway(times)]));
}

function meanHeadway(times: readonly number[]): number {
  let place = 0;
  const headways = times.slice(1).flatMap((time, k) => {
    const headway = time - (times[k] ?? 0);
    place = headway > GAP_MAX_SECONDS ? 0 : place + 1;
    return place >= 4 ? [headway] : [];
  });
  expect(headways.length).toBeGreaterThan(15);
  return headways.reduce((sum, headway) => sum + headway, 0) / headways.length;
}

describe.skipIf(netconvertMissing !== undefined)(`queues of an exported network in SUMO${reason}`, () => {
  it("leave at the configured saturation flows, within 7 %", async () => {
    const measured = await flows();
    const [straight, left] = LANES.map((lane) => measured.get(lane));
    expect(Math.abs((straight ?? 0) / 1840 - 1)).toBeLessThan(0.07);
    expect(Math.abs((left ?? 0) / 1750 - 1)).toBeLessThan(0.07);
  }, 60_000);
});
