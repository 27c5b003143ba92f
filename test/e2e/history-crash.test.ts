import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assert } from "../../src/assert.ts";
import { withHistory } from "../../src/adapters/history/closed-history.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { phasewise } from "./phasewise.ts";

/** 50 for the whole of issue 7's bar: `PHASEWISE_CRASH_ROUNDS=50 npx vitest run test/e2e/history-crash.test.ts`. */
const ROUNDS = Number(process.env["PHASEWISE_CRASH_ROUNDS"] ?? "3");
const INTERSECTIONS = 12;
/** As `phasewise load --history` numbers them (`src/cli/history-load.ts`). */
const MIDNIGHT = Date.UTC(2026, 0, 5);

/** Flushes after which a round is killed: from before the first load to some seconds of loads. */
const flushesOf = (round: number): number => 1 + ((round * 17) % 40);

describe("a process that appends to a history", () => {
  it(
    `is killed ${ROUNDS} times, and nothing that was acknowledged is missing, and nothing is there twice`,
    async () => {
      const folder = await temporaryFolder();
      let acknowledged = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        const options = ["--history", "history", "--events", "100000000", "--seconds", "0"];
        const run = phasewise(folder, ["load", ...options, "--intersections", String(INTERSECTIONS)]);
        for (let flush = 0; flush < flushesOf(round); flush += 1) await run.said(/^acknowledged/, flush);
        run.kill("SIGKILL");
        expect(await run.ended()).toMatchObject({ signal: "SIGKILL" });
        const told = run.stderr.map((line) => Number(/^acknowledged (\d+) events$/.exec(line)?.[1]));
        expect(told).not.toContain(Number.NaN);
        const last = told.at(-1) ?? 0;
        expect(last).toBeGreaterThan(acknowledged);
        acknowledged = last;
        const notices: string[] = [];
        await withHistory(
          join(folder, "history"),
          (notice) => notices.push(notice),
          async (database) => {
            const [row] = await database.rows(
              `WITH numbered AS (
                 SELECT *, number * ${INTERSECTIONS} + substr(intersection, 14)::BIGINT AS n FROM events)
               SELECT count(*)::DOUBLE, count(DISTINCT n)::DOUBLE, max(n)::DOUBLE,
                      count(*) FILTER (at_ms <> ${MIDNIGHT} + 100 * (n // 20) OR parameter <> (n * 7) % 24)::DOUBLE
               FROM numbered`,
            );
            const [rows, different, newest, wrong] = row ?? [];
            assert(typeof rows === "number", "a count");
            expect({ different, newest, wrong }).toEqual({ different: rows, newest: rows - 1, wrong: 0 });
            expect(rows).toBeGreaterThanOrEqual(acknowledged);
          },
        );
        expect(notices).toEqual([]);
      }
    },
    ROUNDS * 60_000,
  );
});
