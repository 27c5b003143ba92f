import { expect, it } from "vitest";
import { areaToAsk, visibleArea } from "../../src/console/draw/area.ts";

const VISIBLE = { west: 0, south: 0, east: 100, north: 60 };

it("what a canvas shows is a part of the street, north up", () => {
  const view = { x: 50, y: 20, pixelsPerMeter: 2 };
  expect(visibleArea(view, { width: 200, height: 80 })).toEqual({ west: 0, south: 0, east: 100, north: 40 });
});

it("asked for is half as much again on every side, and no more until that is left", () => {
  const asked = areaToAsk(VISIBLE, null);
  expect(asked).toEqual({ west: -50, south: -30, east: 150, north: 90 });
  expect(areaToAsk({ west: -49, south: 10, east: 51, north: 70 }, asked), "dragged a little").toBe(asked);
  const beyond = areaToAsk({ west: -51, south: 0, east: 49, north: 60 }, asked);
  expect(beyond).toEqual({ west: -101, south: -30, east: 99, north: 90 });
});

it("zoomed far into what was asked for, less is asked for", () => {
  const asked = areaToAsk(VISIBLE, null);
  expect(areaToAsk({ west: 0, south: 0, east: 50, north: 30 }, asked)).toBe(asked);
  expect(areaToAsk({ west: 0, south: 0, east: 49, north: 30 }, asked)).toEqual({
    west: -25,
    south: -15,
    east: 74,
    north: 45,
  });
});
