import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  append,
  confirmed,
  emptyLog,
  EVENTS_KEPT_MAX,
  FRAMES_PER_INSTANT_MAX,
  framesToSend,
  type LogBuffer,
  type LogEvent,
  linkLost,
  RESEND_AFTER_MS,
  welcomed,
} from "../../sim/controller/log-buffer.ts";
import { newEvents } from "../../src/adapters/event-sequence.ts";
import { shapeOf } from "../../src/model/fault.ts";
import { LOG_LOST_CODE, LogFrame, type WelcomeFrame } from "../../src/protocol/frames.ts";

const WINDOW = 4000;

/** Events that are told apart by their instant: 0, 1, 2 and so on. */
const events = (from: number, count: number): LogEvent[] =>
  Array.from({ length: count }, (_, index): LogEvent => [from + index, 1, 2]);

const welcome = (stored: number, received = stored): WelcomeFrame => ({
  type: "welcome",
  seq: 0,
  at: 0,
  session: "t.1",
  version: 1,
  heartbeatMs: 1000,
  linkLostMs: 3000,
  logStored: stored,
  logReceived: received,
  logWindow: WINDOW,
});

/** What would be sent now, in short: number of the first event and how many. */
const sent = (log: LogBuffer): readonly (readonly [number, number])[] =>
  framesToSend(log, 0).frames.map(({ first, events: some }) => [first, some.length]);

const confirmedAt = (log: LogBuffer, stored: number, at: number) => framesToSend(confirmed(log, stored), at);

describe("a controller's log", () => {
  it("says nothing before a welcome, and everything from the first event on after it", () => {
    const log = append(emptyLog(), events(0, 3));
    expect(sent(log)).toEqual([]);
    const up = framesToSend(welcomed(log, welcome(0)), 77);
    expect(up.frames).toEqual([{ type: "log", at: 77, first: 0, events: events(0, 3) }]);
    expect(sent(up.log), "each event once").toEqual([]);
    expect(sent(append(up.log, events(3, 2)))).toEqual([[3, 2]]);
  });

  it("sends again after a lost link what was not confirmed", () => {
    const log = framesToSend(welcomed(append(emptyLog(), events(0, 5)), welcome(0)), 0).log;
    const again = welcomed(append(linkLost(confirmed(log, 2)), events(5, 1)), welcome(3, 5));
    expect(framesToSend(again, 0).frames).toMatchObject([{ first: 3, events: events(3, 3) }]);
    expect(again.first, "what is stored is kept no longer").toBe(3);
  });

  it("says nothing while its link is down", () => {
    expect(sent(linkLost(welcomed(append(emptyLog(), events(0, 5)), welcome(0))))).toEqual([]);
  });

  it("sends frames of a thousand, four an instant, and no more than the engine's window", () => {
    const log = welcomed(append(emptyLog(), events(0, 10_500)), welcome(0));
    expect(sent(log)).toEqual([
      [0, 1000],
      [1000, 1000],
      [2000, 1000],
      [3000, 1000],
    ]);
    expect(FRAMES_PER_INSTANT_MAX).toBe(4);
    const full = framesToSend(log, 0).log;
    expect(sent(full), "nothing is stored yet").toEqual([]);
    expect(sent(confirmed(full, 1500))).toEqual([
      [4000, 1000],
      [5000, 500],
    ]);
  });

  it("sends again what nobody confirms for too long, and only that", () => {
    const up = framesToSend(welcomed(append(emptyLog(), events(0, 5)), welcome(0)), 0).log;
    let step = confirmedAt(up, 0, 1000);
    step = confirmedAt(step.log, 2, 20_000);
    step = confirmedAt(step.log, 2, 20_000 + RESEND_AFTER_MS);
    expect(step.frames, "two were confirmed meanwhile").toEqual([]);
    step = confirmedAt(step.log, 2, 20_001 + RESEND_AFTER_MS);
    expect(step.frames).toMatchObject([{ first: 2, events: events(2, 3) }]);
    step = confirmedAt(step.log, 5, 30_000 + RESEND_AFTER_MS);
    step = confirmedAt(step.log, 5, 10 * RESEND_AFTER_MS);
    expect(step.frames, "all is stored").toEqual([]);
  });

  it("takes a confirmation twice, an old one, and one beyond its end", () => {
    const log = framesToSend(welcomed(append(emptyLog(), events(0, 5)), welcome(0)), 0).log;
    const three = confirmed(log, 3);
    expect(confirmed(three, 3)).toBe(three);
    expect(confirmed(three, 1)).toBe(three);
    expect(confirmed(three, 99)).toMatchObject({ first: 5, next: 5, pieces: [] });
  });

  it("drops the oldest when there are too many, and says so in an event of its own", () => {
    // 2500 events where 2000 are kept: the first piece of a thousand goes.
    const log = welcomed(append(emptyLog(2000), events(0, 2500)), welcome(0));
    const [frame] = framesToSend(log, 0).frames;
    expect(frame?.first, "the number of the last one that is lost").toBe(999);
    expect(frame?.events.slice(0, 2)).toEqual([
      [999, LOG_LOST_CODE, 1000],
      [1000, 1, 2],
    ]);
    expect(sent(log)).toEqual([
      [999, 1000],
      [1999, 501],
    ]);
  });

  it("keeps two hundred thousand, whatever comes", () => {
    let log = emptyLog();
    for (let round = 0; round < 300; round += 1) log = append(log, events(1000 * round, 1000));
    expect(log.pieces.flat()).toHaveLength(EVENTS_KEPT_MAX);
    expect([log.first, log.next]).toEqual([100_000, 300_000]);
  });

  it("numbers its events from where the engine is when it has lost its memory", () => {
    const log = welcomed(append(emptyLog(), events(0, 2)), welcome(40, 50));
    expect(sent(log)).toEqual([[50, 2]]);
    expect(sent(append(log, events(2, 1)))).toEqual([[50, 3]]);
  });

  it("marks what it has given to another engine, of which this one knows nothing", () => {
    const log = confirmed(framesToSend(welcomed(append(emptyLog(), events(0, 5)), welcome(0)), 0).log, 5);
    const elsewhere = welcomed(append(linkLost(log), events(5, 1)), welcome(0));
    expect(framesToSend(elsewhere, 0).frames).toMatchObject([
      { first: 4, events: [[4, LOG_LOST_CODE, 5], ...events(5, 1)] },
    ]);
  });

  it("does not skip what is lost before all that it sent is stored: the engine's window is not its own", () => {
    const full = framesToSend(welcomed(append(emptyLog(2000), events(0, 2000)), welcome(0)), 0).log;
    const lost = append(full, events(2000, 5000));
    expect(lost.first).toBe(5000);
    expect(sent(lost)).toEqual([]);
    expect(sent(confirmed(lost, 1000))).toEqual([]);
    expect(sent(confirmed(lost, 2000))).toEqual([
      [4999, 1000],
      [5999, 1000],
      [6999, 1],
    ]);
  });

  it("marks what a restart has lost with an instant that does not go back", () => {
    const restarted = welcomed(emptyLog(2000, 900), welcome(2, 3));
    const again = welcomed(linkLost(restarted), welcome(2));
    expect(framesToSend(again, 950).frames).toMatchObject([{ first: 2, events: [[900, LOG_LOST_CODE, 1]] }]);
  });

  it("does not mark a loss while the engine holds what an earlier link has brought and is not stored", () => {
    const log = welcomed(append(emptyLog(2000), events(0, 2000)), welcome(0));
    const back = welcomed(linkLost(framesToSend(log, 0).log), welcome(0, 2000));
    const lost = append(back, events(2000, 5000));
    expect(sent(lost), "2000 wait in the engine").toEqual([]);
    expect(sent(confirmed(lost, 1999))).toEqual([]);
    expect(sent(confirmed(lost, 2000))[0]).toEqual([4999, 1000]);
  });
});

/** An engine that takes log frames by the rules of the event log, and what a disk keeps of it. */
class Engine {
  received = 0;
  stored = 0;
  readonly kept: { readonly number: number; readonly event: LogEvent }[] = [];
  waiting = 0;
  refusals: string[] = [];

  take({ first, events: some }: Omit<LogFrame, "seq">): void {
    const taken = newEvents(this.received, first, some);
    if (!taken.ok) {
      this.refusals.push(taken.error.detail);
      return;
    }
    taken.value.events.forEach((event, index) =>
      this.kept.push({ number: taken.value.first + index, event }),
    );
    this.waiting += taken.value.events.length;
    if (this.waiting > WINDOW) this.refusals.push(`${this.waiting} wait`);
    if (taken.value.events.length > 0) this.received = taken.value.first + taken.value.events.length;
  }

  store(): void {
    this.stored = this.received;
    this.waiting = 0;
  }

  /** What was not on the disk is gone. */
  crash(): void {
    this.kept.splice(this.kept.length - this.waiting);
    this.received = this.stored;
    this.waiting = 0;
  }
}

type Happening =
  | { readonly kind: "events"; readonly count: number }
  /** An instant of which the link carries only so many frames before it breaks. */
  | { readonly kind: "instant"; readonly carried: number }
  | { readonly kind: "store" | "heartbeat" | "down" | "up" | "engineCrash" | "controllerRestart" };

const happenings = (restarts: boolean): fc.Arbitrary<readonly Happening[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.oneof(fc.nat(20), fc.nat(2500)).map((count): Happening => ({ kind: "events", count })),
      },
      { weight: 5, arbitrary: fc.constant<Happening>({ kind: "instant", carried: 9 }) },
      { weight: 1, arbitrary: fc.nat(3).map((carried): Happening => ({ kind: "instant", carried })) },
      {
        weight: 9,
        arbitrary: fc.constantFrom<Happening>(
          ...(["store", "heartbeat", "heartbeat", "down", "up", "up", "up", "engineCrash"] as const).map(
            (kind) => ({ kind }),
          ),
        ),
      },
      {
        weight: restarts ? 1 : 0,
        arbitrary: fc.constant<Happening>({ kind: "controllerRestart" }),
      },
    ),
    { minLength: 10, maxLength: 80 },
  );

const frameShape = shapeOf(LogFrame);

/** Runs the story, heals everything at its end, and gives back what the engine has. */
function story(told: readonly Happening[], keptMax: number) {
  const engine = new Engine();
  let log = emptyLog(keptMax);
  let made = 0;
  const instant = (carried: number): void => {
    const sending = framesToSend(log, 0);
    ({ log } = sending);
    for (const frame of sending.frames.slice(0, carried)) {
      expect(frameShape.accepts({ ...frame, seq: 0 })).toBe(true);
      engine.take(frame);
    }
    if (sending.frames.length > carried) log = linkLost(log);
  };
  const up = (): void => {
    log = welcomed(linkLost(log), welcome(engine.stored, engine.received));
  };
  for (const happening of told) {
    switch (happening.kind) {
      case "events":
        log = append(log, events(made, happening.count));
        made += happening.count;
        break;
      case "instant":
        instant(happening.carried);
        break;
      case "store":
        engine.store();
        break;
      case "heartbeat":
        if (log.sending !== null) log = confirmed(log, engine.stored);
        break;
      case "down":
        log = linkLost(log);
        break;
      case "up":
        up();
        break;
      case "engineCrash":
        engine.crash();
        log = linkLost(log);
        break;
      case "controllerRestart":
        log = emptyLog(keptMax, Math.max(0, made - 1));
        break;
    }
    expect(log.pieces.flat().length).toBeLessThanOrEqual(keptMax);
    expect(log.pieces.flat()).toHaveLength(log.next - log.first);
  }
  up();
  for (let round = 0; round < 60; round += 1) {
    instant(9);
    engine.store();
    log = confirmed(log, engine.stored);
  }
  expect(log.pieces, "all is confirmed in the end").toEqual([]);
  expect(engine.refusals, "nothing honest is refused").toEqual([]);
  return { engine, made };
}

describe("over a lossy link", () => {
  it("every event arrives exactly once, in order and without a gap", () => {
    let sentAgain = 0;
    fc.assert(
      fc.property(happenings(false), (told) => {
        const { engine, made } = story(told, 1_000_000);
        expect(engine.kept.map(({ number }) => number)).toEqual(Array.from({ length: made }, (_, n) => n));
        expect(engine.kept.map(({ event }) => event[0])).toEqual(Array.from({ length: made }, (_, n) => n));
        sentAgain += told.filter(({ kind }) => kind === "engineCrash" || kind === "up").length;
      }),
      { numRuns: 300 },
    );
    expect(sentAgain, "reconnections that were met").toBeGreaterThan(500);
  });

  it("no event arrives twice or unmarked too late, also when the buffer overflows or a controller restarts", () => {
    let marked = 0;
    fc.assert(
      fc.property(happenings(true), (told) => {
        const { engine } = story(told, 3000);
        const restarted = told.some(({ kind }) => kind === "controllerRestart");
        const faults: string[] = [];
        let before = { number: -1, at: -1 };
        for (const { number, event } of engine.kept) {
          const isMarker = event[1] === LOG_LOST_CODE;
          const [at] = event;
          const step = { number: number - before.number, at: at - before.at };
          if (isMarker) marked += 1;
          const good = isMarker
            ? step.number >= 1 && step.at >= 0
            : step.number === 1 && (restarted ? step.at >= 1 : step.at === 1);
          if (!good) faults.push(`${before.number} ${before.at} and then ${number} ${at}`);
          before = { number, at };
        }
        expect(faults, "gaps that are not marked, and events that came twice").toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(marked, "losses that were met").toBeGreaterThan(20);
  });
});
