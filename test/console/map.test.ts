import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LabelWish, overlap, placeLabels } from "../../src/console/draw/labels.ts";
import { movementNames, shortNames } from "../../src/console/draw/names.ts";
import { bearingDegrees, convexHull, lastMeters, offsetLine } from "../../src/console/draw/polyline.ts";
import { seriesMax, sparkPath } from "../../src/console/draw/spark.ts";
import { fitView, panBy, toScreen, toWorld, viewBetween, zoomAt } from "../../src/console/draw/transform.ts";

const size = { width: 800, height: 400 };
const view = { x: 100, y: 50, pixelsPerMeter: 2 };

describe("map transform", () => {
  it("has north up: a point 10 m north-east of the middle is right of it and above", () => {
    expect(toScreen(view, size, 110, 60)).toEqual([420, 180]);
    expect(toWorld(view, size, 420, 180)).toEqual([110, 60]);
  });

  it("fits the narrower side and keeps the margin", () => {
    const fitted = fitView({ west: 0, east: 1000, south: -50, north: 50 }, size, 50);
    expect(fitted).toEqual({ x: 500, y: 0, pixelsPerMeter: 0.7 });
  });

  it("keeps under the cursor what is under it when zooming", () => {
    const coordinate = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(coordinate, coordinate, fc.double({ min: 0.2, max: 5, noNaN: true }), (x, y, factor) => {
        const before = toWorld(view, size, x, y);
        const after = toWorld(zoomAt(view, size, x, y, factor), size, x, y);
        expect(after[0]).toBeCloseTo(before[0], 6);
        expect(after[1]).toBeCloseTo(before[1], 6);
      }),
      { seed: 1 },
    );
  });

  it("takes the street along when it is dragged", () => {
    const [x, y] = toScreen(panBy(view, 30, -20), size, 100, 50);
    expect([x, y]).toEqual([430, 180]);
  });

  it("flies from one view to another and arrives exactly", () => {
    const to = { x: 900, y: -20, pixelsPerMeter: 8 };
    expect(viewBetween(view, to, 0)).toEqual(view);
    expect(viewBetween(view, to, 1)).toEqual(to);
    expect(viewBetween(view, to, 0.5).pixelsPerMeter).toBeCloseTo(4);
  });
});

describe("lines", () => {
  const east = [
    [0, 0],
    [100, 0],
  ] as const;

  it("are offset to the right of their direction", () => {
    expect(offsetLine(east, 3)).toEqual([
      [0, -3],
      [100, -3],
    ]);
  });

  it("keep their distance around a corner", () => {
    const corner = offsetLine(
      [
        [0, 0],
        [100, 0],
        [100, 100],
      ],
      3,
    );
    expect(corner[1]?.[0]).toBeCloseTo(103);
    expect(corner[1]?.[1]).toBeCloseTo(-3);
  });

  it("are cut to their last metres", () => {
    expect(
      lastMeters(
        [
          [0, 0],
          [60, 0],
          [100, 0],
        ],
        70,
      ),
    ).toEqual([
      [30, 0],
      [60, 0],
      [100, 0],
    ]);
    expect(lastMeters(east, 500)).toEqual(east);
  });

  it("have bearings clockwise from north", () => {
    expect(
      [
        [0, 1],
        [1, 0],
        [0, -1],
        [-1, 0],
      ].map(([x = 0, y = 0]) => bearingDegrees([x, y])),
    ).toEqual([0, 90, 180, 270]);
  });

  it("are enclosed by a hull without the points inside", () => {
    expect(
      convexHull([
        [0, 0],
        [4, 0],
        [2, 1],
        [4, 4],
        [0, 4],
      ]),
    ).toEqual([
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ]);
  });
});

const wish = (id: string, x: number, priority = 0): LabelWish => ({
  id,
  x,
  y: 200,
  gap: 10,
  width: 100,
  height: 16,
  priority,
});

describe("labels", () => {
  it("stand below their point, and above where the place below is taken", () => {
    expect(placeLabels([wish("a", 300), wish("b", 350)], [], size)).toEqual([
      { id: "a", x: 250, y: 210, width: 100, height: 16 },
      { id: "b", x: 300, y: 174, width: 100, height: 16 },
    ]);
  });

  it("are kept by priority when there is no room for all", () => {
    const crowd = Array.from({ length: 12 }, (_, index) => wish(`n${index}`, 300 + index));
    const placed = placeLabels([...crowd, wish("chosen", 306, 1)], [], size).map(({ id }) => id);
    expect(placed[0]).toBe("chosen");
    expect(placed.length).toBeLessThan(crowd.length);
  });

  it("never overlap each other or an obstacle, and never leave the canvas", () => {
    const coordinate = fc.integer({ min: 0, max: 800 });
    const wishes = fc.array(
      fc.record({
        x: coordinate,
        y: fc.integer({ min: 0, max: 400 }),
        width: fc.integer({ min: 20, max: 160 }),
      }),
      {
        maxLength: 30,
      },
    );
    let pairs = 0;
    fc.assert(
      fc.property(wishes, (drawn) => {
        const obstacle = { x: 380, y: 180, width: 40, height: 40 };
        const placed = placeLabels(
          drawn.map((one, index) => ({
            ...one,
            id: String(index),
            gap: 12,
            height: 16,
            priority: index % 3,
          })),
          [obstacle],
          size,
        );
        for (const [index, box] of placed.entries()) {
          expect(overlap(box, obstacle), `label ${box.id} and the obstacle`).toBe(false);
          expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 800 && box.y + box.height <= 400).toBe(
            true,
          );
          for (const other of placed.slice(index + 1)) {
            pairs += 1;
            expect(overlap(box, other), `labels ${box.id} and ${other.id}`).toBe(false);
          }
        }
      }),
      { seed: 3 },
    );
    expect(pairs, "pairs looked at").toBeGreaterThan(500);
  });
});

const movement = (id: string, turn: "left" | "through" | "uturn", fromLink: string) => ({
  id,
  turn,
  fromLink,
  fromLanes: ["x"],
  toLink: "out",
  phase: "1",
  saturationFlowVehPerHour: 1800,
});

describe("names", () => {
  const links = [
    {
      id: "east",
      name: "Main eastbound",
      shape: [
        [0, 0],
        [50, 5],
      ] as [number, number][],
    },
    {
      id: "ramp",
      name: "Ramp",
      shape: [
        [0, 20],
        [50, 25],
      ] as [number, number][],
    },
    {
      id: "south",
      shape: [
        [0, 90],
        [3, 0],
      ] as [number, number][],
    },
  ];

  it("say where a movement is bound and how it turns", () => {
    const names = movementNames([movement("a", "through", "east"), movement("b", "uturn", "south")], links);
    expect([...names.values()]).toEqual(["EB through", "SB U-turn"]);
  });

  it("name the link too where two movements would be called the same", () => {
    const names = movementNames([movement("a", "left", "east"), movement("b", "left", "ramp")], links);
    expect([...names.values()]).toEqual(["EB left (Main eastbound)", "EB left (Ramp)"]);
  });

  it.each([
    [
      ["Union Avenue and Ash Street", "Union Avenue and Elm Street"],
      ["Ash Street", "Elm Street"],
    ],
    [
      ["Ash Street and Union Avenue", "Elm Road and Union Avenue"],
      ["Ash Street", "Elm Road"],
    ],
    [
      ["Ash Street", "Elm Street"],
      ["Ash Street", "Elm Street"],
    ],
    [
      ["Main Street", "Main Street north"],
      ["Main Street", "Main Street north"],
    ],
    [["Union Avenue and Ash Street"], ["Union Avenue and Ash Street"]],
  ])("of %j are shortened to %j", (names, expected) => {
    expect(shortNames(names)).toEqual(expected);
  });
});

describe("sparklines", () => {
  it("break where nothing is known, and show a lone value as a dash", () => {
    expect(sparkPath([0, 10, null, 20, null], 20, 80, 20)).toBe("M0.0 20.0L20.0 10.0M60.0 0.0h10.0");
  });

  it("have a scale even when everything is unknown", () => {
    expect(seriesMax([null], [])).toBe(1);
    expect(seriesMax([3, null], [7])).toBe(7);
  });
});
