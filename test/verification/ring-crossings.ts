import * as fc from "fast-check";
import type { Intersection, Phase } from "../../src/model/intersection.ts";

/** Small ring-and-barrier intersections with what the ring model knows, and nothing else. */

const tenths = (least: number, most: number) =>
  fc.integer({ min: Math.round(least * 10), max: Math.round(most * 10) }).map((count) => count / 10);

const phaseChoice = fc.record({
  greenMinSeconds: tenths(1, 6),
  maximumExtraSeconds: tenths(0, 20),
  yellowSeconds: tenths(3, 4),
  redClearSeconds: tenths(0, 2),
  passageSeconds: tenths(0, 5),
  redRevertSeconds: tenths(2, 12),
  recall: fc.constantFrom(
    "none" as const,
    "none" as const,
    "none" as const,
    "minimum" as const,
    "maximum" as const,
  ),
  dualEntry: fc.boolean(),
  simultaneousGap: fc.boolean(),
  walkers: fc.option(
    fc.record({
      walkSeconds: tenths(4, 6),
      clearSeconds: tenths(1, 5),
      bufferSeconds: tenths(0, 6),
      recall: fc.boolean(),
    }),
  ),
});
type PhaseChoice = typeof phaseChoice extends fc.Arbitrary<infer T> ? T : never;

/** Phases in each cell, ring by ring: two rings of two groups with up to two phases each; the first cell is never empty. */
const layoutChoice = fc.record({
  ringCount: fc.constantFrom(2, 2, 2, 1),
  groupCount: fc.constantFrom(2, 2, 2, 1),
  sizes: fc.array(fc.constantFrom(1, 2, 2, 0), { minLength: 4, maxLength: 4 }),
});

export const ringCrossings: fc.Arbitrary<Intersection> = fc
  .record({ layout: layoutChoice, phases: fc.array(phaseChoice, { minLength: 8, maxLength: 8 }) })
  .map(({ layout, phases }) => {
    const { ringCount, groupCount, sizes } = layout;
    let placed = 0;
    const rings = Array.from({ length: ringCount }, (_, ring) =>
      Array.from({ length: groupCount }, (_own, group) => {
        const wanted = sizes[ring * 2 + group] ?? 1;
        // The first ring has a phase in every group, so that there is something to start and to cross to.
        const size = ring === 0 ? Math.max(1, wanted) : wanted;
        return Array.from({ length: size }, () => String((placed += 1)));
      }),
    );
    return ringIntersection(
      rings,
      phases.slice(0, placed).map((choice, index) => phaseOf(String(index + 1), choice)),
    );
  });

function phaseOf(id: string, { maximumExtraSeconds, walkers, ...choice }: PhaseChoice): Phase {
  return {
    id,
    ...choice,
    greenMaxSeconds: Math.round((choice.greenMinSeconds + maximumExtraSeconds) * 10) / 10,
    ...(walkers === null ? {} : { pedestrian: { crosswalkMeters: 4, crosses: "in", ...walkers } }),
  };
}

/** Rings and phases with everything else that a configuration has to have. The wait is bounded later than any run lasts. */
export function ringIntersection(
  rings: readonly (readonly string[][])[],
  phases: readonly Phase[],
): Intersection {
  const ringOf = (id: string): number => rings.findIndex((ring) => ring.flat().includes(id));
  const groupOf = (id: string): number =>
    rings
      .flatMap((ring) => ring.map((cell, group) => (cell.includes(id) ? group : -1)))
      .find((at) => at >= 0) ?? -1;
  const ids = phases.map(({ id }) => id);
  const groups = rings[0]?.map((_, group) => rings.map((ring) => ring[group] ?? [])) ?? [];
  return {
    version: 1,
    id: "x",
    name: "generated",
    node: "x",
    structure: "ringBarrier",
    movements: [],
    phases: [...phases],
    rings: rings.map((ring) => ring.map((cell) => [...cell])),
    stages: groups
      .flatMap((cells) =>
        cells
          .filter((cell) => cell.length > 0)
          .reduce<readonly (readonly string[])[]>(
            (sets, cell) => sets.flatMap((set) => cell.map((id) => [...set, id])),
            [[]],
          ),
      )
      .map((together) => ({ id: together.join("-"), phases: [...together], permissive: [] })),
    conflicts: ids.flatMap((left, place) =>
      ids
        .slice(place + 1)
        .filter((right) => ringOf(left) === ringOf(right) || groupOf(left) !== groupOf(right))
        .map((right): [string, string] => [left, right]),
    ),
    detectors: [],
    envelope: {
      cycleMinSeconds: 10,
      cycleMaxSeconds: 300,
      splitStepSeconds: 10,
      cycleChangeMinSeconds: 0,
      waitMaxSeconds: 100_000,
      planValidMaxSeconds: 900,
      transitionLengthenRatio: 0.2,
      transitionShortenRatio: 0.1,
    },
    plans: [],
    schedule: [{ from: "00:00", plan: "free" }],
  };
}
