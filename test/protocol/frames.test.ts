import type { TSchema } from "typebox";
import { describe, expect, it } from "vitest";
import { shapeOf } from "../../src/model/fault.ts";
import {
  AckFrame,
  AlarmFrame,
  CommandFrame,
  DetectionsFrame,
  GoFrame,
  HeartbeatFrame,
  HelloFrame,
  LogFrame,
  PlantHelloFrame,
  ReadyFrame,
  RefusalFrame,
  StateFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "../../src/protocol/frames.ts";
import { MeasuresFrame, TrafficFrame } from "../../src/protocol/plant-frames.ts";
import { ZoneFrame } from "../../src/protocol/zone-frame.ts";

const AT = 1_767_571_200_000;
const head = { seq: 0, at: AT };
const credential = "0123456789abcdef";

type Example = { readonly schema: TSchema; readonly frame: Readonly<Record<string, unknown>> };

/** One frame of each kind that is as it should be. */
const EXAMPLES = {
  hello: {
    schema: HelloFrame,
    frame: {
      type: "hello",
      ...head,
      intersection: "main-oak",
      credential,
      configurationDigest: "0".repeat(64),
      versions: [1],
      plan: "day",
    },
  },
  plantHello: {
    schema: PlantHelloFrame,
    frame: {
      type: "plantHello",
      ...head,
      network: "single",
      credential,
      versions: [1],
      stepMs: 500,
      midnightAt: AT,
      speedFactor: 0,
    },
  },
  state: {
    schema: StateFrame,
    frame: {
      type: "state",
      ...head,
      operation: "normal",
      source: "plan",
      plan: "p1",
      pendingPlan: null,
      stage: "2-6",
      coordination: "inStep",
      intervention: "none",
      cycleStartAt: AT,
      timing: { cycleMs: 60_000, offsetMs: 0, stages: [{ stage: "2-6", splitMs: 60_000 }] },
      lamps: "rGyg",
      overlaps: "Gr",
      walk: "-WFD",
      calls: "-vpb",
    },
  },
  detections: {
    schema: DetectionsFrame,
    frame: { type: "detections", ...head, sequence: 7, until: AT, events: [["d1", AT, 1]] },
  },
  zone: {
    schema: ZoneFrame,
    frame: {
      type: "zone",
      ...head,
      vehicles: [
        ["oak_main.0", [17, 35, 0, 18, 110, 1389]],
        ["oak_main.0:main_east.1", [16, 120, 650]],
      ],
    },
  },
  accepted: {
    schema: AckFrame,
    frame: { type: "ack", ...head, plan: "p1", result: "accepted", effectiveAt: AT },
  },
  refused: {
    schema: AckFrame,
    frame: { type: "ack", ...head, plan: "p1", result: "refused", code: "MIN_GREEN", detail: "too short" },
  },
  commandAccepted: {
    schema: AckFrame,
    frame: { type: "ack", ...head, command: "c1", result: "accepted", effectiveAt: AT },
  },
  log: { schema: LogFrame, frame: { type: "log", ...head, first: 7, events: [[AT, 82, 5]] } },
  alarm: {
    schema: AlarmFrame,
    frame: { type: "alarm", ...head, code: "PLAN_EXPIRED", detail: "plan p1" },
  },
  heartbeat: { schema: HeartbeatFrame, frame: { type: "heartbeat", ...head, logStored: 8 } },
  ready: { schema: ReadyFrame, frame: { type: "ready", ...head, links: [["main-oak", 3]] } },
  traffic: { schema: TrafficFrame, frame: { type: "traffic", ...head, vehicles: [1, -20, 30, 90, 45] } },
  measures: {
    schema: MeasuresFrame,
    frame: {
      type: "measures",
      ...head,
      vehiclesRunning: 3,
      vehiclesWaitingToEnter: 0,
      vehiclesArrived: 5,
      delaySeconds: null,
    },
  },
  welcome: {
    schema: WelcomeFrame,
    frame: {
      type: "welcome",
      ...head,
      session: "s1",
      version: 1,
      heartbeatMs: 1_000,
      linkLostMs: 3_000,
      logStored: 7,
      logReceived: 8,
      logWindow: 4_000,
    },
  },
  command: {
    schema: CommandFrame,
    frame: {
      type: "command",
      ...head,
      id: "c1",
      intersection: "main-oak",
      effectiveAt: AT,
      validUntil: AT + 60_000,
      by: "operator",
      reason: "an example",
      order: { kind: "hold", phases: ["2", "6"] },
    },
  },
  timingPlan: {
    schema: TimingPlanFrame,
    frame: {
      type: "timingPlan",
      ...head,
      id: "p1",
      intersection: "main-oak",
      basedOnAt: AT,
      effectiveAt: AT,
      validUntil: AT + 900_000,
      cycleMs: 60_000,
      offsetMs: 0,
      stages: [{ stage: "2-6", splitMs: 60_000 }],
      reason: "an example",
    },
  },
  go: { schema: GoFrame, frame: { type: "go", ...head, links: [], wantTraffic: true } },
  refusal: {
    schema: RefusalFrame,
    frame: { type: "refusal", ...head, code: "MALFORMED", detail: "not a frame" },
  },
} as const satisfies Record<string, Example>;

type Kind = keyof typeof EXAMPLES;
const kinds = Object.entries(EXAMPLES) as readonly (readonly [Kind, Example])[];

function accepts(kind: Kind, change: Readonly<Record<string, unknown>> = {}): boolean {
  const { schema, frame }: Example = EXAMPLES[kind];
  return shapeOf(schema).accepts(JSON.parse(JSON.stringify({ ...frame, ...change })));
}

describe("frames of the controller link", () => {
  it.each(kinds)("%s: the example is understood", (kind) => {
    expect(accepts(kind)).toBe(true);
  });

  it.each(kinds)("%s: nothing may be missing", (_, { schema, frame }) => {
    for (const field of Object.keys(frame)) {
      const rest = Object.fromEntries(Object.entries(frame).filter(([name]) => name !== field));
      expect(shapeOf(schema).accepts(rest), `without ${field}`).toBe(false);
    }
  });

  it.each(kinds)("%s: what is not understood is refused", (kind) => {
    expect(accepts(kind, { more: 1 })).toBe(false);
    expect(accepts(kind, { type: "other" })).toBe(false);
  });

  it.each(kinds)("%s: instants and numbers are whole and not negative", (kind) => {
    for (const field of ["seq", "at"]) {
      for (const value of [-1, 0.5, "0", null, 1e18]) {
        expect(accepts(kind, { [field]: value }), `${field} ${String(value)}`).toBe(false);
      }
    }
    expect(accepts(kind, { at: 100_000_000_000_001 })).toBe(false);
  });

  const refused: readonly [Kind, string, unknown][] = [
    ["hello", "intersection", "main oak"],
    ["hello", "intersection", ""],
    ["hello", "intersection", "x".repeat(129)],
    ["hello", "credential", "short"],
    ["hello", "configurationDigest", "0".repeat(63)],
    ["hello", "configurationDigest", "G".repeat(64)],
    ["hello", "versions", []],
    ["plantHello", "stepMs", 99],
    ["plantHello", "stepMs", 10_001],
    ["plantHello", "speedFactor", -1],
    ["state", "source", "adaptive"],
    ["state", "lamps", "rGz"],
    ["state", "operation", "off"],
    ["state", "overlaps", "g"],
    ["state", "calls", "x"],
    ["state", "timing", { cycleMs: 60_000 }],
    ["state", "lamps", ""],
    ["state", "lamps", "r".repeat(65)],
    ["state", "lamps", "rG\n"],
    ["state", "walk", "w"],
    ["state", "coordination", "free"],
    ["state", "pendingPlan", 3],
    ["zone", "vehicles", [["oak_main.0", [17, 35]]]],
    ["zone", "vehicles", [["oak_main.0", [17, 35, 0, 18]]]],
    ["zone", "vehicles", [["oak_main.0", []]]],
    ["zone", "vehicles", [["oak_main.0", [17, -1, 0]]]],
    ["zone", "vehicles", [["oak_main.0", [17, 3.5, 0]]]],
    ["zone", "vehicles", [["oak_main.0:main_east.1:west.0", [17, 35, 0]]]],
    ["zone", "vehicles", Array.from({ length: 2_001 }, () => ["oak_main.0", [17, 35, 0]])],
    ["zone", "vehicles", [["oak_main.0", Array.from({ length: 3_003 }, () => 1)]]],
    ["detections", "events", [["d1", AT]]],
    ["detections", "events", [["d1", AT, 2]]],
    ["detections", "events", [["d1", AT, 1, 1]]],
    ["detections", "events", Array.from({ length: 2_001 }, () => ["d1", AT, 1])],
    ["accepted", "code", "MIN_GREEN"],
    ["refused", "code", "BECAUSE"],
    ["refused", "effectiveAt", AT],
    ["refused", "detail", "x".repeat(401)],
    ["commandAccepted", "plan", "p1"],
    ["log", "first", -1],
    ["log", "events", []],
    ["log", "events", [[AT, 82]]],
    ["log", "events", [[AT, 82, 5, 1]]],
    ["log", "events", [[AT, 65_536, 5]]],
    ["log", "events", [[AT, 82, -1]]],
    ["log", "events", Array.from({ length: 1_001 }, () => [AT, 82, 5])],
    ["heartbeat", "logStored", -1],
    ["welcome", "logStored", 0.5],
    ["welcome", "logReceived", null],
    ["welcome", "logWindow", 999],
    ["command", "order", { kind: "hold", phases: [] }],
    ["command", "order", { kind: "explode" }],
    ["command", "order", { kind: "release", phases: ["2"] }],
    ["command", "by", "x".repeat(401)],
    ["alarm", "code", "FIRE"],
    ["ready", "links", [["main-oak"]]],
    ["traffic", "vehicles", [0.5]],
    ["measures", "vehiclesRunning", -1],
    ["measures", "delaySeconds", -0.1],
    ["welcome", "linkLostMs", 86_400_001],
    ["timingPlan", "cycleMs", 0],
    ["timingPlan", "cycleMs", 3_600_001],
    ["timingPlan", "offsetMs", -1],
    ["timingPlan", "stages", []],
    ["timingPlan", "stages", [{ stage: "2-6", splitMs: 0 }]],
    ["timingPlan", "stages", [{ stage: "2-6", splitMs: 1.5 }]],
    ["timingPlan", "stages", [{ stage: "2-6", splitMs: 1, yellowMs: 1 }]],
    ["timingPlan", "stages", Array.from({ length: 65 }, () => ({ stage: "2-6", splitMs: 1_000 }))],
    ["go", "wantTraffic", "yes"],
    ["refusal", "code", ""],
  ];

  it.each(refused)("%s: %s is not %j", (kind, field, value) => {
    expect(accepts(kind, { [field]: value })).toBe(false);
  });

  it("a plan may carry no clearance, minimum or pedestrian time: there is no way to write one", () => {
    for (const field of ["yellowMs", "redClearMs", "greenMinMs", "walkMs", "conflicts"]) {
      expect(accepts("timingPlan", { [field]: 1_000 }), field).toBe(false);
    }
  });
});
