import { beforeAll, describe, expect, it } from "vitest";
import { resolveNetwork } from "../../src/adapters/network-files.ts";
import { dryRun } from "../../src/cli/dry-run.ts";
import { type DryRunProcess, dryRunner } from "../../src/cli/dry-run-process.ts";
import type { DryRunTask } from "../../src/cli/dry-run-task.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import type { Network } from "../../src/model/files.ts";
import type { DryRunWord } from "../../src/ports/change-desk.ts";
import { MINUTE_MS } from "../../src/units.ts";
import { HORIZON_40, STOPS_9 } from "../changes/examples.ts";

const PLAN = { seeds: 2, minutes: 1, fromMinute: 480 };

let network: Network;
beforeAll(async () => {
  const read = await resolveNetwork("single");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  network = read.value;
});

const engine = () => ({ network, mode: "adaptive", observe: "loops" }) as const;

describe("a dry run", () => {
  it("runs pairs with the same arrivals: the same parameters give no difference at all", async () => {
    const ratios: number[] = [];
    const task = { engine: engine(), plan: PLAN, now: HORIZON_40, draft: HORIZON_40 };
    const { differences, safetyViolations } = await dryRun(task, wallClock, (ratio) => ratios.push(ratio));
    expect(differences.map(({ measure }) => measure)).toContain("delaySeconds");
    expect(differences.map(({ differenceMean }) => differenceMean)).toEqual(differences.map(() => 0));
    expect(new Set(differences.map(({ verdict }) => verdict))).toEqual(
      new Set(["indistinguishable from noise"]),
    );
    expect(safetyViolations).toBe(0);
    expect(ratios).toEqual(ratios.toSorted((left, right) => left - right));
    expect(ratios.at(-1)).toBeCloseTo(1, 1);
  });

  it("of a time of day at which nobody comes says so", async () => {
    const demand = network.demand;
    if (demand === undefined) throw new Error("no demand");
    const quiet = {
      ...network,
      demand: { ...demand, entries: [], pedestrians: [], buses: [], emergency: [] },
    };
    const task = { engine: { ...engine(), network: quiet }, plan: PLAN, now: [], draft: HORIZON_40 };
    await expect(dryRun(task, wallClock, () => undefined)).rejects.toThrow("nobody comes");
  });
});

/** A process that does what the test says. */
function standIn() {
  const words: ((word: DryRunWord) => void)[] = [];
  const ends: ((how: string) => void)[] = [];
  const tasks: DryRunTask[] = [];
  let killed = 0;
  const child: DryRunProcess = {
    give: (task) => tasks.push(task),
    kill: () => (killed += 1),
    onWord: (listener) => words.push(listener),
    onEnd: (listener) => ends.push(listener),
  };
  return {
    child,
    tasks,
    killed: () => killed,
    say: (word: DryRunWord) => words.forEach((listener) => listener(word)),
    end: (how: string) => ends.forEach((listener) => listener(how)),
  };
}

const started = (intervalMs = 5 * MINUTE_MS) => {
  const process = standIn();
  const told: DryRunWord[] = [];
  const runner = dryRunner({ network, mode: "plan", observe: "loops", intervalMs }, () => process.child);
  const cancel = runner.start({ plan: PLAN, now: [], draft: STOPS_9 }, (word) => told.push(word));
  return { process, told, cancel };
};

describe("the process of a dry run", () => {
  const done: DryRunWord = { kind: "done", result: { differences: [], safetyViolations: 0, jammedRuns: 0 } };

  it("is given its task, tells how far it is and what it found, and is ended", () => {
    const { process, told } = started();
    expect(process.tasks).toEqual([
      { engine: { network, mode: "plan", observe: "loops" }, plan: PLAN, now: [], draft: STOPS_9 },
    ]);
    process.say({ kind: "progress", ratio: 0.5 });
    process.say(done);
    process.end("SIGKILL");
    expect([told, process.killed()]).toEqual([[{ kind: "progress", ratio: 0.5 }, done], 1]);
  });

  it("has the strategic interval of the running engine in both arms", () => {
    const { tasks } = started(2 * MINUTE_MS).process;
    const interval = { path: "strategic.intervalMinutes", value: 2 };
    expect([tasks[0]?.now, tasks[0]?.draft]).toEqual([[interval], [...STOPS_9, interval]]);
  });

  it("that ends by itself has failed, and says how", () => {
    const { process, told } = started();
    process.end("exit code 134");
    expect(told).toEqual([{ kind: "failed", why: "its process ended: exit code 134" }]);
  });

  it("that is cancelled is ended and not heard any more", () => {
    const { process, told, cancel } = started();
    cancel();
    process.say(done);
    process.end("SIGKILL");
    expect([told, process.killed()]).toEqual([[], 1]);
  });

  it("is none where the network has no demand, and says what can be done instead", () => {
    const { demand: _, ...bare } = network;
    const options = { network: bare, mode: "plan", observe: "loops", intervalMs: MINUTE_MS } as const;
    expect(dryRunner(options, () => standIn().child).unavailable).toMatch(/no demand of its own/);
    expect(dryRunner({ ...options, network }, () => standIn().child).unavailable).toBeNull();
  });
});
