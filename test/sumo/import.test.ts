import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { foreignId } from "../../sim/sumo/foreign-id.ts";
import { importNet } from "../../sim/sumo/import-network.ts";
import { netCollector } from "../../sim/sumo/net-file.ts";
import { linkStates } from "../../sim/sumo/signal-links.ts";
import { readSumoConfig } from "../../sim/sumo/sumo-config.ts";
import { readXmlText } from "../../sim/sumo/xml-reader.ts";
import { SMALL_CONFIG, smallNet, smallNetText } from "./small-net.ts";

const small = (phases?: readonly (readonly [number, string])[], attributes = 'type="static" offset="0"') => {
  const program =
    phases === undefined
      ? undefined
      : `<tlLogic id="J 1" programID="0" ${attributes}>${phases
          .map(([seconds, state]) => `<phase duration="${seconds}" state="${state}"/>`)
          .join("")}</tlLogic>`;
  return importNet(smallNet(program), SMALL_CONFIG);
};
const theSignal = (scenario: ReturnType<typeof small>) =>
  defined(scenario.network.intersections[0], "an intersection");

describe("importing a small network", () => {
  const scenario = small();
  const intersection = theSignal(scenario);

  it("is a valid network without notes", () => {
    const checked = validateNetwork(filesOfNetwork(scenario.network));
    expect(checked.ok ? [] : checked.error).toEqual([]);
    expect(scenario.notes).toEqual([]);
  });

  it("links with the same column form a phase; G and g are different columns", () => {
    expect(intersection.phases.map(({ id }) => id)).toEqual(["A", "B", "C", "D"]);
    expect(
      intersection.movements.map(({ turn, phase, fromLanes, toLink }) => [turn, phase, fromLanes, toLink]),
    ).toEqual([
      ["through", "A", ["w%232_0"], "ex"],
      ["through", "B", ["e_0"], "wx"],
      ["left", "C", ["e_1"], "sx"],
      ["through", "D", ["n_0"], "sx"],
    ]);
  });

  it("stages are the states with green and without yellow; an all-red state clears", () => {
    expect(intersection.stages).toEqual([
      { id: "s1", phases: ["A", "B", "C"], permissive: ["C"] },
      { id: "s2", phases: ["B", "C"], permissive: [] },
      { id: "s3", phases: ["D"], permissive: [] },
    ]);
    expect(intersection.phases.map((phase) => [phase.yellowSeconds, phase.redClearSeconds])).toEqual([
      [3, 0],
      [4, 1],
      [4, 1],
      [3, 0],
    ]);
  });

  it("the plan holds the shipped splits, and its offset the program's", () => {
    expect(intersection.plans).toEqual([
      {
        id: "day",
        cycleSeconds: 63,
        offsetSeconds: 10,
        stages: [
          { stage: "s1", splitSeconds: 33 },
          { stage: "s2", splitSeconds: 15 },
          { stage: "s3", splitSeconds: 15 },
        ],
      },
    ]);
  });

  it("conflicts are the junction's foes, through waiting places and past inner junctions", () => {
    // Rows: 0 crosses 2 and 3, 1 crosses 3, 2 crosses 0 and 3.
    expect(intersection.conflicts).toEqual([
      ["A", "C"],
      ["A", "D"],
      ["B", "D"],
      ["C", "D"],
    ]);
  });

  it("foes that the program releases together with full green are no conflict", () => {
    const merged = theSignal(
      small([
        [30, "GGrr"],
        [3, "yyrr"],
        [20, "rrGG"],
        [3, "rryy"],
      ]),
    );
    expect(merged.phases.map(({ id }) => id)).toEqual(["A", "B"]);
    const apart = theSignal(
      small([
        [30, "GGrr"],
        [3, "yyrr"],
        [20, "rrGG"],
        [3, "rrGy"],
        [9, "rrGr"],
        [3, "rryr"],
      ]),
    );
    // Phases A (links 0 and 1), B (link 2) and C (link 3): 2 and 3 are foes, but green together in the second stage.
    expect(apart.conflicts).toEqual([
      ["A", "B"],
      ["A", "C"],
    ]);
  });

  it("loops: at the stop line or on the lane before a short one, 100 m back or at the begin, and at the exits", () => {
    expect(
      intersection.detectors.map(({ id, distanceMeters, serves }) => [id, distanceMeters, serves]),
    ).toEqual([
      ["w%231_0.stopLine", 1, ["w%232_0"]],
      ["e_0.stopLine", 1, ["e_0"]],
      ["e_1.stopLine", 1, ["e_1"]],
      ["n_0.stopLine", 1, ["n_0"]],
      ["w%231_0.advance", 52, ["w%232_0"]],
      ["e_0.advance", 100, ["e_0"]],
      ["e_1.advance", 100, ["e_1"]],
      ["n_0.advance", 42, ["n_0"]],
      ["ex_0.entry", 142, []],
      ["wx_0.entry", 53, []],
      ["sx_0.entry", 72, []],
      ["sx_1.entry", 72, []],
    ]);
    const advance = scenario.signals[0]?.loops.find(({ detector }) => detector.id === "e_0.advance");
    expect([advance?.lane, advance?.startMeters]).toEqual(["e_0", 48]);
  });

  it("links and nodes: coordinates from the lower left corner, ids encoded, footways left out", () => {
    const link = scenario.network.links.find(({ id }) => id === "e");
    expect(link).toEqual({
      id: "e",
      from: "E",
      to: "J%231",
      lengthMeters: 150,
      speedMetersPerSecond: 13.89,
      storageVehicles: 40,
      shape: [
        [0, 101.5],
        [150, 101.5],
      ],
      lanes: [
        { id: "e_0", lengthMeters: 150 },
        { id: "e_1", lengthMeters: 150 },
      ],
    });
    expect(scenario.network.links.map(({ id }) => id)).not.toContain("foot");
    expect(scenario.network.nodes.find(({ intersection: at }) => at !== undefined)).toEqual({
      id: "J%231",
      x: 150,
      y: 100,
      intersection: "J%201",
    });
  });
});

describe("importing odd programs", () => {
  it("green through a shipped yellow stays green and is noted", () => {
    const scenario = small([
      [30, "GGgr"],
      [3, "yygr"],
      [10, "rGGr"],
      [3, "ryyr"],
      [12, "rrrG"],
      [3, "rrry"],
    ]);
    expect(scenario.notes).toEqual([
      "signal J 1: phases that stay green where the shipped program shows yellow or red in between: B from s1 to s2",
    ]);
  });

  it("equal neighbours are one stage, round the end of the cycle too, and the offset is that of its begin", () => {
    const plan = theSignal(
      small([
        [5, "GGrr"],
        [3, "yyrr"],
        [12, "rrGG"],
        [3, "rryy"],
        [20, "GGrr"],
        [7, "GGrr"],
      ]),
    ).plans[0];
    expect(plan?.stages.map(({ splitSeconds }) => splitSeconds)).toEqual([15, 35]);
    // The first stage of the program's text that begins in it is rrGG, 8 s into the cycle.
    expect(plan?.offsetSeconds).toBe(8);
  });

  it("a stage that comes twice in a cycle is two stages", () => {
    const signal = theSignal(
      small([
        [20, "GGrr"],
        [3, "yyrr"],
        [12, "rrGr"],
        [3, "rryr"],
        [20, "GGrr"],
        [3, "yyrr"],
        [9, "rrrG"],
        [3, "rrry"],
      ]),
    );
    expect(signal.stages.map(({ id, phases }) => [id, phases])).toEqual([
      ["s1", ["A"]],
      ["s2", ["B"]],
      ["s3", ["A"]],
      ["s4", ["C"]],
    ]);
  });

  it("red clearance that leaves an always-green link alone is no stage", () => {
    const signal = theSignal(
      small([
        [20, "GGrr"],
        [3, "yGrr"],
        [2, "rGrr"],
        [12, "rGGG"],
        [3, "rGyy"],
        [2, "rGrr"],
      ]),
    );
    expect(signal.stages.map(({ phases }) => phases)).toEqual([
      ["A", "B"],
      ["B", "C"],
    ]);
    expect(
      signal.phases.map(({ yellowSeconds, redClearSeconds }) => [yellowSeconds, redClearSeconds]),
    ).toEqual([
      [3, 2],
      [3, 0],
      [3, 2],
    ]);
  });

  it("a yellow that is too short is lengthened, the stage's begin stays, and both are noted", () => {
    const scenario = small([
      [30, "GGrr"],
      [2, "yyrr"],
      [20, "rrGG"],
      [3, "rryy"],
    ]);
    expect(theSignal(scenario).phases[0]?.yellowSeconds).toBe(3);
    expect(theSignal(scenario).plans[0]?.stages.map(({ splitSeconds }) => splitSeconds)).toEqual([32, 23]);
    expect(scenario.notes).toEqual([
      "signal J 1: yellow changed: A from 2 s to 3 s",
      "signal J 1: the change after stage 1 does not take the 2 s of the shipped program",
    ]);
  });

  it("red-yellow, dark and blinking links, turn-on-red arrows", () => {
    const scenario = small([
      [30, "GOos"],
      [3, "yOos"],
      [10, "rOoG"],
      [3, "rOoy"],
      [1, "uOos"],
    ]);
    const signal = theSignal(scenario);
    expect(signal.phases.map(({ id }) => id)).toEqual(["A", "B"]);
    const links = defined(scenario.signals[0], "a binding").links;
    expect(linkStates(links, "Gr")).toBe("GOos");
    expect(linkStates(links, "yr")).toBe("yOos");
    expect(linkStates(links, "rG")).toBe("rOoG");
    expect(signal.plans[0]?.stages.map(({ splitSeconds }) => splitSeconds)).toEqual([33, 14]);
  });

  it("one green state is a plan of one stage; a signal without green, or that only closes, is left to SUMO", () => {
    const single = theSignal(small([[9999, "GGgG"]]));
    expect(single.plans[0]).toMatchObject({
      cycleSeconds: 300,
      stages: [{ stage: "s1", splitSeconds: 300 }],
    });
    expect(small([[60, "oooo"]]).notes).toEqual(["signal J 1: never releases a vehicle and is left to SUMO"]);
    const meter = small([
      [2, "GGGG"],
      [4, "rrrr"],
    ]);
    expect(meter.network.intersections).toEqual([]);
    expect(meter.notes[0]).toContain("closes a single stage for a while");
  });

  it("an actuated program is run with its durations, and says so", () => {
    const scenario = small(
      [
        [30, "GGrr"],
        [3, "yyrr"],
        [20, "rrGG"],
        [3, "rryy"],
      ],
      'type="actuated" offset="begin"',
    );
    expect(theSignal(scenario).plans[0]).toMatchObject({ cycleSeconds: 56, offsetSeconds: 3600 % 56 });
    expect(scenario.notes[0]).toContain("the actuated program 0 is run with its listed durations");
  });
});

const faultOf = (text: string): string => {
  try {
    readXmlText("bad.net.xml", text, netCollector("bad.net.xml").handlers);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "no fault was found";
};

describe("files that are wrong are told with file, line and what is allowed", () => {
  it.each([
    ["<net>\n<edge id='a'", "bad.net.xml:2: not well-formed XML", "a complete SUMO XML file"],
    ["<net>\n\n<edge from='a' to='b'><lane/></edge></net>", "bad.net.xml:3: <edge>", 'id="…"'],
    [smallNetText().replace('length="60"', 'length="long"'), '<lane> has length="long"', "a number in"],
    [
      smallNetText().replace("GGgr", "GGxr"),
      '<phase> has state="GGxr"',
      "one of G g y r u s o O for each link",
    ],
    [
      smallNetText().replace("GGgr", "GGgrr"),
      "<tlLogic> has states of 5 and of 4 links",
      "states of equal length",
    ],
  ])("%#", (text, place, allowed) => {
    const fault = faultOf(text);
    expect(fault).toContain(place);
    expect(fault).toContain("allowed: ");
    expect(fault).toContain(allowed);
  });

  it("a configuration: relative paths, times with colons, and its faults", async () => {
    const folder = await mkdtemp(join(tmpdir(), "phasewise-test-"));
    const file = join(folder, "run.sumocfg");
    const write = async (content: string): Promise<void> =>
      writeFile(file, `<configuration>\n${content}\n</configuration>`);
    try {
      await write(
        '<input><net-file value="a b.net.xml"/><additional-files value="x.xml, y.xml"/><route-files value="z.xml"/></input><time><begin value="1:00:00"/></time>',
      );
      expect(await readSumoConfig(file)).toEqual({
        file,
        name: "run",
        netFile: join(folder, "a b.net.xml"),
        additionalFiles: [join(folder, "x.xml"), join(folder, "y.xml")],
        routeFiles: [join(folder, "z.xml")],
        beginSeconds: 3600,
        endSeconds: undefined,
        stepSeconds: 1,
      });
      await write('<net-file value="a.net.xml"/>\n<begin value="10"/><end value="5"/>');
      await expect(readSumoConfig(file)).rejects.toThrow(
        'run.sumocfg:3: <end> has value="5"; allowed: an end after',
      );
      await write('<net-file value="a.net.xml"/><begin value="soon"/>');
      await expect(readSumoConfig(file)).rejects.toThrow('<begin> has value="soon"; allowed: seconds');
      await write("");
      await expect(readSumoConfig(file)).rejects.toThrow("names no network; allowed: <net-file");
      await expect(readSumoConfig(join(folder, "none.sumocfg"))).rejects.toMatchObject({
        code: "DATA_MISSING",
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("foreign ids", () => {
  it("are encoded, and cut where joined junctions make them too long, without ever meeting", () => {
    expect(foreignId(":a#1 b")).toBe("%3Aa%231%20b");
    const long = foreignId(`cluster_${"123456789_".repeat(20)}a`);
    expect(long).toMatch(/^cluster_[0-9_]+\.[0-9a-f]{10}$/);
    expect(long.length).toBeLessThanOrEqual(110);
    expect(foreignId(`cluster_${"123456789_".repeat(20)}b`)).not.toBe(long);
  });
});
