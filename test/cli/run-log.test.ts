import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runFilesIn } from "../../src/adapters/run-files.ts";
import { openRunLog, type RunLog } from "../../src/cli/run-log.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

async function end({ journal, eventLog, release }: RunLog): Promise<void> {
  journal.close();
  await eventLog.close();
  await release();
}

describe("what a run writes", () => {
  it("stands in its own folder, which no other run may write to meanwhile", async () => {
    const folder = await temporaryFolder();
    const usual = runFilesIn(folder, "journal.ndjson");
    const run = await openRunLog({ asked: undefined, usual, continues: false });
    expect(run.journalPath).toBe(usual.journal);
    run.journal.append("{}");
    run.eventLog.append("t", 0, [[0, 1, 2]]);
    const second = openRunLog({ asked: undefined, usual, continues: false });
    await expect(second).rejects.toMatchObject({ code: "RUN_IN_USE", exitCode: 3 });
    await expect(second).rejects.toThrow(/held by process \d+; end that run, or .* --journal FILE$/);
    await end(run);
    expect(await readFile(usual.journal, "utf8")).toBe("{}\n");
    expect(await readdir(folder)).toEqual(["audit", "changes", "events", "journal.ndjson"]);
    const third = await openRunLog({ asked: undefined, usual, continues: true });
    expect(third.eventLog.progress("t").stored).toBe(1);
    await end(third);
  });

  it("stands beside the journal that was asked for, and is not in another run's way there", async () => {
    const folder = await temporaryFolder();
    const usual = runFilesIn(folder, "journal.ndjson");
    const asked = join(folder, "mine.ndjson");
    const runs = [
      await openRunLog({ asked: undefined, usual, continues: false }),
      await openRunLog({ asked, usual, continues: false }),
    ];
    expect(existsSync(`${asked}.lock`)).toBe(true);
    await expect(openRunLog({ asked, usual, continues: false })).rejects.toMatchObject({
      code: "RUN_IN_USE",
    });
    for (const run of runs) await end(run);
  });

  it.each(["off", "/dev/null"])(
    "is nothing that is kept with --journal %s, as often as one likes",
    async (asked) => {
      const folder = await temporaryFolder();
      const usual = runFilesIn(folder, "journal.ndjson");
      const runs = [
        await openRunLog({ asked, usual, continues: true }),
        await openRunLog({ asked, usual, continues: true }),
      ];
      for (const run of runs) {
        run.journal.append("{}");
        run.eventLog.append("t", 0, [[0, 1, 2]]);
        expect(run.eventLog.progress("t").stored, "controllers need not keep it").toBe(1);
        await end(run);
      }
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
