import { Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import { runPipeline } from "../../src/pipeline/run.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import type { StoreRows, StoreTable, StoreTables } from "../../src/ports/store.ts";
import { MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { linkDown, linkUp, plantUp, ready, second, START } from "./field-events.ts";

/** A pipeline over one intersection with intervals of a minute, and what it remembers. */
function remembering() {
  const events = new Subject<FieldEvent>();
  const remembered: StoreRows[] = [];
  runPipeline(
    { network: smallNetwork(), mode: "plan", intervalMs: MINUTE_MS, planValidMs: 15 * MINUTE_MS },
    {
      field: {
        events,
        push: () => true,
        order: () => false,
        schedule: () => false,
        heartbeat: () => undefined,
        go: () => undefined,
        disconnect: () => undefined,
      },
      journal: { append: () => undefined, close: () => undefined },
      audience: { watching: false, show: () => undefined },
      store: { append: (rows) => remembered.push(rows) },
    },
  ).subscribe();
  const rowsOf = <Table extends StoreTable>(table: Table): readonly StoreTables[Table][] =>
    // Rows that stand under the table's name are the table's.
    remembered.flatMap((some) => (some.table === table ? (some.rows as readonly StoreTables[Table][]) : []));
  return {
    rowsOf,
    say: (...said: FieldEvent[]) => said.forEach((one) => events.next(one)),
  };
}

/** A second of the controller; a vehicle stands on the stop-line loop for the first half of each of the seconds `occupied`. */
function secondOf(count: number, occupied: boolean): readonly FieldEvent[] {
  const at = second(count);
  const seq = 2 * count + 1;
  return [
    {
      kind: "frame",
      intersection: "t",
      frame: {
        type: "state",
        seq,
        at,
        operation: "normal",
        source: "local",
        plan: "day",
        pendingPlan: null,
        stage: "2-6",
        coordination: "inStep",
        intervention: "none",
        cycleStartAt: START,
        timing: null,
        lamps: "rGGr",
        overlaps: "",
        walk: "-D--",
        calls: "----",
      },
    },
    {
      kind: "frame",
      intersection: "t",
      frame: {
        type: "detections",
        seq: seq + 1,
        at,
        sequence: count,
        until: at,
        events: occupied
          ? [
              ["stop", at - 1000, 1],
              ["stop", at - 500, 0],
            ]
          : [],
      },
    },
    ready(at, { t: seq + 1 }),
  ];
}

describe("what an instant leaves in the history", () => {
  it("is each interval's counts, as measured, and missing where the link was down", () => {
    const { rowsOf, say } = remembering();
    say(plantUp(), linkUp("t"));
    // Three vehicles, half a second each: 1.5 s of 60 s. The third comes with the frame of the interval's last instant.
    for (let count = 0; count <= 60; count += 1) say(...secondOf(count, [7, 20, 60].includes(count)));
    say(linkDown("t"));
    for (let count = 61; count <= 120; count += 1) say(ready(second(count)));
    const common = { intersection: "t", intervalMs: MINUTE_MS };
    const [first, second1] = [START, START + MINUTE_MS];
    expect(rowsOf("intervals")).toEqual([
      { ...common, at: first, detector: "stop", vehicles: 3, occupancyRatio: 0.025, quality: "measured" },
      { ...common, at: first, detector: "advance", vehicles: 0, occupancyRatio: 0, quality: "measured" },
      { ...common, at: second1, detector: "stop", vehicles: null, occupancyRatio: null, quality: "missing" },
      {
        ...common,
        at: second1,
        detector: "advance",
        vehicles: null,
        occupancyRatio: null,
        quality: "missing",
      },
    ]);
  });

  it("is each forecast with what was counted once its interval is over", () => {
    const { rowsOf, say } = remembering();
    say(plantUp(), linkUp("t"));
    for (let count = 0; count <= 120; count += 1) say(...secondOf(count, count % 10 === 5));
    // Of the first interval nothing had been forecast; six vehicles a minute since.
    const forecasts = rowsOf("forecasts");
    expect(forecasts.length).toBeGreaterThan(0);
    const at = START + MINUTE_MS;
    for (const forecast of forecasts) {
      expect(forecast).toMatchObject({ at, madeAt: at, intersection: "t", intervalMs: MINUTE_MS });
      expect(forecast.low).toBeLessThanOrEqual(forecast.vehicles);
      expect(forecast.high).toBeGreaterThanOrEqual(forecast.vehicles);
    }
    const sum = (pick: (row: StoreTables["forecasts"]) => number): number =>
      forecasts.reduce((total, row) => total + pick(row), 0);
    expect(sum(({ vehicles }) => vehicles)).toBeCloseTo(6);
    expect(sum(({ counted }) => counted ?? Number.NaN)).toBeCloseTo(6);
  });

  it("is every entry of the operators' log, and a plan's content where it was pushed", () => {
    const { rowsOf, say } = remembering();
    say(plantUp(), linkUp("t"));
    for (let count = 0; count <= 60; count += 1) say(...secondOf(count, count % 10 === 5));
    const [linked, pushed, ...more] = rowsOf("plans");
    expect(more).toEqual([]);
    expect(linked).toEqual({
      at: START,
      intersection: "t",
      id: "",
      kind: "link",
      status: "",
      text: "Controller linked, running plan day",
      content: null,
      entry: 1,
      priority: "event",
      reason: null,
      answer: null,
    });
    expect(pushed).toMatchObject({
      at: second(60),
      intersection: "t",
      kind: "plan",
      status: "pushed",
      entry: 2,
    });
    expect(JSON.parse(pushed?.content ?? "")).toMatchObject({ id: pushed?.id, intersection: "t" });
  });
});
