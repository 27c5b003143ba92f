import { describe, expect, it } from "vitest";
import { nemaEight, PEDESTRIANS, runStreet, type Timed, vehicle, walker } from "./street.ts";

describe("the high-resolution log", () => {
  it("of a phase with walkers, in its order, and of the phase that follows it", () => {
    const table = nemaEight({ "4": { pedestrian: PEDESTRIANS } });
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [0, walker(3)],
      [12, vehicle(0)],
    ];
    expect(runStreet(table, { to: 32, inputs }).events).toEqual([
      [0, 43, 4],
      [0, 45, 4],
      [6, 4, 2],
      [6, 7, 2],
      [6, 8, 2],
      [6, 4, 6],
      [6, 7, 6],
      [6, 8, 6],
      [10, 9, 2],
      [10, 10, 2],
      [10, 9, 6],
      [10, 10, 6],
      [11, 11, 2],
      [11, 12, 2],
      [11, 11, 6],
      [11, 12, 6],
      [11, 0, 4],
      [11, 21, 4],
      [11, 1, 4],
      [12, 43, 1],
      [18, 22, 4],
      [26, 23, 4],
      [26, 4, 4],
      [26, 7, 4],
      [26, 8, 4],
      [30, 9, 4],
      [30, 10, 4],
      [31, 11, 4],
      [31, 12, 4],
      [31, 0, 1],
      [31, 1, 1],
    ]);
  });

  it("with a leading pedestrian interval walk begins with the phase, green later", () => {
    const table = nemaEight({ "4": { pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } } });
    const { events } = runStreet(table, { to: 15, inputs: [[0, walker(3)]] });
    expect(events.filter(([, code, phase]) => phase === 4 && code < 40)).toEqual([
      [11, 0, 4],
      [11, 21, 4],
      [14, 1, 4],
    ]);
  });

  it("without red clearance there is no 10 and no 11", () => {
    const table = nemaEight({ "2": { redClearSeconds: 0 } });
    const { events } = runStreet(table, { to: 11, inputs: [[0, vehicle(3)]] });
    expect(events.filter(([at, , phase]) => at >= 10 && phase === 2)).toEqual([
      [10, 9, 2],
      [10, 12, 2],
    ]);
  });
});
