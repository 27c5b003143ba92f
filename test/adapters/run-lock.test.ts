import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { defined } from "../../src/assert.ts";
import { runFilesBeside, runFilesIn } from "../../src/adapters/run-files.ts";
import { lockRun } from "../../src/adapters/run-lock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A process that does nothing until it is killed. */
function otherProcess() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { pid: defined(child.pid, "a process"), child };
}

describe("the lock of a run", () => {
  it("keeps others out until it is given back", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "runs", "lock");
    const release = await lockRun(path, "write elsewhere");
    await expect(lockRun(path, "write elsewhere")).rejects.toMatchObject({
      code: "RUN_IN_USE",
      exitCode: 3,
      message: `${path} is held by process ${process.pid}; write elsewhere`,
    });
    expect(await readdir(join(folder, "runs")), "and no drafts are left").toEqual(["lock"]);
    await release();
    await (await lockRun(path, "write elsewhere"))();
    expect(await readdir(join(folder, "runs"))).toEqual([]);
  });

  it("of a process that lives is its own, whatever it does; of one that was killed it is taken over", async () => {
    const path = join(await temporaryFolder(), "lock");
    const { pid, child } = otherProcess();
    await lockRun(path, "");
    const own: unknown = JSON.parse(await readFile(path, "utf8"));
    expect(own).toMatchObject({ pid: process.pid });
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    const started = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
    await writeFile(path, JSON.stringify({ pid, started }));
    await expect(lockRun(path, "end it")).rejects.toThrow(`held by process ${pid}; end it`);
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await lockRun(path, ""))();
  });

  it("of a process whose number another one got since is taken over", async () => {
    const path = join(await temporaryFolder(), "lock");
    await writeFile(path, JSON.stringify({ pid: process.pid, started: "1" }));
    await (await lockRun(path, ""))();
  });

  it.each(["", "{}", "null", `{"pid":"1"}`, `{"pid":-1}`, `{"pid":1e99}`, "rubbish"])(
    "that says %j is nobody's",
    async (content) => {
      const path = join(await temporaryFolder(), "lock");
      await writeFile(path, content);
      await (await lockRun(path, ""))();
    },
  );

  it("that cannot be made is told with its place", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    const path = join(folder, "file", "lock");
    await expect(lockRun(path, "")).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

describe("the files of a run", () => {
  it("stand in its folder, or beside the journal that was asked for", async () => {
    expect(runFilesIn("runs/single", "journal.ndjson")).toEqual({
      journal: join("runs", "single", "journal.ndjson"),
      events: join("runs", "single", "events"),
      history: join("runs", "single", "history"),
      audit: join("runs", "single", "audit"),
      changes: join("runs", "single", "changes"),
      alarms: join("runs", "single", "alarms.json"),
      studies: join("runs", "single", "studies"),
      sessions: join("runs", "single", "sessions.json"),
      handover: join("runs", "single", "handover.json"),
      lock: join("runs", "single", "lock"),
    });
    const journal = join(await temporaryFolder(), "mine.ndjson");
    const beside = {
      journal,
      events: `${journal}.events`,
      history: `${journal}.history`,
      audit: `${journal}.audit`,
      changes: `${journal}.changes`,
      alarms: `${journal}.alarms.json`,
      studies: `${journal}.studies`,
      sessions: `${journal}.sessions.json`,
      handover: `${journal}.handover.json`,
      lock: `${journal}.lock`,
    };
    expect(await runFilesBeside(journal)).toEqual(beside);
    await writeFile(journal, "");
    expect(await runFilesBeside(journal)).toEqual(beside);
  });

  it("are not there beside a device", async () => {
    expect(await runFilesBeside("/dev/null")).toBeUndefined();
  });
});
