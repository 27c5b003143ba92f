import { describe, expect, it } from "vitest";
import { ACTUATIONS_PER_FRAME_MAX, detectionFrames } from "../../sim/controller/detection-frames.ts";
import type { Actuation } from "../../sim/field/plant.ts";
import { CONTROLLER_FRAME_LENGTH_MAX } from "../../src/adapters/frame-reader.ts";
import { shapeOf } from "../../src/model/fault.ts";
import { DetectionsFrame } from "../../src/protocol/frames.ts";
import { after, instantMs } from "../../src/units.ts";

const AT = instantMs(1_767_596_400_000);

/** Ten actuations a millisecond, from the begin of the second on. */
const actuations = (count: number): readonly Actuation[] =>
  Array.from({ length: count }, (_, index) => ({
    intersection: "t",
    detector: "d".repeat(128),
    at: after(AT, Math.floor(index / 10)),
    on: index % 2 === 0,
  }));

describe("the detections of a step", () => {
  it("are one frame, also when nobody passed", () => {
    expect(detectionFrames(AT, 7, [])).toEqual([
      { type: "detections", at: AT, sequence: 7, until: AT, events: [] },
    ]);
    const [one] = actuations(1);
    expect(detectionFrames(AT, 7, one === undefined ? [] : [one])[0]?.events).toEqual([
      ["d".repeat(128), AT, 1],
    ]);
  });

  it("are as many frames as they need, each numbered, each whole and short enough for a link", () => {
    const end = after(AT, 1000);
    const all = actuations(2 * ACTUATIONS_PER_FRAME_MAX + 5);
    const frames = detectionFrames(end, 7, all);
    expect(frames.map(({ sequence, events }) => [sequence, events.length])).toEqual([
      [7, 1000],
      [8, 1000],
      [9, 5],
    ]);
    // The 1000 of the first part end with millisecond 99, those of the second with 199.
    expect(frames.map(({ until }) => until - AT)).toEqual([99, 199, 1000]);
    expect(frames.flatMap(({ events }) => events)).toHaveLength(all.length);
    const shape = shapeOf(DetectionsFrame);
    for (const frame of frames) {
      expect(shape.accepts({ ...frame, seq: 1 })).toBe(true);
      expect(JSON.stringify(frame).length).toBeLessThan(CONTROLLER_FRAME_LENGTH_MAX);
    }
  });

  it("that divide evenly make no empty frame", () => {
    expect(detectionFrames(AT, 0, actuations(ACTUATIONS_PER_FRAME_MAX))).toHaveLength(1);
  });
});
