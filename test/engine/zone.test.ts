import { describe, expect, it } from "vitest";
import type { Input } from "../../src/engine/input.ts";
import { step } from "../../src/engine/step.ts";
import { after } from "../../src/units.ts";
import { BEGIN, nodeOf, started } from "./closed-loop.ts";

describe("what an area detector sees", () => {
  it("is kept with its instant until it is seen anew; it has no effect by itself", () => {
    const loop = started();
    expect(nodeOf(loop).zone).toBeNull();
    const seen: Input = {
      kind: "zone",
      at: loop.at,
      intersection: "t",
      vehicles: [["west_t.0", [1, 35, 0]]],
    };
    const one = step(loop.state, seen, loop.tables);
    expect(one.effects).toEqual([]);
    expect(one.state.nodes.at(0)?.zone).toEqual({ at: loop.at, vehicles: [["west_t.0", [1, 35, 0]]] });
    const gone = step(one.state, { ...seen, at: after(loop.at, 1000), vehicles: [] }, loop.tables);
    expect(gone.state.nodes.at(0)?.zone).toEqual({ at: after(loop.at, 1000), vehicles: [] });
    expect({ ...gone.state.nodes.at(0), zone: null }).toEqual(loop.state.nodes.at(0));
  });

  it("of an intersection that is not there is a broken invariant", () => {
    const { state, tables } = started();
    const stranger: Input = { kind: "zone", at: BEGIN, intersection: "nowhere", vehicles: [] };
    expect(() => step(state, stranger, tables)).toThrow(/intersection nowhere/);
  });
});
