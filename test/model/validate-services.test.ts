import { describe, expect, it } from "vitest";
import { describeFault } from "../../src/model/fault.ts";
import { type Change, faultsAfter } from "./change.ts";

/** A bus line and an emergency route over the T of the small network, both valid; new ones each time, for edits to change. */
const services = (): readonly Change[] => [
  {
    file: "demand.json",
    pointer: "/buses",
    value: [
      {
        id: "line-1",
        route: ["west_t", "t_east"],
        departures: [
          { at: "06:00", perHour: 6 },
          { at: "22:00", perHour: 0 },
        ],
        stops: [{ link: "west_t", distanceMeters: 60, dwellSeconds: 20 }],
      },
    ],
  },
  {
    file: "demand.json",
    pointer: "/emergency",
    value: [{ id: "ladder-4", route: ["east_t", "t_south"], departures: [{ at: "00:00", perHour: 2 }] }],
  },
];

const inDemand = (pointer: string, value: unknown): Change => ({ file: "demand.json", pointer, value });

type Example = {
  readonly rule: string;
  readonly what: string;
  readonly change: Change;
  readonly at?: string;
};

const EXAMPLES: readonly Example[] = [
  {
    rule: "SCHEMA",
    what: "a bus that dwells for ever",
    change: inDemand("/buses/0/stops/0/dwellSeconds", 999),
  },
  { rule: "M1", what: "a name that a line has already", change: inDemand("/emergency/0/id", "line-1") },
  { rule: "M2", what: "a route over an unknown link", change: inDemand("/buses/0/route/1", "nowhere") },
  { rule: "M2", what: "a stop on an unknown link", change: inDemand("/buses/0/stops/0/link", "nowhere") },
  {
    rule: "M16",
    what: "departures that go back in time",
    change: inDemand("/buses/0/departures/1/at", "05:00"),
  },
  {
    rule: "M25",
    what: "a route that begins within the network",
    change: inDemand("/buses/0/route", ["t_east"]),
    at: "/buses/0/route/0",
  },
  {
    rule: "M25",
    what: "a route that ends before a signal",
    change: inDemand("/emergency/0/route", ["east_t"]),
    at: "/emergency/0/route/0",
  },
  {
    rule: "M25",
    what: "links that no movement joins",
    change: inDemand("/emergency/0/route/1", "t_east"),
  },
  {
    rule: "M25",
    what: "a link passed twice",
    change: inDemand("/buses/0/route", ["west_t", "west_t"]),
    at: "/buses/0/route/1",
  },
  {
    rule: "M26",
    what: "a stop beside the route",
    change: inDemand("/buses/0/stops/0/link", "t_west"),
  },
  {
    rule: "M26",
    what: "a stop at which the bus would stand in the junction behind it",
    change: inDemand("/buses/0/stops/0", { link: "t_east", distanceMeters: 389, dwellSeconds: 20 }),
    at: "/buses/0/stops/0/distanceMeters",
  },
];

describe("bus lines and emergency routes", () => {
  it("are valid along an entry, movements and an exit; the whole of the link is good for a stop that a bus fits", () => {
    const end = inDemand("/buses/0/stops/1", { link: "t_east", distanceMeters: 388, dwellSeconds: 0 });
    expect(faultsAfter(...services()).map(describeFault)).toEqual([]);
    expect(faultsAfter(...services(), end).map(describeFault)).toEqual([]);
  });

  it.each(EXAMPLES)("$rule: $what", ({ rule, change, at }) => {
    const faults = faultsAfter(...services(), change);
    expect(
      faults.map((fault) => `${fault.file}${fault.pointer} ${fault.rule}`),
      `faults: ${faults.map(describeFault).join("\n")}`,
    ).toContain(`demand.json${at ?? change.pointer} ${rule}`);
  });

  it("go on at a joint to any link but the way back", () => {
    // Beyond `east` another link leads on: the exit is then its end.
    const joined: readonly Change[] = [
      { file: "network.json", pointer: "/nodes/4", value: { id: "far", x: 800, y: 0 } },
      {
        file: "network.json",
        pointer: "/links/6",
        value: {
          id: "east_far",
          from: "east",
          to: "far",
          lengthMeters: 400,
          speedMetersPerSecond: 13.89,
          storageVehicles: 52,
          shape: [
            [400, 0],
            [800, 0],
          ],
          lanes: [{ id: "east_far.0", lengthMeters: 400 }],
        },
      },
    ];
    const told = (...route: readonly string[]) =>
      faultsAfter(...joined, ...services(), inDemand("/buses/0/route", route))
        .filter(({ file }) => file === "demand.json")
        .map(({ pointer, rule }) => `${pointer} ${rule}`);
    expect(told("west_t", "t_east", "east_far")).toEqual([]);
    expect(told("west_t", "t_east")).toEqual(["/buses/0/route/1 M25"]);
    expect(told("west_t", "t_east", "east_t", "t_west")).toEqual(["/buses/0/route/2 M25"]);
  });
});
