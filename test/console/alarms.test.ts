import { array, assert, boolean, constantFrom, nat, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alarmCount,
  alarmRows,
  alarmsAfter,
  alarmsAsOf,
  alarmsBySite,
  alarmsOf,
  type AlarmsKnown,
  newestOf,
  NO_ALARMS_KNOWN,
  stepTo,
} from "../../src/console/data/alarm-list.ts";
import type { AlarmStateName } from "../../src/model/alarm.ts";
import type { AlarmsMessage, AlarmTransitionView, AlarmView } from "../../src/protocol/alarm-view.ts";

const alarm = (id: string, change: Partial<AlarmView> = {}): AlarmView => ({
  id,
  type: "linkLost",
  intersection: id,
  part: null,
  text: `text of ${id}`,
  state: "activeUnacknowledged",
  priority: "P2",
  activeSince: 1_000,
  occurrences: 1,
  acknowledged: null,
  shelved: null,
  outOfService: null,
  suppressedBy: null,
  response: "go there",
  consequence: "nobody sees it",
  owner: "operator",
  children: 0,
  firstOut: false,
  effect: "sent nothing",
  ...change,
});

const byId = (...alarms: readonly AlarmView[]): ReadonlyMap<string, AlarmView> =>
  new Map(alarms.map((one) => [one.id, one]));
const message = (change: Partial<AlarmsMessage>): AlarmsMessage => ({
  kind: "alarms",
  at: 0,
  whole: false,
  changed: [],
  gone: [],
  flood: null,
  ...change,
});

describe("what is known of alarms", () => {
  it("is what was told whole, and what changed since", () => {
    const old = alarmsAfter(NO_ALARMS_KNOWN, message({ whole: true, changed: [alarm("old")] }));
    const whole = alarmsAfter(old, message({ whole: true, changed: [alarm("a"), alarm("b")] }));
    const next = alarmsAfter(
      whole,
      message({ changed: [alarm("b", { text: "newer" }), alarm("c")], gone: ["a"] }),
    );
    expect([...next.byId.values()].map(({ id, text }) => [id, text])).toEqual([
      ["b", "newer"],
      ["c", "text of c"],
    ]);
  });

  it("is the same in the end, whether it was told in changes or whole", () => {
    const change = record({ id: constantFrom("a", "b", "c"), text: nat(), gone: boolean() });
    assert(
      property(array(change, { maxLength: 12 }), (changes) => {
        let known: AlarmsKnown = NO_ALARMS_KNOWN;
        const street = new Map<string, AlarmView>();
        for (const { id, text, gone } of changes) {
          const told = alarm(id, { text: String(text) });
          if (gone) street.delete(id);
          else street.set(id, told);
          known = alarmsAfter(known, message(gone ? { gone: [id] } : { changed: [told] }));
        }
        const ids = [...street.keys()];
        return known.byId.size === ids.length && ids.every((id) => known.byId.get(id) === street.get(id));
      }),
    );
  });
});

const alarmAt = (intersection: string | null, id: string, change: Partial<AlarmView>) =>
  alarm(id, { intersection, ...change });

describe("an intersection", () => {
  it("has the gravest of the alarms that wait for somebody: not what is acknowledged, silenced, or of the network", () => {
    const found = alarmsBySite(
      byId(
        alarmAt("a", "a1", { priority: "P3" }),
        alarmAt("a", "a2", { priority: "P2", state: "clearedUnacknowledged", activeSince: null }),
        alarmAt("a", "a3", { priority: "P1", state: "activeAcknowledged" }),
        alarmAt("b", "b1", { priority: "P1", state: "shelved" }),
        alarmAt("b", "b2", { priority: "P1", state: "suppressed" }),
        alarmAt("b", "b3", { priority: "P1", state: "outOfService" }),
        alarmAt(null, "n1", { priority: "P1" }),
      ),
    );
    expect([...found].map(([site, { worst, unacknowledged }]) => [site, worst.id, unacknowledged])).toEqual([
      ["a", "a2", 2],
    ]);
  });

  it("has one exactly where one waits, and none that waits is graver", () => {
    const STATES = [
      "activeUnacknowledged",
      "clearedUnacknowledged",
      "activeAcknowledged",
      "shelved",
    ] as const;
    const one = record({
      site: constantFrom("a", "b"),
      priority: constantFrom("P1", "P2", "P3"),
      state: constantFrom(...STATES),
    });
    assert(
      property(array(one, { maxLength: 12 }), (some) => {
        const alarms = some.map(({ site, priority, state }, index) =>
          alarmAt(site, String(index), { priority, state }),
        );
        const found = alarmsBySite(byId(...alarms));
        return ["a", "b"].every((site) => {
          const waiting = some.filter((own) => own.site === site && own.state.endsWith("Unacknowledged"));
          const [gravest] = waiting.map(({ priority }) => priority).toSorted();
          const own = found.get(site);
          return own?.worst.priority === gravest && (own?.unacknowledged ?? 0) === waiting.length;
        });
      }),
    );
  });
});

describe("the list", () => {
  const all = byId(
    alarm("old", { activeSince: 500 }),
    alarm("seen", { activeSince: 100, state: "activeAcknowledged" }),
    alarm("new", { activeSince: 900 }),
    alarm("worst", { priority: "P1", activeSince: 2_000, children: 2 }),
    alarm("over", { priority: "P3", state: "clearedUnacknowledged", activeSince: null }),
    alarm("child", { state: "suppressed", suppressedBy: "worst" }),
    alarm("grandchild", { state: "suppressed", suppressedBy: "child" }),
    alarm("shelf", { state: "shelved" }),
  );

  const rows = (open: readonly string[]) =>
    alarmRows(alarmsOf(all, "active"), all, new Set(open)).map(
      ({ alarm: { id }, depth }) => `${depth} ${id}`,
    );

  it("has the gravest first, of those what nobody has acknowledged, of those the oldest", () => {
    expect(alarmsOf(all, "active").map(({ id }) => id)).toEqual(["worst", "old", "new", "seen", "over"]);
    expect(alarmsOf(all, "shelved").map(({ id }) => id)).toEqual(["shelf"]);
  });

  it("shows beneath an alarm what it says too, where it is open", () => {
    expect(rows([]).slice(0, 2)).toEqual(["0 worst", "0 old"]);
    expect(rows(["worst"]).slice(0, 3)).toEqual(["0 worst", "1 child", "0 old"]);
    expect(rows(["worst", "child"]).slice(0, 3)).toEqual(["0 worst", "1 child", "2 grandchild"]);
  });

  it("is stepped through, and ends at its ends", () => {
    const listed = alarmRows(alarmsOf(all, "active"), all, new Set());
    expect(stepTo(listed, "worst", 1)).toBe("old");
    expect(stepTo(listed, "worst", -1)).toBe("worst");
    expect(stepTo(listed, "over", 1)).toBe("over");
    expect(stepTo(listed, "gone", 1), "of one that is not there any more").toBe("worst");
    expect(stepTo([], null, 1)).toBeNull();
  });

  it("counts, with the worst of those that nobody has acknowledged", () => {
    expect(alarmCount(all)).toEqual({ active: 5, unacknowledged: 4, worst: "P1" });
    const seen = byId(
      alarm("a", { priority: "P1", state: "activeAcknowledged" }),
      alarm("b", { priority: "P3" }),
    );
    expect(alarmCount(seen)).toEqual({ active: 2, unacknowledged: 1, worst: "P3" });
    expect(alarmCount(byId())).toEqual({ active: 0, unacknowledged: 0, worst: null });
  });

  it("speaks the newest that asks for somebody, apart by priority", () => {
    expect(newestOf(all, (priority) => priority === "P1")?.id).toBe("worst");
    expect(newestOf(all, (priority) => priority !== "P1")?.id).toBe("new");
    expect(newestOf(byId(), () => true)).toBeNull();
  });
});

const transition = (
  id: string,
  at: number,
  to: AlarmStateName,
  change: Partial<AlarmTransitionView> = {},
): AlarmTransitionView => ({
  at,
  alarm: id,
  type: "linkLost",
  intersection: "x",
  part: null,
  priority: "P2",
  from: "normal",
  to,
  annunciated: to === "activeUnacknowledged",
  text: "No link",
  by: null,
  reason: null,
  ...change,
});

describe("the alarms of an instant of the past", () => {
  const types = { linkLost: { response: "go there", consequence: "unseen", owner: "technician" } };

  it("are what the transitions up to it leave, with who did what, and without what is not stored", () => {
    const past = alarmsAsOf(
      [
        transition("a", 10, "activeUnacknowledged"),
        transition("b", 20, "activeUnacknowledged"),
        transition("a", 30, "activeAcknowledged", { by: "ann" }),
        transition("b", 40, "shelved", { by: "bob", reason: "works" }),
        transition("c", 50, "activeUnacknowledged"),
        transition("c", 60, "normal"),
      ],
      types,
    );
    expect([...past.keys()]).toEqual(["a", "b"]);
    expect(past.get("a")).toMatchObject({
      state: "activeAcknowledged",
      activeSince: 10,
      acknowledged: { by: "ann", at: 30 },
      response: "go there",
      effect: "",
    });
    expect(past.get("b")).toMatchObject({
      state: "shelved",
      shelved: { by: "bob", reason: "works", at: 40, until: Number.NaN },
    });
  });
});
