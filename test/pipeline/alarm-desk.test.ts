import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/alarms/alarm.ts";
import { createAlarmDesk } from "../../src/pipeline/alarm-desk.ts";
import type { Decided } from "../../src/pipeline/run.ts";
import type { KeptAlarm } from "../../src/alarms/kept-alarms.ts";
import type { AlarmMemory } from "../../src/ports/alarm-desk.ts";
import type { AuditEntry, AuditTrail } from "../../src/ports/audit.ts";
import type { AlarmRow } from "../../src/ports/store.ts";
import { err, ok } from "../../src/result.ts";
import { after, instantMs, SECOND_MS } from "../../src/units.ts";
import { QUIET, TABLES } from "../server/scenes.ts";

/** A desk over a street on which nothing happens but what the test says, its trail and its rows. */
function desk(memory?: AlarmMemory) {
  const entries: AuditEntry[] = [];
  const rows: AlarmRow[] = [];
  let conditions: Condition[] = [];
  const disk: { full: boolean; refusing?: string } = { full: false };
  const audit: AuditTrail = {
    append: (entry) => {
      entries.push(entry);
      return { ...entry, number: entries.length, recordedAt: 0 };
    },
    refusing: () => disk.refusing,
    stored: () => Promise.resolve(disk.full ? err("ENOSPC") : ok(undefined)),
    close: () => Promise.resolve(),
  };
  const alarms = createAlarmDesk({
    audit,
    others: () => conditions.splice(0),
    rows: (fresh) => rows.push(...fresh),
    memory,
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
      drifting: [],
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
    expect(answer).toEqual({ kind: "unaudited", done: true, why: "ENOSPC" });
  });

  it("does nothing that the trail takes no entry of, and says so", async () => {
    const { alarms, entries, second, disk } = desk();
    second(0, [full(true)]);
    disk.refusing = "9 entries wait and no more are taken: ENOSPC";
    const answer = await alarms.act({ kind: "acknowledge", alarm: ID, by: "ann" });
    expect(answer).toEqual({ kind: "unaudited", done: false, why: disk.refusing });
    expect(alarms.view()?.active).toMatchObject([{ state: "activeUnacknowledged" }]);
    expect(entries).toEqual([]);
  });

  it("says what the engine does about an alarm, or else what comes of it", () => {
    const { alarms, second } = desk();
    const linkLost = { ...full(true), type: "linkLost", intersection: "t", part: null } as const;
    second(0, [full(true), linkLost]);
    second(5);
    expect(alarms.now()?.active.map(({ id, effect }) => [id, effect])).toEqual([
      [ID, "What happens meanwhile may not be kept"],
      ["linkLost:t", "Sent nothing; by its own clock it should run plan day"],
    ]);
  });
});

/** What a process before left, and what this one keeps. */
function memoryOf(kept: readonly KeptAlarm[]) {
  const written: (readonly KeptAlarm[])[] = [];
  const disk = { full: false };
  const memory: AlarmMemory = {
    kept,
    keep: (alarms) => {
      if (disk.full) return Promise.resolve(err("ENOSPC"));
      written.push(alarms);
      return Promise.resolve(ok(undefined));
    },
  };
  return { memory, written, disk };
}

describe("what operators said", () => {
  it("is kept with each act, and known to the engine that begins anew", async () => {
    const { memory, written } = memoryOf([]);
    const first = desk(memory);
    first.second(0, [full(true)]);
    await first.alarms.act({ kind: "acknowledge", alarm: ID, by: "ann" });
    const place = { type: "storeFailing", intersection: null, part: "events", text: "ENOSPC" };
    expect(written.at(-1)).toEqual([
      { ...place, acknowledged: { by: "ann", at: QUIET.now }, shelved: null, outOfService: null },
    ]);

    const second = desk(memoryOf(written.at(-1) ?? []).memory);
    second.second(60);
    expect(second.alarms.view()?.active, "nothing stands yet").toEqual([]);
    second.second(61, [full(true)]);
    expect(second.alarms.view()).toMatchObject({
      active: [{ id: ID, state: "activeAcknowledged", acknowledged: { by: "ann", at: QUIET.now } }],
      recent: [{ from: "normal", to: "activeAcknowledged", annunciated: false }],
    });
  });

  it("is tried again with the next act where the disk was full", async () => {
    const { memory, written, disk } = memoryOf([]);
    const { alarms, second } = desk(memory);
    second(0, [full(true)]);
    disk.full = true;
    expect(await alarms.act({ kind: "acknowledge", alarm: ID, by: "ann" })).toEqual({ kind: "done" });
    disk.full = false;
    await alarms.act({ kind: "acknowledge", alarm: ID, by: "bob" });
    second(20, [full(false)]);
    second(40);
    await Promise.resolve();
    expect(written).toEqual([[]]);
  });
});
