import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readEventFile } from "../../src/adapters/event-file.ts";
import { eventFiles } from "../../src/adapters/event-log.ts";
import { LOG_LOST_CODE } from "../../src/protocol/frames.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { writeGridNetwork } from "../../sim/load/grid-network.ts";
import { jsonOf, type Phasewise, phasewise } from "./phasewise.ts";

const ROWS = 10;
const COLUMNS = 20;
const CONTROLLERS = ROWS * COLUMNS;
const LEASE_MINUTES = 3;
/** Not faster: a field that goes on alone while an engine thinks for a second must not use up a lease with it. */
const SPEED = "30";
/** A controller ends the cycle in which a lease runs out; a transition makes it longer by this share at most. */
const TRANSITION_LENGTHEN_RATIO = 0.2;

/** Within a step the signal's events come before the detectors'. */
const PLANT_STEP_MS = 1_000;

const FAULTS_TOLD = 20;
const TEST_LIMIT_MS = 600_000;

/**
 * Read by an engine before its own code: once it has been told by SIGUSR2, it is killed when it is about to send the plan that follows
 * so many of a decision. Where a kill from outside strikes is chance; it has to strike while the engine decides.
 */
const MORTAL = `
const { WebSocket } = require(${JSON.stringify(createRequire(import.meta.url).resolve("ws"))});
let sentBeforeDeath = Number.POSITIVE_INFINITY;
process.on("SIGUSR2", () => { sentBeforeDeath = Number(process.env.PLANS_BEFORE_DEATH); });
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data, ...rest) {
  if (String(data).startsWith('{"type":"timingPlan"')) {
    if (sentBeforeDeath <= 0) process.kill(process.pid, "SIGKILL");
    sentBeforeDeath -= 1;
  }
  return send.call(this, data, ...rest);
};
`;

it("an engine that is killed in mid-decision leaves two hundred controllers safe, twice", {
  timeout: TEST_LIMIT_MS,
}, async () => {
  const folder = await temporaryFolder();
  await writeGridNetwork(join(folder, "grid"), ROWS, COLUMNS);
  await writeFile(join(folder, "mortal.cjs"), MORTAL);

  const serve = (port: string, plansBeforeDeath: number): Phasewise =>
    phasewise(
      folder,
      [
        "serve",
        "grid",
        "--port",
        port,
        "--mode",
        "plan",
        "--interval",
        "1",
        "--plan-valid",
        `${LEASE_MINUTES}`,
      ],
      {
        ...process.env,
        NODE_OPTIONS: `--require=${join(folder, "mortal.cjs")}`,
        PLANS_BEFORE_DEATH: String(plansBeforeDeath),
      },
    );
  let engine = serve("0", CONTROLLERS / 2);
  const [, port = ""] = await engine.said(/^Phasewise console: http:\/\/127\.0\.0\.1:(\d+)\//);
  const field = phasewise(folder, [
    "field",
    "grid",
    "--engine",
    `ws://127.0.0.1:${port}`,
    "--speed",
    SPEED,
    "--json",
  ]);
  await field.said(/every controller runs a plan of the engine$/);

  // First with half of the plans sent, then with all decided and none sent.
  for (const plansBeforeNextDeath of [0, CONTROLLERS]) {
    const linesBefore = field.stderr.length;
    engine.kill("SIGUSR2");
    expect(await engine.ended()).toEqual({ code: null, signal: "SIGKILL" });
    await field.said(/no controller runs a plan of the engine$/, linesBefore);
    const lines = field.stderr.slice(linesBefore);
    // The instant of a decision, which the engine has not answered.
    expect(lines.findLast((line) => line.includes("engine lost"))).toMatch(/^\d\d:\d\d:00 /);
    const expired = lines.flatMap((line) => /^(\S+): PLAN_EXPIRED: lease of plan /.exec(line)?.[1] ?? []);
    expect(new Set(expired).size, "each by itself").toBe(CONTROLLERS);

    engine = serve(port, plansBeforeNextDeath);
    const linesAlone = field.stderr.length;
    await field.said(/ the engine is back$/, linesAlone);
    await field.said(/every controller runs a plan of the engine$/, linesAlone);
  }

  field.kill("SIGINT");
  expect(await field.ended()).toEqual({ code: 0, signal: null });
  engine.kill("SIGTERM");
  expect(await engine.ended()).toEqual({ code: 0, signal: null });

  const report = jsonOf(field);
  expect(report).toMatchObject({
    intersections: CONTROLLERS,
    safetyViolations: 0,
    controllersOnLocalPlan: 0,
    plansBegunAgain: 0,
  });
  // A machine with more to do may have kept the engine from answering in time besides.
  expect(report["engineLosses"]).toBeGreaterThanOrEqual(2);
  expect(report["fallbacks"]).toBeGreaterThanOrEqual(2 * CONTROLLERS);
  expect(report["plansBegun"]).toBeGreaterThanOrEqual(3 * CONTROLLERS);
  expect(report["pastLeaseMaxCycles"]).toBeGreaterThan(0);
  expect(report["pastLeaseMaxCycles"]).toBeLessThanOrEqual(1 + TRANSITION_LENGTHEN_RATIO);
  expect(field.stderr.filter((line) => line.includes("MONITOR TRIP"))).toEqual([]);

  const stored = await storedLogs(join(folder, ".phasewise", "serve", "grid", "events"));
  expect(stored.faults.slice(0, FAULTS_TOLD)).toEqual([]);
  expect(stored.files).toBe(3);
  expect(stored.events.size).toBe(CONTROLLERS);
  const total = [...stored.events.values()].reduce((sum, count) => sum + count, 0);
  const { logEvents, logEventsUnconfirmed } = report;
  expect(total).toBeLessThanOrEqual(Number(logEvents));
  expect(total, "all that was ever confirmed").toBeGreaterThanOrEqual(
    Number(logEvents) - Number(logEventsUnconfirmed),
  );
  // What is not confirmed is what came after the last heartbeats, not what came without an engine.
  expect(Number(logEventsUnconfirmed)).toBeLessThan(Number(logEvents) / 10);
});

type StoredLogs = {
  readonly files: number;
  /** By controller. */
  readonly events: ReadonlyMap<string, number>;
  /** Gaps, repetitions, steps back in time, and what a controller says to have lost. */
  readonly faults: readonly string[];
};

/** Reads the event log as the engines left it, one file for each. */
async function storedLogs(folder: string): Promise<StoredLogs> {
  const events = new Map<string, number>();
  const lastAt = new Map<string, number>();
  const faults: string[] = [];
  const paths = await eventFiles(folder);
  for (const path of paths) {
    const { damaged } = await readEventFile(path, (record) => {
      const { of, first } = record;
      const next = events.get(of) ?? 0;
      if (first !== next) faults.push(`${of}: event ${first} follows, ${next} should`);
      for (const [at, code] of record.events) {
        if (code === LOG_LOST_CODE) faults.push(`${of}: events lost before ${at}`);
        if (at < (lastAt.get(of) ?? 0) - PLANT_STEP_MS) {
          faults.push(`${of}: an event of ${at} after ${lastAt.get(of)}`);
        }
        lastAt.set(of, at);
      }
      events.set(of, first + record.events.length);
    });
    if (damaged) faults.push(`${path} is damaged`);
  }
  return { files: paths.length, events, faults };
}
