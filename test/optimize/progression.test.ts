import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { arrivalProfile, type ProgressionLink } from "../../src/optimize/platoon.ts";
import {
  type ProgressionNode,
  progressionOffsets,
  regionDelay,
  regionModel,
} from "../../src/optimize/progression.ts";
import { twoStages } from "./crossing.ts";

const TABLE = twoStages();
const [MAIN, CROSS] = [0, 1];

/** A signal with so much green for the main street; the rest but 12 s of clearance is the cross street's. */
function signal(cycleSeconds: number, greenSeconds: number, offsetSeconds = 0): ProgressionNode {
  const timing = {
    order: [0, 1],
    greenSeconds: [greenSeconds, cycleSeconds - greenSeconds - 12],
    ownQueue: 0,
    moveMaxSeconds: cycleSeconds,
  };
  return { id: "n", table: TABLE, timings: [timing], offsetSeconds };
}

function street(
  from: number,
  to: number,
  travelSeconds: number,
  flowVehPerHour: number,
  turningIn = 0,
): ProgressionLink {
  const departing = [
    { phase: MAIN, flowVehPerHour, saturationVehPerHour: 1800 },
    ...(turningIn > 0 ? [{ phase: CROSS, flowVehPerHour: turningIn, saturationVehPerHour: 1800 }] : []),
  ];
  const arriving = [{ phase: MAIN, flowVehPerHour: flowVehPerHour + turningIn, saturationVehPerHour: 1800 }];
  return { from, to, travelSeconds, departing, arriving };
}

/** The delay of every combination of offsets of the nodes but the first, and the least of them. */
function bruteForce(
  nodes: readonly ProgressionNode[],
  links: readonly ProgressionLink[],
  cycle: number,
): number {
  const placed = (offsets: readonly number[]): number => {
    const moved = nodes.map((node, index) => ({
      ...node,
      offsetSeconds: offsets[index - 1] ?? node.offsetSeconds,
    }));
    return progressionOffsets(moved, links, cycle).delayBefore;
  };
  let best = Number.POSITIVE_INFINITY;
  const walk = (offsets: readonly number[]): void => {
    if (offsets.length === nodes.length - 1) {
      best = Math.min(best, placed(offsets));
      return;
    }
    for (let offset = 0; offset < cycle; offset += 1) walk([...offsets, offset]);
  };
  walk([]);
  return best;
}

/** Least delay over a grid of all offsets, second by second, and all timings. */
function leastOfGrid(
  nodes: readonly ProgressionNode[],
  links: readonly ProgressionLink[],
  cycle: number,
): number {
  const model = regionModel(nodes, links, cycle);
  let best = Number.POSITIVE_INFINITY;
  const walk = (offsets: readonly number[], timing: readonly number[]): void => {
    if (offsets.length === nodes.length) {
      best = Math.min(best, regionDelay(model, { offsetSeconds: offsets, timing }));
      return;
    }
    for (const which of defined(nodes[offsets.length], "node").timings.keys()) {
      const until = offsets.length === 0 ? 1 : cycle;
      for (let offset = 0; offset < until; offset += 1) walk([...offsets, offset], [...timing, which]);
    }
  };
  walk([], []);
  return best;
}

const apart = (left: number, right: number, cycle: number): number => {
  const difference = Math.abs(left - right) % cycle;
  return Math.min(difference, cycle - difference);
};

const greens = (from: number, until: number, cycle: number): readonly boolean[] =>
  Array.from({ length: cycle }, (_, second) => second >= from && second < until);

const profileAfter = (travelSeconds: number) =>
  Array.from(arrivalProfile(street(0, 1, travelSeconds, 300), [greens(0, 20, 60), greens(0, 0, 60)], 60));
const peakAt = (profile: readonly number[]) => profile.indexOf(Math.max(...profile));

describe("a platoon", () => {
  it("conserves its vehicles while it disperses", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 140 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        (cycle, travelSeconds, load, greenRatio) => {
          const greenSeconds = Math.floor(greenRatio * cycle);
          const flowVehPerHour = (load * 1800 * greenSeconds) / cycle;
          const link = street(0, 1, travelSeconds, flowVehPerHour);
          const profile = arrivalProfile(link, [greens(0, greenSeconds, cycle), greens(0, 0, cycle)], cycle);
          const arrived = profile.reduce((sum, rate) => sum + rate, 0);
          const sent = (flowVehPerHour / 3600) * cycle;
          expect(Math.abs(arrived - sent), `${arrived} of ${sent} vehicles`).toBeLessThan(0.01 * sent);
        },
      ),
    );
  });

  it("arrives after its travel time, and spreads the more the farther it goes", () => {
    const near = profileAfter(5);
    const far = profileAfter(30);
    expect(Math.max(...near)).toBeGreaterThan(1.5 * Math.max(...far));
    expect(peakAt(far)).toBeGreaterThan(peakAt(near));
    expect(Math.max(...near), "never more than saturation").toBeLessThanOrEqual(0.5 + 1e-9);
  });

  it("is joined evenly by those who come from elsewhere", () => {
    const link: ProgressionLink = {
      ...street(0, 1, 20, 300),
      arriving: [{ phase: MAIN, flowVehPerHour: 660, saturationVehPerHour: 1800 }],
    };
    const profile = arrivalProfile(link, [greens(0, 30, 60), greens(0, 0, 60)], 60);
    expect(profile.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(660 / 60, 1);
    expect(Math.min(...profile), "360 veh/h all the time").toBeGreaterThanOrEqual(0.1);
  });
});

describe("two signals", () => {
  it("one way: the far one turns green when the platoon comes", () => {
    for (const travelSeconds of [6, 10, 20]) {
      const nodes = [signal(60, 24), signal(60, 24, 45)];
      const { offsetSeconds } = progressionOffsets(nodes, [street(0, 1, travelSeconds, 500)], 60);
      const offset = defined(offsetSeconds[1], "offset");
      expect(
        apart(offset, travelSeconds, 60),
        `offset ${offset} s for ${travelSeconds} s`,
      ).toBeLessThanOrEqual(3);
    }
  });

  it("one way the other way: the near one turns green that much earlier", () => {
    const { offsetSeconds } = progressionOffsets(
      [signal(60, 24), signal(60, 24)],
      [street(1, 0, 10, 500)],
      60,
    );
    expect(apart(defined(offsetSeconds[1], "offset"), 50, 60)).toBeLessThanOrEqual(3);
  });

  it("both ways, half a cycle apart: they alternate (C = 2D/v)", () => {
    const links = [street(0, 1, 30, 500), street(1, 0, 30, 500)];
    const { offsetSeconds } = progressionOffsets([signal(60, 24), signal(60, 24)], links, 60);
    expect(apart(defined(offsetSeconds[1], "offset"), 30, 60)).toBeLessThanOrEqual(3);
  });

  it("are counted from the first one's offset, which stays", () => {
    const link = street(0, 1, 10, 500);
    const plain = progressionOffsets([signal(60, 24), signal(60, 24)], [link], 60);
    const later = progressionOffsets([signal(60, 24, 17), signal(60, 24, 17)], [link], 60);
    expect(later.offsetSeconds[0]).toBe(17);
    expect(later.offsetSeconds[1]).toBe((defined(plain.offsetSeconds[1], "offset") + 17) % 60);
    expect(later.delayAfter).toBeCloseTo(plain.delayAfter, 9);
  });

  it("have next to no delay at the best offset, and half a red's at the worst", () => {
    const link = street(0, 1, 6, 400);
    const { delayAfter } = progressionOffsets([signal(60, 24), signal(60, 24)], [link], 60);
    const worst = progressionOffsets([signal(60, 24), signal(60, 24, 36)], [link], 60).delayBefore;
    expect(delayAfter).toBeLessThan(worst / 4);
  });
});

const at = (values: readonly number[], index: number) => defined(values[index], "value");

describe("the search", () => {
  it("finds what trying everything finds, for two signals", () => {
    for (const [travel, back, green] of [
      [10, 10, 14],
      [7, 21, 12],
      [25, 3, 16],
    ] as const) {
      const nodes = [signal(40, green), signal(40, 16, 5)];
      const links = [street(0, 1, travel, 400, 60), street(1, 0, back, 250)];
      const { delayAfter } = progressionOffsets(nodes, links, 40);
      expect(delayAfter, `${travel} s there, ${back} s back`).toBeLessThanOrEqual(
        bruteForce(nodes, links, 40) * 1.01,
      );
    }
  });

  it("comes within a twentieth of it for three in a row", () => {
    const nodes = [signal(36, 12), signal(36, 14, 3), signal(36, 12, 20)];
    const links = [street(0, 1, 9, 400), street(1, 0, 9, 200), street(1, 2, 14, 380), street(2, 1, 14, 220)];
    const { delayAfter } = progressionOffsets(nodes, links, 36);
    expect(delayAfter).toBeLessThanOrEqual(bruteForce(nodes, links, 36) * 1.05);
  });

  const FOUR = [signal(36, 12), signal(36, 14, 3), signal(36, 10, 20), signal(36, 13, 31)] as const;
  const STREET = [
    street(0, 1, 9, 400, 40),
    street(1, 0, 9, 200),
    street(1, 2, 14, 380),
    street(2, 1, 14, 220, 30),
    street(2, 3, 23, 350),
    street(3, 2, 23, 260),
  ] as const;

  it("comes within 1 % of trying everything for four signals of a street", () => {
    const least = leastOfGrid(FOUR, STREET, 36);
    const { delayAfter, delayBefore } = progressionOffsets(FOUR, STREET, 36);
    expect(delayBefore, "there was something to find").toBeGreaterThan(1.2 * least);
    expect(delayAfter).toBeLessThanOrEqual(least * 1.01);
  });

  it("comes within 1 % of it for four signals around a block", () => {
    const block = [...STREET, street(3, 0, 12, 300), street(0, 3, 12, 250)];
    const { delayAfter } = progressionOffsets(FOUR, block, 36);
    expect(delayAfter).toBeLessThanOrEqual(leastOfGrid(FOUR, block, 36) * 1.01);
  });

  it("takes another timing where it is better with its offset, and only there", () => {
    const [first, second] = [signal(36, 12), signal(36, 14, 3)];
    const [only] = second.timings;
    const open = (ownQueue: number): ProgressionNode => ({
      ...second,
      // More green for the street.
      timings: [defined(only, "timing"), { ...defined(only, "timing"), greenSeconds: [18, 6], ownQueue }],
    });
    const links = [street(0, 1, 9, 400), street(1, 0, 9, 200)];
    expect(progressionOffsets([first, open(0)], links, 36).timing).toEqual([0, 1]);
    expect(progressionOffsets([first, open(9)], links, 36).timing).toEqual([0, 0]);
  });

  const cases = fc.record({
    cycle: fc.integer({ min: 36, max: 70 }),
    offsets: fc.array(fc.integer({ min: 0, max: 69 }), { minLength: 3, maxLength: 3 }),
    greens: fc.array(fc.integer({ min: 6, max: 18 }), { minLength: 3, maxLength: 3 }),
    travels: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 3, maxLength: 3 }),
    flows: fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 3, maxLength: 3 }),
  });

  it("never makes it worse, whatever it starts from", () => {
    let better = 0;
    fc.assert(
      fc.property(cases, ({ cycle, offsets, greens: durations, travels, flows }) => {
        const nodes = durations.map((green, index) => signal(cycle, green, at(offsets, index)));
        const links = [
          street(0, 1, at(travels, 0), at(flows, 0)),
          street(1, 2, at(travels, 1), at(flows, 1)),
          street(2, 0, at(travels, 2), at(flows, 2)),
        ];
        const result = progressionOffsets(nodes, links, cycle);
        expect(result.delayAfter).toBeLessThanOrEqual(result.delayBefore + 1e-9);
        for (const offset of result.offsetSeconds) {
          expect(Number.isInteger(offset) && offset >= 0 && offset < cycle, `offset ${offset}`).toBe(true);
        }
        // What it says of the offsets it chose is what they give.
        const placed = nodes.map((node, index) => ({
          ...node,
          offsetSeconds: at(result.offsetSeconds, index),
        }));
        expect(progressionOffsets(placed, links, cycle).delayBefore).toBeCloseTo(result.delayAfter, 9);
        if (result.delayAfter < 0.8 * result.delayBefore) better += 1;
      }),
      { numRuns: 40 },
    );
    expect(better, "cases that were much improved").toBeGreaterThan(10);
  });

  it("takes a cycle that is no whole number of seconds", () => {
    const nodes = [signal(92.5, 40), signal(92.5, 40, 70)];
    const { offsetSeconds } = progressionOffsets(nodes, [street(0, 1, 10, 500)], 92.5);
    expect(apart(defined(offsetSeconds[1], "offset"), 10, 92.5)).toBeLessThanOrEqual(3);
  });
});
