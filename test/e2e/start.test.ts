import { createServer } from "node:net";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { jsonOf, type Phasewise, phasewise } from "./phasewise.ts";
import { defined } from "../../src/assert.ts";

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** A run of `start single`, and the journal that it leaves. */
async function startSingle(...options: readonly string[]): Promise<{ run: Phasewise; journal: string }> {
  const file = join(folder, `${options.join("")}.ndjson`);
  const run = phasewise(folder, ["start", "single", "--headless", "--journal", file, ...options]);
  expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 0, signal: null });
  return { run, journal: await readFile(file, "utf8") };
}

/** What a replay of a journal with this text says. */
async function replayOf(journal: string): Promise<Phasewise> {
  await writeFile(join(folder, "journal.ndjson"), journal);
  return phasewise(folder, ["replay", "journal.ndjson"]);
}

type Score = Readonly<Record<"hits" | "misses" | "falseAlarms" | "quiet", number>>;

/** How warnings of oversaturation in the next interval did. */
function oversaturatedOf(summary: Readonly<Record<string, unknown>>): Score {
  const { leads } = summary["congestionTruth"] as {
    readonly leads: readonly { readonly oversaturated: Score }[];
  };
  return defined(leads[0], "the next interval").oversaturated;
}

describe("start single --headless", () => {
  it("runs the control loop and tells its figures as the last line", async () => {
    const { run } = await startSingle("--speed", "max", "--for", "900", "--json");
    expect(run.stdout).toHaveLength(1);
    const summary = jsonOf(run);
    expect(summary).toMatchObject({
      simulatedSeconds: 900,
      intersections: 1,
      plansRefused: 0,
      schedulesRefused: 0,
      readbackMismatches: 0,
      detectorsFailed: 0,
      safetyViolations: 0,
      congestionTruth: {
        leads: [{ leadIntervals: 1 }, { leadIntervals: 2 }],
        // No road begins at another signal.
        seen: { spillback: { hits: 0, misses: 0, falseAlarms: 0, quiet: 0 } },
      },
    });
    const { hits, misses, falseAlarms, quiet } = oversaturatedOf(summary);
    expect(hits + misses + falseAlarms + quiet, "four approaches, two intervals after the first").toBe(8);
    for (const figure of [
      "detectionsReceived",
      "forecasts",
      "plansPushed",
      "plansAccepted",
      "schedulesPushed",
      "schedulesApplied",
      "delaySeconds",
      "wallSeconds",
    ])
      expect(summary[figure], figure).toBeGreaterThan(0);
    expect(Number(summary["schedulesApplied"])).toBeLessThanOrEqual(Number(summary["schedulesPushed"]));
  });

  it("leaves a journal that replays, and one that was changed does not", async () => {
    const { journal } = await startSingle("--speed", "max", "--for", "600", "--link", "memory");

    const same = await replayOf(journal);
    expect(await same.ended(), same.stderr.join("\n")).toEqual({ code: 0, signal: null });
    expect(same.stdout).toEqual([expect.stringMatching(/^\d+ inputs gave the identical \d+ effects\.$/)]);

    const lines = journal.trimEnd().split("\n");
    const push = lines.findIndex((line) => line.startsWith('{"out":{"kind":"push"'));
    const [, splitMs = ""] = /"splitMs":(\d+)/.exec(lines[push] ?? "") ?? [];
    const longer = String(Number(splitMs) + 1000);
    const changed = lines.with(push, lines[push]?.replace(splitMs, longer) ?? "");
    const other = await replayOf(changed.join("\n"));
    expect(await other.ended()).toEqual({ code: 1, signal: null });
    const [place, recorded, computed] = other.stdout.join("\n").split("\n");
    expect(place).toBe(`The effects differ at line ${push + 1}:`);
    expect(recorded).toContain(`"splitMs":${longer}`);
    expect(computed).toContain(`"splitMs":${splitMs}`);

    const broken = await replayOf(lines.with(41, '{"in":').join("\n"));
    expect(await broken.ended()).toEqual({ code: 2, signal: null });
    expect(broken.stderr.join("\n")).toContain("journal.ndjson:42");
  });

  it("gives the same journal, byte for byte, over either link and at any speed", async () => {
    const [websocket, memory, paced, seeded] = await Promise.all([
      startSingle("--for", "300", "--speed", "max"),
      startSingle("--for", "300", "--speed", "max", "--link", "memory"),
      startSingle("--for", "300", "--speed", "200"),
      startSingle("--for", "300", "--speed", "max", "--seed", "2"),
    ]);
    expect(websocket.journal).toContain('{"out":{"kind":"push"');
    expect(memory.journal === websocket.journal, "--link memory as WebSocket").toBe(true);
    expect(paced.journal === websocket.journal, "--speed 200 as --speed max").toBe(true);
    expect(seeded.journal === websocket.journal, "--seed 2 as --seed 1").toBe(false);
  });

  it("ends at Ctrl-C with its figures", async () => {
    const run = phasewise(folder, ["start", "single", "--headless", "--speed", "50", "--json"]);
    await run.said(/^07:05 /);
    run.kill("SIGINT");
    expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 0, signal: null });
    await run.said(/^Ended after \d+ simulated seconds: mean delay [\d.]+ s\/veh/);
    const summary = jsonOf(run);
    expect(summary).toMatchObject({ network: "single", safetyViolations: 0 });
    expect(summary["simulatedSeconds"]).toBeGreaterThanOrEqual(300);

    const replayed = phasewise(folder, ["replay", ".phasewise/runs/single-seed1/journal.ndjson"]);
    expect(await replayed.ended(), replayed.stdout.join("\n")).toEqual({ code: 0, signal: null });
  });
});

describe("start", () => {
  it("tells of a port that is taken how to choose another one", async () => {
    const port = await takenPort();
    const run = phasewise(folder, ["start", "single", "--port", String(port)]);
    expect(await run.ended()).toEqual({ code: 3, signal: null });
    expect(run.stderr).toEqual([`port ${port} on 127.0.0.1 is taken; choose another one with --port N`]);
  });

  it("that fails to begin leaves the journal of the run before as it was", async () => {
    const { journal } = await startSingle("--speed", "max", "--for", "10", "--link", "memory");
    await writeFile(join(folder, "kept.ndjson"), journal);
    const port = String(await takenPort());
    const run = phasewise(folder, ["start", "single", "--port", port, "--journal", "kept.ndjson"]);
    expect(await run.ended()).toEqual({ code: 3, signal: null });
    const kept = await readFile(join(folder, "kept.ndjson"), "utf8");
    expect(kept === journal, `${kept.length} of ${journal.length} characters are left`).toBe(true);
  });

  it.each([
    ["an unknown network", ["nowhere"], /"nowhere" is unknown; allowed: single, corridor/],
    ["a scenario that is not there", ["gone.sumocfg"], /gone\.sumocfg: no such file/],
    [
      "a speed out of bounds",
      ["single", "--speed", "0"],
      /--speed 0: allowed is a number from 0\.1 to 10000/,
    ],
    ["an unknown link", ["single", "--link", "pigeon"], /--link "pigeon": allowed is websocket, memory/],
    ["an unknown option", ["single", "--sped", "1"], /--?sped/],
  ])("refuses %s with exit code 2 and no stack", async (_, options, message) => {
    const run = phasewise(folder, ["start", ...options, "--headless"]);
    expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 2, signal: null });
    expect(run.stderr.join("\n")).toMatch(message);
    expect(run.stderr).toHaveLength(1);
    expect(run.stdout).toEqual([]);
  });
});

/** A port on which somebody listens until the test ends. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}
