import { describe, expect, it } from "vitest";
import { forgetfulEventLog } from "../../../src/adapters/event-sequence.ts";
import { openEventLog } from "../../../src/adapters/event-log.ts";
import { recordingEventLog, recordMissingEvents } from "../../../src/adapters/history/event-recorder.ts";
import type { StoreRows } from "../../../src/ports/store.ts";
import { LOG_LOST_CODE } from "../../../src/protocol/frames.ts";
import { handTimer } from "../hand-timer.ts";
import { temporaryFolder } from "../temporary-folder.ts";

function recorder(nextEvent: ReadonlyMap<string, number> = new Map()) {
  const rows: StoreRows[] = [];
  const store = { append: (some: StoreRows) => void rows.push(some), flushed: () => Promise.resolve() };
  const numbers = (): readonly (readonly [string, number, number])[] =>
    rows.flatMap((some) =>
      some.table === "events"
        ? some.rows.map(({ intersection, number, at }) => [intersection, number, at] as const)
        : [],
    );
  return { store, nextEvent, numbers };
}

const ignore = (): void => undefined;

describe("a recording event log", () => {
  it("gives the store each event once, numbered as the log numbers it", () => {
    const { store, nextEvent, numbers } = recorder();
    const log = recordingEventLog(forgetfulEventLog(), { store, nextEvent });
    log.append("a", 0, [
      [100, 1, 2],
      [101, 8, 2],
    ]);
    // Sent again, with one that is new; then one after a gap, which is refused; then a gap that the controller owns up to.
    log.append("a", 1, [
      [101, 8, 2],
      [102, 10, 2],
    ]);
    expect(log.append("a", 9, [[109, 1, 1]])).toMatchObject({ code: "STALE_BASE" });
    log.append("a", 7, [
      [107, LOG_LOST_CODE, 4],
      [108, 1, 4],
    ]);
    expect(numbers()).toEqual([
      ["a", 0, 100],
      ["a", 1, 101],
      ["a", 2, 102],
      ["a", 7, 107],
      ["a", 8, 108],
    ]);
    expect(log.progress("a").received).toBe(9);
  });

  it("gives it none that it has, when the log lost more with a killed process than the store", () => {
    const { store, nextEvent, numbers } = recorder(new Map([["a", 2]]));
    const log = recordingEventLog(forgetfulEventLog(), { store, nextEvent });
    log.append("a", 0, [
      [100, 1, 2],
      [101, 8, 2],
      [102, 10, 2],
    ]);
    expect(numbers()).toEqual([["a", 2, 102]]);
  });

  it("gives it what it lacks, when the store lost more than the log", async () => {
    const folder = await temporaryFolder();
    const { timer } = handTimer();
    const log = await openEventLog({ folder, continues: true, failed: ignore, recovered: ignore, timer });
    log.append("a", 0, [
      [100, 1, 2],
      [101, 8, 2],
    ]);
    log.append("b", 0, [[100, 1, 2]]);
    log.append("a", 2, [[102, 10, 2]]);
    await log.close();
    const { store, nextEvent, numbers } = recorder(new Map([["a", 1]]));
    await recordMissingEvents(folder, { store, nextEvent });
    expect(numbers()).toEqual([
      ["a", 1, 101],
      ["b", 0, 100],
      ["a", 2, 102],
    ]);
  });
});
