import { describe, expect, it } from "vitest";
import {
  barsPath,
  clipped,
  dotsPath,
  linearScale,
  linePath,
  timeTicks,
  valueTicks,
} from "../../src/console/draw/plot.ts";
import { bandsPath, spreadOut, tracksByMinute, tracksPath } from "../../src/console/draw/time-space.ts";
import type { Track } from "../../src/console/draw/tracks.ts";

const MINUTE = 60_000;
const same = (value: number): number => value;

describe("axes", () => {
  it("map one stretch to another", () => {
    const scale = linearScale([10, 20], [0, 100]);
    expect([scale(10), scale(15), scale(20)]).toEqual([0, 50, 100]);
    expect(linearScale([5, 5], [7, 9])(5)).toBe(7);
  });

  it("have round values up to the first above all", () => {
    expect(valueTicks(43, 3)).toEqual([0, 20, 40, 60]);
    expect(valueTicks(0.31, 3)).toEqual([0, 0.2, 0.4]);
    expect(valueTicks(0, 2)).toEqual([0, 0.5, 1]);
  });

  it("have round instants, no more than there is room for", () => {
    expect(timeTicks([7 * MINUTE, 62 * MINUTE], 4)).toEqual(
      [15, 30, 45, 60].map((minute) => minute * MINUTE),
    );
    expect(timeTicks([0, 20_000], 5)).toEqual([0, 5_000, 10_000, 15_000, 20_000]);
  });
});

const track = (direction: "onward" | "back", endedAt: number): Track => ({
  direction,
  points: [0, 0, endedAt, 9],
});

describe("paths", () => {
  it("of a line are interrupted where nothing is known", () => {
    expect(linePath([[0, 1], [2, 3], null, [4, 5]])).toBe("M0 1L2 3M4 5h0.1");
  });

  it("of bars and dots are one", () => {
    expect(
      barsPath(
        [
          [0, 2],
          [5, 6.25],
        ],
        same,
        10,
        4,
      ),
    ).toBe("M0 10H2v4H0zM5 10H6.3v4H5z");
    expect(dotsPath([[1, 2]])).toBe("M1 2h0.1");
  });

  it("are cut at the borders of a window", () => {
    expect(
      clipped(
        [
          [0, 5],
          [8, 12],
          [20, 30],
        ],
        [3, 10],
      ),
    ).toEqual([
      [3, 5],
      [8, 10],
    ]);
  });

  it("of a band slant by the travel time", () => {
    const band = { fromMeters: 0, toMeters: 100, departures: [[0, 1_000]] as const };
    // 100 m at 20 m/s: 5 s.
    expect(bandsPath(band, 20, same, same)).toBe("M0 0L1000 0L6000 100L5000 100z");
  });

  it("of vehicles that are gone stand together by the minute", () => {
    const groups = tracksByMinute([
      track("onward", 59_000),
      track("back", 30_000),
      track("onward", 10_000),
      track("onward", 60_000),
    ]);
    expect([...groups].map(([key, tracks]) => [key, tracks.length])).toEqual([
      ["onward 0", 2],
      ["back 0", 1],
      ["onward 1", 1],
    ]);
  });

  it("of vehicles go from corner to corner", () => {
    expect(tracksPath([{ direction: "onward", points: [1_000, 10, 6_040, 20.4] }], 1_000)).toBe("M0 10L5 20");
  });
});

describe("labels one below the other", () => {
  it("make room for each other and stay in the picture", () => {
    expect(spreadOut([10, 50, 100], 24, [0, 200])).toEqual([10, 50, 100]);
    expect(spreadOut([10, 12, 100], 24, [0, 200])).toEqual([10, 34, 100]);
    expect(spreadOut([150, 190, 199], 24, [0, 200])).toEqual([150, 176, 200]);
  });
});
