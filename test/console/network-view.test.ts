import { describe, expect, it } from "vitest";
import { type Abnormality, abnormalitiesOf } from "../../src/console/data/abnormal.ts";
import type { SiteAlarms } from "../../src/console/data/alarm-list.ts";
import { linkStates } from "../../src/console/data/link-state.ts";
import { found } from "../../src/console/data/search.ts";
import { within } from "../../src/console/draw/lasso.ts";
import { labelPlaces } from "../../src/console/draw/labels.ts";
import { siteStyle } from "../../src/console/draw/site-style.ts";
import { type SiteBadge, siteBadge } from "../../src/console/draw/site-badge.ts";
import { sceneOf } from "../../src/console/draw/scene.ts";
import { lineInSight } from "../../src/console/draw/transform.ts";
import type { AlarmView } from "../../src/protocol/alarm-view.ts";
import type {
  DecisionView,
  IntersectionDetail,
  IntersectionLive,
  NetworkView,
} from "../../src/protocol/live.ts";
import { defined } from "../../src/assert.ts";
import { smallNetwork } from "../model/small-network.ts";
import { mainThreadOf } from "../bench/main-thread.ts";

const LIVE: IntersectionLive = {
  id: "t",
  linked: true,
  mode: "adaptive",
  stateAt: 10_000,
  operation: "normal",
  source: "schedule",
  plan: null,
  stage: "A",
  coordination: null,
  cycleStartAt: null,
  lamps: "",
  walk: "",
};
const DETAIL: IntersectionDetail = {
  id: "t",
  running: null,
  next: null,
  proposal: null,
  shadow: null,
  decision: null,
  movements: [],
  warnings: [],
  detectors: [],
};
const NOW = { at: 11_000, plantStepMs: 1_000 };
const ALARM: AlarmView = {
  id: "linkLost:t",
  type: "linkLost",
  intersection: "t",
  part: null,
  text: "No link",
  state: "activeUnacknowledged",
  priority: "P2",
  activeSince: 1_000,
  occurrences: 1,
  acknowledged: null,
  shelved: null,
  outOfService: null,
  suppressedBy: null,
  response: "",
  consequence: "",
  owner: "",
  children: 0,
  firstOut: false,
  effect: "",
};
const textsOf = (live: IntersectionLive, detail: IntersectionDetail, now: typeof NOW, alarms?: SiteAlarms) =>
  abnormalitiesOf(live, detail, now, alarms).map(({ kind, text }) => `${kind}: ${text}`);

describe("an intersection", () => {
  it("that does as usual has nothing to say", () => {
    expect(textsOf(LIVE, DETAIL, NOW)).toEqual([]);
  });

  it.each<[string, Partial<IntersectionLive>, readonly string[]]>([
    ["nobody hears", { linked: false }, ["warning: not linked"]],
    ["is in flash", { operation: "flash" }, ["warning: flash"]],
    ["lets a tram through", { operation: "preempt" }, ["notice: preemption"]],
    ["has not been heard for long", { stateAt: 7_999 }, ["warning: state is old"]],
    ["runs its own plan", { source: "local" }, ["notice: not run by the engine"]],
  ])("that %s says so", (_name, change, texts) => {
    expect(textsOf({ ...LIVE, ...change }, DETAIL, NOW)).toEqual(texts);
  });

  it("says before all else which alarm waits to be acknowledged, and how many wait with it", () => {
    const alarms: SiteAlarms = { worst: ALARM, unacknowledged: 3 };
    expect(textsOf({ ...LIVE, linked: false }, DETAIL, NOW, alarms)).toEqual([
      "alarm: No link, and 2 more unacknowledged",
      "warning: not linked",
    ]);
    expect(textsOf(LIVE, DETAIL, NOW, { worst: ALARM, unacknowledged: 1 })).toEqual(["alarm: No link"]);
  });

  it("says first what wants somebody, then what is expected of its approaches and which detectors failed", () => {
    const fault = { fault: "stuckOn", reason: "", since: 0 };
    const detail: IntersectionDetail = {
      ...DETAIL,
      detectors: [
        { detector: "d1", state: "failed", ...fault },
        { detector: "d2", state: "suspect", ...fault },
      ],
      warnings: [{ link: "in", kind: "spillback", from: 0, probability: 0.824 }],
    };
    expect(textsOf({ ...LIVE, linked: false }, detail, NOW)).toEqual([
      "warning: not linked",
      "notice: 1 detector failed",
      "notice: spillback expected on in (82 %)",
    ]);
  });
});

const alarmOf = (priority: "P1" | "P2" | "P3") => ({ kind: "alarm", priority, text: "" }) as const;

describe("the badge of an intersection", () => {
  const warning = { kind: "warning", text: "not linked" } as const;
  const notice = { kind: "notice", text: "preemption" } as const;

  it.each<[string, readonly Abnormality[], number, SiteBadge | null]>([
    ["where all is as usual", [], 0, null],
    ["of what is only to be known", [notice], 0, null],
    ["of a P1", [alarmOf("P1"), notice], 0, { text: "■ P1", tone: "P1" }],
    ["of a P2 that is the warning too", [alarmOf("P2"), warning], 0, { text: "▲ P2", tone: "P2" }],
    ["of a P3 before its detectors", [alarmOf("P3")], 2, { text: "◆ P3", tone: "P3" }],
    ["of an alarm that was acknowledged", [warning], 2, { text: "▲", tone: "P2" }],
    ["of detectors alone", [notice], 3, { text: "3 det", tone: null }],
  ])("%s", (_name, own, detectors, badge) => {
    expect(siteBadge(own, detectors)).toEqual(badge);
  });
});

const { demand: _, ...network } = smallNetwork();
const VIEW: NetworkView = { network, midnightAt: 0, plantStepMs: 1_000, intervalMs: 60_000 };

describe("an approach", () => {
  const intersection = defined(network.intersections[0], "intersection");
  const movement = defined(intersection.movements[0], "movement");
  const link = defined(
    network.links.find(({ id }) => id === movement.fromLink),
    "link",
  );
  const lane = defined(link.lanes[0], "lane");
  const forecast = {
    movement: movement.id,
    history: [],
    nextFrom: null,
    next: null,
    later: [],
    imputedVehPerHour: null,
    model: null,
    errors: [],
    drift: null,
  };
  const decision = (waiting: number): DecisionView => ({
    at: 0,
    stage: "A",
    next: null,
    candidates: [],
    binding: null,
    expected: null,
    inputs: {
      observed: "loops",
      lanes: [{ lane: lane.id, waiting, coming: 0 }],
      fullExits: [],
      standingInside: 0,
    },
    earlier: [],
  });
  const statesOf = (detail: Partial<IntersectionDetail>, waiting: number) =>
    linkStates(VIEW, {
      details: new Map([[intersection.id, { ...DETAIL, id: intersection.id, ...detail }]]),
      decisions: new Map([[intersection.id, decision(waiting)]]),
    });

  it("is as saturated as its worst movement, and as full as its fullest lane, 7 m a vehicle", () => {
    const states = statesOf({ movements: [{ ...forecast, degreeOfSaturation: 0.9 }] }, 3);
    const state = defined(states.get(link.id), "state");
    expect(state).toMatchObject({ saturation: 0.9, queueMeters: 21, warning: null });
    expect(state.queueShare).toBeCloseTo(21 / lane.lengthMeters, 9);
  });

  it("is never fuller than full, and tells the likelier of two warnings", () => {
    const warnings = [
      { link: link.id, kind: "oversaturated", from: 0, probability: 0.6 },
      { link: link.id, kind: "spillback", from: 0, probability: 0.5 },
    ] as const;
    const state = defined(statesOf({ warnings }, 10_000).get(link.id), "state");
    expect([state.queueShare, state.queueMeters]).toEqual([1, lane.lengthMeters]);
    expect(state.warning).toEqual({ kind: "oversaturated", probability: 0.6 });
  });
});

describe("a search", () => {
  const sites = [
    { id: "a1", name: "Elm and Oak" },
    { id: "b2", name: "Oak and Pine" },
    { id: "c3", name: "Broakview" },
  ];

  it("finds by begins of words first, by every word, in name and id, whatever the case", () => {
    expect(found("OAK", sites).map(({ id }) => id)).toEqual(["a1", "b2", "c3"]);
    expect(found("oak pi", sites).map(({ id }) => id)).toEqual(["b2"]);
    expect(found("c3", sites).map(({ id }) => id)).toEqual(["c3"]);
    expect(found("(", sites)).toEqual([]);
  });

  it("of nothing offers the first ones, and never more than fit", () => {
    expect(found(" ", sites)).toEqual(sites);
    const many = Array.from({ length: 20 }, (_each, index) => ({ id: `s${index}`, name: "Same" }));
    expect(found("same", many)).toHaveLength(8);
  });
});

describe("a map", () => {
  it("chooses what lies within a line, also where that is bent inwards", () => {
    const horseshoe = [
      [0, 0],
      [10, 0],
      [10, 10],
      [7, 10],
      [7, 3],
      [3, 3],
      [3, 10],
      [0, 10],
    ] as const;
    const sites = [
      { id: "left", x: 1, y: 9 },
      { id: "gap", x: 5, y: 9 },
      { id: "foot", x: 5, y: 1 },
      { id: "out", x: 11, y: 5 },
    ];
    expect(within(horseshoe, sites).map(({ id }) => id)).toEqual(["left", "foot"]);
    expect(
      within(
        [
          [0, 0],
          [9, 9],
        ],
        sites,
      ),
    ).toEqual([]);
  });

  it("passes over lines that are out of sight, and never over one that may be in it", () => {
    const [view, size] = [
      { x: 0, y: 0, pixelsPerMeter: 1 },
      { width: 100, height: 100 },
    ];
    const inSight = (...line: readonly (readonly [number, number])[]) => lineInSight(line, view, size);
    expect(inSight([-60, 0], [-51, 80])).toBe(false);
    expect(inSight([0, 51], [10, 90])).toBe(false);
    expect(inSight([-60, 0], [60, 0]), "right across").toBe(true);
    expect(inSight([0, 0])).toBe(true);
  });

  it("draws lamps close up, rosettes where they have room, and modes alone where they have not", () => {
    const scene = { ...sceneOf(VIEW), spacingMeters: 250 };
    const at = (pixelsPerMeter: number) => siteStyle(scene, { x: 0, y: 0, pixelsPerMeter });
    expect([at(2), at(0.2), at(0.05)]).toEqual(["heads", "rosette", "dot"]);
    expect(
      siteStyle({ ...scene, spacingMeters: Number.POSITIVE_INFINITY }, { x: 0, y: 0, pixelsPerMeter: 0.01 }),
    ).toBe("rosette");
  });

  it("looks for room for labels only when something of them has changed", () => {
    const places = labelPlaces();
    let asked = 0;
    const place = () => {
      asked += 1;
      return [];
    };
    places.of(["view", "Elm"], place);
    places.of(["view", "Elm"], place);
    expect(asked).toBe(1);
    places.of(["view", "▲ Elm · flash"], place);
    places.of(["view"], place);
    expect(asked).toBe(3);
  });
});

/** Events of a trace: a main thread, and a task of it. */
const main = (tid: number) => ({
  name: "thread_name",
  ph: "M",
  pid: 1,
  tid,
  ts: 0,
  args: { name: "CrRendererMain" },
});
const task = (tid: number, ts: number, dur: number, tdur: number) => ({
  name: "RunTask",
  ph: "X",
  pid: 1,
  tid,
  ts,
  dur,
  tdur,
});

it("the measure of a page's main thread is that of its busiest renderer, by sixtieths of a second", () => {
  const measured = mainThreadOf([
    main(1),
    main(2),
    task(1, 0, 500_000, 500_000),
    task(2, 0, 90_000, 4_000),
    task(2, 100_000, 60_000, 55_000),
    { ...task(2, 100_000, 60_000, 55_000), name: "ThreadControllerImpl::RunTask" },
  ]);
  expect(measured).toMatchObject({
    longestTask: 55,
    tasksOver50: 1,
    longestTaskWall: 90,
    tasksOver50Wall: 2,
  });
  expect(measured.seconds).toBeCloseTo(0.16, 9);
});
