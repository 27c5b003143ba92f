import { expect, it } from "vitest";
import { engineTables } from "../../src/engine/configuration.ts";
import { startEngine } from "../../src/engine/state.ts";
import { watch } from "../../src/engine/watch.ts";
import { after, MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { MIDNIGHT, START } from "../pipeline/field-events.ts";

const TABLES = engineTables({
  network: smallNetwork(),
  midnightAt: MIDNIGHT,
  stepMs: 1000,
  intervalMs: 5 * MINUTE_MS,
  planValidMs: 15 * MINUTE_MS,
  mode: "local",
});

it("lets nobody hand it a decision that it would not make", () => {
  const state = startEngine(TABLES, START);
  const asked = { intersection: "t", by: "operator 7", reason: "tries it" } as const;
  const mode = { kind: "mode", at: START, mode: "adaptive", ...asked } as const;
  expect(() => watch(state, mode, TABLES)).toThrow("nobody decides here: mode asked for");
});

it("does not go back in time", () => {
  const { state } = watch(startEngine(TABLES, START), { kind: "tick", at: after(START, 1000) }, TABLES);
  expect(() => watch(state, { kind: "tick", at: START }, TABLES)).toThrow("time goes back");
});

it("says each instant that it is there, and begins an interval when it is time", () => {
  const at = after(START, 5 * MINUTE_MS);
  const { state, effects } = watch(startEngine(TABLES, START), { kind: "tick", at }, TABLES);
  expect(effects).toEqual([{ kind: "heartbeat", at }]);
  expect(state.intervalStartsAt).toBe(at);
});
