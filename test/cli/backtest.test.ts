import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadLstmTrainer } from "../../src/adapters/lstm/load-trainer.ts";
import { backtest } from "../../src/cli/backtest.ts";
import type { BacktestReport } from "../../src/cli/backtest-report.ts";
import type { LstmWeights } from "../../src/forecast/lstm.ts";

vi.mock(import("../../src/adapters/lstm/load-trainer.ts"), () => ({ loadLstmTrainer: vi.fn() }));

/** A network without a unit: it forecasts the mean. */
const NO_GATE = { count: [], clock: [], hidden: [], bias: [] };
const MUTE: LstmWeights = {
  units: 0,
  gates: { input: NO_GATE, candidate: NO_GATE, output: NO_GATE, forget: NO_GATE },
  output: [],
  outputBias: 0,
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-backtest-"));
  await writeFile(join(folder, "train.csv"), csvOf(1, 14));
  await writeFile(join(folder, "test.csv"), csvOf(15, 3));
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "log").mockReturnValue();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Quarter-hour counts of two detectors, days of May 2024 from `first` on: a usual day, and a wobble of a few hours. */
function csvOf(first: number, days: number): string {
  const rows = Array.from({ length: days * 96 }, (_, row) => {
    const slot = row % 96;
    const day = first + Math.floor(row / 96);
    const time = `2024-05-${String(day).padStart(2, "0")} ${String(Math.floor(slot / 4)).padStart(2, "0")}:${String((slot % 4) * 15).padStart(2, "0")}:00.0`;
    const at = (first * 96 + row) / 9;
    const usual = 40 + 30 * Math.sin((slot / 96) * 2 * Math.PI);
    const count = Math.round(usual + 9 * Math.sin(at) + (((row * 7919) % 11) - 5));
    return `${time},2,1,${Math.max(0, count)}\r\n${time},2,2,${row % 2}`;
  });
  return ["TimeStamp,DeviceId,Detector,Total", ...rows].join("\r\n");
}

async function reportOf(
  args: readonly [string, string | undefined],
  options: object = {},
): Promise<BacktestReport> {
  const json = join(folder, "report.json");
  const [train, test] = args;
  await backtest(join(folder, train), test === undefined ? undefined : join(folder, test), {
    json,
    ...options,
  });
  return JSON.parse(await readFile(json, "utf8")) as BacktestReport;
}

describe("phasewise backtest", () => {
  it("scores the test file behind the first twelve intervals, without series of hardly a vehicle", async () => {
    const report = await reportOf(["train.csv", "test.csv"], { model: "persistence,profile-rls" });
    expect([report.protocol, report.series, report.points]).toEqual(["pems", 1, 3 * 96 - 12]);
    const [plain, rich] = report.models;
    expect([plain?.name, plain?.mode, rich?.name, rich?.mode]).toEqual([
      "persistence",
      "static",
      "profile-rls",
      "online",
    ]);
    expect(rich?.mae).toBeLessThan(plain?.mae ?? 0);
    expect(report.published).toEqual([]);
    for (const model of report.models) {
      expect(model.updateMicroseconds).toBeGreaterThan(0);
      expect(model.coverage90).toBeGreaterThan(0.5);
    }
  });

  it("forecasts the last days of an only file, each day an origin, and draws a page that needs nothing else", async () => {
    const html = join(folder, "report.html");
    const report = await reportOf(["train.csv", undefined], { model: "ar1,profile-ar", html });
    expect([report.protocol, report.points]).toEqual(["rolling", 7 * 96]);
    const page = await readFile(html, "utf8");
    expect(page.match(/<svg/g)).toHaveLength(4);
    expect(page).not.toMatch(/NaN|Infinity|https?:|<script/);
  });

  it("scores each horizon that is asked for, beside what it tells of the next interval", async () => {
    const html = join(folder, "horizons.html");
    const alone = await reportOf(["train.csv", "test.csv"], { model: "persistence,profile-rls" });
    vi.mocked(console.log).mockClear();
    const report = await reportOf(["train.csv", "test.csv"], {
      model: "persistence,profile-rls",
      horizons: "1,4,12",
      html,
    });
    for (const [index, model] of report.models.entries()) {
      const plain = alone.models[index];
      if (plain === undefined) throw new Error("no model");
      const { horizons } = model;
      const { updateMicroseconds } = plain;
      expect({ ...model, horizons: horizons.slice(0, 1), updateMicroseconds }).toEqual(plain);
      // The first interval that is scored is the 13th, which was forecast twelve steps before.
      expect(horizons.map(({ steps, minutes, points }) => [steps, minutes, points])).toEqual([
        [1, 15, 276],
        [4, 60, 276],
        [12, 180, 276],
      ]);
      for (const { mae, rmse, mape, wape, coverage90, width90 } of horizons) {
        for (const value of [mae, rmse, mape, wape, width90]) expect(value).toBeGreaterThan(0);
        expect(coverage90).toBeGreaterThan(0.5);
      }
      const [next] = horizons;
      expect([next?.mae, next?.rmse, next?.mape, next?.wape, next?.coverage90, next?.width90]).toEqual([
        model.mae,
        model.rmse,
        model.mape,
        model.wape,
        model.coverage90,
        model.width90,
      ]);
    }
    const [persistence, learning] = report.models.map(({ horizons }) => horizons);
    // Three hours ahead the last count says little, the usual day much.
    expect(persistence?.[2]?.mae).toBeGreaterThan(2 * (learning?.[2]?.mae ?? Number.NaN));
    const table = vi.mocked(console.log).mock.calls.join("\n");
    expect(table).toMatch(/^profile-rls +online +12 +180 +276 +\d+\.\d{3} /m);
    const page = await readFile(html, "utf8");
    expect(page.match(/<svg/g)).toHaveLength(6);
    expect(page).toContain("Share of counts within their 90 % interval by intervals ahead");
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it("tells of the next interval alone where no horizon is asked for", async () => {
    vi.mocked(console.log).mockClear();
    const report = await reportOf(["train.csv", "test.csv"], { model: "persistence" });
    expect(report.models[0]?.horizons.map(({ steps }) => steps)).toEqual([1]);
    expect(vi.mocked(console.log).mock.calls.join("\n")).not.toContain("By steps ahead");
    const far = await reportOf(["train.csv", "test.csv"], { model: "persistence", horizons: 6 });
    expect(far.models[0]?.horizons.map(({ steps }) => steps)).toEqual([6]);
    expect(far.models[0]?.mae).toBe(report.models[0]?.mae);
  });

  it("leaves the network out unless it is asked for, and then says whether it would be taken", async () => {
    expect((await reportOf(["train.csv", "test.csv"])).models.map(({ name }) => name)).not.toContain("lstm");
    vi.mocked(loadLstmTrainer).mockResolvedValue((task, onEpoch) => {
      const losses = { training: [90, 80], validation: [99, 88 + task.seed] };
      onEpoch(losses);
      return { weights: MUTE, losses };
    });
    const html = join(folder, "lstm.html");
    const report = await reportOf(["train.csv", "test.csv"], { model: "lstm", seed: 7, html });
    expect(report.models.map(({ name, mode, training }) => ({ name, mode, training }))).toEqual([
      {
        name: "lstm",
        mode: "static",
        training: { seed: 7, losses: { training: [90, 80], validation: [99, 95] } },
      },
    ]);
    // It forecasts the mean whatever it sees, and is held against the default model although it was asked for alone.
    expect(report.promotion).toMatchObject({
      chosen: "profile-ar",
      steps: [{ from: "profile-ar", to: "lstm", promoted: false }],
    });
    expect(await readFile(html, "utf8")).toContain("Mean squared error of lstm by epoch, seed 7");
    await expect(reportOf(["train.csv", "test.csv"], { model: "lstm", seed: -1 })).rejects.toThrow(
      /--seed -1: allowed is a whole number from 0/,
    );
  });

  it("says what is wrong with options and files", async () => {
    await expect(reportOf(["train.csv", "test.csv"], { model: "oracle" })).rejects.toThrow(
      /--model "oracle": allowed is persistence/,
    );
    await expect(reportOf(["train.csv", "test.csv"], { protocol: "best" })).rejects.toThrow(
      /--protocol "best": allowed is pems, rolling/,
    );
    await expect(reportOf(["train.csv", "test.csv"], { horizons: "0,3" })).rejects.toThrow(
      /--horizons "0,3": allowed is whole numbers from 1 to 288/,
    );
    await expect(reportOf(["test.csv", "train.csv"])).rejects.toThrow(/found 3 days, allowed: at least 4/);
    await expect(reportOf(["train.csv", "train.csv"])).rejects.toThrow(
      /a first day 2024-05-01, allowed: days after 2024-05-14/,
    );
    await expect(reportOf(["none.csv", undefined])).rejects.toThrow(/none\.csv cannot be read/);
  });
});
