import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BUILT_IN_NETWORKS,
  networkFolder,
  readNetworkFolder,
  resolveNetwork,
} from "../../src/adapters/network-files.ts";
import { packageRoot } from "../../src/adapters/package-root.ts";
import { describeFault } from "../../src/model/fault.ts";
import { smallNetwork } from "../model/small-network.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "phasewise-network-"));
  const { intersections, demand, ...network } = smallNetwork();
  await write("network.json", JSON.stringify(network));
  await write("demand.json", JSON.stringify(demand));
  for (const intersection of intersections)
    await write(`${intersection.id}.json`, JSON.stringify(intersection));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<void> {
  await writeFile(path.join(folder, name), text);
}

async function faults(): Promise<readonly string[]> {
  const read = await readNetworkFolder(folder);
  return read.ok ? [] : read.error.map(describeFault);
}

describe("readNetworkFolder", () => {
  it("reads what was written", async () => {
    const read = await readNetworkFolder(folder);
    expect(read).toEqual({ ok: true, value: smallNetwork() });
  });

  it("needs no demand", async () => {
    await rm(path.join(folder, "demand.json"));
    const read = await readNetworkFolder(folder);
    expect(read.ok && read.value.demand).toBe(undefined);
    expect(read.ok).toBe(true);
  });

  it("leaves files alone that are not JSON files", async () => {
    await write("README.md", "# A T");
    expect(await faults()).toEqual([]);
  });

  it("takes every other JSON file for an intersection", async () => {
    await write("notes.json", "{}");
    expect(await faults()).toContainEqual(expect.stringMatching(/^notes\.json: found \{\}, .*\[SCHEMA\]$/));
  });

  it("tells syntax faults with line and column beside the faults of other files", async () => {
    await write("t.json", '{\n  "version": 1,\n  "id": "t"\n  "name": "The T"\n}\n');
    const demand = await readFile(path.join(folder, "demand.json"), "utf8");
    await write("demand.json", demand.replace('"version":1', '"version":2'));
    expect(await faults()).toEqual([
      "demand.json#/version: found 2, allowed: 1 [SCHEMA]",
      't.json: found "\\"name\\": \\"The" at line 4, column 3, allowed: "," or "}" [JSON]',
    ]);
  });

  it("says what a folder lacks", async () => {
    await rm(path.join(folder, "network.json"));
    await expect(readNetworkFolder(folder)).rejects.toMatchObject({
      code: "DATA_MISSING",
      message: `${folder} is no network folder: it has no network.json`,
    });
    await expect(readNetworkFolder(path.join(folder, "nowhere"))).rejects.toMatchObject({
      code: "DATA_MISSING",
    });
  });
});

describe("resolveNetwork", () => {
  it.each(BUILT_IN_NETWORKS)("finds the built-in network %s", async (name) => {
    const read = await resolveNetwork(name);
    expect(read.ok ? [] : read.error.map(describeFault)).toEqual([]);
    expect(read.ok && read.value.id).toBe(name);
  });

  it("finds built-in networks below the folder of package.json", async () => {
    const manifest: unknown = JSON.parse(await readFile(path.join(packageRoot(), "package.json"), "utf8"));
    expect(manifest).toMatchObject({ name: "phasewise" });
    expect(await networkFolder("single")).toBe(path.join(packageRoot(), "intersections", "single"));
  });

  it("takes a folder", async () => {
    const read = await resolveNetwork(folder);
    expect(read.ok && read.value.id).toBe("small");
  });

  it("lists what is allowed when a name is unknown", async () => {
    await expect(resolveNetwork("singel")).rejects.toMatchObject({
      code: "OPTION_INVALID",
      exitCode: 2,
      message: 'network "singel" is unknown; allowed: single, corridor, or a folder with a network.json',
    });
  });
});
