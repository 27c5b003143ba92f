import { describe, expect, it } from "vitest";
import { describeFault } from "../../src/model/fault.ts";
import { faultsAfter } from "./change.ts";
import { smallNetwork } from "./small-network.ts";

const inT = (pointer: string, value: unknown) => ({ file: "t.json", pointer, value });
const inDemand = (pointer: string, value: unknown) => ({ file: "demand.json", pointer, value });

const movementsOfT = smallNetwork().intersections[0]?.movements ?? [];

describe("turns on red", () => {
  it("are right turns from the lane at the kerb", () => {
    expect(faultsAfter(inT("/movements/1/turnOnRed", true), inT("/movements/5/turnOnRed", true))).toEqual([]);
    expect(faultsAfter(inT("/movements/3/turnOnRed", false))).toEqual([]);
  });

  it("are no other turns", () => {
    expect(faultsAfter(inT("/movements/3/turnOnRed", true)).map(describeFault)).toEqual([
      "t.json#/movements/3/turnOnRed: found true, allowed: nothing with a movement that turns left; only right turns [M28]",
    ]);
  });

  it("are left turns where one drives on the left", () => {
    const left = { file: "network.json", pointer: "/handedness", value: "left" };
    const turns = [1, 3].map((index) => inT(`/movements/${index}/turnOnRed`, true));
    // The left turn of the T is made from the lane at the centre.
    expect(faultsAfter(left, ...turns).map(({ pointer, allowed }) => `${pointer} ${allowed}`)).toEqual([
      "/movements/1/turnOnRed nothing with a movement that turns right; only left turns",
      "/movements/3/turnOnRed nothing with a movement that is not made from east_t.0, the lane at the kerb",
    ]);
  });

  it("are not made from a lane at the centre", () => {
    const centre = { ...movementsOfT[5], fromLanes: ["south_t.1"], turnOnRed: true };
    expect(faultsAfter(inT("/movements/5", centre)).map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual(
      ["/movements/5/turnOnRed M28"],
    );
  });
});

describe("trucks and cyclists of an entry", () => {
  const bicycles = (...times: readonly string[]) =>
    inDemand(
      "/entries/0/bicycles",
      times.map((at) => ({ at, perHour: 30 })),
    );

  it("are a share and a profile of their own", () => {
    expect(faultsAfter(inDemand("/entries/0/truckShare", 0.1), bicycles("07:00", "08:00"))).toEqual([]);
  });

  it.each([
    ["a share above 1", inDemand("/entries/0/truckShare", 1.1), "/entries/0/truckShare SCHEMA"],
    ["a profile that goes back", bicycles("08:00", "07:00"), "/entries/0/bicycles/1/at M16"],
  ])("are not %s", (_, change, told) => {
    expect(faultsAfter(change).map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual([told]);
  });
});
