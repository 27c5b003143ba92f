import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { openIn } from "./open-history.ts";

const event = (at: number, intersection: string, number: number, code: number, parameter: number) => ({
  at,
  intersection,
  number,
  code,
  parameter,
});

describe("a history", () => {
  it("gives back what was stored, by instant, and events in columns", async () => {
    const { history } = await openIn(await temporaryFolder());
    history.append({
      table: "events",
      rows: [event(1000, "b", 0, 1, 2), event(1100, "a", 0, 82, 7), event(1000, "a", 1, 8, 2)],
    });
    await history.flushed();
    expect(await history.read("events", { from: 1000, to: 1100 })).toEqual({
      ok: true,
      value: [event(1000, "b", 0, 1, 2), event(1000, "a", 1, 8, 2)],
    });
    expect(await history.events({ from: 0, to: 2000 })).toEqual({
      ok: true,
      value: {
        intersections: ["a", "b"],
        at: new Float64Array([1000, 1000, 1100]),
        intersection: new Uint16Array([0, 1, 0]),
        code: new Uint16Array([8, 1, 82]),
        parameter: new Uint16Array([2, 2, 7]),
      },
    });
  });
});
