import { netCollector, type SumoNet } from "../../sim/sumo/net-file.ts";
import type { SumoConfig } from "../../sim/sumo/sumo-config.ts";
import { readXmlText } from "../../sim/sumo/xml-reader.ts";

/** Links of the junction: 0 west to east, 1 east to west, 2 east to south (left, waits inside), 3 north to south. */
const SMALL_PROGRAM = `
  <tlLogic id="J 1" type="static" programID="day" offset="10">
    <phase duration="30" state="GGgr"/>
    <phase duration="3"  state="yGgr"/>
    <phase duration="10" state="rGGr"/>
    <phase duration="4"  state="ryyr"/>
    <phase duration="1"  state="rrrr"/>
    <phase duration="12" state="rrrG"/>
    <phase duration="3"  state="rrry"/>
  </tlLogic>`;

const edge = (id: string, from: string, to: string, lanes: readonly number[], y = 300): string => `
  <edge id="${id}" from="${from}" to="${to}" priority="1">${lanes
    .map((length, index) => {
      const shape = `100.00,${y + 3 * index} ${100 + length},${y + 3 * index}`;
      return `<lane id="${id}_${index}" index="${index}" speed="13.89" length="${length}" shape="${shape}"/>`;
    })
    .join("")}</edge>`;

const inner = (id: string): string => `
  <edge id="${id}" function="internal"><lane id="${id}_0" index="0" speed="8" length="12.00" shape="0,0 12,0"/></edge>`;

/**
 * A small network with what makes real ones awkward: ids with \`#\` and, in the signal's, a space, a 0.9 m lane at a stop line, a left turn with
 * a waiting place, a footway, and a junction inside the junction.
 */
export function smallNetText(program: string = SMALL_PROGRAM): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<net version="1.9">
  <location netOffset="0,0" convBoundary="100.00,200.00,400.00,500.00" origBoundary="0,0,1,1" projParameter="!"/>
  ${inner(":J#1_0")}${inner(":J#1_1")}${inner(":J#1_2")}${inner(":J#1_3")}${inner(":J#1_4")}
  ${edge("w#1", "W", "M", [60])}
  ${edge("w#2", "M", "J#1", [0.9])}
  ${edge("e", "E", "J#1", [150, 150])}
  ${edge("n", "N", "J#1", [50])}
  ${edge("ex", "J#1", "E", [150])}
  ${edge("wx", "J#1", "W", [61])}
  ${edge("sx", "J#1", "S", [80, 80])}
  <edge id="foot" from="W" to="S" priority="1">
    <lane id="foot_0" index="0" allow="pedestrian" speed="2" length="90" shape="0,0 90,0"/>
  </edge>
  ${program}
  <junction id="J#1" type="traffic_light" x="250.00" y="300.00" incLanes="w#2_0 e_0 e_1 n_0" intLanes=":J#1_0_0 :J#1_1_0 :J#1_3_0 :J#1_4_0" shape="0,0">
    <request index="0" response="1100" foes="1100" cont="0"/>
    <request index="1" response="1000" foes="1000" cont="0"/>
    <request index="2" response="1001" foes="1001" cont="1"/>
    <request index="3" response="0111" foes="0111" cont="0"/>
  </junction>
  <junction id=":J#1_3_0" type="internal" x="250.00" y="300.00" incLanes="w#2_0" intLanes=":J#1_4_0 :J#1_0_0"/>
  ${["W", "M", "E", "N", "S"].map((id, index) => `<junction id="${id}" type="priority" x="${100 + index}" y="200.00" incLanes="" intLanes="" shape="0,0"/>`).join("\n  ")}
  <connection from="w#1" to="w#2" fromLane="0" toLane="0" dir="s" state="M"/>
  <connection from="w#2" to="ex" fromLane="0" toLane="0" via=":J#1_0_0" tl="J 1" linkIndex="0" dir="s" state="o"/>
  <connection from="e" to="wx" fromLane="0" toLane="0" via=":J#1_1_0" tl="J 1" linkIndex="1" dir="s" state="o"/>
  <connection from="e" to="sx" fromLane="1" toLane="0" via=":J#1_2_0" tl="J 1" linkIndex="2" dir="l" state="o"/>
  <connection from="n" to="sx" fromLane="0" toLane="1" via=":J#1_4_0" tl="J 1" linkIndex="3" dir="s" state="o"/>
  <connection from=":J#1_2" to="sx" fromLane="0" toLane="0" via=":J#1_3_0" dir="l" state="m"/>
  <connection from=":J#1_3" to="sx" fromLane="0" toLane="0" dir="l" state="M"/>
</net>`;
}

export function smallNet(program?: string): SumoNet {
  const collector = netCollector("small.net.xml");
  readXmlText("small.net.xml", smallNetText(program), collector.handlers);
  return collector.result();
}

export const SMALL_CONFIG: SumoConfig = {
  file: "small.sumocfg",
  name: "small",
  netFile: "small.net.xml",
  additionalFiles: [],
  routeFiles: [],
  beginSeconds: 3600,
  endSeconds: 7200,
  stepSeconds: 1,
};
