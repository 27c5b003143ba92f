import { expect, it } from "vitest";
import { firstStored, openSource } from "../../src/server/playback-source.ts";
import type { EventRow } from "../../src/ports/store.ts";
import { openIn } from "../adapters/history/open-history.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { drive } from "../playback/drive.ts";
import { leftTurnCrossing, second } from "../signal/crossings.ts";

/** A controller's log in a real history, without what lies before `since`. */
async function storedLog(seconds: number, since = 0) {
  const driven = drive(leftTurnCrossing(), seconds);
  const rows = driven.events.map((event, number): EventRow => ({ ...event, number, intersection: "x" }));
  const { history } = await openIn(await temporaryFolder());
  history.append({ table: "events", rows: rows.filter(({ at }) => at >= second(since)) });
  await history.flushed();
  return { store: history, shown: driven.shown };
}

async function lampsFrom(store: Awaited<ReturnType<typeof storedLog>>["store"], seconds: readonly number[]) {
  const ports = { intersections: [leftTurnCrossing()], stepMs: 1_000, store };
  const opened = await openSource(ports, second(seconds[0] ?? 0));
  if (!opened.ok) throw new Error(opened.error);
  const lamps: string[] = [];
  for (const at of seconds) {
    expect(await opened.value.readUpTo(second(at))).toEqual({ ok: true, value: undefined });
    const frame = opened.value.playback.messagesAt(second(at), { speedFactor: 1, moving: true }).at(-1);
    lamps.push(frame?.kind === "frame" ? (frame.intersections[0]?.lamps ?? "") : "");
  }
  return lamps;
}

const seconds = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

it("a period from the begin of a log on is played from a history as it was shown", async () => {
  const { store, shown } = await storedLog(400);
  expect(await firstStored(store)).toMatchObject({ ok: true, value: { at: second(0), number: 0 } });
  const period = seconds(0, 330);
  expect(await lampsFrom(store, period)).toEqual(period.map((at) => shown[at]?.lamps));
});

it("so is one in the middle, and one before which the log is gone once each phase has been told of", async () => {
  const { store, shown } = await storedLog(400);
  const period = seconds(130, 200);
  const told = period.map((at) => shown[at]?.lamps);
  expect(await lampsFrom(store, period)).toEqual(told);
  const cut = await storedLog(400, 125);
  const known = await lampsFrom(cut.store, period);
  const since = known.findIndex((lamps) => lamps !== "");
  expect(since).toBeGreaterThan(0);
  expect(known.slice(since)).toEqual(told.slice(since));
});
