import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { whatifRequest } from "../../src/cli/whatif-request.ts";
import type { RawOptions } from "../../src/cli/options.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

async function requestOf(options: RawOptions) {
  return await whatifRequest("single", options);
}

/** A request by a file of such lines and by options. */
async function fileRequest(lines: readonly string[], options: RawOptions) {
  const path = join(await temporaryFolder(), "busy.yaml");
  await writeFile(path, ["version: 1", "network: single", ...lines].join("\n"));
  return await whatifRequest(path, options);
}

describe("what is asked of whatif", () => {
  it("is by default the peers beside adaptive, five seeds, everything as it comes", async () => {
    expect(await requestOf({})).toEqual({
      scenario: {
        reference: "single",
        plant: "builtin",
        live: undefined,
        from: undefined,
        profile: undefined,
        observe: "loops",
        adaptiveMode: "adaptive",
        forSeconds: undefined,
        warmupSeconds: undefined,
        demand: { scale: undefined },
      },
      file: undefined,
      name: undefined,
      controls: ["fixed", "actuated", "maxpressure", "adaptive"],
      events: [],
      settings: [],
      offsets: [],
      measures: expect.arrayContaining(["delaySeconds"]),
      replications: { kind: "listed", seeds: [1, 2, 3, 4, 5] },
      keep: undefined,
    });
  });

  it.each([
    [900, 900],
    ["900", 900],
    ["90s", 90],
    ["15m", 900],
    ["0.25h", 900],
    ["0", undefined],
  ])("with a warm-up of %j leaves out who is due in %j s", async (warmup, seconds) => {
    expect((await requestOf({ warmup })).scenario.warmupSeconds).toBe(seconds);
  });

  it.each(["", "-3", "15 m", "1d", "9000h", "15m30s"])("refuses a warm-up of %j", async (warmup) => {
    await expect(requestOf({ warmup })).rejects.toThrow(
      `--warmup ${JSON.stringify(warmup)}: allowed is seconds, or minutes and hours as 15m and 0.25h`,
    );
  });

  it("takes the scenario file's warm-up, and the option before it", async () => {
    const lines = ["warmupSeconds: 300"];
    expect((await fileRequest(lines, {})).scenario.warmupSeconds).toBe(300);
    expect((await fileRequest(lines, { warmup: "2m" })).scenario.warmupSeconds).toBe(120);
    expect((await fileRequest(lines, { warmup: 0 })).scenario.warmupSeconds).toBeUndefined();
  });

  it.each([
    [{ seeds: "2,4-5" }, [2, 4, 5]],
    [{ reps: 3 }, [1, 2, 3]],
    [{ reps: 2, seed: 9 }, [9, 10]],
    [{ seed: 7 }, [7, 8, 9, 10, 11]],
  ])("with %j has the seeds %j", async (options, seeds) => {
    expect((await requestOf(options)).replications).toEqual({ kind: "listed", seeds });
  });

  it("has as many replications as a precision needs, within bounds", async () => {
    const options = { reps: "auto", precision: "2.5%", minReps: 4, seed: 3 };
    expect((await requestOf(options)).replications).toEqual({
      kind: "auto",
      firstSeed: 3,
      precision: 0.025,
      minReps: 4,
      maxReps: 25,
    });
    expect((await requestOf({ reps: "auto" })).replications).toMatchObject({ precision: 0.05, minReps: 10 });
  });

  it.each([
    [{ reps: "auto", precision: 5 }, "--precision 5: allowed is a share such as 5%"],
    [{ reps: "auto", precision: "0%" }, "--precision 0%: allowed is a share"],
    [{ reps: "auto", minReps: 30, maxReps: 20 }, "--min-reps 30: allowed is at most --max-reps, 20"],
    [{ reps: 0 }, "--reps 0: allowed is a whole number from 1 to 1000"],
    [{ minReps: 3 }, "--min-reps 3: allowed only with --reps auto"],
    [{ hours: 1, for: 60 }, "--hours 1: allowed without --for"],
    [{ event: ["link:a=down@1", "link:a=down@1"] }, "--event link:a=down@1: given twice"],
  ])("with %j is refused", async (options, message) => {
    await expect(requestOf(options)).rejects.toThrow(message);
  });

  it("takes hours for seconds", async () => {
    expect((await requestOf({ hours: 0.5 })).scenario.forSeconds).toBe(1_800);
  });

  it("is what the file says where no option says otherwise, one by one", async () => {
    const lines = [
      "from: '08:00'",
      "forSeconds: 900",
      "mode: plan",
      "demand: { scale: 1.2, profile: [{ at: '08:00', factor: 2 }] }",
      "controls: [fixed, adaptive]",
      "replications: { seeds: 3-4 }",
    ];
    const plain = await fileRequest(lines, {});
    expect(plain).toMatchObject({
      name: "busy",
      scenario: { reference: "single", from: "08:00", forSeconds: 900, adaptiveMode: "plan" },
      controls: ["fixed", "adaptive"],
      replications: { kind: "listed", seeds: [3, 4] },
    });
    const other = await fileRequest(lines, { demand: 0.5, reps: 2, control: "adaptive", for: 60 });
    expect(other).toMatchObject({
      scenario: {
        from: "08:00",
        forSeconds: 60,
        demand: { scale: 0.5, profile: [{ at: "08:00", factor: 2 }] },
      },
      controls: ["adaptive"],
      replications: { kind: "listed", seeds: [1, 2] },
    });
  });

  it("names what is wrong with a file by its line", async () => {
    await expect(fileRequest(["observe: eyes"], {})).rejects.toThrow(
      'busy.yaml:3#/observe: found "eyes", allowed: "loops" or "zone"',
    );
    await expect(whatifRequest("nowhere.yaml", {})).rejects.toMatchObject({ code: "DATA_MISSING" });
  });

  it.each([
    [['from: "08:00"'], {}, "from 08:00"],
    [[], { from: "07:30" }, "from 07:30"],
    [[], { profile: "street" }, "profile street"],
    [[], { plant: "sumo" }, "plant sumo"],
  ] as const)(
    "refuses to look ahead with %j and %j, before anybody is asked",
    async (lines, options, found) => {
      await expect(fileRequest(lines, { fromLive: "http://127.0.0.1:9", ...options })).rejects.toMatchObject({
        code: "OPTION_INVALID",
        message: expect.stringMatching(new RegExp(`without ${found}$`)),
      });
    },
  );
});
