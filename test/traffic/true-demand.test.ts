import { describe, expect, it } from "vitest";
import type { MovementFlows } from "../../sim/field/scenario.ts";
import { trueDemand } from "../../sim/traffic/true-demand.ts";
import type { Network } from "../../src/model/files.ts";
import { HOUR_MS } from "../../src/units.ts";
import { fourLegs, mixedCross, servedCross, twoSignals } from "./small-networks.ts";

const HOUR = { fromSeconds: 0, untilSeconds: 3600 };

function rounded(flows: MovementFlows): Readonly<Record<string, Readonly<Record<string, number>>>> {
  return Object.fromEntries(
    [...flows].map(([id, own]) => [
      id,
      Object.fromEntries([...own].map(([movement, flow]) => [movement, Math.round(flow * 1e6) / 1e6])),
    ]),
  );
}

function withProfile(
  base: Network,
  points: readonly { readonly at: string; readonly perHour: number }[],
): Network {
  const { demand } = base;
  if (demand === undefined) throw new Error("small networks have demand");
  return { ...base, demand: { ...demand, entries: [{ link: "a-j", vehicles: [...points] }] } };
}

describe("the demand of demand.json", () => {
  it("goes on from signal to signal", () => {
    expect(rounded(trueDemand(twoSignals(600), 8 * HOUR_MS, HOUR))).toEqual({
      J: { "a-j.through": 600, "s-j.through": 600 },
      K: { "j-k.through": 600 },
    });
  });

  it("turns by the shares", () => {
    const { J } = rounded(trueDemand(fourLegs(500), 8 * HOUR_MS, HOUR));
    expect(J).toMatchObject({ "W-j.through": 300, "W-j.left": 100, "W-j.right": 100, "S-j.left": 100 });
  });

  it("has buses and emergency vehicles on their own ways", () => {
    const { J } = rounded(trueDemand(servedCross(500), 8 * HOUR_MS, HOUR));
    expect(J).toMatchObject({ "W-j.through": 360, "S-j.left": 160, "N-j.through": 360, "E-j.left": 160 });
  });

  it("counts trucks among the vehicles and cyclists besides", () => {
    const { J } = rounded(trueDemand(mixedCross(500, 0.3, 100), 8 * HOUR_MS, HOUR));
    expect(J).toMatchObject({ "W-j.through": 360, "W-j.left": 120, "W-j.right": 120 });
  });

  it("is the mean of the period: from 0 at six to 600 at eight, then 600", () => {
    const morning = withProfile(twoSignals(0), [
      { at: "06:00", perHour: 0 },
      { at: "08:00", perHour: 600 },
      { at: "10:00", perHour: 600 },
    ]);
    const through = (fromSeconds: number, untilSeconds: number) =>
      rounded(trueDemand(morning, 6 * HOUR_MS, { fromSeconds, untilSeconds }))["J"]?.["a-j.through"];
    expect(through(0, 3600)).toBe(150);
    expect(through(3600, 3 * 3600)).toBe(525);
    expect(through(600, 601)).toBeCloseTo((300 * 600.5) / 3600, 5);
  });

  it("comes to rest on a ring that one in four leaves in each round: four times who enters", () => {
    const ring = ringWithExit();
    const flow = rounded(trueDemand(ring, 0, HOUR))["J"] ?? {};
    expect(flow).toEqual({ "a-j.through": 100, "k-j.through": 300, "k-j.right": 100 });
  });

  it("is missing with the file", () => {
    const { demand: _, ...bare } = twoSignals(600);
    expect(() => trueDemand(bare, 0, HOUR)).toThrow("network small: found no demand.json");
  });
});

/** Who comes from `a` drives `j-k` and, by an unsignalised joint, `k-j`; there three of four go on round. */
function ringWithExit(): Network {
  const base = twoSignals(0);
  const { demand } = base;
  const [entry, , between] = base.links;
  const [crossing] = base.intersections;
  const [movement] = crossing?.movements ?? [];
  if (demand === undefined || !entry || !between || !crossing || !movement)
    throw new Error("not as expected");
  const along = (id: string, from: string, to: string) => ({ ...between, id, from, to });
  return {
    ...base,
    links: [entry, between, along("k-m", "k", "m"), along("k-j", "m", "j"), along("j-b", "j", "b")],
    intersections: [
      {
        ...crossing,
        movements: [
          movement,
          { ...movement, id: "k-j.through", fromLink: "k-j", toLink: "j-k" },
          { ...movement, id: "k-j.right", turn: "right", fromLink: "k-j", toLink: "j-b" },
        ],
      },
    ],
    demand: {
      ...demand,
      entries: [{ link: "a-j", vehicles: [{ at: "00:00", perHour: 100 }] }],
      turning: [
        {
          fromLink: "k-j",
          shares: [
            { toLink: "j-k", share: 0.75 },
            { toLink: "j-b", share: 0.25 },
          ],
        },
      ],
    },
  };
}
