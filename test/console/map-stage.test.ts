import { beforeEach, describe, expect, it } from "vitest";
import type { MapShown } from "../../src/console/draw/map-shown.ts";
import { type MapLayers, mapStage, type StageOrder } from "../../src/console/draw/map-stage.ts";
import { FIELDS_MOTION, placeAt } from "../../src/console/draw/motion.ts";
import type { Scene } from "../../src/console/draw/scene.ts";

/** A street without anything on it: vehicles need no road to be painted. */
const SCENE: Scene = {
  bounds: { west: 0, south: 0, east: 100, north: 100 },
  links: [],
  junctions: [],
  sites: [],
  spacingMeters: Number.POSITIVE_INFINITY,
  regions: [],
  kerbSide: 1,
};

const SHOWN: MapShown = {
  view: { x: 0, y: 0, pixelsPerMeter: 2 },
  size: { width: 200, height: 100 },
  pixelRatio: 2,
  selected: null,
  titled: false,
  abnormal: new Map(),
  abnormalOnly: false,
  detectors: new Map(),
  group: new Set(),
  layers: new Set(["modes", "vehicles"]),
  links: new Map(),
  lasso: [],
};

/** Keeps how often each layer was painted, and where its first vehicle was the last time: metres to the east. */
type Painted = {
  street: number;
  links: number;
  vehicles: number;
  signs: number;
  vehicleAtMeters: number | null;
};

let painted: Painted;
let nowMs: number;
let waiting: ((nowMs: number) => void)[];
let tell: (order: StageOrder) => void;

const count = (layer: "street" | "links" | "signs") => (): void => {
  painted[layer] += 1;
};

function recorder(): MapLayers {
  return {
    street: count("street"),
    links: count("links"),
    signs: count("signs"),
    vehicles: (_shown, _street, traffic) => {
      painted.vehicles += 1;
      const place = new Float64Array(FIELDS_MOTION);
      if (traffic !== null) placeAt(traffic.motion, 0, traffic.progress, place, 0);
      painted.vehicleAtMeters = traffic === null ? null : (place[0] ?? null);
    },
  };
}

/** The next animation frame; whether there was one to come. */
function animationFrame(atMs: number): boolean {
  nowMs = atMs;
  const due = waiting;
  waiting = [];
  for (const draw of due) draw(atMs);
  return due.length > 0;
}

function frameOf(vehicles: readonly number[], glides = true): StageOrder {
  return {
    kind: "frame",
    frame: { at: 0, intersections: [] },
    vehicles: Float64Array.from(vehicles),
    glides,
  };
}

/** Heading east at y = 0; x in decimetres. */
const eastward = (xDecimeters: number): readonly number[] => [7, xDecimeters, 0, 90, 45];

beforeEach(() => {
  painted = { street: 0, links: 0, vehicles: 0, signs: 0, vehicleAtMeters: null };
  nowMs = 0;
  waiting = [];
  tell = mapStage({ request: (draw) => waiting.push(draw), nowMs: () => nowMs });
  tell({ kind: "map", map: 1, painter: recorder() });
});

function begin(shown: MapShown = SHOWN): void {
  tell({ kind: "street", street: { scene: SCENE, plantStepMs: 1000 } });
  tell({ kind: "show", map: 1, shown });
}

describe("the stage that paints maps", () => {
  it("paints nothing before it knows the street", () => {
    tell({ kind: "show", map: 1, shown: SHOWN });
    animationFrame(16);
    expect(painted).toMatchObject({ street: 0, links: 0, vehicles: 0, signs: 0 });
  });

  it("moves a vehicle with each animation frame and paints nothing else for it", () => {
    begin();
    tell(frameOf(eastward(0)));
    animationFrame(100);
    tell(frameOf(eastward(100)));
    const before = { ...painted };
    // 10 m in the gap that was seen, 100 ms.
    animationFrame(150);
    expect(painted.vehicleAtMeters).toBe(5);
    animationFrame(200);
    expect(painted.vehicleAtMeters).toBe(10);
    expect(painted).toEqual({ ...before, vehicles: before.vehicles + 2, vehicleAtMeters: 10 });
    expect(animationFrame(216)).toBe(false);
  });

  it("leaves a picture where no vehicle is a pixel further yet", () => {
    // .1 pixels a metre: 150 m/s are 15 pixels a second, one in 67 ms.
    begin({ ...SHOWN, view: { x: 0, y: 0, pixelsPerMeter: 0.1 } });
    tell(frameOf(eastward(0)));
    animationFrame(100);
    tell(frameOf(eastward(100)));
    animationFrame(100);
    const before = painted.vehicles;
    animationFrame(160);
    expect(painted.vehicles).toBe(before);
    animationFrame(168);
    expect(painted.vehicles).toBe(before + 1);
  });

  it("lets vehicles stand where the frame has them for who wants no motion", () => {
    begin();
    tell(frameOf(eastward(0), false));
    tell(frameOf(eastward(100), false));
    animationFrame(16);
    expect(painted.vehicleAtMeters).toBe(10);
    expect(animationFrame(32)).toBe(false);
  });

  it("paints signs when it is told what changed with a frame, and the street no more", () => {
    begin();
    animationFrame(16);
    tell(frameOf([]));
    animationFrame(32);
    expect(painted).toMatchObject({ street: 1, links: 1, signs: 1 });
    tell({ kind: "change", map: 1, changes: { selected: "x" } });
    animationFrame(48);
    expect(painted).toMatchObject({ street: 1, links: 1, signs: 2 });
  });

  it("paints everything anew where another part of the street is shown", () => {
    begin();
    animationFrame(16);
    tell({ kind: "change", map: 1, changes: { view: { x: 10, y: 0, pixelsPerMeter: 2 } } });
    animationFrame(32);
    expect(painted).toMatchObject({ street: 2, links: 2, vehicles: 2, signs: 2 });
  });

  it("takes the vehicles away with their layer, once", () => {
    begin();
    tell(frameOf(eastward(0)));
    animationFrame(100);
    expect(painted.vehicleAtMeters).toBe(0);
    tell({ kind: "change", map: 1, changes: { layers: new Set(["modes"]) } });
    animationFrame(116);
    expect(painted.vehicleAtMeters).toBeNull();
    expect(animationFrame(132)).toBe(false);
  });

  it("paints no map that is gone", () => {
    begin();
    animationFrame(16);
    const before = { ...painted };
    tell({ kind: "gone", map: 1 });
    tell({ kind: "change", map: 1, changes: { selected: "x" } });
    tell(frameOf(eastward(0)));
    animationFrame(32);
    expect(painted).toEqual(before);
  });
});
