import { describe, expect, it } from "vitest";
import { exportNetwork } from "../../../sim/sumo/export/export-network.ts";
import type { SignalProgram } from "../../../sim/sumo/net-file.ts";
import { routeCollector } from "../../../sim/sumo/route-files.ts";
import { readXmlText, type XmlElement } from "../../../sim/sumo/xml-reader.ts";
import { constantly, fourLegs, servedCross, withServices } from "../../traffic/small-networks.ts";
import { sideStreet, trips } from "../../traffic/trip-networks.ts";
import { builtIn, periodOf } from "./built-in.ts";

/** The elements of that name in one of the files. */
function elements(
  files: ReadonlyMap<string, string>,
  ending: string,
  wanted: string,
): readonly XmlElement["attributes"][] {
  const found: XmlElement["attributes"][] = [];
  const [name, text] = [...files].find(([file]) => file.endsWith(ending)) ?? ["", ""];
  readXmlText(name, text, {
    open: (element) => {
      if (element.name === wanted) found.push(element.attributes);
    },
  });
  return found;
}

describe("a network as files of SUMO", () => {
  it("has the same bytes for the same inputs, and with another seed other traffic alone", async () => {
    const network = await builtIn("single");
    const period = periodOf(network, 7, 600);
    const one = exportNetwork(network, period, 1);
    expect(exportNetwork(network, period, 1)).toEqual(one);
    const other = exportNetwork(network, period, 2);
    const changed = [...one.files].filter(([name, text]) => other.files.get(name) !== text);
    expect(changed.map(([name]) => name)).toEqual(["single.rou.xml"]);
  });

  it("has a configuration for steps of a second, without teleports, from the begin to the end", async () => {
    const network = await builtIn("single");
    const { files, sumoConfig } = exportNetwork(network, periodOf(network, 7, 600), 1);
    expect(files.get(sumoConfig)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <input>
    <net-file value="single.net.xml"/>
    <route-files value="single.rou.xml"/>
    <additional-files value="single.add.xml"/>
  </input>
  <time>
    <begin value="25200"/>
    <end value="25800"/>
    <step-length value="1"/>
  </time>
  <processing>
    <time-to-teleport value="-1"/>
  </processing>
</configuration>
`);
  });

  it("has everybody whom the run draws, each with a speed of its own, in the order of departures", async () => {
    const network = await builtIn("corridor");
    const { files, vehicles } = exportNetwork(network, periodOf(network, 7, 300), 1);
    const written = elements(files, ".rou.xml", "vehicle");
    expect(written).toHaveLength(vehicles);
    expect(vehicles).toBeGreaterThan(300);
    const departs = written.map(({ depart }) => Number(depart));
    expect(departs).toEqual(departs.toSorted((one, other) => one - other));
    expect(Math.min(...departs)).toBeGreaterThanOrEqual(25_200);
    expect(Math.max(...departs)).toBeLessThan(25_500);
    for (const { speedFactor, type } of written) {
      if (type === "car") expect(Math.abs(Number(speedFactor) - 1)).toBeLessThanOrEqual(0.1);
    }
    const collector = routeCollector();
    readXmlText("rou.xml", files.get("corridor.rou.xml") ?? "", collector.handlers);
    expect(collector.files.departures).toHaveLength(vehicles);
    expect(collector.files.types.get("car")?.tauSeconds).toBeCloseTo(1.25, 1);
  });

  it("has stops where buses stand, on the piece and lane of theirs, and the buses make them in order", () => {
    const network = servedCross(400);
    const { files } = exportNetwork(network, periodOf(network, 8, 300), 1);
    // 300 m before the signal: a piece of 240 m with lanes 0 and 1, then 60 m with the pocket. 100 m before the line is 200 m
    // into the first piece; on the exit 200 m before its end is 100 m into it.
    expect(elements(files, ".add.xml", "busStop")).toEqual([
      { id: "straight.1", lane: "W-j.part1_0", startPos: "188", endPos: "200" },
      { id: "straight.2", lane: "j-E_0", startPos: "88", endPos: "100" },
    ]);
    const buses = elements(files, ".rou.xml", "vehicle").filter(({ type }) => type === "bus");
    const stops = elements(files, ".rou.xml", "stop");
    // Every minute on each of two lines, of which one stops twice.
    expect(buses.length).toBeGreaterThanOrEqual(8);
    expect(stops.slice(0, 2)).toEqual([
      { busStop: "straight.1", duration: "20" },
      { busStop: "straight.2", duration: "15" },
    ]);
  });

  it("has a stop right behind the opening of a pocket at the end of the piece before", () => {
    const stops = [59.5, 50, 61].map((distanceMeters) => ({ link: "W-j", distanceMeters, dwellSeconds: 20 }));
    const network = withServices(fourLegs(400), {
      buses: [
        {
          id: "b",
          route: ["W-j", "j-E"],
          departures: constantly(60),
          stops,
        },
      ],
    });
    const { files } = exportNetwork(network, periodOf(network, 8, 60), 1);
    // The pocket opens 60 m before the signal, 240 m from the begin.
    expect(elements(files, ".add.xml", "busStop")).toEqual([
      { id: "b.1", lane: "W-j.part1_0", startPos: "227", endPos: "239" },
      { id: "b.2", lane: "W-j.part1_0", startPos: "228", endPos: "240" },
      { id: "b.3", lane: "W-j_0", startPos: "0", endPos: "10" },
    ]);
  });

  it("lets trips start from rest on the kerb lane, and leaves their drivers to SUMO", () => {
    const network = sideStreet([trips(["side", "on", "left"], [1.25])]);
    const { files, signals } = exportNetwork(network, periodOf(network, 8, 60), 1);
    expect(signals).toBe(0);
    expect(elements(files, ".rou.xml", "vehicle")).toEqual([
      { id: "1", type: "trip", depart: "28801.25", speedFactor: "1" },
    ]);
    const [type] = elements(files, ".rou.xml", "vType");
    expect(Object.keys(type ?? {})).not.toContain("tau");
  });

  it("writes each connection of a signal with its link, as many as its states are long", async () => {
    const network = await builtIn("corridor");
    const { files } = exportNetwork(network, periodOf(network, 7, 60), 1);
    const links = elements(files, ".tll.xml", "connection");
    const programs: readonly Pick<SignalProgram, "tls">[] = elements(files, ".tll.xml", "tlLogic").map(
      ({ id }) => ({ tls: id ?? "" }),
    );
    expect(programs).toHaveLength(12);
    const states = elements(files, ".tll.xml", "phase").map(({ state }) => state?.length ?? 0);
    for (const { tls } of programs) {
      const own = links.filter(({ tl }) => tl === tls).map(({ linkIndex }) => Number(linkIndex));
      expect(own).toEqual(own.map((_, k) => k));
      expect(states).toContain(own.length);
    }
  });
});

describe("what cannot be said in SUMO", () => {
  it("is listed with how often it comes, and nothing else", async () => {
    const network = await builtIn("single");
    const { leftOut } = exportNetwork(network, periodOf(network, 7, 60), 1);
    const counts = new Map(leftOut.map(({ what, count }) => [what, count]));
    expect(counts.get("flows of pedestrians")).toBe(4);
    expect(counts.get("local plans for other times of day")).toBe(3);
    expect(counts.get("detectors")).toBe(22);
    expect(counts.has("bus priorities")).toBe(false);
    expect(leftOut.every(({ count }) => count > 0)).toBe(true);
  });

  it("has right of way that only connections know", () => {
    const network = sideStreet([trips(["side", "on", "left"], [1])]);
    // Both ways on from the side street.
    expect(exportNetwork(network, periodOf(network, 8, 60), 1).leftOut).toEqual([
      { what: "connections that say whom they yield to, which netconvert decides", count: 2 },
    ]);
  });

  it("has the change of plan that falls into the run", async () => {
    const network = await builtIn("corridor");
    const changes = (hours: number, seconds: number) =>
      exportNetwork(network, periodOf(network, hours, seconds), 1).leftOut.find(({ what }) =>
        what.startsWith("intersections that change their plan"),
      )?.count;
    // The midday plan begins at 09:30.
    expect(changes(9, 1800)).toBeUndefined();
    expect(changes(9, 1801)).toBe(12);
  });
});
