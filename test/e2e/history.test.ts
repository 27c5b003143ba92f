import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventFiles } from "../../src/adapters/event-log.ts";
import { readEventFile } from "../../src/adapters/event-file.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { jsonOf, phasewise } from "./phasewise.ts";

async function eventsLogged(folder: string): Promise<number> {
  let count = 0;
  for (const path of await eventFiles(folder))
    await readEventFile(path, ({ events }) => (count += events.length));
  return count;
}

it("a run keeps a history that holds every event of its controllers, and that is exported", async () => {
  const folder = await temporaryFolder();
  const options = ["--headless", "--link", "memory", "--speed", "max", "--from", "07:00", "--for", "700"];
  const run = phasewise(folder, ["start", "single", ...options]);
  expect(await run.ended()).toMatchObject({ code: 0 });
  const place = join(".phasewise", "runs", "single-seed1");
  const info = phasewise(folder, ["history", "info", place, "--json"]);
  expect(await info.ended()).toMatchObject({ code: 0 });
  const { tables } = jsonOf(info);
  const logged = await eventsLogged(join(folder, place, "events"));
  expect(logged).toBeGreaterThan(500);
  expect(tables).toMatchObject([
    { table: "events", rows: logged },
    // Two whole intervals of five minutes, of which only the second one had been forecast.
    { table: "intervals" },
    { table: "forecasts" },
    { table: "plans" },
    {},
    {},
    {},
    {},
  ]);
  const rowsOf = (name: string): number =>
    (tables as readonly { readonly table: string; readonly rows: number }[]).find(
      ({ table }) => table === name,
    )?.rows ?? 0;
  for (const name of ["intervals", "forecasts", "plans"]) expect(rowsOf(name)).toBeGreaterThan(0);

  const written = phasewise(folder, ["history", "export", place, "parquet"]);
  expect(await written.ended()).toMatchObject({ code: 0 });
  const days = join(folder, "parquet", "events", "region=single");
  expect(await readdir(days)).toEqual(["day=2026-01-05"]);
});

it("a history that a process has is not opened by another", async () => {
  const folder = await temporaryFolder();
  const run = phasewise(folder, ["load", "--history", "history", "--events", "100000000", "--seconds", "0"]);
  await run.said(/^acknowledged/);
  const info = phasewise(folder, ["history", "info", "history"]);
  expect(await info.ended()).toMatchObject({ code: 3 });
  expect(info.stderr.join("\n")).toMatch(/history\.duckdb is held by process \d+; end that run first/);
  const missing = phasewise(folder, ["history", "info", "nowhere"]);
  expect(await missing.ended()).toMatchObject({ code: 2 });
  expect(missing.stderr.join("\n")).toMatch(/^nowhere: no history there; allowed is the folder of a run/);
});
