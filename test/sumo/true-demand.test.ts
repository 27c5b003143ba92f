import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importNet } from "../../sim/sumo/import-network.ts";
import { openSumo } from "../../sim/sumo/open-sumo.ts";
import { routeCollector } from "../../sim/sumo/route-files.ts";
import { countable, flowsOf } from "../../sim/sumo/true-demand.ts";
import { readXmlText } from "../../sim/sumo/xml-reader.ts";
import type { RunPeriod } from "../../sim/field/scenario.ts";
import { defined } from "../../src/assert.ts";
import { scenarioFile, scenariosMissing } from "./shared-scenarios.ts";
import { SMALL_CONFIG, smallNet, smallNetText } from "./small-net.ts";

const { network } = importNet(smallNet(), SMALL_CONFIG);
const [crossing] = network.intersections;

/** The hour that the small scenario is configured for. */
const HOUR: RunPeriod = { fromSeconds: 3600, untilSeconds: 7200 };

function flows(elements: string, period = HOUR, of = network): Readonly<Record<string, number>> {
  const collector = routeCollector();
  readXmlText("small.rou.xml", `<routes>\n${elements}\n</routes>`, collector.handlers);
  return byTurn(flowsOf(of, countable(collector.files), period));
}

function byTurn(counted: ReadonlyMap<string, ReadonlyMap<string, number>>): Readonly<Record<string, number>> {
  const { id, movements } = defined(crossing, "the crossing");
  const own = defined(counted.get(id), id);
  return Object.fromEntries(
    movements.map((one) => [`${one.fromLink} ${one.toLink}`, defined(own.get(one.id), one.id)]),
  );
}

const NOBODY = { "w%232 ex": 0, "e wx": 0, "e sx": 0, "n sx": 0 };

describe("the demand of SUMO's route files", () => {
  it("counts vehicles by turn, on routes of their own and named ones, from the begin up to but without the end", () => {
    const counted = flows(`
      <vType id="car"/>
      <route id="left" edges="e sx"/>
      <vehicle id="early" depart="3599.9"><route edges="w#1 w#2 ex"/></vehicle>
      <vehicle id="1" depart="3600"><route edges="w#1 w#2 ex"/></vehicle>
      <vehicle id="2" depart="1:30:00"><route edges="w#1 w#2 ex"/></vehicle>
      <vehicle id="3" depart="7199.9" route="left"><stop lane="sx_0" duration="5"/></vehicle>
      <vehicle id="late" depart="7200" route="left"/>
      <vehicle id="short" depart="4000"><route edges="w#1 w#2"/></vehicle>`);
    expect(counted).toEqual({ ...NOBODY, "w%232 ex": 2, "e sx": 1 });
  });

  it("is told by the hour", () => {
    const straight = '<vehicle id="1" depart="4000"><route edges="e wx"/></vehicle>';
    expect(flows(straight, { fromSeconds: 3600, untilSeconds: 4500 })).toEqual({ ...NOBODY, "e wx": 4 });
    expect(flows(straight, { fromSeconds: 4500, untilSeconds: 5400 })).toEqual(NOBODY);
  });

  it("leads trips along the quickest way", () => {
    const counted = flows(`
      <trip id="1" depart="3600" from="w#1" to="ex"/>
      <trip id="2" depart="3600" from="n" to="sx"/>
      <trip id="3" depart="3600" from="n" to="n"/>`);
    expect(counted).toEqual({ ...NOBODY, "w%232 ex": 1, "n sx": 1 });
    // From e to sx there is 12 m inside and 80 m of sx; over wx there is its 61 m and the detour's 10 m besides.
    const detour = {
      id: "d",
      from: "W",
      to: "S",
      lengthMeters: 10,
      lanes: [{ id: "d_0", lengthMeters: 10 }],
    };
    const [, ...rest] = network.links;
    const links = [
      ...rest,
      { ...defined(network.links[0], "a link"), ...detour },
      ...network.links.slice(0, 1),
    ];
    const joints = [
      { fromLane: "wx_0", toLane: "d_0", lengthMeters: 0 },
      { fromLane: "d_0", toLane: "sx_0", lengthMeters: 0 },
    ];
    const connections = [...(network.connections ?? []), ...joints];
    const trip = '<trip id="1" depart="3600" from="e" to="sx"/>';
    expect(flows(trip, HOUR, { ...network, links, connections })).toEqual({ ...NOBODY, "e sx": 1 });
    const closed = connections.filter(({ fromLane, toLane }) => fromLane !== "e_1" || toLane !== "sx_0");
    expect(flows(trip, HOUR, { ...network, links, connections: closed })).toEqual({ ...NOBODY, "e wx": 1 });
  });

  it("lets flows depart at regular intervals from their begin on, and leads trips over what they pass on the way", () => {
    const counted = flows(`
      <flow id="1" begin="3500" end="3700" period="50" from="e" to="wx"/>
      <flow id="2" begin="3600" end="7200" number="6" from="e" to="sx"/>
      <flow id="3" begin="3600" end="7200" vehsPerHour="4" from="n" to="sx"/>
      <trip id="4" depart="3600" from="w#1" via="w#2" to="ex"/>`);
    // Of the first one those at 3600 and 3650 depart within the hour.
    expect(counted).toEqual({ "w%232 ex": 1, "e wx": 2, "e sx": 6, "n sx": 4 });
  });

  it("shares out what two movements with the same links have together, by their lanes", () => {
    const { movements, ...others } = defined(crossing, "the crossing");
    const twins = movements.flatMap((one) =>
      one.fromLink === "w%232"
        ? [
            { ...one, id: "one" },
            { ...one, id: "two", fromLanes: ["a", "b"] },
          ]
        : [],
    );
    const counted = flowsOf(
      { ...network, intersections: [{ ...others, movements: twins }] },
      departuresOf('<vehicle id="1" depart="3600"><route edges="w#2 ex"/></vehicle>'),
      { fromSeconds: 3600, untilSeconds: 4800 },
    );
    expect(Object.fromEntries(counted.get(others.id) ?? [])).toEqual({ one: 1, two: 2 });
  });

  it.each([
    ['<flow id="f" begin="0" end="9" probability="0.1" from="e" to="wx"/>', "<flow> comes at random"],
    ['<flow id="f" begin="0" end="9" from="e" to="wx"/>', "<flow> does not say how many come when"],
    ['<routeDistribution id="d"/>', "<routeDistribution> cannot be counted"],
    ['<trip id="1" depart="3600" from="e"/>', "<trip> lacks an edge"],
    ['<trip id="1" depart="3600" from="e" to="wx" via="sx"/>', '<trip> leads from "sx" to "wx"'],
    [
      '<trip id="1" depart="3600" from="e" to="wx"><stop lane="wx_0"/></trip>',
      "<stop> is a stop within a trip",
    ],
    ['<trip id="1" depart="3600" from="wx" to="e"/>', '<trip> leads from "wx" to "e"'],
    ['<vehicle id="1" depart="3600" route="r"/>', '<vehicle> has route="r"; allowed: a route defined before'],
    ['<vehicle id="1" depart="3600"/>', "<vehicle> has no route"],
    ['<vehicle id="1" depart="soon"><route edges="e wx"/></vehicle>', '<vehicle> has depart="soon"'],
    ['<vehicle id="1" depart="3600"><route edges="e foot"/></vehicle>', '<vehicle> leads over edge "foot"'],
    ['<route id="r" edges="e wx" repeat="2"/>', '<route> has repeat="2"; allowed: a route driven once'],
  ])("says in which file and line it cannot count %s", (element, message) => {
    expect(() => flows(element)).toThrow(`small.rou.xml:2: ${message}`);
  });

  it("of a scenario comes from all its files, in seconds of the run", async () => {
    const folder = await mkdtemp(join(tmpdir(), "phasewise-test-"));
    const at = (name: string): string => join(folder, name);
    try {
      await writeFile(at("a.net.xml"), smallNetText());
      await writeFile(at("more.xml"), '<additional><route id="left" edges="e sx"/></additional>');
      await writeFile(at("one.rou.xml"), '<routes><vehicle id="1" depart="3700" route="left"/></routes>');
      await writeFile(at("two.rou.xml"), '<routes><trip id="2" depart="5400" from="e" to="wx"/></routes>');
      await writeFile(
        at("a.sumocfg"),
        `<configuration><net-file value="a.net.xml"/><additional-files value="more.xml"/>
         <route-files value="one.rou.xml,two.rou.xml"/><begin value="3600"/><end value="7200"/></configuration>`,
      );
      const { trueDemand } = await openSumo(at("a.sumocfg"));
      const counted = async (fromSeconds: number, untilSeconds: number) =>
        byTurn(await defined(trueDemand, "demand")({ fromSeconds, untilSeconds }));
      expect(await counted(0, 3600)).toEqual({ ...NOBODY, "e sx": 1, "e wx": 1 });
      expect(await counted(0, 1800)).toEqual({ ...NOBODY, "e sx": 2 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.skipIf(scenariosMissing !== undefined)(
    "of cologne1 is what SUMO itself led over its signal: 2011 of 2015",
    async () => {
      const { trueDemand } = await openSumo(scenarioFile("cologne1", "sumocfg"));
      const counted = await defined(trueDemand, "demand")({ fromSeconds: 0, untilSeconds: 3600 });
      const all = [...counted.values()].flatMap((own) => [...own.values()]);
      expect(all.reduce((sum, flow) => sum + flow, 0)).toBe(2011);
    },
  );
});

function departuresOf(elements: string) {
  const collector = routeCollector();
  readXmlText("small.rou.xml", `<routes>${elements}</routes>`, collector.handlers);
  return collector.files.departures;
}
