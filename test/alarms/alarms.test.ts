import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  nat,
  option,
  property,
  record,
  tuple,
} from "fast-check";
import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/alarms/alarm.ts";
import type { AlarmStateName } from "../../src/model/alarm.ts";
import { alarmList } from "../../src/alarms/alarm-list.ts";
import { ALARM_TYPE_NAMES, ALARM_TYPES, levelStands, linksLostBand } from "../../src/alarms/alarm-types.ts";
import {
  actOnAlarm,
  type AlarmAct,
  type Alarms,
  alarmsAt,
  type AlarmsStep,
  NO_ALARMS,
  SHELF_MAX_MS,
} from "../../src/alarms/alarms.ts";
import { instantMs } from "../../src/units.ts";

const at = (seconds: number) => instantMs(seconds * 1000);

/** A link of intersection `x`: five seconds to be an alarm, thirty to be none. */
const link = (raised: boolean, intersection = "x"): Condition => ({
  type: "linkLost",
  intersection,
  part: null,
  raised,
  text: "No link",
});
const refused = (): Condition => ({
  type: "commandRefused",
  intersection: "x",
  part: null,
  raised: true,
  text: "refused",
});
const ID = "linkLost:x";

/** Alarms second by second, with what happened at some of them. */
function run(script: Readonly<Record<number, readonly (Condition | AlarmAct)[]>>, until: number) {
  let alarms: Alarms = NO_ALARMS;
  const told: string[] = [];
  const take = (second: number, { alarms: next, transitions }: AlarmsStep): void => {
    alarms = next;
    for (const { from, to, annunciated } of transitions) {
      told.push(`${second} ${from} > ${to}${annunciated ? " !" : ""}`);
    }
  };
  for (let second = 0; second <= until; second += 1) {
    const happened = script[second] ?? [];
    take(
      second,
      alarmsAt(
        alarms,
        happened.filter((one) => "raised" in one),
        at(second),
      ),
    );
    for (const act of happened.filter((one) => "kind" in one)) {
      const done = actOnAlarm(alarms, act, at(second));
      if (done.ok) take(second, done.value);
      else told.push(`${second} ${done.error}`);
    }
  }
  return { told, alarms };
}

const acknowledge = { kind: "acknowledge", alarm: ID, by: "ann" } as const;
const shelve = (until: number) =>
  ({ kind: "shelve", alarm: ID, by: "ann", reason: "works", until: at(until) }) as const;

describe("an alarm", () => {
  it("goes the way of ISA-18.2: active, acknowledged, over", () => {
    const { told, alarms } = run({ 10: [link(true)], 20: [acknowledge], 40: [link(false)] }, 80);
    expect(told).toEqual([
      "15 normal > activeUnacknowledged !",
      "20 activeUnacknowledged > activeAcknowledged",
      "70 activeAcknowledged > normal",
    ]);
    expect(alarms.byId.size, "and nothing is kept of it").toBe(0);
  });

  it("that is over before anybody has seen it waits for that", () => {
    const { told } = run({ 10: [link(true)], 20: [link(false)], 60: [acknowledge] }, 61);
    expect(told).toEqual([
      "15 normal > activeUnacknowledged !",
      "50 activeUnacknowledged > clearedUnacknowledged",
      "60 clearedUnacknowledged > normal",
    ]);
  });

  it("that comes again before it is acknowledged is heard again, and counted", () => {
    const { told, alarms } = run({ 10: [link(true)], 20: [link(false)], 60: [link(true)] }, 70);
    expect(told.slice(2)).toEqual(["65 clearedUnacknowledged > activeUnacknowledged !"]);
    expect(alarms.byId.get(ID)?.occurrences).toBe(2);
  });

  it("does not begin where its condition ends within the on-delay", () => {
    const { told, alarms } = run({ 10: [link(true)], 14: [link(false)] }, 60);
    expect(told).toEqual([]);
    expect(alarms.byId.size).toBe(0);
  });

  it("does not end where its condition comes back within the off-delay, and does not chatter", () => {
    const script = {
      10: [link(true)],
      20: [link(false)],
      45: [link(true)],
      50: [link(false)],
      75: [link(true)],
    };
    expect(run(script, 120).told).toEqual(["15 normal > activeUnacknowledged !"]);
  });

  it("of something said once is over when it is not said for the off-delay, and said again asks again", () => {
    const id = { ...acknowledge, alarm: "commandRefused:x" };
    const { told } = run({ 10: [refused()], 20: [id], 30: [refused()], 40: [id] }, 400);
    expect(told).toEqual([
      "10 normal > activeUnacknowledged !",
      "20 activeUnacknowledged > activeAcknowledged",
      "30 activeAcknowledged > activeUnacknowledged !",
      "40 activeUnacknowledged > activeAcknowledged",
      "330 activeAcknowledged > normal",
    ]);
  });

  it("cannot be acknowledged twice, nor one that is not there", () => {
    const other = { ...acknowledge, alarm: "linkLost:y" };
    const { told } = run({ 10: [link(true)], 20: [acknowledge, acknowledge, other] }, 20);
    expect(told.slice(2)).toEqual([
      "20 linkLost:x is activeAcknowledged: there is nothing to acknowledge",
      "20 there is no alarm linkLost:y that is not normal",
    ]);
  });
});

describe("a shelved alarm", () => {
  it("is silent until its time is over, and then asks anew where it still stands", () => {
    const { told, alarms } = run({ 10: [link(true)], 20: [acknowledge, shelve(100)] }, 101);
    expect(told.slice(2)).toEqual([
      "20 activeAcknowledged > shelved",
      "100 shelved > activeUnacknowledged !",
    ]);
    expect(alarms.byId.get(ID)).toMatchObject({ shelved: null, acknowledged: null });
  });

  it("that is over by then is gone without a word", () => {
    const { told, alarms } = run({ 10: [link(true)], 20: [shelve(100)], 30: [link(false)] }, 101);
    expect(told.slice(1)).toEqual(["20 activeUnacknowledged > shelved", "100 shelved > normal"]);
    expect(alarms.byId.size).toBe(0);
  });

  it("can be taken back by hand", () => {
    const back = { kind: "unshelve", alarm: ID, by: "bob", reason: "done" } as const;
    const { told } = run({ 10: [link(true)], 20: [shelve(100)], 30: [back, back] }, 31);
    expect(told.slice(2)).toEqual(["30 shelved > activeUnacknowledged !", "30 linkLost:x is not shelved"]);
  });

  it("may be so for eight hours and not a moment longer, nor until the past", () => {
    const { alarms } = run({ 10: [link(true)] }, 20);
    const until = (ms: number) => actOnAlarm(alarms, { ...shelve(0), until: instantMs(ms) }, at(20)).ok;
    expect([
      until(20_000),
      until(20_001),
      until(20_000 + SHELF_MAX_MS),
      until(20_001 + SHELF_MAX_MS),
    ]).toEqual([false, true, true, false]);
    expect(SHELF_MAX_MS).toBe(28_800_000);
  });
});

it("out of service an alarm is silent until somebody puts it back, and cannot be shelved", () => {
  const out = { kind: "outOfService", alarm: ID, by: "ann", reason: "cabinet replaced" } as const;
  const back = { kind: "returnToService", alarm: ID, by: "ann", reason: "done" } as const;
  const { told } = run({ 10: [link(true)], 20: [out, shelve(50), out], 30: [link(false)], 100: [back] }, 101);
  expect(told.slice(1)).toEqual([
    "20 activeUnacknowledged > outOfService",
    "20 linkLost:x is out of service",
    "20 linkLost:x is out of service already",
    "100 outOfService > normal",
  ]);
});

const linksLost = (raised: boolean): Condition => ({
  type: "linksLost",
  intersection: null,
  part: null,
  raised,
  text: "3 of 20 links are down",
});

describe("a parent", () => {
  it("that begins with its children is the only one that is heard", () => {
    const many = ["x", "y", "z"].map((one) => link(true, one));
    const { told, alarms } = run({ 10: [...many, linksLost(true)] }, 20);
    expect(told).toEqual(["15 normal > activeUnacknowledged !", ...many.map(() => "15 normal > suppressed")]);
    expect(alarmList(alarms)).toMatchObject({
      active: [{ id: "linksLost:network", children: 3, priority: "P1" }],
      suppressed: [{ id: "linkLost:x" }, { id: "linkLost:y" }, { id: "linkLost:z" }],
    });
  });

  it("that begins later takes in those that were heard before, and gives back those that it leaves", () => {
    const { told } = run(
      {
        10: [link(true)],
        20: [acknowledge],
        30: [link(true, "y"), linksLost(true)],
        100: [linksLost(false), link(false, "y")],
      },
      140,
    );
    expect(told.slice(2)).toEqual([
      "35 normal > activeUnacknowledged !",
      "35 normal > suppressed",
      "35 activeAcknowledged > suppressed",
      // The parent is over and was never acknowledged; so is y, of which nobody has heard.
      "130 activeUnacknowledged > clearedUnacknowledged",
      "130 suppressed > activeUnacknowledged !",
      "130 suppressed > normal",
    ]);
  });

  it("takes with it what was only said under it, and leaves what stands by itself", () => {
    const said: Condition = { ...link(true), type: "engineLost" };
    const stands: Condition = { ...link(true), type: "planRefused" };
    const { told } = run({ 10: [link(true)], 20: [said, stands, link(false)] }, 51);
    expect(told).toEqual([
      "15 normal > activeUnacknowledged !",
      "20 normal > suppressed",
      "20 normal > suppressed",
      "50 activeUnacknowledged > clearedUnacknowledged",
      "50 suppressed > normal",
      "50 suppressed > activeUnacknowledged !",
    ]);
  });

  it("that an operator has shelved speaks for nobody", () => {
    const shelf = { ...shelve(500), alarm: "linksLost:network" };
    const { told } = run({ 10: [link(true), linksLost(true)], 20: [shelf] }, 22);
    expect(told.slice(2)).toEqual([
      "20 activeUnacknowledged > shelved",
      "21 suppressed > activeUnacknowledged !",
    ]);
  });

  it("speaks for its own intersection only", () => {
    const flash = (intersection: string): Condition => ({ ...link(true, intersection), type: "flash" });
    const trip: Condition = { ...link(true), type: "monitorTrip" };
    const { alarms } = run({ 10: [trip, flash("x"), flash("y")] }, 20);
    const list = alarmList(alarms);
    expect(list.active.map(({ id }) => id)).toEqual(["monitorTrip:x", "flash:y"]);
    expect(list.suppressed.map(({ id }) => id)).toEqual(["flash:x"]);
  });
});

const failed = (part: number, raised = true): Condition => ({
  type: "detectorFailed",
  intersection: "x",
  part: `d${part}`,
  raised,
  text: "stuck",
});

describe("a flood", () => {
  it("begins with the eleventh alarm in ten minutes, names the first, and ends below five", () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [10 * n, [failed(n)]]));
    expect(run(ten, 100).alarms.flood.now).toBeNull();
    const eleven = { ...ten, 100: [failed(10)] };
    const flooded = run(eleven, 101).alarms;
    expect(flooded.flood.now).toEqual({ since: at(100), firstOut: "detectorFailed:x:d0" });
    const list = alarmList(flooded);
    expect(list.active.filter(({ firstOut }) => firstOut).map(({ part }) => part)).toEqual(["d0"]);
    expect(list.consolidated).toEqual([
      { type: "detectorFailed", priority: "P3", count: 11, since: at(0), alarm: "detectorFailed:x:d0" },
    ]);
    // The seventh leaves the ten minutes at 660 s: four remain.
    expect(run(eleven, 659).alarms.flood.now).not.toBeNull();
    const over = run(eleven, 660).alarms;
    expect(over.flood.now).toBeNull();
    expect(alarmList(over).consolidated).toEqual([]);
  });
});

describe("the table of types", () => {
  it("says of each what to do, why and who, and has parents stand before their children", () => {
    for (const [rank, name] of ALARM_TYPE_NAMES.entries()) {
      const { response, consequence, owner, parents, kind, offDelayMs } = ALARM_TYPES[name];
      for (const text of [response, consequence, owner]) expect(text.length, name).toBeGreaterThan(10);
      for (const parent of parents) expect(ALARM_TYPE_NAMES.indexOf(parent), name).toBeLessThan(rank);
      if (kind === "pulse") expect(offDelayMs, "else it would be over as it is said").toBeGreaterThan(0);
    }
  });

  it("takes a tenth of the links, three at least, for one matter, and lets go at half of them", () => {
    expect([1, 12, 31, 200].map((links) => linksLostBand(links))).toEqual([
      { raiseAt: 3, clearBelow: 2 },
      { raiseAt: 3, clearBelow: 2 },
      { raiseAt: 4, clearBelow: 2 },
      { raiseAt: 20, clearBelow: 10 },
    ]);
    const band = linksLostBand(200);
    expect([19, 20, 12, 10, 9].map((down) => levelStands(true, down, band))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect([19, 20].map((down) => levelStands(false, down, band))).toEqual([false, true]);
  });
});

/** Which changes of state there may be at all (ISA-18.2 figure of states, with what silences). */
const ALLOWED: Readonly<Record<AlarmStateName, readonly AlarmStateName[]>> = {
  // Within its on-delay it may be silenced too.
  normal: ["activeUnacknowledged", "suppressed", "shelved", "outOfService"],
  activeUnacknowledged: [
    "activeUnacknowledged",
    "activeAcknowledged",
    "clearedUnacknowledged",
    "shelved",
    "suppressed",
    "outOfService",
  ],
  activeAcknowledged: ["activeUnacknowledged", "normal", "shelved", "suppressed", "outOfService"],
  clearedUnacknowledged: ["activeUnacknowledged", "normal", "shelved", "suppressed", "outOfService"],
  shelved: ["activeUnacknowledged", "normal", "suppressed", "outOfService"],
  suppressed: ["activeUnacknowledged", "normal", "shelved", "outOfService"],
  outOfService: ["activeUnacknowledged", "normal", "suppressed"],
};

it("whatever happens, an alarm takes no step that is not allowed, and each begins where the one before ended", () => {
  const condition = record({
    type: constantFrom(
      "linksLost" as const,
      "linkLost" as const,
      "planRefused" as const,
      "commandRefused" as const,
    ),
    intersection: constantFrom("x", "y"),
    part: constant(null),
    raised: boolean(),
    text: constant("said"),
  });
  const act = tuple(
    constantFrom("acknowledge", "shelve", "unshelve", "outOfService", "returnToService"),
    constantFrom("linksLost:x", "linkLost:x", "planRefused:x", "commandRefused:y"),
  );
  const moves = array(record({ wait: nat(40), conditions: array(condition), act: option(act) }));
  assert(
    property(moves, (steps) => {
      let alarms: Alarms = NO_ALARMS;
      let now = 0;
      const last = new Map<string, AlarmStateName>();
      const check = ({ alarms: next, transitions }: AlarmsStep): void => {
        alarms = next;
        for (const { alarm, from, to } of transitions) {
          expect(from, alarm).toBe(last.get(alarm) ?? "normal");
          expect(ALLOWED[from], `${alarm} from ${from}`).toContain(to);
          last.set(alarm, to);
        }
        // Who is heard by nobody because a parent speaks has a parent that is there.
        for (const { suppressedBy } of next.byId.values()) {
          if (suppressedBy !== null) expect(next.byId.has(suppressedBy)).toBe(true);
        }
      };
      for (const { wait, conditions, act: asked } of steps) {
        now += wait;
        check(alarmsAt(alarms, conditions, at(now)));
        if (asked === null) continue;
        const [kind, alarm] = asked;
        const whole = { kind, alarm, by: "ann", reason: "why", until: at(now + 60) } as AlarmAct;
        const done = actOnAlarm(alarms, whole, at(now));
        if (!done.ok) continue;
        check(done.value);
        check(alarmsAt(alarms, [], at(now)));
      }
    }),
  );
});
