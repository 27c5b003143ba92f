import { type EngineConfiguration, engineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import { startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { historyRows } from "../../src/pipeline/history-rows.ts";
import type { StoreRows } from "../../src/ports/store.ts";
import { meanInterval, meanOf } from "../whatif/statistics.ts";
import { firstInputs, nextInputs, perform, type Region } from "./region.ts";

export type HistoryCostOptions = {
  readonly region: Region;
  readonly configuration: EngineConfiguration;
  readonly runInSeconds: number;
  /** Of each arm. */
  readonly seconds: number;
  readonly nowMs: () => number;
  readonly store: { readonly append: (rows: StoreRows) => void; readonly settled: () => Promise<void> };
  readonly stopped: AbortSignal;
};

/** What the engine's steps take with a history and without one, over the same run by turns. Milliseconds of wall time. */
export type HistoryCost = {
  readonly pairs: number;
  readonly stepMsWithout: number | null;
  readonly stepMsWith: number | null;
  /** With less without, mean over pairs of blocks, with its 95 % interval by Student's t. */
  readonly differenceMs: number | null;
  readonly ci95: readonly [number, number] | null;
  /** What making and handing over an instant's rows takes, beside the step. */
  readonly rememberMs: number | null;
  readonly rowsPerSecond: number | null;
};

/** Simulated seconds of a block: two of them, one with and one without, are a pair. */
const BLOCK_SECONDS = 10;
/** A controller's log in a second of the corridor's morning: 39,276 events of 12 intersections in 900 s. */
const EVENTS_PER_SECOND = 4;

/**
 * Drives one engine through pairs of blocks, the one first that was second in the pair before. The history gets all of an instant's
 * rows, as the pipeline hands them over, and is settled before a block without it begins, so that none pays for another's work.
 */
export async function measureHistoryCost(options: HistoryCostOptions): Promise<HistoryCost> {
  const { region, configuration, runInSeconds, seconds, nowMs, store, stopped } = options;
  const tables = engineTables(configuration);
  let state = startEngine(tables, region.at);
  const remembered: number[] = [];
  let rows = 0;
  let number = 0;

  const decide = (inputs: ReturnType<typeof firstInputs>, remembers: boolean): number => {
    const before = state;
    const effects: Effect[] = [];
    const beganMs = nowMs();
    for (const input of inputs) {
      const next = step(state, input, tables);
      state = next.state;
      effects.push(...next.effects);
    }
    const endedMs = nowMs();
    if (remembers) {
      const told = [...historyRows({ before, state, tables, effects, at: region.at }), ...events()];
      for (const some of told) {
        store.append(some);
        rows += some.rows.length;
      }
      remembered.push(nowMs() - endedMs);
    }
    perform(region, effects);
    return endedMs - beganMs;
  };
  const events = (): readonly StoreRows[] => {
    const first = number;
    number += EVENTS_PER_SECOND;
    return tables.nodes.map(({ id: intersection }) => ({
      table: "events" as const,
      rows: Array.from({ length: EVENTS_PER_SECOND }, (_, index) => {
        return { at: region.at, intersection, number: first + index, code: 82, parameter: index };
      }),
    }));
  };
  const block = async (remembers: boolean): Promise<number> => {
    const tookMs: number[] = [];
    for (let second = 0; second < BLOCK_SECONDS; second += 1) {
      tookMs.push(decide(nextInputs(region), remembers));
      // The event loop turns in either arm, as it does between a plant's instants.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (remembers) await store.settled();
    return meanOf(tookMs) ?? 0;
  };

  decide(firstInputs(region), false);
  for (let done = 0; done < runInSeconds; done += BLOCK_SECONDS) await block(done % 2 === 0);
  remembered.length = 0;
  rows = 0;
  const arms: { readonly without: number; readonly with: number }[] = [];
  for (let done = 0; done < seconds && !stopped.aborted; done += BLOCK_SECONDS) {
    const first = await block(arms.length % 2 === 0);
    const second = await block(arms.length % 2 === 1);
    arms.push(arms.length % 2 === 0 ? { with: first, without: second } : { with: second, without: first });
  }
  const difference = meanInterval(arms.map((pair) => pair.with - pair.without));
  return {
    pairs: arms.length,
    stepMsWithout: meanOf(arms.map((pair) => pair.without)),
    stepMsWith: meanOf(arms.map((pair) => pair.with)),
    differenceMs: difference?.mean ?? null,
    ci95: difference?.ci95 ?? null,
    rememberMs: meanOf(remembered),
    rowsPerSecond: remembered.length === 0 ? null : rows / remembered.length,
  };
}
