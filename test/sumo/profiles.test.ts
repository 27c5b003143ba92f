import { beforeAll, describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { timingOf } from "../../src/model/schedule.ts";
import { phaseGreens, timingTable } from "../../src/model/timing.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { importNet, importSumo, type SumoScenario } from "../../sim/sumo/import-network.ts";
import { type Profile, streetYellowSeconds } from "../../sim/sumo/signal-profile.ts";
import { SCENARIOS, scenarioFile, scenariosMissing } from "./shared-scenarios.ts";
import { SMALL_CONFIG, smallNet } from "./small-net.ts";

const imported = (profile: Profile, phases?: readonly (readonly [number, string])[]) => {
  const program = phases
    ?.map(([seconds, state]) => `<phase duration="${seconds}" state="${state}"/>`)
    .join("");
  const net = smallNet(
    program === undefined ? undefined : `<tlLogic id="J 1" programID="0" type="static">${program}</tlLogic>`,
  );
  return importNet(net, SMALL_CONFIG, { profile });
};
const theSignal = (scenario: SumoScenario) => defined(scenario.network.intersections[0], "an intersection");
const clearances = (scenario: SumoScenario) =>
  theSignal(scenario).phases.map(({ yellowSeconds, redClearSeconds }) => [yellowSeconds, redClearSeconds]);
const splits = (scenario: SumoScenario) =>
  theSignal(scenario).plans[0]?.stages.map(({ splitSeconds }) => splitSeconds);

const faultsOf = ({ network }: SumoScenario) => {
  const checked = validateNetwork(filesOfNetwork(network));
  return checked.ok ? [] : checked.error;
};

describe("the kinematic yellow of the street", () => {
  it.each([
    // 30 km/h: 1 + 8.33 / 6 = 2.4; 50: 3.31; 70: 4.24; 120: 6.6.
    [8.33, 3],
    [13.89, 3.4],
    [19.44, 4.3],
    [33.33, 6],
  ])("at %s m/s is %s s", (speed, seconds) => {
    expect(streetYellowSeconds(speed)).toBe(seconds);
  });
});

describe("the profiles of a small network", () => {
  it("shipped is what the program shows; it is used where nothing is said", () => {
    expect(clearances(imported("shipped"))).toEqual([
      [3, 0],
      [4, 1],
      [4, 1],
      [3, 0],
    ]);
    expect(importNet(smallNet(), SMALL_CONFIG)).toEqual(imported("shipped"));
  });

  it("street has the kinematic yellow in whole steps and a second of all-red; the cycle stays", () => {
    // 13.89 m/s ask for 3.4 s, which a plant with steps of a second shows as 4 s.
    const scenario = imported("street");
    expect(clearances(scenario)).toEqual([
      [4, 1],
      [4, 1],
      [4, 1],
      [4, 1],
    ]);
    expect(splits(scenario)).toEqual([33, 15, 15]);
    expect(theSignal(scenario).plans[0]).toMatchObject({ cycleSeconds: 63, offsetSeconds: 10 });
    expect(faultsOf(scenario)).toEqual([]);
  });

  it("resco has 3 s of yellow and nothing else, whatever the program shows", () => {
    const scenario = imported("resco");
    expect(clearances(scenario)).toEqual([
      [3, 0],
      [3, 0],
      [3, 0],
      [3, 0],
    ]);
    expect(splits(scenario)).toEqual([33, 15, 15]);
    expect(faultsOf(scenario)).toEqual([]);
  });

  it("no phase has less than 5 s of green: the longest stages give what is missing, and the cycle stays", () => {
    const short = [
      [30, "Grrr"],
      [3, "yrrr"],
      [4, "rrGr"],
      [3, "rryr"],
      [20, "rrrG"],
      [3, "rrry"],
    ] as const;
    // 4 s of green, and 3 s with two more of clearance.
    expect(theSignal(imported("shipped", short)).phases[1]?.greenMinSeconds).toBe(4);
    expect(splits(imported("resco", short))).toEqual([32, 8, 23]);
    const street = imported("street", short);
    expect(splits(street)).toEqual([30, 10, 23]);
    expect(theSignal(street).phases.map(({ greenMinSeconds }) => greenMinSeconds)).toEqual([5, 5, 5]);
    expect(street.notes).toEqual([
      "signal J 1: splits changed for greens of 5 s or more: stage 1 from 33 s to 30 s, stage 2 from 7 s to 10 s",
    ]);
    expect(faultsOf(street)).toEqual([]);
  });

  it("where no stage can spare anything, the cycle grows", () => {
    const scenario = imported("street", [
      [5, "Grrr"],
      [3, "yrrr"],
      [3, "rrGr"],
      [3, "rryr"],
      [6, "rrrG"],
      [3, "rrry"],
    ]);
    // Each needs 5 + 4 + 1.
    expect(splits(scenario)).toEqual([10, 10, 10]);
    expect(theSignal(scenario).plans[0]?.cycleSeconds).toBe(30);
    expect(faultsOf(scenario)).toEqual([]);
  });
});

/** The network without what a profile may change. */
const without = ({ network }: SumoScenario) => ({
  ...network,
  intersections: network.intersections.map(({ phases, ...rest }) => ({
    ...rest,
    phases: phases.map(({ id }) => id),
  })),
});

const title = `%s of %s${scenariosMissing === undefined ? "" : ` (skipped: ${scenariosMissing})`}`;

describe
  .skipIf(scenariosMissing !== undefined)
  .each(
    SCENARIOS.flatMap((name) => (["street", "resco"] as const).map((profile) => [profile, name] as const)),
  )(title, (profile, name) => {
  let scenario: SumoScenario;
  let shipped: SumoScenario;
  beforeAll(async () => {
    scenario = await importSumo(scenarioFile(name, "sumocfg"), { profile });
    shipped = await importSumo(scenarioFile(name, "sumocfg"));
  });

  it("is a valid network with the shipped cycles, offsets and begins of stages", () => {
    expect(faultsOf(scenario)).toEqual([]);
    expect(scenario.network.intersections.map(({ plans }) => plans)).toEqual(
      shipped.network.intersections.map(({ plans }) => plans),
    );
  });

  it("gives every phase its 5 s, second by second as SUMO shows them", () => {
    for (const intersection of scenario.network.intersections) {
      expect(new Set(intersection.phases.map(({ greenMinSeconds }) => greenMinSeconds))).toEqual(
        new Set([5]),
      );
      const greens = phaseGreens(
        timingTable(intersection, 1000),
        timingOf(defined(intersection.plans[0], "a plan")),
      );
      expect(Math.min(...greens.map(({ greenMs }) => greenMs))).toBeGreaterThanOrEqual(5000);
    }
  });

  it("differs from the shipped network in clearances only", () => {
    expect(without(scenario)).toEqual(without(shipped));
  });
});
