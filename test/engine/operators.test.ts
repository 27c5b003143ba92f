import { describe, expect, it } from "vitest";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input, InputOf } from "../../src/engine/input.ts";
import { counters, detailView } from "../../src/engine/view.ts";
import { after, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { BEGIN, give, logOf, nodeOf, plansOf, runLoop, started } from "./closed-loop.ts";

describe("an alarm", () => {
  it("is told at once: a monitor's trip first of all", () => {
    const loop = started();
    const alarm = (code: InputOf<"alarm">["code"]): readonly Effect[] =>
      give(loop, [{ kind: "alarm", at: BEGIN, intersection: "t", code, detail: "why" }]);
    expect(logOf(alarm("MONITOR_TRIP"))[0]).toMatchObject({
      priority: "P1",
      text: "MONITOR_TRIP: why",
      topic: "alarm",
    });
    expect(logOf(alarm("ENGINE_LOST"))[0]).toMatchObject({ priority: "P2", text: "ENGINE_LOST: why" });
    expect(logOf(alarm("PLAN_EXPIRED"))[0]).toMatchObject({ priority: "P2" });
    expect(loop.state.counts.alarms).toBe(3);
  });
});

describe("what operators see", () => {
  it("counts what came, what was dropped and why, and what went out", () => {
    const loop = started({
      // Every detections frame comes twice, and one in thirty not at all.
      inputs: (inputs, at) =>
        inputs.flatMap((input): readonly Input[] => {
          if (input.kind !== "detections") return [input];
          return (at / SECOND_MS) % 30 === 17 ? [] : [input, input];
        }),
    });
    runLoop(loop, 300);
    const shown = Object.fromEntries(counters(loop.state).map(({ name, value }) => [name, value]));
    expect(shown).toMatchObject({
      duplicateFrames: 290,
      missingFrames: 10,
      lateEvents: 0,
      unknownDetectors: 0,
    });
    expect(shown["plansPushed"]).toBe(plansOf(loop.effects).length);
  });

  it("does not believe intervals in which too many frames are missing", () => {
    const loop = started({
      inputs: (inputs, at) =>
        inputs.filter(({ kind }) => kind !== "detections" || (at / SECOND_MS) % 10 !== 3),
    });
    runLoop(loop, 180);
    const recent = nodeOf(loop).series[0]?.recent ?? [];
    expect(recent).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("shows history, forecast and the running plan of each movement", () => {
    const loop = runLoop(started(), 60 * 5 + 30);
    const detail = detailView(loop.state, loop.tables, 0);
    expect(detail.movements.map(({ movement }) => movement)).toEqual([
      "EBT",
      "EBR",
      "WBT",
      "WBL",
      "NBL",
      "NBR",
    ]);
    const [through] = detail.movements;
    expect(through?.history).toHaveLength(5);
    expect(through?.history[0]?.from).toBe(BEGIN);
    expect(through?.nextFrom).toBe(after(BEGIN, 5 * MINUTE_MS));
    const next = through?.next;
    expect(next?.vehPerHour).toBeGreaterThan(0);
    expect(next?.lowerVehPerHour).toBeLessThan(next?.vehPerHour ?? 0);
    expect(next?.upperVehPerHour).toBeGreaterThan(next?.vehPerHour ?? 0);
    // The first interval was forecast by nobody, the later ones were.
    expect(through?.history.map(({ forecast }) => forecast === null)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(through?.degreeOfSaturation).toBeGreaterThan(0);
    expect(detail.running?.source).toBe("engine");
    const sum = detail.running?.stages.reduce((total, { splitMs }) => total + splitMs, 0);
    expect(sum).toBe(detail.running?.cycleMs);
  });
});
