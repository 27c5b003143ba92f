import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FieldResult, runField } from "../../sim/field/run-field.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import { memoryConnector } from "../../src/adapters/memory-link.ts";
import { resolveNetwork } from "../../src/adapters/network-files.ts";
import { websocketConnector } from "../../src/adapters/websocket-link.ts";
import { forgetfulChanges } from "../../src/adapters/change-file.ts";
import { forgetfulTrail } from "../../src/adapters/audit/trail.ts";
import { openPeople } from "../../src/adapters/people/people.ts";
import { networkCredentials, startEngineHost } from "../../src/cli/engine-host.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import type { Network } from "../../src/model/files.ts";
import { after, HOUR_MS, MINUTE_MS } from "../../src/units.ts";

const SIMULATED_SECONDS = 600;

type Run = {
  readonly journal: string;
  readonly result: FieldResult;
  readonly plansPushed: number;
  readonly notices: readonly string[];
};

let network: Network;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-"));
  const read = await resolveNetwork("single");
  if (!read.ok) throw new Error(read.error.map(({ file, pointer }) => `${file}#${pointer}`).join("\n"));
  network = read.value;
});

afterAll(async () => await rm(folder, { recursive: true }));

/** Ten minutes of the built-in intersection with engine and field as `start` runs them. */
async function run(link: "memory" | "websocket", seed: number): Promise<Run> {
  const lines: string[] = [];
  const notices: string[] = [];
  const credentials = await networkCredentials(network, join(folder, "credentials.json"));
  const engine = startEngineHost({
    audit: forgetfulTrail(() => 0),
    changes: forgetfulChanges(),
    conditions: () => [],
    network,
    mode: "plan",
    journal: { append: (line) => lines.push(line), close: () => undefined },
    eventLog: forgetfulEventLog(),
    credentials,
    people: openPeople({
      path: join(folder, "people.json"),
      now: () => 0,
      timer: wallClock.after,
      failed: (message) => notices.push(message),
    }),
    intervalMs: MINUTE_MS,
    planValidMs: 15 * MINUTE_MS,
  });
  const midnightAt = localMidnight(network.timeZone);
  const startsAt = after(midnightAt, 7 * HOUR_MS);
  const plant = createTrafficPlant(network, { seed, startsAt, midnightAt });
  try {
    const address = await engine.listen({ host: "127.0.0.1", port: 0, allowedHosts: [] });
    const result = await runField({
      runnable: {
        network,
        midnightAt,
        startsAt,
        durationSeconds: undefined,
        notes: [],
        createPlant: () => Promise.resolve(plant),
      },
      plant,
      credentials,
      connect:
        link === "memory"
          ? memoryConnector(engine.gateway.accept)
          : websocketConnector(`${address.replace("http", "ws")}/link`, wallClock.after),
      speedFactor: 0,
      until: after(startsAt, SIMULATED_SECONDS * 1000),
      clock: wallClock,
      notice: (text) => notices.push(text),
      progress: () => undefined,
      stopped: new AbortController().signal,
    });
    const plansPushed = engine.latest()?.state.counts.plansPushed ?? 0;
    return { journal: lines.join("\n"), result, plansPushed, notices };
  } finally {
    await engine.close();
  }
}

describe("ten minutes of the single intersection", () => {
  it("give the same journal, byte for byte, in memory and over WebSocket", async () => {
    const memory = await run("memory", 1);
    const websocket = await run("websocket", 1);
    expect(memory.notices).toEqual([expect.stringMatching(/every controller runs a plan of the engine$/)]);
    expect(websocket.notices).toEqual(memory.notices);
    expect(websocket.result).toEqual(memory.result);
    const [left, right] = [memory.journal.split("\n"), websocket.journal.split("\n")];
    const differs = left.findIndex((line, index) => line !== right[index]);
    expect(differs, `first line that differs: ${left[differs]} / ${right[differs]}`).toBe(-1);
    expect(right.length).toBe(left.length);
    // That the journals hold something: a tick and a heartbeat of each second, plans, vehicles.
    expect(left.filter((line) => line.startsWith('{"in":{"kind":"tick"')).length).toBe(SIMULATED_SECONDS + 1);
    expect(memory.plansPushed, "plans pushed").toBeGreaterThan(5);
    expect(memory.result.plant.vehiclesScheduled).toBeGreaterThan(100);
    expect(memory.result).toMatchObject({ monitorTrips: 0, engineLosses: 0 });
  });

  it("give another journal for another seed", async () => {
    const [one, other] = [await run("memory", 1), await run("memory", 2)];
    expect(other.journal).not.toBe(one.journal);
  });
});
