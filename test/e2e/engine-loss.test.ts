import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { jsonOf, phasewise } from "./phasewise.ts";

const DAY_SECONDS = 86_400;
/** A plan's lease: three intervals of five minutes (DESIGN §5). */
const LEASE_SECONDS = 900;

it("a killed engine leaves the field to itself until it is started again", async () => {
  const folder = await temporaryFolder();
  const shared = ["--credentials", join(folder, "credentials.json")];
  const first = phasewise(folder, ["serve", "single", "--port", "0", ...shared]);
  const [, port = ""] = await first.said(/^Phasewise console: http:\/\/127\.0\.0\.1:(\d+)\//);

  // Ends by a signal once all has happened: a slow machine must not cut the story short.
  const field = phasewise(folder, [
    "field",
    "single",
    "--engine",
    `ws://127.0.0.1:${port}`,
    "--speed",
    "200",
    "--json",
    ...shared,
  ]);
  // The second push comes an interval after the first one, whose plan the field runs by then.
  await first.said(/ 1 timing plans pushed$/);
  const [, pushedAt = ""] = await first.said(/^(\S+) 1 timing plans pushed$/, first.stderr.length);

  first.kill("SIGKILL");
  expect(await first.ended()).toEqual({ code: null, signal: "SIGKILL" });
  const [, lostAt = ""] = await field.said(
    /^(\S+) engine lost \(its link is down\): controllers go on by themselves$/,
  );
  const lostLines = field.stderr.length;
  await field.said(
    /^main-oak: PLAN_EXPIRED: lease of plan \S+ ended [\d.]+ s ago; back on the local plan$/,
    lostLines,
  );
  expect(lapse(pushedAt, lostAt), "the field goes on where it was").toBeLessThan(LEASE_SECONDS);
  // A line of progress every five minutes: the plant moved on while nobody answered.
  await field.said(/^\d\d:\d\d {2}\d+ vehicles running, \d+ arrived/, lostLines);

  const second = phasewise(folder, ["serve", "single", "--port", port, ...shared]);
  const [, backAt = ""] = await field.said(/^(\S+) the engine is back$/);
  await second.said(/ 1 timing plans pushed$/);
  // Again the one after: then the first one has been received.
  await second.said(/ 1 timing plans pushed$/, second.stderr.length);
  expect(lapse(pushedAt, backAt), "the lease ran out before the engine came back").toBeGreaterThan(
    LEASE_SECONDS - 300,
  );

  field.kill("SIGINT");
  expect(await field.ended()).toEqual({ code: 0, signal: null });
  expect(jsonOf(field)).toMatchObject({
    network: "single",
    intersections: 1,
    safetyViolations: 0,
    controllersOnLocalPlan: 0,
    engineLosses: 1,
  });
  expect(field.stderr.filter((line) => line.includes("PLAN_EXPIRED"))).toHaveLength(1);
  expect(field.stderr.filter((line) => line.includes("MONITOR TRIP"))).toEqual([]);
  second.kill("SIGTERM");
  expect(await second.ended()).toEqual({ code: 0, signal: null });

  // What the killed engine had written is whole, and the one after it wrote elsewhere.
  for (const run of [1, 2]) {
    const replay = phasewise(folder, ["replay", `.phasewise/serve/single/journal-${run}.ndjson`]);
    expect(await replay.ended(), [...replay.stdout, ...replay.stderr].join("\n")).toEqual({
      code: 0,
      signal: null,
    });
  }
});

/** Seconds from one local time of day to a later one, over midnight too. */
function lapse(from: string, to: string): number {
  const [begin, end] = [secondsOfDay(from), secondsOfDay(to)];
  return (end - begin + DAY_SECONDS) % DAY_SECONDS;
}

function secondsOfDay(clock: string): number {
  const parts = clock.split(":").map(Number);
  expect(parts, `a time of day: ${clock}`).toHaveLength(3);
  return parts.reduce((sum, part) => sum * 60 + part, 0);
}
