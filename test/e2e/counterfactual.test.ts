import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { counterfactualThread } from "../../src/cli/counterfactual-thread.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import type { Timer } from "../../src/ports/timer.ts";
import { MINUTE_MS } from "../../src/units.ts";
import { handTimer } from "../adapters/hand-timer.ts";
import { BEGIN, runLoop, started } from "../engine/closed-loop.ts";
import { recordedOn } from "../explain/recorded-run.ts";

const SCRIPT = new URL("../../dist/src/cli/counterfactual-worker.js", import.meta.url);

/** The first timing plan of a crossing, as it is stored. */
function storedTiming() {
  const { tables, inputs, effects } = runLoop(started({ mode: "plan", intervalMs: 3 * MINUTE_MS }), 400);
  const recorded = recordedOn({ configuration: tables.configuration, startsAt: BEGIN, inputs, effects });
  const place = recorded.records.findIndex(({ level }) => level === "strategic");
  const content = recorded.contents[place] ?? "";
  const record = recorded.decidable[place];
  if (record?.level !== "strategic") throw new Error("no timing plan was made");
  const { id, laneIds } = record.problem.nodes[0] ?? { id: "", laneIds: [] };
  return { content, decided: record.decided, path: `demand.${id}.${laneIds[0]}` };
}

const { content, decided, path } = storedTiming();
const taskWith = (value: number) => ({
  stored: { level: "strategic", content, holder: content } as const,
  changes: [{ path, value }],
});

function threadWith(
  timer: Timer,
  script: () => Worker = () => new Worker(SCRIPT, { workerData: "America/Denver" }),
) {
  const workers: Worker[] = [];
  const thread = counterfactualThread("America/Denver", timer, () => {
    const worker = script();
    workers.push(worker);
    return worker;
  });
  onTestFinished(thread.close);
  return { thread, workers };
}

const broken = () => new Worker("throw new Error('broken')", { eval: true });

describe("the thread that decides again", () => {
  it("decides a stored timing plan with another demand, explains it, and does one after the other", async () => {
    const { thread, workers } = threadWith(wallClock.after);
    const first = thread.decide(taskWith(1900));
    const { stored } = taskWith(0);
    const why = thread.explain({ stored, realised: null, sensitivity: false });
    const others = Array.from({ length: 8 }, async () => await thread.decide(taskWith(-1)));
    const result = await first;
    expect(await others.at(-1), "behind so many").toEqual({
      kind: "unavailable",
      error: "too many decisions are being decided again; ask once more",
    });
    expect(await why).toMatchObject({ kind: "explained", answer: { level: "strategic", decided } });
    expect(result.kind).toBe("decided");
    if (result.kind !== "decided") return;
    const { answer } = result;
    expect(answer.before.decided).toEqual(decided);
    expect(answer.change).toBe("choice");
    expect(answer.sentence).toMatch(
      new RegExp(`^With ${path}=1900 the decision would have been cycle \\d+ s`),
    );
    expect(answer.after.sentences[0]).toMatch(/^In its own words: critical flow ratio/);
    expect(await thread.decide(taskWith(-1))).toMatchObject({ kind: "refused" });
    expect(workers).toHaveLength(1);
  });

  it("is given up after its time, and starts anew for the next", async () => {
    const hand = handTimer();
    const { thread, workers } = threadWith(hand.timer);
    const slow = thread.decide(taskWith(1900));
    hand.pass(30_000);
    expect(await slow).toEqual({ kind: "late", error: "it was not decided within 30 s" });
    expect(await thread.decide(taskWith(1900))).toMatchObject({ kind: "decided" });
    expect(workers).toHaveLength(2);
    expect(hand.waiting()).toBe(0);
  });

  it("tells who waits when it dies or the engine stops", async () => {
    const hand = handTimer();
    expect(await threadWith(hand.timer, broken).thread.decide(taskWith(1))).toEqual({
      kind: "unavailable",
      error: "the thread that decides again has ended: broken",
    });
    const { thread } = threadWith(hand.timer);
    const waiting = thread.decide(taskWith(1900));
    await thread.close();
    const stopping = { kind: "unavailable", error: "the engine is stopping" };
    expect([await waiting, await thread.decide(taskWith(1))]).toEqual([stopping, stopping]);
  });
});
