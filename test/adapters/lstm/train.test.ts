import { createRequire } from "node:module";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadLstmTrainer } from "../../../src/adapters/lstm/load-trainer.ts";
import type { CountHistory } from "../../../src/forecast/history.ts";
import {
  clockFeatures,
  fitLstm,
  type LstmLosses,
  lstmOutput,
  type LstmTask,
  type LstmWindows,
} from "../../../src/forecast/lstm.ts";
import { predict } from "../../../src/forecast/model.ts";

const missing = installed() ? undefined : "the optional packages @tensorflow/tfjs-* are not installed";

function installed(): boolean {
  try {
    createRequire(import.meta.url).resolve("@tensorflow/tfjs-core");
    return true;
  } catch {
    return false;
  }
}

/** Windows that rise steadily: the next count is known from the last two. */
function windows(count: number, from: number): LstmWindows {
  const rows = Array.from({ length: count }, (_, row) => {
    const start = ((from + row) % 17) / 17 - 0.5;
    const slope = (((from + row) * 5) % 7) / 60;
    return Array.from({ length: 13 }, (_lag, lag) => start + slope * lag);
  });
  return {
    counts: rows.map((row) => row.slice(0, 12)),
    clock: rows.map((_, row) => clockFeatures({ day: row % 7, slot: row % 24 }, 24)),
    targets: rows.map((row) => row[12] ?? 0),
  };
}

/** Targets that say nothing of those with the other sign: learning them makes these worse. */
function noise(rows: number, sign: number): LstmWindows {
  const plain = windows(rows, 0);
  return { ...plain, targets: plain.targets.map((_, row) => sign * (((row * 7919) % 13) / 6 - 1)) };
}

const TASK: LstmTask = { training: windows(96, 0), validation: windows(64, 400), scale: 10, seed: 3 };

describe.skipIf(missing !== undefined)(`training a network${missing ? `: skipped, ${missing}` : ""}`, () => {
  it("gives the same weights for the same seed, and others for another", async () => {
    const train = await loadLstmTrainer();
    const first = train(TASK, () => undefined);
    expect(train(TASK, () => undefined)).toEqual(first);
    expect(train({ ...TASK, seed: 4 }, () => undefined).weights).not.toEqual(first.weights);
  });

  it("keeps the weights of the best epoch, whose loss our own forward pass finds too", async () => {
    const train = await loadLstmTrainer();
    const told: LstmLosses[] = [];
    const { weights, losses } = train(TASK, (soFar) => told.push(soFar));
    expect(told).toHaveLength(losses.validation.length);
    expect(told.at(-1)).toEqual(losses);
    const { counts, clock, targets } = TASK.validation;
    const squares = targets.map(
      (target, row) => (10 * (target - lstmOutput(weights, counts[row] ?? [], clock[row] ?? []))) ** 2,
    );
    const own = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    const least = Math.min(...losses.validation);
    expect(Math.abs(own - least)).toBeLessThan(1e-4 * least);
  });

  it("stops a few epochs after the last gain", async () => {
    const train = await loadLstmTrainer();
    const task = { training: noise(128, 1), validation: noise(64, -1), scale: 1, seed: 1 };
    const { validation } = train(task, () => undefined).losses;
    const best = validation.indexOf(Math.min(...validation));
    expect(validation.length).toBe(Math.min(12, best + 1 + 3));
    expect(validation.length).toBeLessThan(12);
  });

  it("learns a day's course well enough to know the next", async () => {
    const train = await loadLstmTrainer();
    const history: CountHistory = {
      slotsPerDay: 48,
      days: Array.from({ length: 9 }, (_, day) => ({
        day,
        counts: Array.from({ length: 48 }, (_slot, slot) =>
          Math.round(50 + 40 * Math.sin((2 * Math.PI * slot) / 48) + (((day * 48 + slot) * 7919) % 5) - 2),
        ),
      })),
    };
    const state = fitLstm(history, 1, train, () => undefined);
    if (state === undefined) throw new Error("not trained");
    const ahead = predict(state, { day: 9, slot: 0 }, 12);
    const errors = ahead.map((forecast, slot) =>
      Math.abs(forecast - (50 + 40 * Math.sin((2 * Math.PI * slot) / 48))),
    );
    // The course alone goes from 50 to 90 in these twelve intervals.
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(6);
  });
});

describe("a package that is not there", () => {
  afterEach(() => {
    vi.doUnmock("@tensorflow/tfjs-core");
    vi.resetModules();
  });

  it("is named, with how to install it", async () => {
    vi.doMock("@tensorflow/tfjs-core", () => {
      throw new Error("Cannot find package");
    });
    await expect(loadLstmTrainer()).rejects.toMatchObject({
      code: "PACKAGE_MISSING",
      exitCode: 3,
      message: expect.stringMatching(
        /--model lstm needs the optional packages @tensorflow\/tfjs-core.*npm install --include=optional/,
      ),
    });
  });
});
