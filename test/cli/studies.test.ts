import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openNetwork } from "../../src/cli/networks.ts";
import { createStudies } from "../../src/cli/studies.ts";
import { KEPT_MAX } from "../../src/cli/study-queue.ts";
import type { StudyNews } from "../../src/cli/study-messages.ts";
import { type StudiedEngine, type StudyTask, studyTask } from "../../src/cli/study-request.ts";
import type { AuditEntry } from "../../src/ports/audit.ts";
import type { StoreRows } from "../../src/ports/store.ts";
import type { KeptStudy, StudyMemory } from "../../src/ports/studies.ts";
import type { StudyRequest, StudyResult } from "../../src/protocol/studies.ts";
import type { TrafficSnapshot } from "../../src/model/snapshot.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

const REQUEST: StudyRequest = {
  name: "20 % more",
  begin: { kind: "clock", from: "08:00" },
  controls: ["fixed", "adaptive"],
  seeds: 3,
  seconds: 900,
  demandFactor: 1.2,
};

const SNAPSHOT: TrafficSnapshot = {
  version: 1,
  network: "single",
  at: 5_000,
  midnightAt: 0,
  intersections: [],
  lanes: [],
  flows: [],
};

const RESULT: StudyResult = {
  arms: [],
  measures: [],
  comparisons: [],
  selfCheck: null,
  failed: [],
  unsafe: false,
};

async function engineOf(change: Partial<StudiedEngine> = {}): Promise<StudiedEngine> {
  return {
    reference: "single",
    scenario: { from: "06:30", observe: "zone" },
    network: await openNetwork("single"),
    snapshot: () => SNAPSHOT,
    plansOnly: () => false,
    settings: () => [],
    ...change,
  };
}

const taskOf = async (change: Partial<StudyRequest>, engine: Partial<StudiedEngine> = {}) =>
  await studyTask({ ...REQUEST, ...change }, await engineOf(engine));

describe("a study as a task of whatif", () => {
  it("says in options what was asked for, on the street as it is run here", async () => {
    const task = await taskOf({ warmupSeconds: 60, settings: ["optimize.horizonSeconds=40"] });
    expect(task).toMatchObject({
      ok: true,
      value: {
        argument: "single",
        snapshot: undefined,
        options: {
          control: "fixed,adaptive",
          seeds: "1-3",
          for: 900,
          from: "08:00",
          observe: "zone",
          warmup: 60,
          demand: 1.2,
          set: ["optimize.horizonSeconds=40"],
        },
      },
    });
    if (!task.ok) throw new Error(task.error);
    expect(task.value.words.slice(0, 6)).toEqual([
      "whatif",
      "single",
      "--observe",
      "zone",
      "--from",
      "08:00",
    ]);
  });

  it("begins where the scenario does, or at this very instant, with what the engine is set to", async () => {
    const scenario = await taskOf({ begin: { kind: "scenario" } }, { plansOnly: () => true });
    expect(scenario).toMatchObject({ ok: true, value: { options: { from: "06:30", mode: "plan" } } });
    const setting = { path: "optimize.horizonSeconds", value: 60 } as const;
    const now = await taskOf(
      { begin: { kind: "now" }, controls: ["running"] },
      { settings: () => [setting] },
    );
    expect(now).toMatchObject({ ok: true, value: { snapshot: SNAPSHOT, inForce: [setting] } });
    if (!now.ok) throw new Error(now.error);
    expect(now.value.options).not.toHaveProperty("from");
  });

  it.each([
    [{ controls: ["fixed", "magic"] }, '--control "fixed,magic": allowed is fixed, actuated'],
    [{ events: ["lane:nowhere/1@0"] }, "nowhere"],
    [{ events: ["link:x=dead@0"], controls: ["fixed"] }, "allowed"],
    [{ settings: ["optimize.horizonSecond=40"] }, "near it are optimize.horizonSeconds"],
    [{ settings: ["optimize.horizonSeconds=4000"] }, "allowed is a number from 20 to 90 (s)"],
    [{ warmupSeconds: 900 }, "900"],
    [{ offsets: ["oak=5"] }, "--offset oak=5: no intersection oak; allowed is main-oak"],
    [
      { offsets: ["main-oak=90"] },
      "--offset main-oak=90: allowed is -79 to 79 without 0, less than the cycle of its plan night, 80 s",
    ],
    [
      { offsets: ["main-oak=5"], controls: ["adaptive", "webster", "actuated"] },
      "--offset main-oak=5: moves the plans of the controls fixed, running, and --control adaptive,webster,actuated is without; the others run free, decide each second, or choose their offsets themselves; allowed with one of them",
    ],
    [
      {
        seeds: 30,
        controls: ["fixed", "actuated", "webster", "maxpressure", "sotl", "adaptive", "half-horizon"],
      },
      "with 7 arms these are 210 runs; allowed are 200, so at most 28 seeds",
    ],
  ] satisfies readonly (readonly [Partial<StudyRequest>, string])[])(
    "refuses %o in words",
    async (change, words) => {
      const task = await taskOf(change);
      expect(task.ok).toBe(false);
      if (!task.ok) expect(task.error).toContain(words);
    },
  );

  it("tries offsets against the plans that they are later than: those of the street, where it looks ahead", async () => {
    const running = { cycleMs: 60_000, offsetMs: 50_000, stages: [{ stage: "2-6", splitMs: 60_000 }] };
    const street: TrafficSnapshot = {
      ...SNAPSHOT,
      intersections: [{ id: "main-oak", mode: "plan", linked: true, running }],
    };
    const refused = await taskOf(
      { begin: { kind: "now" }, controls: ["running", "adaptive"], offsets: ["main-oak=60"] },
      { snapshot: () => street },
    );
    expect(refused).toEqual({
      ok: false,
      error:
        "--offset main-oak=60: allowed is -59 to 59 without 0, less than the cycle of its plan running, 60 s",
    });
    const task = await taskOf(
      { begin: { kind: "now" }, controls: ["running"], offsets: ["main-oak=-59"] },
      { snapshot: () => street },
    );
    expect(task).toMatchObject({ ok: true, value: { options: { offset: ["main-oak=-59"] } } });
  });

  it("cannot look ahead before there is a street", async () => {
    const task = await taskOf({ begin: { kind: "now" } }, { snapshot: () => undefined });
    expect(task).toEqual({
      ok: false,
      error: "begin now: no plant is connected yet; allowed is clock or scenario",
    });
  });
});

/** Keeps what it is told to, as files would. */
function memoryOf(before: readonly KeptStudy[] = []) {
  const kept = new Map(before.map((study) => [study.id, study]));
  const memory: StudyMemory = {
    kept: before,
    keep: (study) => kept.set(study.id, study),
    forget: (id) => kept.delete(id),
    close: () => Promise.resolve(),
  };
  return { memory, kept: () => [...kept.values()] };
}

async function desk(memory?: StudyMemory) {
  const started: { task: StudyTask; tell: (news: StudyNews) => void; stopped: boolean }[] = [];
  const entries: AuditEntry[] = [];
  const rows: StoreRows[] = [];
  let wall = 1_000;
  const studies = createStudies({
    engine: await engineOf(),
    runner: (task, tell) => {
      const own = { task, tell, stopped: false };
      started.push(own);
      return { stop: () => (own.stopped = true) };
    },
    audit: {
      append: (entry) => {
        entries.push(entry);
        return { ...entry, number: entries.length, recordedAt: wall };
      },
    },
    store: { append: (one) => rows.push(one) },
    memory,
    now: () => 77_000,
    wallTime: () => wall,
  });
  const asked = async (change: Partial<StudyRequest> = {}) => {
    const answer = await studies.ask({ ...REQUEST, ...change }, "ann");
    if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
    return answer.study;
  };
  return { studies, started, entries, rows, asked, later: (ms: number) => (wall += ms) };
}

describe("studies of a running engine", () => {
  it("run one after the other, tell how far they are, and are remembered when they are finished", async () => {
    const { studies, started, entries, rows, asked, later } = await desk();
    const first = await asked();
    const second = await asked({ name: "another" });
    expect([first.state, second.state, started.length]).toEqual(["running", "queued", 1]);
    started[0]?.tell({ kind: "progress", progress: { done: 1, total: 6, leftMs: 50_000 } });
    later(10_000);
    const told = studies
      .view()
      .studies.map(({ request, state, progress }) => [request.name, state, progress]);
    expect(told).toEqual([
      ["another", "queued", null],
      ["20 % more", "running", { done: 1, total: 6, leftMs: 40_000 }],
    ]);

    const folder = await temporaryFolder();
    await writeFile(join(folder, "report.html"), "<!doctype html><title>Report</title>");
    started[0]?.tell({ kind: "done", result: RESULT, folder });
    expect(studies.find(first.id)).toMatchObject({ state: "done", endedAt: 11_000, result: RESULT });
    expect(await studies.report(first.id)).toContain("<title>Report</title>");
    expect(await studies.report(second.id)).toBeUndefined();
    expect(rows).toMatchObject([{ table: "runs", rows: [{ at: 77_000, intersection: "", run: first.id }] }]);
    const [stored] = rows;
    if (stored?.table !== "runs") throw new Error("no run was stored");
    expect(JSON.parse(stored.rows[0]?.content ?? "")).toEqual({
      request: REQUEST,
      who: "ann",
      askedAt: 1_000,
      startedAt: 1_000,
      endedAt: 11_000,
      result: RESULT,
    });
    expect(started.length, "the next one has begun").toBe(2);
    started[1]?.tell({ kind: "failed", reason: "the disk is full" });
    expect(studies.find(second.id)).toMatchObject({ state: "failed", reason: "the disk is full" });
    expect(rows.length, "only finished ones are remembered").toBe(1);
    const audited = entries.map(({ who, action, subject, result }) => [who, action, subject, result]);
    expect(audited).toEqual([
      ["ann", "study.ask", first.id, "done"],
      ["ann", "study.ask", second.id, "done"],
      ["engine", "study.finish", first.id, "done"],
      ["engine", "study.finish", second.id, "the disk is full"],
    ]);
  });

  it("are cancelled by whoever may, once, and end with the engine", async () => {
    const { studies, started, entries, asked } = await desk();
    const { id } = await asked();
    expect(studies.cancel(id, "bob")).toMatchObject({
      kind: "done",
      study: { state: "cancelled", reason: "cancelled by bob" },
    });
    expect(started[0]?.stopped).toBe(true);
    expect(studies.cancel(id, "bob")).toEqual({ kind: "refused", why: "the study is cancelled already" });
    expect(studies.cancel("study-0", "bob")).toEqual({ kind: "unknown" });
    expect(entries.at(-1)).toMatchObject({ who: "bob", action: "study.cancel", subject: id });
    await asked();
    await studies.close();
    expect(started[1]?.stopped).toBe(true);
  });

  it("wait, ten at most, behind the one that runs", async () => {
    const { studies, asked } = await desk();
    for (let count = 0; count <= 10; count += 1) await asked();
    expect(await studies.ask(REQUEST, "ann")).toEqual({
      kind: "refused",
      why: "10 studies wait already; wait for one to begin, or cancel one",
    });
    expect(await studies.ask({ ...REQUEST, controls: ["magic"] }, "ann")).toMatchObject({ kind: "invalid" });
  });

  it("tell what they may be made of", async () => {
    const { studies } = await desk();
    const { choices } = studies.view();
    expect(choices.begins).toEqual(["now", "clock", "scenario"]);
    expect(choices.controls.find(({ name }) => name === "running")).toMatchObject({ fromNowOnly: true });
    const byOffsets = choices.controls.filter(({ hasOffsets }) => hasOffsets).map(({ name }) => name);
    expect(byOffsets).toEqual(["fixed", "running"]);
    const horizon = choices.parameters.find(({ path }) => path === "optimize.horizonSeconds");
    expect(horizon).toMatchObject({ unit: "s", min: 20, max: 90, isWhole: false });
  });

  it("are there again when the engine is: finished ones with result and report, the others interrupted", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "report.html"), "<!doctype html><title>Report</title>");
    const files = memoryOf();
    const before = await desk(files.memory);
    const done = await before.asked();
    const ran = await before.asked({ name: "ran" });
    const waited = await before.asked({ name: "waited" });
    before.started[0]?.tell({ kind: "done", result: RESULT, folder });
    before.started[1]?.tell({ kind: "progress", progress: { done: 1, total: 6, leftMs: 50_000 } });
    expect(files.kept().map(({ id, state }) => [id, state])).toEqual([
      [done.id, "done"],
      [ran.id, "running"],
      [waited.id, "queued"],
    ]);

    const again = memoryOf(files.kept());
    const { studies, started, entries, asked, later } = await desk(again.memory);
    later(5_000);
    expect(
      studies
        .view()
        .studies.map(({ request, state, reason, endedAt }) => [request.name, state, reason, endedAt]),
    ).toEqual([
      ["waited", "interrupted", "the engine stopped before its turn came", null],
      ["ran", "interrupted", "the engine stopped while it ran", null],
      ["20 % more", "done", null, 1_000],
    ]);
    expect(studies.find(done.id)).toMatchObject({ result: RESULT, verdicts: { worse: 0, better: 0 } });
    expect(await studies.report(done.id)).toContain("<title>Report</title>");
    expect(started, "nothing begins by itself").toEqual([]);
    expect(entries.map(({ who, action, subject, result }) => [who, action, subject, result])).toEqual([
      ["engine", "study.finish", ran.id, "the engine stopped while it ran"],
      ["engine", "study.finish", waited.id, "the engine stopped before its turn came"],
    ]);
    expect(studies.cancel(ran.id, "bob")).toEqual({
      kind: "refused",
      why: "the study is interrupted already",
    });
    // The same request makes a new study, and the interrupted one stays as it was.
    const { id } = await asked({ name: "ran" });
    expect(started.length).toBe(1);
    expect(studies.find(id)).toMatchObject({ state: "running" });
    const third = await desk(memoryOf(again.kept()).memory);
    expect(
      third.entries.map(({ subject }) => subject),
      "each is told as interrupted once",
    ).toEqual([id]);
  });

  it("are forgotten with their files when there are too many", async () => {
    const files = memoryOf();
    const { started, asked } = await desk(files.memory);
    for (let count = 0; count <= KEPT_MAX + 1; count += 1) {
      await asked({ name: `study ${count}` });
      started.at(-1)?.tell({ kind: "failed", reason: "the disk is full" });
    }
    const names = files.kept().map(({ request }) => request.name);
    expect([names.length, names[0]]).toEqual([KEPT_MAX, "study 2"]);
  });
});
