import { expect, it } from "vitest";
import { runOnce } from "../../sim/whatif/run.ts";
import { watchArrivals } from "../../sim/whatif/arrival-score.ts";
import { describeArrivals } from "../../sim/whatif/arrival-table.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { defined } from "../../src/assert.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";

/** Fifteen minutes of the corridor, with counts that the score sees either as they are or not at all. */
async function scoreOf(forSeconds: number) {
  const runnable = await openRunnable("corridor", "07:00");
  const { watch, score } = watchArrivals();
  await runOnce({
    runnable,
    setup: await setupOf("adaptive", { runnable, adaptiveMode: "adaptive", forSeconds }),
    events: [],
    observe: "loops",
    seed: 1,
    forSeconds,
    tripFile: undefined,
    clock: wallClock,
    watch,
    stopped: new AbortController().signal,
  });
  return score();
}

it("predictions of the street's loops beat the mean as far as the next signal, and fall back to it beyond", async () => {
  const { leads, links } = await scoreOf(900);
  expect(links.length).toBe(22);
  // 22 approaches, from 725 s to 900 s each 5 s.
  expect(leads.map(({ bins }) => bins)).toEqual(leads.map(() => 22 * 36));
  const [soon] = leads;
  const { mean, fitted, persistence } = defined(soon, "5 s").predictors;
  expect(fitted.rmse).toBeLessThan(0.7 * (mean.rmse ?? 0));
  expect(persistence.rmse).toBeGreaterThan(mean.rmse ?? 9);
  const far = defined(leads.at(-1), "120 s").predictors;
  expect(Math.abs((far.fitted.rmse ?? 9) - (far.mean.rmse ?? 0))).toBeLessThan(0.1);
}, 120_000);

it("tells of a run that was too short that nothing was scored", async () => {
  const score = await scoreOf(30);
  expect(score.leads[0]).toMatchObject({ bins: 0, meanVehicles: null, poissonRmse: null });
  expect(score.leads[0]?.predictors.fitted).toEqual({ rmse: null, bias: null });
  expect(describeArrivals(score)).toContain("fitted                      –");
}, 60_000);
