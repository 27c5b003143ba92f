import { expect, it } from "vitest";
import { decisionCost, timedPolicy } from "../../sim/whatif/decision-times.ts";
import type { TacticalPolicy } from "../../src/optimize/tactical/policy.ts";

it("what decisions cost is their count, mean, median and 99th percentile in microseconds", () => {
  const costs = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(decisionCost(costs)).toEqual({
    decisions: 200,
    decisionMicrosecondsMean: 100.5,
    decisionMicrosecondsP50: 100,
    decisionMicrosecondsP99: 198,
  });
  expect(decisionCost([])).toEqual({
    decisions: 0,
    decisionMicrosecondsMean: null,
    decisionMicrosecondsP50: null,
    decisionMicrosecondsP99: null,
  });
});

it("a timed policy decides as the one that it times, and its clock is read around each call", () => {
  // Milliseconds: two decisions, of 0.25 ms and of 0.75 ms.
  const readings = [5, 5.25, 9, 9.75];
  const seen: unknown[][] = [];
  const decided: ReturnType<TacticalPolicy> = {
    stages: [],
    departures: [],
    record: { candidates: [], binding: null, expansions: 0 },
    memory: [7],
  };
  const policy: TacticalPolicy = (...given) => {
    seen.push(given);
    return decided;
  };
  const timed = timedPolicy(policy, () => readings.shift() ?? Number.NaN);
  // Handed on unread, so that anything stands for them.
  const given = ["junction", "street", "outlook", [3]] as unknown as Parameters<TacticalPolicy>;
  expect(timed.policy(...given)).toBe(decided);
  timed.policy(...given);
  expect(seen).toEqual([given, given]);
  expect(timed.cost()).toEqual({
    decisions: 2,
    decisionMicrosecondsMean: 500,
    decisionMicrosecondsP50: 250,
    decisionMicrosecondsP99: 750,
  });
});
