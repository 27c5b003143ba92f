import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advanceQueue,
  isOver,
  KEPT_MAX,
  leftMsAt,
  type QueueCommand,
  type QueueEvent,
  type StudyQueue,
} from "../../src/cli/study-queue.ts";
import type { StudyResult } from "../../src/protocol/studies.ts";

const request = {
  name: "peak",
  begin: { kind: "now" as const },
  controls: ["fixed", "adaptive"],
  seeds: 2,
  seconds: 900,
};
const RESULT: StudyResult = {
  arms: [],
  measures: [],
  comparisons: [],
  selfCheck: null,
  failed: [],
  unsafe: false,
};

const asked = (id: string, at: number): QueueEvent => {
  return { kind: "asked", study: { id, request, who: "ann", streetAt: 7 }, at };
};

const cancel = (id: string): QueueEvent => ({ kind: "cancelled", id, reason: "cancelled by ann", at: 5 });

function after(...events: readonly QueueEvent[]) {
  let queue: StudyQueue = [];
  const commands: QueueCommand[] = [];
  for (const event of events) {
    const step = advanceQueue(queue, event);
    queue = step.queue;
    commands.push(...step.commands);
  }
  return { queue, commands, states: queue.map(({ id, state }) => `${id} ${state}`) };
}

describe("the queue of studies", () => {
  it("runs the first at once, and the next one when that has ended", () => {
    const two = [asked("a", 1), asked("b", 2)];
    expect(after(...two)).toMatchObject({
      states: ["a running", "b queued"],
      commands: [{ kind: "run", id: "a" }],
    });
    const ended = after(...two, { kind: "done", id: "a", result: RESULT, at: 9 });
    expect(ended.states).toEqual(["a done", "b running"]);
    expect(ended.commands.at(-1)).toEqual({ kind: "run", id: "b" });
    expect(ended.queue).toMatchObject([{ startedAt: 1, endedAt: 9, result: RESULT }, { startedAt: 9 }]);
  });

  it("goes on after one that failed, and says why it did", () => {
    const { queue, states } = after(asked("a", 1), asked("b", 2), {
      kind: "failed",
      id: "a",
      reason: "the disk is full",
      at: 3,
    });
    expect(states).toEqual(["a failed", "b running"]);
    expect(queue[0]).toMatchObject({ reason: "the disk is full", endedAt: 3, progress: null });
  });

  it("stops the one that runs when it is cancelled, and only takes out one that waits", () => {
    const two = [asked("a", 1), asked("b", 2)];
    expect(after(...two, cancel("a")).commands.slice(1)).toEqual([
      { kind: "stop", id: "a" },
      { kind: "run", id: "b" },
    ]);
    expect(after(...two, cancel("b"))).toMatchObject({
      states: ["a running", "b cancelled"],
      commands: [{ kind: "run", id: "a" }],
    });
  });

  it("takes no news of one that is over, nor of one that it does not know", () => {
    const { states, commands } = after(
      asked("a", 1),
      { kind: "cancelled", id: "a", reason: "cancelled by ann", at: 2 },
      { kind: "done", id: "a", result: RESULT, at: 3 },
      { kind: "failed", id: "z", reason: "?", at: 4 },
    );
    expect([states, commands.length]).toEqual([["a cancelled"], 2]);
  });

  it("counts the time left down from when it was told, and never below zero", () => {
    const told: QueueEvent = {
      kind: "progress",
      id: "a",
      progress: { done: 1, total: 4, leftMs: 30_000 },
      at: 1_000,
    };
    const [study] = after(asked("a", 1), told).queue;
    if (study === undefined) throw new Error("no study");
    expect([1_000, 11_000, 99_000].map((at) => leftMsAt(study, at))).toEqual([30_000, 20_000, 0]);
  });

  it("never runs two, never lets one wait while none runs, and forgets none but old ones that are over", () => {
    const ids = fc.integer({ min: 0, max: 70 }).map(String);
    const event = fc.oneof(
      ids.map((id): QueueEvent => asked(id, 0)),
      ids.map((id): QueueEvent => ({ kind: "done", id, result: RESULT, at: 1 })),
      ids.map((id): QueueEvent => ({ kind: "cancelled", id, reason: "", at: 1 })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let queue: StudyQueue = [];
        for (const one of events) {
          const isTwice = one.kind === "asked" && queue.some(({ id }) => id === one.study.id);
          if (isTwice) continue;
          const before = queue;
          ({ queue } = advanceQueue(queue, one));
          const running = queue.filter(({ state }) => state === "running").length;
          const waiting = queue.filter(({ state }) => state === "queued").length;
          expect(running).toBe(waiting > 0 ? 1 : Math.min(1, running));
          expect(queue.filter(isOver).length).toBeLessThanOrEqual(KEPT_MAX);
          const left = before.filter((study) => !queue.some(({ id }) => id === study.id));
          expect(left.every(isOver)).toBe(true);
        }
      }),
    );
  });
});
