import { describe, expect, it } from "vitest";
import { LANE_WIDTH_METERS, sceneOf } from "../../src/console/draw/scene.ts";
import { laneOffsetsOf } from "../../sim/traffic/positions.ts";
import type { NetworkView } from "../../src/protocol/live.ts";

const lane = (id: string, lengthMeters: number) => ({ id, lengthMeters });
const movement = (id: string, turn: "left" | "through", lanes: string[], phase: string) => ({
  id,
  turn,
  fromLink: "in",
  fromLanes: lanes,
  toLink: "out",
  phase,
  saturationFlowVehPerHour: 1800,
});
const phase = (id: string) => ({
  id,
  greenMinSeconds: 5,
  greenMaxSeconds: 60,
  yellowSeconds: 4,
  redClearSeconds: 2,
});

/**
 * One approach from the west into node x: two full lanes and a left-turn pocket of 40 m; one carriageway away from it.
 * Traffic keeps right, so lanes count from the south (kerb) to the north.
 */
function viewOf(handedness: "right" | "left"): NetworkView {
  const link = (
    id: string,
    from: string,
    to: string,
    shape: [number, number][],
    lanes: ReturnType<typeof lane>[],
  ) => ({
    id,
    from,
    to,
    lengthMeters: 100,
    speedMetersPerSecond: 14,
    storageVehicles: 20,
    shape,
    lanes,
  });
  const pedestrian = {
    crosswalkMeters: 10,
    walkSeconds: 7,
    clearSeconds: 8,
    bufferSeconds: 3,
    crosses: "in",
  };
  return {
    midnightAt: 0,
    plantStepMs: 1000,
    intervalMs: 300_000,
    network: {
      version: 1,
      id: "test",
      name: "Test",
      timeZone: "UTC",
      region: "test",
      handedness,
      nodes: [
        { id: "w", x: -120, y: 0 },
        { id: "x", x: 0, y: 0, intersection: "x" },
        { id: "e", x: 120, y: 0 },
      ],
      links: [
        link(
          "in",
          "w",
          "x",
          [
            [-110, 0],
            [-10, 0],
          ],
          [lane("in.0", 100), lane("in.1", 100), lane("in.2", 40)],
        ),
        link(
          "out",
          "x",
          "e",
          [
            [10, 0],
            [110, 0],
          ],
          [lane("out.0", 100), lane("out.1", 100)],
        ),
      ],
      routes: [],
      intersections: [
        {
          version: 1,
          id: "x",
          name: "X",
          node: "x",
          structure: "stages",
          movements: [movement("t", "through", ["in.0", "in.1"], "2"), movement("l", "left", ["in.2"], "5")],
          phases: [{ ...phase("2"), pedestrian }, phase("5")],
          stages: [{ id: "A", phases: ["2", "5"], permissive: [] }],
          conflicts: [],
          detectors: [],
          envelope: {
            cycleMinSeconds: 30,
            cycleMaxSeconds: 120,
            splitStepSeconds: 5,
            cycleChangeMinSeconds: 600,
            waitMaxSeconds: 120,
            planValidMaxSeconds: 900,
            transitionLengthenRatio: 0.2,
            transitionShortenRatio: 0.1,
          },
          plans: [
            { id: "p", cycleSeconds: 60, offsetSeconds: 0, stages: [{ stage: "A", splitSeconds: 60 }] },
          ],
          schedule: [{ from: "00:00", plan: "p" }],
        },
      ],
    },
  };
}

const half = LANE_WIDTH_METERS / 2;

describe("the scene of a network", () => {
  const scene = sceneOf(viewOf("right"));

  it("lays all lanes side by side on the shape, from the kerb; the pocket is there only at the end", () => {
    const lanes = scene.links[0]?.lanes.map(({ line, pocket }) => ({
      y: line.at(-1)?.[1],
      x: line[0]?.[0],
      pocket,
    }));
    expect(lanes).toEqual([
      { y: -2 * half, x: -110, pocket: false },
      { y: 0, x: -110, pocket: false },
      { y: 2 * half, x: -50, pocket: true },
    ]);
  });

  it("puts one signal head over the lanes of a phase, across them at the stop line", () => {
    const groups = scene.sites[0]?.approaches[0]?.groups;
    expect(groups).toEqual([
      {
        link: "in",
        phases: [0],
        turns: ["through"],
        from: [-10, expect.closeTo(-3 * half)],
        to: [-10, expect.closeTo(half)],
        headingDegrees: 90,
      },
      {
        link: "in",
        phases: [1],
        turns: ["left"],
        from: [-10, expect.closeTo(half)],
        to: [-10, expect.closeTo(3 * half)],
        headingDegrees: 90,
      },
    ]);
  });

  it("shows the approach from the west on the west side, its through phase first", () => {
    expect(scene.sites[0]?.approaches[0]).toMatchObject({ bearingDegrees: 270, phases: [0, 1] });
  });

  it("lays the crosswalk across all lanes of the leg, between stop line and junction", () => {
    const walk = scene.sites[0]?.crosswalks[0];
    expect([walk?.from[0], walk?.to[0]]).toEqual([-7.5, -7.5]);
    expect(Math.min(walk?.from[1] ?? 0, walk?.to[1] ?? 0)).toBeLessThan(-3 * half);
    expect(Math.max(walk?.from[1] ?? 0, walk?.to[1] ?? 0)).toBeGreaterThan(3 * half);
  });

  it("mirrors the lanes where traffic keeps left", () => {
    const mirrored = sceneOf(viewOf("left")).links[0]?.lanes.map(({ line }) => line.at(-1)?.[1]);
    expect(mirrored).toEqual([2 * half, 0, -2 * half]);
  });

  it.each(["right", "left"] as const)(
    "has its lanes where the traffic model drives, keeping %s",
    (handedness) => {
      const view = viewOf(handedness);
      const drawn = sceneOf(view).links.flatMap(({ lanes }) =>
        lanes.map(({ line }) => -(line.at(-1)?.[1] ?? NaN)),
      );
      const driven = [...laneOffsetsOf(view.network)];
      expect(driven).toHaveLength(5);
      driven.forEach((offset, index) => expect(drawn[index], `lane ${index}`).toBeCloseTo(offset));
    },
  );
});
