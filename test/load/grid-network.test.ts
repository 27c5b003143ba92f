import { describe, expect, it } from "vitest";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { findCouplings } from "../../src/optimize/couplings.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";

describe("a generated grid", () => {
  const network = gridNetwork(3, 4);

  it("is a valid network with all its intersections", () => {
    const checked = validateNetwork(filesOfNetwork(network));
    expect(checked.ok ? [] : checked.error).toEqual([]);
    expect(network.intersections).toHaveLength(12);
  });

  it("links every intersection with its neighbours, both ways", () => {
    // Three rows of three links between neighbours, and four columns of two.
    expect(findCouplings(network)).toHaveLength(2 * (3 * 3 + 4 * 2));
  });
});
