import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { instantMs } from "../../src/units.ts";
import type { Plant, StepOptions } from "../../sim/field/plant.ts";
import { importSumo, type SumoScenario } from "../../sim/sumo/import-network.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import { openSumo } from "../../sim/sumo/open-sumo.ts";
import { linkStates } from "../../sim/sumo/signal-links.ts";
import { createSumoPlant } from "../../sim/sumo/sumo-plant.ts";
import { findSumo } from "../../sim/sumo/sumo-process.ts";
import { startSession } from "../../sim/sumo/sumo-session.ts";
import { asText } from "../../sim/sumo/traci-codec.ts";
import {
  readStatus,
  readSubscription,
  stepCommand,
  subscribeCommand,
  TRACI,
  VARIABLE,
} from "../../sim/sumo/traci-commands.ts";
import { drive, type Run } from "./drive.ts";
import { planLamps } from "./plan-lamps.ts";
import { SCENARIOS, type ScenarioName, scenarioFile, scenariosMissing } from "./shared-scenarios.ts";
import { sumoMissing } from "./sumo-available.ts";

const missing = sumoMissing ?? scenariosMissing;
const title = (what: string): string => (missing === undefined ? what : `${what} (skipped: ${missing})`);

/** What SUMO shows under its own program, a row a second and a state string a signal. */
async function shippedStates(
  scenario: SumoScenario,
  seconds: number,
): Promise<readonly (readonly string[])[]> {
  const session = await startSession(scenario, { seed: 1 });
  try {
    const subscriptions = scenario.signals.map(({ tls }) =>
      subscribeCommand(TRACI.subscribeSignal, tls, [VARIABLE.signalState]),
    );
    const begun = await session.exchange(subscriptions);
    for (const _ of subscriptions) {
      readStatus(begun);
      readSubscription(begun);
    }
    const rows: string[][] = [];
    for (let second = 0; second < seconds; second += 1) {
      const reader = await session.exchange([stepCommand()]);
      readStatus(reader);
      const shown = new Map<string, string>();
      for (let left = reader.int(); left > 0; left -= 1) {
        const answer = readSubscription(reader);
        if ("values" in answer) shown.set(answer.object, asText(answer.values.get(VARIABLE.signalState)));
      }
      rows.push(scenario.signals.map(({ tls }) => defined(shown.get(tls), tls)));
    }
    return rows;
  } finally {
    await session.close();
  }
}

/** Seconds and links in which our local plan shows something else than SUMO's program: [link, ours, shipped]. */
async function differences(scenario: SumoScenario, seconds: number): Promise<readonly string[]> {
  const midnightAt = localMidnight(scenario.network.timeZone);
  const drivers = scenario.network.intersections.map((each) => planLamps(each, midnightAt, 1000));
  const found: string[] = [];
  for (const [second, row] of (await shippedStates(scenario, seconds)).entries()) {
    const at = instantMs(midnightAt + (scenario.config.beginSeconds + second) * 1000);
    for (const [index, shipped] of row.entries()) {
      const { links, intersection } = defined(scenario.signals[index], "a signal");
      const ours = linkStates(links, defined(drivers[index], "a driver")(at).lamps);
      for (const [link, character] of Array.from(ours).entries()) {
        if (character !== shipped[link])
          found.push(`${intersection} link ${link}: ${character} for ${shipped[link]}`);
      }
    }
  }
  return found;
}

describe.skipIf(missing !== undefined)(title("the imported plan against the shipped program"), () => {
  it.each(SCENARIOS)(
    "%s: every link shows the same each second, but where green is kept through a yellow",
    async (name) => {
      const scenario = await importSumo(scenarioFile(name, "sumocfg"));
      const found = await differences(scenario, 200);
      const others = found.filter((difference) => !/: [Gg] for y$/.test(difference));
      expect(others).toEqual([]);
      const noted = new Set(scenario.notes.map((note) => /^signal (\S+):/.exec(note)?.[1]));
      for (const difference of found) {
        const binding = scenario.signals.find(({ intersection }) =>
          difference.startsWith(`${intersection} `),
        );
        expect(noted, difference).toContain(binding?.tls);
      }
      expect(found.length > 0).toBe(scenario.notes.length > 0);
    },
  );

  it("an offset, a begin within the cycle, and a later program in an additional file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "phasewise-test-"));
    try {
      const net = await readFile(scenarioFile("cologne1", "net.xml"), "utf8");
      await writeFile(
        join(folder, "net.xml"),
        net.replace('programID="0" offset="0"', 'programID="0" offset="17.00"'),
      );
      const configuration = async (more: string): Promise<SumoScenario> => {
        const file = join(folder, "run.sumocfg");
        const begin = '<begin value="25231"/><end value="26000"/>';
        await writeFile(file, `<configuration><net-file value="net.xml"/>${more}${begin}</configuration>`);
        return importSumo(file);
      };
      const shifted = await configuration("");
      expect(shifted.network.intersections[0]?.plans[0]?.offsetSeconds).toBe(17);
      expect(await differences(shifted, 100)).toEqual([]);
      const program = defined(/<tlLogic[\s\S]*?<\/tlLogic>/.exec(net)?.[0], "a program");
      const evening = program
        .replace('programID="0" offset="0"', 'programID="evening" offset="-8"')
        .replace('duration="29"', 'duration="40"');
      await writeFile(join(folder, "more.add.xml"), `<additional>${evening}</additional>`);
      const later = await configuration('<additional-files value="more.add.xml"/>');
      expect(later.network.intersections[0]?.plans[0]).toMatchObject({ id: "evening", cycleSeconds: 101 });
      expect(await differences(later, 110)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.skipIf(missing !== undefined)(title("ten minutes of cologne3"), () => {
  const steps = 600;
  let scenario: SumoScenario;
  let run: Run;
  let result: Awaited<ReturnType<Plant["finish"]>>;
  const runSeed = async (seed: number, wanted?: StepOptions) => {
    const plant = await createSumoPlant(scenario, { seed });
    try {
      const driven = await drive(scenario, plant, steps, wanted);
      return { driven, result: await plant.finish() };
    } finally {
      await plant.close();
    }
  };
  beforeAll(async () => {
    scenario = await importSumo(scenarioFile("cologne3", "sumocfg"));
    ({ driven: run, result } = await runSeed(7));
  });

  it("conserves vehicles", async () => {
    const routes = await readFile(scenarioFile("cologne3", "rou.xml"), "utf8");
    const departs = [...routes.matchAll(/ depart="([\d.]+)"/g)].map((match) => Number(match[1]));
    const { beginSeconds } = scenario.config;
    const due = departs.filter((depart) => depart >= beginSeconds && depart < beginSeconds + steps).length;
    expect(due).toBeGreaterThan(300);
    expect(result.vehiclesScheduled).toBe(due);
    const last = defined(run.measures.at(-1), "measures");
    expect(last.vehiclesRunning + last.vehiclesArrived + last.vehiclesWaitingToEnter).toBe(due);
    expect(result.vehiclesArrived).toBe(last.vehiclesArrived);
    expect(result.vehiclesNeverInserted).toBe(last.vehiclesWaitingToEnter);
    expect(result.jammed).toBe(false);
  });

  it("measures delay live as it does at the end", () => {
    expect(result.delaySeconds).toBeGreaterThan(5);
    expect(result.timeLossSeconds).toBeLessThanOrEqual(result.delaySeconds);
    const live = defined(run.measures.at(-1)?.delaySeconds, "a live delay");
    expect(Math.abs(live - result.delaySeconds)).toBeLessThan(0.1 * result.delaySeconds);
  });

  it("detects in order, on and off in turn, within the run, on every busy loop", () => {
    const onNow = new Set<string>();
    let before = 0;
    for (const { intersection, detector, at, on } of run.actuations) {
      const loop = `${intersection} ${detector}`;
      expect(onNow.has(loop), `${loop} at ${at}`).toBe(!on);
      if (on) onNow.add(loop);
      else onNow.delete(loop);
      expect(at).toBeGreaterThanOrEqual(before);
      before = at;
    }
    const begin = localMidnight(scenario.network.timeZone) + scenario.config.beginSeconds * 1000;
    expect(run.actuations[0]?.at).toBeGreaterThanOrEqual(begin);
    expect(before).toBeLessThanOrEqual(begin + steps * 1000);
    expect(run.actuations.length).toBeGreaterThan(1000);
    // SUMO moves vehicles in steps of a second and still tells instants within them.
    expect(run.actuations.some(({ at }) => at % 1000 !== 0)).toBe(true);
  });

  it("counts on the way in what it counts on the way out, but for vehicles between the loops", () => {
    for (const { id, detectors } of scenario.network.intersections) {
      const counted = (role: string): number => {
        const loops = new Set(detectors.filter((each) => each.role === role).map((each) => each.id));
        return run.actuations.filter(
          (each) => each.intersection === id && each.on && loops.has(each.detector),
        ).length;
      };
      // A loop counts two vehicles as one when they overlap on it, and an inserted vehicle may begin behind it.
      const out = counted("entry");
      expect(out, id).toBeGreaterThan(50);
      expect(Math.abs(counted("stopLine") - out) / out, id).toBeLessThan(0.15);
    }
  });

  it("gives the same bytes for the same seed, watched or not, and others for another one", async () => {
    const watched = await runSeed(7, { wantVehicles: true });
    expect(JSON.stringify(watched.driven.actuations)).toBe(JSON.stringify(run.actuations));
    expect(watched.result).toEqual(result);
    const other = await runSeed(8);
    expect(JSON.stringify(other.driven.actuations)).not.toBe(JSON.stringify(run.actuations));
    expect(run.vehicles.every((row) => row.length === 0)).toBe(true);
    const { driven } = watched;
    const onMap = driven.vehicles.map((row) => row.length / 5);
    expect(onMap.at(-1)).toBe(driven.measures.at(-1)?.vehiclesRunning);
    const last = defined(driven.vehicles.at(-1), "vehicles");
    const xs = scenario.network.links.flatMap(({ shape }) => shape.map(([x]) => x * 10));
    for (let index = 0; index < last.length; index += 5) {
      expect(last[index + 1]).toBeGreaterThanOrEqual(Math.min(...xs) - 50);
      expect(last[index + 1]).toBeLessThanOrEqual(Math.max(...xs) + 50);
      expect(last[index + 4]).toBe(43);
    }
  });
});

describe.skipIf(missing !== undefined)(title("the hour of cologne1"), () => {
  it("has the delay of the shipped program, 58.8 s on the mean of five seeds", async () => {
    const scenario = await importSumo(scenarioFile("cologne1", "sumocfg"));
    const plant = await createSumoPlant(scenario, { seed: 1 });
    await drive(scenario, plant, 3600);
    const result = await plant.finish();
    expect(result.vehiclesScheduled).toBe(2015);
    expect(Math.abs(result.delaySeconds / 58.8 - 1)).toBeLessThan(0.05);
  });
});

describe.skipIf(missing !== undefined)(title("a run of SUMO"), () => {
  /** Our own folder of temporary files, so that other runs on the machine do not disturb. */
  let folder: string;
  const usual = process.env["TMPDIR"];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "phasewise-test-"));
    process.env["TMPDIR"] = folder;
  });
  afterAll(async () => {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    const left = await readdir(folder);
    await rm(folder, { recursive: true });
    expect(left).toEqual([]);
  });

  it("starts on Monday 5 January 2026 at the scenario's time of day", async () => {
    const opened = await openSumo(scenarioFile("ingolstadt1", "sumocfg"));
    expect(new Date(opened.midnightAt).toISOString()).toBe("2026-01-04T23:00:00.000Z");
    expect(new Date(opened.startsAt).toISOString()).toBe("2026-01-05T15:00:00.000Z");
    expect(opened.durationSeconds).toBe(3600);
    const plant = await opened.createPlant({ seed: 1 });
    expect(await readdir(folder)).toHaveLength(1);
    expect([plant.startsAt, plant.stepMs]).toEqual([opened.startsAt, 1000]);
    await plant.close();
    await plant.close();
    await expect(plant.step([], { wantVehicles: false })).rejects.toMatchObject({ code: "SUMO_FAILED" });
  });

  it("keeps the trip file where it is asked for, as long as there was a run", async () => {
    const scenario = await importSumo(scenarioFile("cologne1", "sumocfg"));
    const tripFile = join(folder, "kept.xml");
    const plant = await createSumoPlant(scenario, { seed: 1, tripFile });
    await drive(scenario, plant, 60);
    const { vehiclesScheduled, waitingSeconds, waitMaxSeconds } = await plant.finish();
    const trips = await readFile(tripFile, "utf8");
    await rm(tripFile);
    const waits = [...trips.matchAll(/ waitingTime="([\d.]+)"/g)].map(([, seconds]) => Number(seconds));
    expect(waitingSeconds).toBeCloseTo(waits.reduce((sum, wait) => sum + wait, 0) / vehiclesScheduled, 6);
    expect(waitMaxSeconds).toBeGreaterThan(0);
    expect(waitMaxSeconds).toBeLessThanOrEqual(Math.max(...waits));
  });

  it("an end of SUMO is told with its own words", async () => {
    const name: ScenarioName = "cologne1";
    const scenario = await importSumo(scenarioFile(name, "sumocfg"));
    const broken = {
      ...scenario,
      config: { ...scenario.config, additionalFiles: ["/nowhere/else.add.xml"] },
    };
    await expect(createSumoPlant(broken, { seed: 1 })).rejects.toMatchObject({
      code: "SUMO_FAILED",
      message: expect.stringContaining("/nowhere/else.add.xml"),
    });
  });
});

describe("finding SUMO", () => {
  it("says how to install it where it is not", () => {
    expect(() => findSumo({ PATH: "/nowhere", SUMO_HOME: "" })).toThrow(
      "SUMO was found neither in $SUMO_HOME/bin nor on the PATH; install it with `apt-get install sumo`.",
    );
  });
});
