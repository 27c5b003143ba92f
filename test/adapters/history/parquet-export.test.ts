import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { withHistory } from "../../../src/adapters/history/closed-history.ts";
import { exportParquet } from "../../../src/adapters/history/parquet-export.ts";
import { HOUR_MS } from "../../../src/units.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openIn } from "./open-history.ts";

/** Midnight of 6 January 2026 in Denver, seven hours behind UTC. */
const MIDNIGHT = Date.UTC(2026, 0, 6, 7);

const event = (at: number, intersection: string, number: number) => {
  return { at, intersection, number, code: 65_535, parameter: 4 };
};

async function filled(): Promise<string> {
  const folder = await temporaryFolder();
  const { history } = await openIn(folder);
  history.append({
    table: "events",
    rows: [
      event(MIDNIGHT - 1, "a", 0),
      event(MIDNIGHT, "a", 1),
      event(MIDNIGHT, "b", 0),
      event(MIDNIGHT + 25 * HOUR_MS, "a", 2),
    ],
  });
  history.append({
    table: "runs",
    rows: [{ at: MIDNIGHT, intersection: "", run: "it's", content: "{}" }],
  });
  await history.close();
  return folder;
}

const failWith = (notice: string): never => {
  throw new Error(notice);
};

/** What another DuckDB reads of the Parquet files. */
async function readElsewhere(sql: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

it("writes each table by region and local day, as others read it", async () => {
  const folder = await filled();
  const target = join(await temporaryFolder(), "it's here");
  const tables = await withHistory(
    folder,
    failWith,
    async (database) => await exportParquet(database, target, {}),
  );
  expect(tables.filter(({ rows }) => rows > 0)).toEqual([
    { table: "events", rows: 4, partitions: 4 },
    { table: "runs", rows: 1, partitions: 1 },
  ]);
  const files = (await readdir(target, { recursive: true })).filter((name) => name.endsWith(".parquet"));
  expect(files.toSorted()).toEqual([
    "events/region=north/day=2026-01-05/part-0.parquet",
    "events/region=north/day=2026-01-06/part-0.parquet",
    "events/region=north/day=2026-01-07/part-0.parquet",
    "events/region=south/day=2026-01-06/part-0.parquet",
    "runs/region=none/day=2026-01-06/part-0.parquet",
  ]);
  const path = `${target.replaceAll("'", "''")}/events/*/*/*.parquet`;
  const rows = await readElsewhere(
    `SELECT region, day, at_ms, instant::VARCHAR AS instant, intersection, number, code
     FROM read_parquet('${path}', hive_partitioning = true)
     WHERE day <= '2026-01-06' ORDER BY at_ms, intersection`,
  );
  const common = { number: "1", code: 65_535, day: "2026-01-06", at_ms: String(MIDNIGHT) };
  expect(rows).toMatchObject([
    { region: "north", day: "2026-01-05", at_ms: String(MIDNIGHT - 1), intersection: "a", number: "0" },
    { ...common, region: "north", intersection: "a", instant: expect.stringContaining("2026-01-0") },
    { ...common, region: "south", intersection: "b", number: "0" },
  ]);
});

it("writes only the days that are asked for, and anew what it wrote before", async () => {
  const folder = await filled();
  const target = await temporaryFolder();
  for (const days of [{ from: "2026-01-06", to: "2026-01-06" }, { to: "2026-01-06" }]) {
    await withHistory(folder, failWith, async (database) => await exportParquet(database, target, days));
  }
  const counted = await readElsewhere(
    `SELECT day, count(*) AS rows FROM read_parquet('${target}/events/*/*/*.parquet', hive_partitioning = true)
     GROUP BY day ORDER BY day`,
  );
  expect(counted).toEqual([
    { day: "2026-01-05", rows: "1" },
    { day: "2026-01-06", rows: "2" },
  ]);
});
