import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect } from "../../src/engine/effect.ts";
import { type Handover, handoverOf } from "../../src/engine/handover.ts";
import { startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { MODES } from "../../src/model/mode.ts";
import { after, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { BEGIN, give, logOf, nodeOf, runLoop, started, startLoop } from "./closed-loop.ts";

const T: Handover["nodes"][number] = {
  intersection: "t",
  mode: "local",
  modeLease: { until: after(BEGIN, 30_000), standing: "shadow", by: "ann", reason: "works" },
  control: {
    area: "a1",
    by: "ann",
    reason: "parade",
    since: after(BEGIN, -MINUTE_MS),
    until: after(BEGIN, 20_000),
  },
};
const LEFT: Handover = { at: after(BEGIN, -MINUTE_MS), configured: "plan", nodes: [T] };

const textsOf = (effects: readonly Effect[]): readonly string[] => logOf(effects).map(({ text }) => text);
const ask = { kind: "mode", intersection: "t", mode: "plan", by: "bob", reason: "all clear" } as const;

describe("what operators had set before the engine was started again", () => {
  it("is what an engine that stops has: nothing where nobody asked anything", () => {
    const loop = started();
    const begun = { at: BEGIN, configured: "plan" };
    expect(handoverOf(loop.state, loop.tables)).toEqual({ ...begun, nodes: [] });
    const asked = { at: BEGIN, intersection: "t", by: "ann", reason: "works" };
    give(loop, [
      { ...asked, kind: "mode", mode: "shadow" },
      { ...asked, kind: "mode", mode: "local", until: after(BEGIN, 30_000) },
      {
        ...asked,
        kind: "control",
        reason: "parade",
        area: "a1",
        until: after(BEGIN, 20_000),
        takeOver: false,
      },
    ]);
    const control = { ...T.control, since: BEGIN };
    expect(handoverOf(loop.state, loop.tables)).toEqual({ ...begun, nodes: [{ ...T, control }] });
  });

  it("holds to the end that was asked for, and then what stood before comes back", () => {
    const loop = startLoop({ handover: LEFT });
    expect(nodeOf(loop)).toMatchObject({ mode: "local", control: T.control });
    expect(logOf(give(loop, [{ ...ask, at: BEGIN }]))[0]).toMatchObject({
      text: "Mode not changed to plan: CONTROL ann has control for another 20 s: parade",
    });
    runLoop(loop, 19);
    expect(nodeOf(loop).control).toEqual(T.control);
    runLoop(loop, 1);
    expect(nodeOf(loop).control).toBeNull();
    runLoop(loop, 9);
    expect(nodeOf(loop).mode).toBe("local");
    runLoop(loop, 1);
    expect(nodeOf(loop)).toMatchObject({ mode: "shadow", modeLease: null });
    const told = textsOf(loop.effects).filter((text) => /Mode|Control/.test(text));
    expect(told.slice(-2)).toEqual(["Control is over: its time has run out", "Mode local → shadow"]);
  });

  it("is over with the first instant where its end passed meanwhile, and that is told", () => {
    const lease = { until: after(BEGIN, -1_000), standing: "shadow", by: "ann", reason: "works" } as const;
    const loop = startLoop({ handover: { ...LEFT, nodes: [{ ...T, modeLease: lease, control: null }] } });
    expect(nodeOf(loop)).toMatchObject({ mode: "shadow", modeLease: null });
    expect(logOf(loop.effects).find(({ text }) => text === "Mode local → shadow")).toMatchObject({
      at: BEGIN,
      reason: "its time is over, which ann had asked for: works",
    });
  });

  it.each([
    ["a simulated run that began anew", BEGIN],
    ["one of an earlier day", after(BEGIN, 24 * 60 * MINUTE_MS)],
  ])("keeps nothing that has an end under another clock: %s", (_, at) => {
    const loop = startLoop({ handover: { ...LEFT, at } });
    expect(nodeOf(loop)).toMatchObject({ mode: "shadow", modeLease: null, control: null });
  });

  it("gives way to another mode on the command line, but for control; and to a network without it", () => {
    const other = startLoop({ mode: "adaptive", handover: LEFT });
    expect(nodeOf(other)).toMatchObject({ mode: "adaptive", modeLease: null, control: T.control });
    const gone = startLoop({ handover: { ...LEFT, nodes: [{ ...T, intersection: "gone" }] } });
    expect(nodeOf(gone)).toMatchObject({ mode: "plan", modeLease: null, control: null });
  });

  it("never lasts longer for a restart, nor shorter, whenever that is", () => {
    const { tables } = started();
    const mode = fc.constantFrom(...MODES);
    const seconds = fc.integer({ min: 1, max: 7_200 });
    fc.assert(
      fc.property(mode, mode, seconds, seconds, (leased, standing, lastsS, downS) => {
        const at = after(BEGIN, downS * SECOND_MS);
        const until = after(BEGIN, lastsS * SECOND_MS);
        const node = {
          ...T,
          mode: leased,
          modeLease: { until, standing, by: "ann", reason: "" },
          control: null,
        };
        const handover = { at: BEGIN, configured: "plan", nodes: [node] } as const;
        const again = { ...tables, configuration: { ...tables.configuration, handover } };
        const { state } = step(startEngine(again, at), { kind: "tick", at }, again);
        expect(state.nodes.at(0)?.mode).toBe(lastsS > downS ? leased : standing);
        // Whoever stops in turn hands over the same again.
        const next = handoverOf(state, again).nodes[0];
        if (lastsS > downS) expect(next).toEqual(node);
      }),
    );
  });
});
