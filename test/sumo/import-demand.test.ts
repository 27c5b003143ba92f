import { describe, expect, it } from "vitest";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { builtInImport, importForBuiltIn, queueHeadwaySeconds } from "../../sim/sumo/import-built-in.ts";
import { importNet } from "../../sim/sumo/import-network.ts";
import { routeCollector } from "../../sim/sumo/route-files.ts";
import { readXmlText } from "../../sim/sumo/xml-reader.ts";
import { SCENARIOS, scenarioFile, scenariosMissing } from "./shared-scenarios.ts";
import { SMALL_CONFIG, smallNet } from "./small-net.ts";

function imported(elements: string) {
  const collector = routeCollector();
  readXmlText("small.rou.xml", `<routes>${elements}</routes>`, collector.handlers);
  return builtInImport(importNet(smallNet(), SMALL_CONFIG), collector.files);
}

describe("the traffic of a SUMO scenario", () => {
  it("becomes trips by route and type, with instants from midnight", () => {
    const { network, leftOut } = imported(`
      <vType id="a" length="4.3" minGap="1.5" speedDev="0.05"/>
      <vType id="b" length="4.3" minGap="1.5" speedDev="0.05" color="red"/>
      <vType id="line" vClass="bus" speedFactor="normc(0.9,0.1,0.5,1.2)"/>
      <trip id="1" type="a" depart="3700.5" from="w#1" to="ex"/>
      <vehicle id="2" type="b" depart="3600"><route edges="w#1 w#2 ex"/></vehicle>
      <vehicle id="3" type="line" depart="7199"><route edges="e wx"/></vehicle>`);
    expect(leftOut.filter(({ what }) => !what.startsWith("signal "))).toEqual([]);
    expect(network.demand?.trips).toEqual({
      fromSeconds: 3600,
      untilSeconds: 7200,
      vehicleTypes: [
        {
          id: "a",
          lengthMeters: 4.3,
          gapMeters: 1.5,
          accelerationMetersPerSecond2: 2.6,
          imperfection: 0.5,
          speedFactor: { mean: 1, deviation: 0.05, min: 0.2, max: 2 },
        },
        {
          id: "line",
          mode: "bus",
          lengthMeters: 12,
          gapMeters: 2.5,
          accelerationMetersPerSecond2: 1.2,
          imperfection: 0.5,
          speedFactor: { mean: 0.9, deviation: 0.1, min: 0.5, max: 1.2 },
        },
      ],
      routes: [
        { links: ["w%231", "w%232", "ex"], vehicleType: "a", departSeconds: [3600, 3700.5] },
        { links: ["e", "wx"], vehicleType: "line", departSeconds: [7199] },
      ],
    });
    expect(validateNetwork(filesOfNetwork(network))).toMatchObject({ ok: true });
  });

  it("that cannot be taken over is listed, with how often it comes", () => {
    const { leftOut } = imported(`
      <vType id="tram" vClass="tram"/>
      <vType id="idm" carFollowModel="IDM"/>
      <trip id="1" depart="3600" from="e" to="wx" departLane="best"/>
      <trip id="2" depart="3601" from="e" to="wx" type="idm"/>
      <trip id="3" depart="3602" from="e" to="wx" type="tram"/>
      <trip id="4" depart="3599" from="e" to="wx"/>
      <trip id="5" depart="7200" from="e" to="wx"/>
      <vehicle id="6" depart="3600"><route edges="e foot"/></vehicle>
      <vehicle id="7" depart="3600"><route edges="e ex"/></vehicle>
      <vehicle id="8" depart="3600"><route edges="e wx"/><stop lane="e_0" duration="10"/></vehicle>
      <flow id="9" begin="3600" end="3620" probability="0.1" from="e" to="wx"/>
      <person id="p" depart="3600"><walk edges="foot"/></person>
      <person id="q" depart="3600"><walk edges="foot"/></person>`);
    expect(leftOut.filter(({ what }) => !what.startsWith("signal "))).toEqual([
      { what: "vehicles and flows with departLane, which has its default", count: 1 },
      { what: "stops on the way, which are not made", count: 1 },
      { what: "persons", count: 2 },
      { what: "random flows, which come regularly with the same mean", count: 1 },
      { what: "car-following model IDM, run as Krauss", count: 1 },
      { what: "vehicles that do not drive on lanes for motor vehicles", count: 1 },
      { what: "vehicles due before the begin, which SUMO leaves out too", count: 1 },
      { what: "vehicles due after the end", count: 1 },
      { what: "vehicles on a way that does not exist for motor vehicles", count: 2 },
    ]);
  });

  it("has trucks and cyclists by the classes of its types", () => {
    const { network, leftOut } = imported(`
      <vType id="bike" vClass="bicycle" maxSpeed="5"/>
      <vType id="hgv" vClass="truck"/>
      <vType id="short" length="4"/>
      <trip id="1" type="bike" depart="3600" from="e" to="wx"/>
      <trip id="2" type="hgv" depart="3600" from="e" to="wx"/>
      <trip id="3" type="short" depart="3600" from="e" to="wx"/>`);
    expect(network.demand?.trips?.vehicleTypes).toMatchObject([
      { id: "bike", mode: "bicycle", lengthMeters: 1.6, gapMeters: 0.5, speedMaxMetersPerSecond: 5 },
      { id: "hgv", mode: "truck", lengthMeters: 7.1, accelerationMetersPerSecond2: 1.3 },
      { id: "short", lengthMeters: 4 },
    ]);
    expect(network.demand?.trips?.vehicleTypes[2]).not.toHaveProperty("mode");
    expect(network.demand?.trips?.vehicleTypes[1]).not.toHaveProperty("speedMaxMetersPerSecond");
    expect(leftOut).toContainEqual({
      what: "types of bicycles, ridden in the lane of motor vehicles at the kerb",
      count: 1,
    });
    expect(validateNetwork(filesOfNetwork(network))).toMatchObject({ ok: true });
    // The queue is that of motor vehicles, a truck of 7.1 m and a car of 5 m; no bicycle closes it up.
    const flows = (elements: string) =>
      imported(elements).network.intersections.flatMap(({ movements }) =>
        movements.map(({ saturationFlowVehPerHour }) => saturationFlowVehPerHour),
      );
    const motor = '<vType id="hgv" vClass="truck"/><trip id="2" type="hgv" depart="3600" from="e" to="wx"/>';
    const bike =
      '<vType id="bike" vClass="bicycle"/><trip id="1" type="bike" depart="3600" from="e" to="wx"/>';
    expect(flows(motor + bike)).toEqual(flows(motor));
  });

  it("must have somebody in it", () => {
    expect(() => imported("")).toThrow("small.sumocfg: no vehicle of its route files departs between");
  });

  it.each([
    ['<vType id="a" speedFactor="fast"/>', '<vType> has speedFactor="fast"; allowed: a number, norm'],
    ['<flow id="f" begin="3600" end="3700" number="many" from="e" to="wx"/>', '<flow> has number="many"'],
    ['<vehicle id="1" depart="3600" route="r"/>', "a route defined before"],
  ])("is told with its file and line where it is wrong: %s", (elements, message) => {
    expect(() => imported(elements)).toThrow(message);
  });

  it("gives movements the saturation flow of its vehicles on their curves: as measured with SUMO, within 7 %", () => {
    // Lanes of 8.33, 13.89 and 19.44 m/s and a curve of 6.51 m/s; 5 m cars 2.5 m apart, and 4.3 m ones 1.5 m apart.
    const cars = { spacingMeters: 7.5, slack: 0.65, imperfection: 0.5 };
    const short = { ...cars, spacingMeters: 5.8 };
    const exact = { ...cars, slack: 0, imperfection: 0 };
    for (const [speed, queue, measured] of [
      [8.33, cars, 2.505],
      [8.33, short, 2.221],
      [8.33, exact, 2.15],
      [13.89, cars, 1.951],
      [13.89, short, 1.784],
      [13.89, exact, 1.692],
      [19.44, cars, 1.742],
      [19.44, short, 1.636],
      [19.44, exact, 1.496],
      [6.51, cars, 2.6],
      [6.51, short, 2.32],
    ] as const) {
      expect(Math.abs(queueHeadwaySeconds(speed, { tauSeconds: 1, ...queue }) / measured - 1)).toBeLessThan(
        0.07,
      );
    }
  });
});

/** Saturation flows of the small network's movements where one vehicle comes of each reaction time. */
function flowsOf(...taus: readonly number[]): readonly number[] {
  const { network } = imported(
    taus
      .map((tau, k) => {
        const trip = `<trip id="${k}" type="${k}" depart="${3600 + k}" from="e" to="wx"/>`;
        return `<vType id="${k}" tau="${tau}"/>${trip}`;
      })
      .join(""),
  );
  return network.intersections.flatMap(({ movements }) =>
    movements.map(({ saturationFlowVehPerHour }) => saturationFlowVehPerHour),
  );
}

describe("the reaction time of drivers", () => {
  it("is in the saturation flows: a second more of it is a second more of headway", () => {
    const usual = flowsOf(1);
    expect(usual.length).toBeGreaterThan(0);
    for (const [k, flow] of flowsOf(2).entries()) {
      // Flows are whole vehicles an hour.
      expect(3600 / flow - 3600 / (usual[k] ?? 0)).toBeCloseTo(1, 1);
    }
  });

  it("is the mean of those who come", () => {
    expect(flowsOf(1, 2)).toEqual(flowsOf(1.5, 1.5));
    expect(flowsOf(1, 2)).not.toEqual(flowsOf(1, 1));
  });
});

describe("right of way", () => {
  it("is the row of the junction's response matrix", () => {
    const { network } = imported('<trip id="1" depart="3600" from="e" to="wx"/>');
    const yieldsTo = (network.connections ?? []).map((one) => [
      `${one.fromLane}:${one.toLane}`,
      one.yieldsTo ?? [],
    ]);
    // Row 0 is 1100: it yields to rows 2 (the left turn) and 3; row 3, 0111, to all others.
    expect(Object.fromEntries(yieldsTo)).toEqual({
      "w%231_0:w%232_0": [],
      "w%232_0:ex_0": ["e_1:sx_0", "n_0:sx_1"],
      "e_0:wx_0": ["n_0:sx_1"],
      "e_1:sx_0": ["w%232_0:ex_0", "n_0:sx_1"],
      "n_0:sx_1": ["w%232_0:ex_0", "e_0:wx_0", "e_1:sx_0"],
    });
    // The left turn waits inside, at the end of its first inner lane.
    expect(network.connections?.map(({ waitMeters }) => waitMeters)).toEqual([
      undefined,
      undefined,
      undefined,
      12,
      undefined,
    ]);
  });
});

const reason = scenariosMissing === undefined ? "" : ` (skipped: ${scenariosMissing})`;

describe.skipIf(scenariosMissing !== undefined)(`the shared scenarios${reason}`, () => {
  const COUNTS = { cologne1: 2015, cologne3: 2856, ingolstadt1: 1716, ingolstadt7: 3031 };
  it.each(SCENARIOS)("%s is imported with everybody who departs in its hour, and valid", async (name) => {
    const { network } = await importForBuiltIn(scenarioFile(name, "sumocfg"));
    const routes = network.demand?.trips?.routes ?? [];
    expect(routes.reduce((sum, { departSeconds }) => sum + departSeconds.length, 0)).toBe(COUNTS[name]);
    expect(validateNetwork(filesOfNetwork(network))).toMatchObject({ ok: true });
  });
});
