import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/alarms/alarm.ts";
import { createAlarmDesk } from "../../src/pipeline/alarm-desk.ts";
import type { Decided } from "../../src/pipeline/run.ts";
import type { AuditEntry, AuditTrail } from "../../src/ports/audit.ts";
import type { AlarmRow } from "../../src/ports/store.ts";
import { err, ok } from "../../src/result.ts";
import { after, instantMs, SECOND_MS } from "../../src/units.ts";
import { QUIET, TABLES } from "../server/scenes.ts";

/** A desk over a street on which nothing happens but what the test says, its trail and its rows. */
function desk() {
  const entries: AuditEntry[] = [];
  const rows: AlarmRow[] = [];
  let conditions: Condition[] = [];
  const disk = { full: false };
  const audit: AuditTrail = {
    append: (entry) => {
      entries.push(entry);
      return { ...entry, number: entries.length, recordedAt: 0 };
    },
    stored: () => Promise.resolve(disk.full ? err("ENOSPC") : ok(undefined)),
    close: () => Promise.resolve(),
  };
  const alarms = createAlarmDesk({
    audit,
    others: () => conditions.splice(0),
    rows: (fresh) => rows.push(...fresh),
  });
  const second = (count: number, told: readonly Condition[] = []): void => {
    conditions = [...told];
    const at = after(QUIET.now, count * SECOND_MS);
    // Everybody is linked: only what is told is an alarm.
    const nodes = QUIET.nodes.map((node) => ({ ...node, linked: true }));
    const clock = { at, stepMs: 1000, midnightAt: instantMs(0), speedFactor: 1 };
    const instant: Decided["instant"] = {
      at,
      clock,
      inputs: [],
      first: count === 0,
      traffic: undefined,
      measures: undefined,
      flooding: [],
      dropped: {},
    };
    const state = { ...QUIET, now: at, nodes };
    alarms.decided({ tables: TABLES, instant, before: QUIET, state, effects: [] });
  };
  return { alarms, entries, rows, second, disk };
}

const full = (raised: boolean): Condition => ({
  type: "storeFailing",
  intersection: null,
  part: "events",
  raised,
  text: "ENOSPC",
});
const ID = "storeFailing:network:events";

describe("the alarm desk", () => {
  it("has nothing to show before the clock is known, and takes no acts", async () => {
    const { alarms, entries } = desk();
    expect(alarms.view()).toBeUndefined();
    expect(await alarms.act({ kind: "acknowledge", alarm: ID, by: "ann" })).toMatchObject({
      kind: "refused",
    });
    expect(entries, "there is no instant that it could be of").toEqual([]);
  });

  it("shows an alarm of a disk that is full, with its figures, and gives the change to the store", () => {
    const { alarms, rows, second } = desk();
    second(0);
    second(1, [full(true)]);
    const view = alarms.view();
    expect(view?.active).toMatchObject([{ id: ID, priority: "P2", state: "activeUnacknowledged" }]);
    expect(view?.recent).toMatchObject([{ alarm: ID, annunciated: true }]);
    expect(view?.figures.annunciated).toBe(1);
    expect(rows).toMatchObject([
      { alarm: ID, intersection: "", priority: 2, state: "activeUnacknowledged", text: "ENOSPC" },
    ]);
    expect(JSON.parse(rows[0]?.content ?? "")).toEqual(view?.recent[0]);
  });

  it("audits what is done and what is refused, with the state before", async () => {
    const { alarms, entries, second } = desk();
    second(0, [full(true)]);
    const acknowledge = { kind: "acknowledge", alarm: ID, by: "ann" } as const;
    expect(await alarms.act(acknowledge)).toEqual({ kind: "done" });
    expect(await alarms.act(acknowledge)).toMatchObject({ kind: "refused" });
    const until = after(QUIET.now, 60 * SECOND_MS);
    expect(await alarms.act({ kind: "shelve", alarm: ID, by: "bob", reason: "known", until })).toEqual({
      kind: "done",
    });
    expect(entries).toMatchObject(
      [
        {
          where: null,
          who: "ann",
          action: "alarm.acknowledge",
          subject: ID,
          before: "activeUnacknowledged",
          result: "done",
        },
        { who: "ann", action: "alarm.acknowledge", before: "activeAcknowledged", result: /^refused: / },
        { who: "bob", action: "alarm.shelve", reason: "known", after: { until }, result: "done" },
      ].map((entry) => ({
        ...entry,
        result: entry.result === "done" ? "done" : expect.stringMatching(entry.result),
      })),
    );
    expect(alarms.view()?.shelved).toMatchObject([
      { id: ID, shelved: { by: "bob", reason: "known", until } },
    ]);
  });

  it("audits at its intersection what is done with an alarm of one", async () => {
    const { alarms, entries, second } = desk();
    second(0, [{ ...full(true), type: "planRefused", intersection: "t", part: null }]);
    await alarms.act({ kind: "acknowledge", alarm: "planRefused:t", by: "ann" });
    await alarms.act({ kind: "acknowledge", alarm: "planRefused:x", by: "ann" });
    expect(entries.map(({ where, result }) => [where, result])).toEqual([
      ["t", "done"],
      [null, "refused: there is no alarm planRefused:x that is not normal"],
    ]);
  });

  it("says of an act that the trail could not take that it is done and not audited", async () => {
    const { alarms, second, disk } = desk();
    second(0, [full(true)]);
    disk.full = true;
    const answer = await alarms.act({ kind: "acknowledge", alarm: ID, by: "ann" });
    expect(answer).toEqual({ kind: "unaudited", why: "ENOSPC" });
  });
});
