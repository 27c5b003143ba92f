import { describe, expect, it } from "vitest";
import type { PlantStep } from "../../sim/field/plant.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import { after } from "../../src/units.ts";
import { START, startField } from "./fake-field.ts";

const until = (seconds: number) => after(START, seconds * 1000);

const zonesOf = (events: readonly FieldEvent[]) =>
  events.flatMap((event) => (event.kind === "frame" && event.frame.type === "zone" ? [event.frame] : []));

/** A vehicle that comes nearer by 10 m a step. */
const approaching = (index: number): Partial<PlantStep> => ({
  zones: [{ intersection: "t", vehicles: [["west_t.0", [1, 500 - 100 * index, 1000]]] }],
});

describe("a field with area detectors", () => {
  it("asks the plant for zones and sends each controller's, once a second, before its state", async () => {
    const { result, engine, zonesWanted } = startField({
      observe: "zone",
      until: until(3),
      step: approaching,
    });
    await result;
    expect(zonesWanted).toEqual([true, true, true]);
    expect(zonesOf(engine.events).map(({ at, vehicles }) => [at - START, vehicles])).toEqual([
      [1000, [["west_t.0", [1, 500, 1000]]]],
      [2000, [["west_t.0", [1, 400, 1000]]]],
      [3000, [["west_t.0", [1, 300, 1000]]]],
    ]);
    const frames = engine.events.flatMap((event) => (event.kind === "frame" ? [event.frame] : []));
    const lastZone = frames.findLastIndex(({ type }) => type === "zone");
    expect(frames.slice(lastZone).map(({ type }) => type)).toEqual(["zone", "state"]);
  });

  it("sends them once a second where the plant steps more finely", async () => {
    const { result, engine } = startField({
      observe: "zone",
      stepMs: 250,
      until: until(2),
      step: approaching,
    });
    await result;
    expect(zonesOf(engine.events).map(({ at }) => at - START)).toEqual([250, 1250]);
  });

  it("without them neither asks nor sends", async () => {
    for (const observe of ["loops", undefined] as const) {
      const { result, engine, zonesWanted } = startField({ observe, until: until(2), step: () => ({}) });
      await result;
      expect(zonesWanted).toEqual([false, false]);
      expect(zonesOf(engine.events)).toEqual([]);
    }
  });
});
