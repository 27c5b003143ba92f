import { describe, expect, it } from "vitest";
import { phaseNumbers } from "../../src/model/phase-number.ts";
import { orderEvents } from "../../src/signal/coordination-events.ts";
import { NO_ORDERS } from "../../src/signal/environment.ts";
import { second } from "./crossings.ts";
import { nemaEight, PEDESTRIANS, runStreet, type Timed, vehicle, walker } from "./street.ts";

const ids = (...names: readonly string[]) => phaseNumbers(names.map((id) => ({ id })));

const hold = (...held: readonly number[]) => ({ ...NO_ORDERS, hold: held });

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
      [0.1, 2, 2],
      [0.1, 2, 6],
      [6, 3, 2],
      [6, 3, 6],
      [6, 31, 1],
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
      [11, 44, 4],
      [12, 43, 1],
      [12.1, 2, 4],
      [17, 3, 4],
      [18, 22, 4],
      [26, 23, 4],
      [26, 31, 2],
      [26, 4, 4],
      [26, 7, 4],
      [26, 8, 4],
      [30, 9, 4],
      [30, 10, 4],
      [31, 11, 4],
      [31, 12, 4],
      [31, 0, 1],
      [31, 1, 1],
      [31, 44, 1],
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

  it("without red clearance 10 stands beside 9, and there is no 11", () => {
    const table = nemaEight({ "2": { redClearSeconds: 0 } });
    const { events } = runStreet(table, { to: 11, inputs: [[0, vehicle(3)]] });
    expect(events.filter(([at, , phase]) => at >= 10 && phase === 2)).toEqual([
      [10, 9, 2],
      [10, 10, 2],
      [10, 12, 2],
    ]);
  });

  it("numbers phases by their ids, where all are NEMA numbers, and by their places otherwise", () => {
    expect(ids("2", "4", "5", "6")).toEqual([2, 4, 5, 6]);
    expect(ids("2", "main", "6")).toEqual([1, 2, 3]);
    expect(ids("02", "4")).toEqual([1, 2]);
    expect(ids("256")).toEqual([1]);
  });

  it("tells holds and ordered stages, which begin and end", () => {
    const table = nemaEight({});
    const at = second(0);
    expect(orderEvents(table, NO_ORDERS, hold(1, 5), at)).toEqual([
      [at, 41, 2],
      [at, 41, 6],
    ]);
    expect(orderEvents(table, hold(1, 5), hold(5), at)).toEqual([[at, 42, 2]]);
    expect(orderEvents(table, hold(5), hold(5), at)).toEqual([]);
    const stage = { ...NO_ORDERS, stage: 0 };
    const phases = (table.stages[0]?.phases ?? []).map((phase) => phase + 1);
    expect(orderEvents(table, NO_ORDERS, stage, at)).toEqual(phases.map((phase) => [at, 41, phase]));
  });
});
