import { Subject } from "rxjs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DetectorFaults,
  faultyActuations,
  plantWithFaults,
  startDetectorFaults,
} from "../../sim/scenario/detector-faults.ts";
import { EVENT_FORMS, eventText, readEvent } from "../../sim/scenario/event-text.ts";
import {
  DETECTOR_FAULTS,
  type EventOf,
  type ScenarioEvent,
  streetEvents,
} from "../../sim/scenario/events.ts";
import { linkIsOpen } from "../../sim/scenario/outages.ts";
import { scriptedOperator } from "../../sim/scenario/scripted-operator.ts";
import type { Actuation, Plant } from "../../sim/field/plant.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import type { OperatorRequest } from "../../src/ports/operators.ts";
import { after, instantMs, SECOND_MS } from "../../src/units.ts";
import { networkOfT } from "../engine/closed-loop.ts";
import { servedCross } from "../traffic/small-networks.ts";
import { ready } from "../pipeline/field-events.ts";

const network = networkOfT();
const LOOP = network.intersections[0]?.detectors[0]?.id ?? "";
const OTHER = network.intersections[0]?.detectors[1]?.id ?? "";
const START = instantMs(1_767_596_400_000);

describe("an event as a user writes it", () => {
  it("is read", () => {
    expect(readEvent(`detector:t/${LOOP}=stuck@600-1800`, network)).toEqual({
      kind: "detector",
      intersection: "t",
      detectors: [LOOP],
      fault: "stuck",
      fromSeconds: 600,
      untilSeconds: 1800,
    });
    expect(readEvent("link:t=down@0.5", network)).toEqual({
      kind: "link",
      intersection: "t",
      fault: "down",
      fromSeconds: 0.5,
    });
    expect(readEvent("mode:all=shadow@1-2", network)).toMatchObject({ intersection: "all", mode: "shadow" });
    expect(readEvent("detector:t/all=dead@1-2", network)).toMatchObject({ detectors: ["all"] });
    expect(readEvent(`detector:t/${LOOP}+${OTHER}=swapped@1`, network)).toMatchObject({
      detectors: [LOOP, OTHER],
      fault: "swapped",
    });
  });

  it.each([
    ["something", "no event", "detector:<intersection>"],
    ["detector:t=dead@1", "without a detector", "detector:<intersection>/"],
    ["link:t/a=down@1", 'with a part, "a"', "link:<intersection>="],
    ["link=down@1", "no place", "link:<intersection>="],
    ["lamp:t=dead@1", 'kind "lamp"', "detector, link, mode, demand, lane, road, emergency"],
    ["link:t=stuck@1", '"stuck"', "down"],
    ["mode:t=fast@1", '"fast"', "local, shadow, advise, plan, adaptive"],
    ["mode:u=local@1", 'intersection "u"', "allowed is all, t"],
    ["link:all=down@1", 'intersection "all"', "allowed is t"],
    ["detector:t/x=dead@1", 'detector "x" of t', `allowed is all, ${LOOP}`],
    [`detector:t/${LOOP}+x=dead@1`, 'detector "x" of t', `allowed is all, ${LOOP}`],
    [`detector:t/${LOOP}=swapped@1`, `swapped "${LOOP}"`, `allowed are two detectors, as ${LOOP}+${OTHER}`],
    ["detector:t/all=swapped@1", 'swapped "all"', "allowed are two detectors"],
    [`detector:t/${LOOP}=broken@1`, '"broken"', "dead, stuck, chatter, dropouts, swapped"],
    ["link:t=down@9-9", "end 9 after begin 9", "later"],
    ["link:t=down@99999999999", "99999999999", "31536000"],
    ["link:t=down@-5", "no event", "link:"],
  ])("%s is refused, with the place, what was found and what is allowed", (text, place, allowed) => {
    const told = (): unknown => readEvent(text, network);
    expect(told).toThrow(`--event ${text}: `);
    expect(told).toThrow(place);
    expect(told).toThrow(allowed);
  });

  it("of the street is read", () => {
    const street = servedCross(500);
    expect(readEvent("demand=*1.3@1800-2700", street)).toEqual({
      kind: "demand",
      entry: "all",
      factor: 1.3,
      fromSeconds: 1800,
      untilSeconds: 2700,
    });
    expect(readEvent("demand:N-j=*0@60", street)).toMatchObject({ entry: "N-j", factor: 0 });
    expect(readEvent("lane:j-E/1=closed@0-60", street)).toMatchObject({
      kind: "lane",
      link: "j-E",
      lane: "1",
    });
    expect(readEvent("road:j-E=blocked@0-60", street)).toMatchObject({ kind: "road", link: "j-E" });
    expect(readEvent("emergency:left@90", street)).toEqual({
      kind: "emergency",
      route: "left",
      fromSeconds: 90,
    });
    expect(
      streetEvents([readEvent("link:J=down@1", street), readEvent("emergency:left@90", street)]),
    ).toEqual([{ kind: "emergency", route: "left", fromSeconds: 90 }]);
  });

  it.each([
    ["demand=1.3@60", "no event", "demand[:<entry link>]=*<factor>"],
    ["demand=closed@60", '"closed"', "demand[:<entry link>]=*<factor>"],
    ["demand=*11@60", "11", "<= 10"],
    ["demand=*1.3@90", "instant 90", "whole minutes"],
    ["demand=*1.3@0-86460", "instant 86460", "of one day"],
    ["demand:j-E=*1.3@60", 'entry "j-E"', "allowed is *, W-j, "],
    ["road:x=blocked@60", 'link "x"', "allowed is W-j, "],
    ["road:j-E=closed@60", '"closed"', "allowed is blocked"],
    ["lane:j-E/9=closed@60", 'lane "9" of j-E', "allowed is 0, 1"],
    ["lane:W-j/2=closed@60", "the only one of movement", "allowed is 1"],
    ["emergency:north@60", 'route "north"', "allowed is through, left"],
    ["emergency:left@60-90", "end 90", "emergency:<route>@<when>"],
    ["emergency:left=down@60", '"down"', "emergency:<route>@<when>"],
  ])(
    "%s is refused on the street, with the place, what was found and what is allowed",
    (text, place, allowed) => {
      const told = (): unknown => readEvent(text, servedCross(500));
      expect(told).toThrow(`--event ${text}: `);
      expect(told).toThrow(place);
      expect(told).toThrow(allowed);
    },
  );

  it.each([
    "detector:J/all=dead@600",
    "link:J=down@0.5-9",
    "mode:all=shadow@1-2",
    "demand=*1.3@1800-2700",
    "demand:N-j=*0@60",
    "lane:j-E/1=closed@0-60",
    "road:j-E=blocked@0",
    "emergency:left@90",
  ])("%s is written as it was read", (text) => {
    expect(eventText(readEvent(text, servedCross(500)))).toBe(text);
  });

  it("of the street is for vehicles of ours", () => {
    const { demand: _, ...without } = servedCross(500);
    expect(() => readEvent("demand=*1.3@0", without)).toThrow("are SUMO's; allowed on the built-in model");
    expect(readEvent("link:J=down@0", without)).toMatchObject({ kind: "link" });
  });

  it("has a form for each kind", () => {
    expect(EVENT_FORMS.map((form) => form.split(":")[0])).toEqual([
      "detector",
      "link",
      "mode",
      "demand[",
      "lane",
      "road",
      "emergency",
    ]);
  });
});

/** Ten seconds of a dead loop, unless told otherwise. */
const fault = (event: Partial<EventOf<"detector">> = {}): ScenarioEvent => ({
  kind: "detector",
  intersection: "t",
  detectors: [LOOP],
  fault: "dead",
  fromSeconds: 10,
  untilSeconds: 20,
  ...event,
});

/** `[second, on]` of the loop. */
type Change = readonly [number, boolean];

const actuation = ([second, on]: Change, detector = LOOP): Actuation => ({
  intersection: "t",
  detector,
  at: after(START, second * SECOND_MS),
  on,
});

type Showing = { readonly seconds?: number; readonly seed?: number; readonly other?: readonly Change[] };

/** What the loop shows, in steps of one second, while the other one sees what is given of it. */
function shows(
  events: readonly ScenarioEvent[],
  real: readonly Change[],
  { seconds = 40, seed = 1, other = [] }: Showing = {},
): readonly Change[] {
  let faults: DetectorFaults = startDetectorFaults(events, network, seed);
  const sees = [
    ...real.map((change) => actuation(change)),
    ...other.map((change) => actuation(change, OTHER)),
  ];
  const told: Change[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const [from, until] = [after(START, second * SECOND_MS), after(START, (second + 1) * SECOND_MS)];
    const own = sees.filter(({ at }) => at > from && at <= until);
    const step = faultyActuations(faults, own, { startsAt: START, from, until });
    faults = step.faults;
    for (const { at, on, detector } of step.actuations)
      if (detector === LOOP) told.push([(at - START) / SECOND_MS, on]);
  }
  return told;
}

describe("a faulty detector", () => {
  const real: readonly Change[] = [
    [5.2, true],
    [5.8, false],
    [9.5, true],
    [12.1, false],
    [15, true],
    [25.5, false],
    [30, true],
    [30.4, false],
  ];

  it("that is dead shows nobody, and at its end who stands there", () => {
    expect(shows([fault()], real)).toEqual([
      [5.2, true],
      [5.8, false],
      [9.5, true],
      [10, false],
      [20, true],
      [25.5, false],
      [30, true],
      [30.4, false],
    ]);
  });

  it("that is stuck is occupied throughout", () => {
    expect(shows([fault({ fault: "stuck", fromSeconds: 6, untilSeconds: 31 })], real)).toEqual([
      [5.2, true],
      [5.8, false],
      [6, true],
      [31, false],
    ]);
  });

  it("may be so from the begin of the run to its end", () => {
    const endless = { kind: "detector" as const, intersection: "t", detectors: ["all"], fromSeconds: 0 };
    expect(shows([{ ...endless, fault: "stuck" }], real).filter(([second]) => second > 0)).toEqual([]);
    expect(shows([{ ...endless, fault: "dead" }], real)).toEqual([]);
  });

  it("that drops out leaves out whole vehicles, about half of them, the same ones for the same seed", () => {
    const many = Array.from({ length: 200 }, (_, index): Change => [1 + index * 0.5, index % 2 === 0]);
    const drops = [fault({ fault: "dropouts", fromSeconds: 0, untilSeconds: 1000 })];
    const told = shows(drops, many, { seconds: 110 });
    const came = told.filter(([, on]) => on);
    expect(came.length).toBeGreaterThan(35);
    expect(came.length).toBeLessThan(65);
    for (const [index, [second, on]] of told.entries()) {
      expect(on).toBe(index % 2 === 0);
      expect(many).toContainEqual([second, on]);
    }
    expect(shows(drops, many, { seconds: 110 })).toEqual(told);
    expect(shows(drops, many, { seconds: 110, seed: 2 })).not.toEqual(told);
  });

  it("that chatters goes on and off by itself about once a second, and not before or after", () => {
    const chatters = [fault({ fault: "chatter", fromSeconds: 30, untilSeconds: 330 })];
    const told = shows(chatters, [], { seconds: 400 });
    const came = told.filter(([, on]) => on);
    expect(came.length).toBeGreaterThan(200);
    expect(came.length).toBeLessThan(350);
    expect(Math.min(...told.map(([second]) => second))).toBeGreaterThan(30);
    expect(told.at(-1)?.[0]).toBeLessThanOrEqual(330);
    expect(told.at(-1)?.[1]).toBe(false);
    expect(shows(chatters, [], { seconds: 400 })).toEqual(told);
  });

  it("that is swapped tells what the other one sees", () => {
    const swapped = [fault({ fault: "swapped", detectors: [LOOP, OTHER] })];
    const other: readonly Change[] = [
      [8.1, true],
      [11.7, false],
      [16, true],
      [30, false],
    ];
    expect(shows(swapped, real, { other })).toEqual([
      [5.2, true],
      [5.8, false],
      [9.5, true],
      // From 10 on the other one's, and from 20 on its own again: both times occupied.
      [11.7, false],
      [16, true],
      [25.5, false],
      [30, true],
      [30.4, false],
    ]);
  });

  it("goes on and off in turn, whatever is real and whatever fails", () => {
    const instants = fc.uniqueArray(fc.integer({ min: 1, max: 399 }), { maxLength: 30 });
    const periods = fc.record({
      fault: fc.constantFrom(...DETECTOR_FAULTS),
      fromSeconds: fc.integer({ min: 0, max: 30 }),
      lasts: fc.integer({ min: 1, max: 15 }),
    });
    let met = 0;
    fc.assert(
      fc.property(instants, fc.array(periods, { minLength: 1, maxLength: 3 }), (tenths, faults) => {
        const own = tenths
          .toSorted((left, right) => left - right)
          .map((tenth, index): Change => [tenth / 10, index % 2 === 0]);
        const events = faults.map(({ lasts, ...period }) =>
          fault({
            ...period,
            detectors: period.fault === "swapped" ? [LOOP, OTHER] : [LOOP],
            untilSeconds: period.fromSeconds + lasts,
          }),
        );
        const told = shows(events, own);
        expect(told.map(([, on]) => on)).toEqual(told.map((_, index) => index % 2 === 0));
        const lastEnd = Math.max(...faults.map(({ fromSeconds, lasts }) => fromSeconds + lasts));
        // After the last fault the loop tells what is.
        expect(told.filter(([second]) => second > lastEnd)).toEqual(
          own.filter(([second]) => second > lastEnd),
        );
        met += told.length;
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(met).toBeGreaterThan(500);
  });

  it("leaves the plant as it is where none fails", () => {
    const plant = { stepMs: 1000, startsAt: START, endsAt: undefined } as Plant;
    expect(plantWithFaults(plant, [], network, 1)).toBe(plant);
    expect(plantWithFaults(plant, [fault()], network, 1)).not.toBe(plant);
  });
});

describe("a link", () => {
  it("is closed from the begin of its outage up to its end", () => {
    expect(linkIsOpen([fault()], START)).toBeUndefined();
    const open = linkIsOpen(
      [{ kind: "link", intersection: "t", fault: "down", fromSeconds: 5, untilSeconds: 7 }],
      START,
    );
    const told = [4, 5, 6, 7].map((second) => open?.("t", after(START, second * SECOND_MS)));
    expect(told).toEqual([true, false, false, true]);
    expect(open?.("u", after(START, 5 * SECOND_MS))).toBe(true);
  });
});

describe("an operator of a scenario", () => {
  it("sets modes at their instants, and back to the run's own at their ends", () => {
    const events = new Subject<FieldEvent>();
    const told: string[] = [];
    const { requests } = scriptedOperator(
      [
        { kind: "mode", intersection: "all", mode: "local", fromSeconds: 2, untilSeconds: 4 },
        { kind: "mode", intersection: "t", mode: "shadow", fromSeconds: 4 },
      ],
      network,
      "adaptive",
      { events },
    );
    requests.subscribe((request: OperatorRequest) => {
      if (request.kind === "mode") told.push(`${request.intersection} ${request.mode} by ${request.by}`);
    });
    const at = (second: number): readonly string[] => {
      const before = told.length;
      events.next(ready(after(START, second * SECOND_MS)));
      return told.slice(before);
    };
    expect([0, 1, 2, 3].map(at)).toEqual([[], [], ["t local by scenario"], []]);
    // An instant that was left out is made up for.
    expect(at(5)).toEqual(["t adaptive by scenario", "t shadow by scenario"]);
    expect(at(6)).toEqual([]);
  });
});
