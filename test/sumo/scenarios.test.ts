import { beforeAll, describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { timingTable } from "../../src/model/timing.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { secondsToMs } from "../../src/units.ts";
import { importSumo, type SumoScenario } from "../../sim/sumo/import-network.ts";
import { readSumoNet, type SumoNet } from "../../sim/sumo/net-file.ts";
import { SCENARIOS, scenarioFile, scenariosMissing } from "./shared-scenarios.ts";

/** Counted by hand in the files: signals, their stages and phases, and the stop-line lanes. */
const EXPECTED = {
  cologne1: { signals: 1, stages: [4], phases: [4], stopLines: 8 },
  cologne3: { signals: 3, stages: [3, 4, 4], phases: [5, 4, 4], stopLines: 19 },
  ingolstadt1: { signals: 1, stages: [3], phases: [5], stopLines: 7 },
  ingolstadt7: {
    signals: 7,
    stages: [2, 3, 4, 3, 3, 3, 3],
    phases: [4, 5, 5, 4, 5, 5, 5],
    stopLines: undefined,
  },
} as const;

/** Changes of stages as a person reads them off the shipped programs: seconds between two green states. */
function shippedTransitions(net: SumoNet, tls: string): readonly number[] {
  const { phases } = defined(net.programs.get(tls), tls);
  const transitions: number[] = [];
  for (const { state, durationSeconds } of phases) {
    if (!state.includes("y")) transitions.push(0);
    else transitions[transitions.length - 1] = (transitions.at(-1) ?? 0) + durationSeconds;
  }
  return transitions;
}

describe.skipIf(scenariosMissing !== undefined).each(SCENARIOS)(
  `importing %s${scenariosMissing === undefined ? "" : ` (skipped: ${scenariosMissing})`}`,
  (name) => {
    let scenario: SumoScenario;
    let net: SumoNet;
    beforeAll(async () => {
      scenario = await importSumo(scenarioFile(name, "sumocfg"));
      net = await readSumoNet(scenarioFile(name, "net.xml"));
    });

    it("is a valid network", () => {
      const checked = validateNetwork(filesOfNetwork(scenario.network));
      expect(checked.ok ? [] : checked.error).toEqual([]);
    });

    it("has the signals, stages and phases of the file", () => {
      const { intersections } = scenario.network;
      const expected = EXPECTED[name];
      expect(intersections.length).toBe(expected.signals);
      expect(intersections.map(({ stages }) => stages.length)).toEqual(expected.stages);
      expect(intersections.map(({ phases }) => phases.length)).toEqual(expected.phases);
      const stopLanes = new Set(
        intersections.flatMap(({ movements }) => movements.flatMap(({ fromLanes }) => fromLanes)),
      );
      if (expected.stopLines !== undefined) expect(stopLanes.size).toBe(expected.stopLines);
      const served = intersections.flatMap(({ detectors }) =>
        detectors.filter(({ role }) => role === "stopLine").flatMap(({ serves }) => serves),
      );
      expect(new Set(served)).toEqual(stopLanes);
    });

    it("takes every change of stages as long as the shipped program", () => {
      for (const [index, intersection] of scenario.network.intersections.entries()) {
        const table = timingTable(intersection, 1000);
        const shipped = shippedTransitions(net, defined(scenario.signals[index], "a binding").tls);
        const ours = shipped.map((_, stage) => table.intergreenMs[stage]?.[(stage + 1) % shipped.length]);
        expect(ours, intersection.id).toEqual(shipped.map(secondsToMs));
      }
    });

    it("has no stage with two conflicting phases of which neither yields", () => {
      let pairs = 0;
      for (const { id, stages, conflicts } of scenario.network.intersections) {
        expect(conflicts.length, `${id} has conflicts`).toBeGreaterThan(0);
        for (const stage of stages) {
          for (const [left, right] of conflicts) {
            if (!stage.phases.includes(left) || !stage.phases.includes(right)) continue;
            pairs += 1;
            const yields = stage.permissive.includes(left) || stage.permissive.includes(right);
            expect(yields, `${id} ${stage.id}: ${left} and ${right}`).toBe(true);
          }
        }
      }
      expect(pairs, "conflicting phases in one stage").toBeGreaterThan(0);
    });

    it("gives every link index a way to be driven, and every loop a place on its lane", () => {
      for (const [index, binding] of scenario.signals.entries()) {
        const links = net.connections.filter(({ tl }) => tl === binding.tls);
        expect(binding.links.length).toBe(links.length);
        expect(binding.loops.map(({ detector }) => detector)).toEqual(
          scenario.network.intersections[index]?.detectors,
        );
        for (const { lane, startMeters, detector } of binding.loops) {
          const edge = defined(net.edges.get(lane.slice(0, lane.lastIndexOf("_"))), lane);
          const { lengthMeters } = defined(
            edge.lanes.find(({ id }) => id === lane),
            lane,
          );
          expect(startMeters, lane).toBeGreaterThanOrEqual(0);
          const total = startMeters + detector.lengthMeters + detector.distanceMeters;
          expect(Math.abs(total - lengthMeters), lane).toBeLessThan(0.02);
        }
      }
    });
  },
);
