import { describe, expect, it } from "vitest";
import { describeFault } from "../../src/model/fault.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { err, ok } from "../../src/result.ts";
import { type Change, changed, faultsAfter } from "./change.ts";
import { smallNetwork } from "./small-network.ts";

/** What an edit breaks: the rule and where the fault is told, where that is another place than the edit's. */
type Example = {
  readonly rule: string;
  readonly what: string;
  readonly change: Change;
  readonly at?: string;
};

const inNetwork = (pointer: string, value: unknown): Change => ({ file: "network.json", pointer, value });
const inT = (pointer: string, value: unknown): Change => ({ file: "t.json", pointer, value });
const inDemand = (pointer: string, value: unknown): Change => ({ file: "demand.json", pointer, value });

const EXAMPLES: readonly Example[] = [
  { rule: "M1", what: "two links with one id", change: inNetwork("/links/5/id", "west_t") },
  { rule: "M1", what: "two nodes with one id", change: inNetwork("/nodes/3/id", "east") },
  { rule: "M1", what: "a lane id in two links", change: inNetwork("/links/1/lanes/0/id", "west_t.0") },
  { rule: "M1", what: "two phases with one id", change: inT("/phases/3/id", "6") },
  { rule: "M1", what: "two detectors with one id", change: inT("/detectors/1/id", "stop") },
  { rule: "M1", what: "an id that is not the file's name", change: inT("/id", "u") },
  { rule: "M1", what: "two entries of one link", change: inDemand("/entries/1/link", "west_t") },
  { rule: "M2", what: "a link from nowhere", change: inNetwork("/links/1/from", "nowhere") },
  { rule: "M2", what: "a node of an unknown intersection", change: inNetwork("/nodes/1/intersection", "u") },
  { rule: "M2", what: "an intersection at an unknown node", change: inT("/node", "nowhere") },
  { rule: "M2", what: "a movement of an unknown phase", change: inT("/movements/0/phase", "9") },
  { rule: "M2", what: "a movement to an unknown link", change: inT("/movements/0/toLink", "t_nowhere") },
  { rule: "M2", what: "a stage of an unknown phase", change: inT("/stages/0/phases/1", "9") },
  {
    rule: "M2",
    what: "a permissive phase of another stage",
    change: inT("/stages/0/permissive", ["8"]),
    at: "/stages/0/permissive/0",
  },
  { rule: "M2", what: "an unknown phase in a ring", change: inT("/rings/0/0/0", "9") },
  { rule: "M2", what: "an unknown phase in a conflict", change: inT("/conflicts/0/1", "9") },
  { rule: "M2", what: "a plan with an unknown stage", change: inT("/plans/0/stages/1/stage", "4-8") },
  { rule: "M2", what: "a schedule with an unknown plan", change: inT("/schedule/1/plan", "night") },
  { rule: "M2", what: "a detector on an unknown link", change: inT("/detectors/0/link", "nowhere") },
  {
    rule: "M2",
    what: "a detector that serves an unknown lane",
    change: inT("/detectors/1/serves/0", "nowhere"),
  },
  {
    rule: "M2",
    what: "a crosswalk over an unknown link",
    change: inT("/phases/1/pedestrian/crosses", "nowhere"),
  },
  { rule: "M2", what: "a route over an unknown link", change: inNetwork("/routes/0/links/1", "nowhere") },
  { rule: "M2", what: "demand on an unknown link", change: inDemand("/entries/0/link", "nowhere") },
  { rule: "M2", what: "turning from an unknown link", change: inDemand("/turning/2/fromLink", "nowhere") },
  { rule: "M2", what: "walkers at an unknown place", change: inDemand("/pedestrians/0/intersection", "u") },
  {
    rule: "M3",
    what: "a lane longer than its link",
    change: inNetwork("/links/0/lanes/1/lengthMeters", 400.1),
  },
  {
    rule: "M3",
    what: "a link without a lane of its length",
    change: inNetwork("/links/1/lanes/0/lengthMeters", 300),
    at: "/links/1/lanes",
  },
  {
    rule: "M4",
    what: "a movement from another link's lane",
    change: inT("/movements/0/fromLanes/0", "east_t.0"),
  },
  {
    rule: "M4",
    what: "a movement from a link that leads away",
    change: inT("/movements/2/fromLink", "t_east"),
  },
  { rule: "M4", what: "a movement to a link that leads here", change: inT("/movements/0/toLink", "east_t") },
  { rule: "M4", what: "a node of no intersection", change: inT("/node", "south") },
  { rule: "M5", what: "a yellow below the kinematic one", change: inT("/phases/2/yellowSeconds", 3.1) },
  {
    rule: "M6",
    what: "a clearance too short to cross",
    change: inT("/phases/1/pedestrian/clearSeconds", 6.9),
  },
  {
    rule: "M6",
    what: "a walk too short for the slow walker",
    // (10.7 + 1.8) / 0.91 = 13.74 s; 10 s of clearance.
    change: inT("/phases/1/pedestrian", {
      crosswalkMeters: 40,
      walkSeconds: 8,
      clearSeconds: 34.4,
      bufferSeconds: 3,
      crosses: "t_south",
    }),
    at: "/phases/1/pedestrian/walkSeconds",
  },
  { rule: "M6", what: "a buffer below 3 s", change: inT("/phases/1/pedestrian/bufferSeconds", 2.9) },
  {
    rule: "M6",
    what: "a buffer beyond yellow and red",
    change: inT("/phases/1/pedestrian/bufferSeconds", 5.1),
  },
  { rule: "M7", what: "a maximum below the minimum", change: inT("/phases/0/greenMaxSeconds", 4.9) },
  { rule: "M7", what: "a maximum below walk and clearance", change: inT("/phases/1/greenMaxSeconds", 13.9) },
  {
    rule: "M8",
    what: "a phase that no stage serves",
    change: inT("/stages/2/phases", ["6"]),
    at: "/phases/0/id",
  },
  {
    rule: "M8",
    what: "a phase without movements",
    change: inT("/movements/3/phase", "6"),
    at: "/phases/0/id",
  },
  { rule: "M9", what: "conflicting phases together", change: inT("/stages/2/phases", ["1", "2", "6"]) },
  { rule: "M9", what: "a phase that conflicts with itself", change: inT("/conflicts/0", ["1", "1"]) },
  {
    rule: "M9",
    what: "a conflict listed twice",
    change: inT("/conflicts/0", ["8", "1"]),
    at: "/conflicts/1",
  },
  { rule: "M9", what: "a phase twice in a stage", change: inT("/stages/1/phases", ["8", "8"]) },
  { rule: "M10", what: "rings in the structure stages", change: inT("/structure", "stages"), at: "/rings" },
  { rule: "M10", what: "a ring-barrier structure without rings", change: inT("/rings", undefined) },
  { rule: "M10", what: "a phase in no ring", change: inT("/rings/1/1", []), at: "/phases/3/id" },
  { rule: "M10", what: "a ring without a group", change: inT("/rings/0", [["1", "2"]]) },
  { rule: "M10", what: "phases of one ring together", change: inT("/stages/2/phases", ["1", "2"]) },
  { rule: "M10", what: "phases across the barrier together", change: inT("/stages/1/phases", ["1", "8"]) },
  {
    rule: "M10",
    what: "rings whose conflict is not listed",
    change: inT("/conflicts", [
      ["1", "2"],
      ["1", "8"],
      ["2", "8"],
    ]),
  },
  { rule: "M11", what: "an envelope without a cycle", change: inT("/envelope/cycleMinSeconds", 121) },
  {
    rule: "M12",
    what: "a cycle outside the envelope",
    change: inT("/envelope/cycleMinSeconds", 61),
    at: "/plans/0/cycleSeconds",
  },
  {
    rule: "M12",
    what: "splits that miss the cycle",
    change: inT("/plans/0/stages/0/splitSeconds", 29.9),
    at: "/plans/0/stages",
  },
  { rule: "M12", what: "an offset of a whole cycle", change: inT("/plans/0/offsetSeconds", 60) },
  {
    rule: "M13",
    what: "a green below the minimum",
    change: inT("/phases/0/greenMinSeconds", 10.1),
    at: "/plans/0/stages",
  },
  {
    rule: "M13",
    what: "a green below walk and clearance",
    change: inT("/phases/1/pedestrian/walkSeconds", 18.1),
    at: "/plans/0/stages",
  },
  {
    rule: "M13",
    what: "a phase that the plan leaves out",
    change: inT("/plans/0/stages", [
      { stage: "2-6", splitSeconds: 40 },
      { stage: "8", splitSeconds: 20 },
    ]),
  },
  {
    rule: "M13",
    what: "a stage shorter than its clearance",
    change: inT("/plans/0/stages", [
      { stage: "2-6", splitSeconds: 40 },
      { stage: "8", splitSeconds: 15 },
      { stage: "1-6", splitSeconds: 5 },
    ]),
    at: "/plans/0/stages/2/splitSeconds",
  },
  {
    rule: "M13",
    what: "a red beyond the longest wait",
    change: inT("/envelope/waitMaxSeconds", 49.9),
    at: "/plans/0/stages",
  },
  { rule: "M14", what: "a schedule that goes back", change: inT("/schedule/1/from", "06:00") },
  { rule: "M15", what: "a detector on a lane of another link", change: inT("/detectors/0/lane", "west_t.0") },
  { rule: "M15", what: "a detector beyond its lane", change: inT("/detectors/0/distanceMeters", 78.1) },
  { rule: "M16", what: "an entry within the network", change: inDemand("/entries/0/link", "t_east") },
  { rule: "M16", what: "a profile that goes back", change: inDemand("/entries/0/vehicles/1/at", "00:00") },
  { rule: "M16", what: "walkers where no phase has times", change: inDemand("/pedestrians/0/phase", "6") },
  {
    rule: "M17",
    what: "shares that miss 1",
    change: inDemand("/turning/0/shares/0/share", 0.79),
    at: "/turning/0/shares",
  },
  {
    rule: "M17",
    what: "a turn that no movement makes",
    change: inDemand("/turning/0/shares/0/toLink", "t_west"),
  },
  {
    rule: "M17",
    what: "an approach without shares",
    change: inDemand("/turning/2", { fromLink: "t_west", shares: [{ toLink: "t_east", share: 1 }] }),
    at: "/turning",
  },
  {
    rule: "M18",
    what: "a route with a gap",
    change: inNetwork("/routes/0/links", ["west_t", "south_t"]),
    at: "/routes/0/links/1",
  },
  {
    rule: "M2",
    what: "a connection from an unknown lane",
    change: inNetwork("/connections", [{ fromLane: "nowhere", toLane: "t_east.0", lengthMeters: 20 }]),
    at: "/connections/0/fromLane",
  },
  {
    rule: "M2",
    what: "a connection to an unknown lane",
    change: inNetwork("/connections", [{ fromLane: "west_t.0", toLane: "nowhere", lengthMeters: 20 }]),
    at: "/connections/0/toLane",
  },
  {
    rule: "M1",
    what: "a connection told twice",
    change: inNetwork(
      "/connections",
      [20, 30].map((lengthMeters) => ({ fromLane: "west_t.0", toLane: "t_east.0", lengthMeters })),
    ),
    at: "/connections/1",
  },
  {
    rule: "M18",
    what: "a connection between links that do not meet",
    change: inNetwork("/connections", [{ fromLane: "t_east.0", toLane: "west_t.0", lengthMeters: 20 }]),
    at: "/connections/0/toLane",
  },
  {
    rule: "SCHEMA",
    what: "a connection of negative length",
    change: inNetwork("/connections", [{ fromLane: "west_t.0", toLane: "t_east.0", lengthMeters: -1 }]),
    at: "/connections/0/lengthMeters",
  },
  { rule: "M19", what: "an unknown time zone", change: inNetwork("/timeZone", "America/Nowhere") },
  { rule: "SCHEMA", what: "a negative length", change: inNetwork("/links/0/lengthMeters", -1) },
  { rule: "SCHEMA", what: "a walk below 4 s", change: inT("/phases/1/pedestrian/walkSeconds", 3.9) },
  { rule: "SCHEMA", what: "an unknown property", change: inT("/phases/0/colour", "blue") },
];

const lane = (id: string) => ({ id, lengthMeters: 400 });

/** A second junction of the same signal, with a road of its own. */
const junction = (node: object): readonly Change[] => [
  inNetwork("/nodes/4", node),
  inNetwork("/nodes/5", { id: "far", x: 20, y: -400 }),
  inNetwork("/links/6", {
    ...smallNetwork().links[4],
    id: "far_t2",
    from: "far",
    to: "t2",
    lanes: [lane("far_t2.0")],
  }),
  inNetwork("/links/7", {
    ...smallNetwork().links[5],
    id: "t2_far",
    from: "t2",
    to: "far",
    lanes: [lane("t2_far.0")],
  }),
  inT("/movements/6", {
    ...smallNetwork().intersections[0]?.movements[0],
    id: "U",
    turn: "uturn",
    fromLink: "far_t2",
    fromLanes: ["far_t2.0"],
    toLink: "t2_far",
  }),
  inDemand("/turning/3", { fromLink: "far_t2", shares: [{ toLink: "t2_far", share: 1 }] }),
];

const told = (node: object) =>
  faultsAfter(...junction(node)).map(({ pointer, rule }) => `${pointer} ${rule}`);

describe("validateNetwork", () => {
  it("finds nothing wrong with the small network", () => {
    expect(faultsAfter().map(describeFault)).toEqual([]);
  });

  it.each(EXAMPLES)("$rule refuses $what", ({ rule, change, at }) => {
    const faults = faultsAfter(change);
    expect(
      faults.map((fault) => `${fault.file}${fault.pointer} ${fault.rule}`),
      `faults: ${faults.map(describeFault).join("\n")}`,
    ).toContain(`${change.file}${at ?? change.pointer} ${rule}`);
  });

  it("has an example for every rule", () => {
    const shown = new Set(EXAMPLES.map(({ rule }) => rule));
    const rules = Array.from({ length: 19 }, (_, index) => `M${index + 1}`);
    expect(rules.filter((rule) => !shown.has(rule))).toEqual([]);
  });

  it("lets a permissive phase run with one that it conflicts with", () => {
    const stages = inT("/structure", "stages");
    const both = inT("/stages/2/phases", ["1", "2", "6"]);
    const rules = (change: Change) =>
      faultsAfter(stages, inT("/rings", undefined), both, change).map(({ rule }) => rule);
    expect(rules(inT("/stages/2/permissive", []))).toEqual(["M9"]);
    expect(rules(inT("/stages/2/permissive", ["1"]))).toEqual([]);
  });

  it("leaves the yellow of imported stage programs to their engineers", () => {
    const stages = [inT("/structure", "stages"), inT("/rings", undefined)];
    expect(faultsAfter(...stages, inT("/phases/2/yellowSeconds", 3)).map(describeFault)).toEqual([]);
  });

  it("accepts an intersection over two junctions, as imports have them", () => {
    expect(told({ id: "t2", x: 20, y: 0, intersection: "t" })).toEqual([]);
    expect(told({ id: "t2", x: 20, y: 0 })).toEqual(["/movements/6/fromLink M4"]);
  });

  it("tells all faults of all files at once, in the order of their places", () => {
    const faults = faultsAfter(
      inT("/plans/0/offsetSeconds", 60),
      inT("/phases/2/yellowSeconds", 3.1),
      inNetwork("/timeZone", "America/Nowhere"),
      inDemand("/turning/0/shares/0/share", 0.79),
    );
    expect(faults.map(({ file, pointer }) => `${file}#${pointer}`)).toEqual([
      "demand.json#/turning/0/shares",
      "network.json#/timeZone",
      "t.json#/phases/2/yellowSeconds",
      "t.json#/plans/0/offsetSeconds",
    ]);
  });

  it("says what stands there and what is allowed", () => {
    expect(faultsAfter(inT("/schedule/1/plan", "night")).map(describeFault)).toEqual([
      't.json#/schedule/1/plan: found "night", allowed: a plan: day [M2]',
    ]);
    expect(faultsAfter(inT("/plans/0/stages/0/splitSeconds", 29.9)).map(describeFault)).toEqual([
      "t.json#/plans/0/stages: found [29.9,15,15], allowed: splits that add up to the cycle, 60 s; they add up to 59.9 s [M12]",
    ]);
  });

  it("does not blame other files for what a broken one holds", () => {
    const files = filesOfNetwork(smallNetwork());
    const fault = { file: "t.json", pointer: "", found: "x", allowed: "y", rule: "JSON" };
    const checked = validateNetwork({ ...files, intersections: [{ file: "t.json", content: err(fault) }] });
    expect(checked).toEqual(err([fault]));
    const shapeless = validateNetwork(changed(files, [inT("/version", 2)]));
    expect(shapeless.ok ? [] : shapeless.error.map(describeFault)).toEqual([
      "t.json#/version: found 2, allowed: 1 [SCHEMA]",
    ]);
  });

  it("still checks intersections and demand when network.json is broken", () => {
    const faults = faultsAfter(
      inNetwork("/version", 2),
      inT("/plans/0/offsetSeconds", 60),
      inDemand("/version", 3),
    );
    expect(faults.map(({ file }) => file)).toEqual(["demand.json", "network.json", "t.json"]);
  });

  it("refuses two files of one intersection", () => {
    const files = filesOfNetwork(smallNetwork());
    const twin = { file: "elsewhere/t.json", content: ok(smallNetwork().intersections[0]) };
    const checked = validateNetwork({ ...files, intersections: [...files.intersections, twin] });
    expect(
      checked.ok ? [] : checked.error.map(({ file, pointer, rule }) => `${file}${pointer} ${rule}`),
    ).toEqual(["elsewhere/t.json/id M1"]);
  });

  it("gives the network back with its intersections in the order of their ids", () => {
    const checked = validateNetwork(filesOfNetwork(smallNetwork()));
    expect(checked).toEqual(ok(smallNetwork()));
  });
});
