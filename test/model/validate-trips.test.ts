import { describe, expect, it } from "vitest";
import type { Trips } from "../../src/model/demand.ts";
import { describeFault } from "../../src/model/fault.ts";
import type { Network } from "../../src/model/files.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { sideStreet, trips } from "../traffic/trip-networks.ts";

const BASE = sideStreet([trips(["main", "on", "left"], [0, 5]), trips(["on"], [1])]);

function faultsOf(network: Network): readonly string[] {
  const checked = validateNetwork(filesOfNetwork(network));
  return checked.ok ? [] : checked.error.map(describeFault);
}

function withTrips(change: Partial<Trips>): Network {
  const { demand } = BASE;
  if (demand?.trips === undefined) throw new Error("trips");
  return { ...BASE, demand: { ...demand, trips: { ...demand.trips, ...change } } };
}

describe("trips", () => {
  it("may begin and end on any link", () => {
    expect(faultsOf(BASE)).toEqual([]);
  });

  it.each<[string, Partial<Trips>, string]>([
    [
      "an unknown link",
      { routes: [trips(["main", "nowhere"], [0])] },
      'demand.json#/trips/routes/0/links/1: found "nowhere", allowed: a link: main',
    ],
    [
      "a way that nothing leads along",
      { routes: [trips(["main", "over"], [0])] },
      'demand.json#/trips/routes/0/links/1: found "over", allowed: a link that one gets to from main: on [M27]',
    ],
    [
      "departures that do not ascend",
      { routes: [trips(["main"], [5, 4])] },
      "demand.json#/trips/routes/0/departSeconds/1: found 28804, allowed: 28805 or later [M27]",
    ],
    [
      "a departure before the period",
      { routes: [trips(["main"], [-1])] },
      "demand.json#/trips/routes/0/departSeconds/0: found 28799, allowed: 28800 or later [M27]",
    ],
    [
      "a departure after it",
      { untilSeconds: 28_805 },
      "demand.json#/trips/routes/0/departSeconds/1: found 28805, allowed: before 28805, the end [M27]",
    ],
    [
      "a period that ends before it begins",
      { untilSeconds: 100, routes: [] },
      "demand.json#/trips/untilSeconds: found 100, allowed: later than 28800, the begin [M27]",
    ],
    [
      "an unknown type",
      { routes: [{ ...trips(["main"], [0]), vehicleType: "van" }] },
      'demand.json#/trips/routes/0/vehicleType: found "van", allowed: a vehicle type: car [M2]',
    ],
  ])("%s", (_, change, message) => {
    expect(faultsOf(withTrips(change)).join("\n")).toContain(message);
  });

  it("or entries there must be", () => {
    const { demand } = BASE;
    if (demand === undefined) throw new Error("demand");
    const { trips: _, ...nobody } = demand;
    expect(faultsOf({ ...BASE, demand: nobody })).toEqual([
      "demand.json#/entries: found [], allowed: one entry at least, or trips [M16]",
    ]);
  });
});

describe("a connection that yields", () => {
  it.each([
    ["main_9:on_0", "a connection: main_0:on_0"],
    ["on_0:right_0", "a connection through node J [M18]"],
  ])("to %s is told", (place, message) => {
    const connections = (BASE.connections ?? []).map((one) =>
      one.fromLane === "side_0" ? { ...one, yieldsTo: [place] } : one,
    );
    expect(faultsOf({ ...BASE, connections }).join("\n")).toContain(message);
  });
});
