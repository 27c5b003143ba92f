import { describe, expect, it } from "vitest";
import type { Input } from "../../src/engine/input.ts";
import { collect, emptyBarrier } from "../../src/pipeline/ingest.ts";
import { journalLines, readLine } from "../../src/pipeline/journal.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import { linkUp, plantUp, ready, second, START } from "./field-events.ts";

const zone = (seq: number, at = START): FieldEvent => ({
  kind: "frame",
  intersection: "a",
  frame: {
    type: "zone",
    seq,
    at,
    vehicles: [
      ["in.0", [7, 35, 0, 8, 110, 1389]],
      ["in.0:out.0", [6, 120, 650]],
    ],
  },
});
const INPUT = {
  kind: "zone",
  at: START,
  intersection: "a",
  vehicles: [
    ["in.0", [7, 35, 0, 8, 110, 1389]],
    ["in.0:out.0", [6, 120, 650]],
  ],
};

const inputsOf = (events: readonly FieldEvent[]): readonly Input[] => {
  let barrier = emptyBarrier();
  const inputs: Input[] = [];
  for (const event of events) {
    barrier = collect(barrier, event);
    inputs.push(...barrier.released.flatMap((instant) => instant.inputs));
  }
  return inputs;
};

describe("a zone frame", () => {
  it("is an input of its instant, without what only the link needs", () => {
    const inputs = inputsOf([plantUp(), linkUp("a"), zone(1), ready(START, { a: 1 })]);
    expect(inputs.map(({ kind }) => kind)).toEqual(["linkUp", "zone", "tick"]);
    expect(inputs[1]).toEqual(INPUT);
  });

  it("that comes late is of the instant in which it is told", () => {
    const inputs = inputsOf([
      plantUp(),
      linkUp("a"),
      ready(START, {}),
      zone(1),
      ready(second(1), { a: 1 }),
      zone(2),
      ready(second(2), { a: 2 }),
    ]);
    expect(inputs.filter(({ kind }) => kind === "zone").map(({ at }) => at)).toEqual([START, second(1)]);
  });

  it("goes through the journal and comes back the same", () => {
    const inputs = inputsOf([plantUp(), linkUp("a"), zone(1), ready(START, { a: 1 })]);
    const lines = journalLines(inputs, []);
    expect(lines[1]).toBe(JSON.stringify({ in: INPUT }));
    const read = lines.map((line, index) => readLine(`journal:${index + 2}`, line));
    expect(read.map((one) => (one.ok && one.value.kind === "in" ? one.value.input : undefined))).toEqual(
      inputs,
    );
  });

  it("of a journal with a number missing is told with its place", () => {
    const broken = JSON.stringify({ in: { ...INPUT, vehicles: [["in.0", [7, 35]]] } });
    const read = readLine("journal:9", broken);
    expect(read.ok ? [] : read.error.map(({ file }) => file)).toContain("journal:9");
  });
});
