import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openAuditTrail } from "../../src/adapters/audit/trail.ts";
import { audit } from "../../src/cli/audit.ts";
import { entry } from "../adapters/audit/entries.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

/** What a command prints and how it ends. */
let printed: string[];

beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(...text.split("\n")));
  vi.spyOn(console, "error").mockImplementation((text: string) => void printed.push(...text.split("\n")));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** A run's folder with a trail of three entries. */
async function runFolder(): Promise<string> {
  const run = await temporaryFolder();
  await mkdir(join(run, "audit"));
  const trail = await openAuditTrail({
    folder: join(run, "audit"),
    now: () => 9_000,
    failed: () => undefined,
    recovered: () => undefined,
    timer: () => () => undefined,
  });
  trail.append(entry({ at: null, who: "engine", where: null, action: "engine.start" }));
  trail.append(entry({ at: 1_000 }));
  trail.append(entry({ at: 2_000, who: "bob", where: "elm", reason: null }));
  await trail.close();
  return run;
}

const FILE = join("audit", "audit-000001.log");

describe("phasewise audit verify", () => {
  it("says that a trail holds, and gives an anchor that shows it later", async () => {
    const run = await runFolder();
    await audit("verify", run, {});
    expect(printed[0]).toBe("3 entries hold, numbers 1 to 3");
    expect(process.exitCode).toBeUndefined();
    const anchor = /^Anchor: (3:[0-9a-f]{64})\./.exec(printed[1] ?? "")?.[1];
    await audit("verify", join(run, "audit"), { anchor });
    expect(printed.at(-1)).toBe("Entry 3 is the one of the anchor");
    await audit("verify", run, { anchor: `3:${"a".repeat(64)}`, json: true });
    expect(JSON.parse(printed.at(-1) ?? "")).toMatchObject({ holds: false, anchor: false, fault: null });
    expect(process.exitCode).toBe(1);
  });

  it("says where one does not hold, with exit code 1", async () => {
    const run = await runFolder();
    const text = await readFile(join(run, FILE), "utf8");
    await writeFile(join(run, FILE), text.replace('"who":"ann"', '"who":"eve"'));
    await audit("verify", run, {});
    const byte = text.split("\n").slice(0, 2).join("\n").length + 1;
    expect(printed[0]).toContain(
      `The trail does not hold: ${join(run, FILE)}, byte ${byte}, entry 2: found the hash `,
    );
    expect(printed[1]).toBe("1 entries before that hold, numbers 1 to 1");
    expect(process.exitCode).toBe(1);
  });

  it("of one file says what cannot be known of it", async () => {
    await audit("verify", join(await runFolder(), FILE), {});
    expect(printed[1]).toContain("an end that was cut off cannot be noticed");
  });

  it.each([
    ["verify", { anchor: "3" }, /--anchor "3": allowed is a number, a colon and a hash/],
    ["show", { from: "noon" }, /--from "noon": allowed is an instant of the run's clock/],
    ["list", {}, /audit list: allowed is verify or show/],
  ])("refuses %s with %j", async (action, options, message) => {
    await expect(audit(action, await runFolder(), options)).rejects.toThrow(message);
  });
});

describe("phasewise audit show", () => {
  it("lists entries, all or those that fit", async () => {
    const run = await runFolder();
    await audit("show", run, {});
    expect(printed).toEqual([
      '1 1970-01-01T00:00:09.000Z engine: engine.start "local" → "plan": done (trial)',
      '2 1970-01-01T00:00:01.000Z ann: mode.change main-oak "local" → "plan": done (trial)',
      '3 1970-01-01T00:00:02.000Z bob: mode.change elm "local" → "plan": done',
    ]);
    const numbers = async (options: Readonly<Record<string, string>>) => {
      await audit("show", run, { ...options, json: true });
      const report: { entries: { number: number }[] } = JSON.parse(printed.at(-1) ?? "");
      return report.entries.map(({ number }) => number);
    };
    expect(await numbers({ who: "bob" })).toEqual([3]);
    expect(await numbers({ intersection: "main-oak" })).toEqual([2]);
    expect(await numbers({ from: "1970-01-01T00:00:01Z", to: "2000" }), "to is not in it").toEqual([2]);
  });
});
