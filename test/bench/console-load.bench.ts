import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CDPSession, chromium as driver, type Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { scaledDemand } from "../../sim/traffic/demand-change.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { chromium } from "../e2e/chromium-available.ts";
import { phasewise } from "../e2e/phasewise.ts";
import { type MainThread, mainThreadOf, type TraceEvent } from "./main-thread.ts";

/**
 * The console before a running engine on a generated grid, measured:
 *
 *     INTERSECTIONS=100 VEHICLES=2000 SECONDS=60 npx vitest run --config test/bench/vitest.config.ts
 *
 * after `npm run build`. SPEED is the plant's (simulated seconds a second), OUT a file for the figures as JSON, TRACE one for the last
 * trace, ADDRESS that of an engine which runs already.
 */
const INTERSECTIONS = asked("INTERSECTIONS", 100);
/** On the street before anything is measured. */
const VEHICLES = asked("VEHICLES", 20 * INTERSECTIONS);
const SECONDS = asked("SECONDS", 60);
const SPEED = asked("SPEED", 10);

/** The grid's own demand brings three vehicles an intersection. */
const DEMAND_SCALE = 7;
const SAMPLE_SECONDS = 10;

function asked(name: string, usual: number): number {
  const value = Number(process.env[name] ?? usual);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name}=${process.env[name]}: allowed is a number above 0`);
}

const missing = "missing" in chromium ? ` (skipped: ${chromium.missing})` : "";

it.skipIf(missing !== "")(`the console at ${INTERSECTIONS} intersections${missing}`, async () => {
  if ("missing" in chromium) return;
  const address = process.env["ADDRESS"] ?? (await startGrid());
  const browser = await driver.launch({
    executablePath: chromium.path,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
  onTestFinished(async () => await browser.close());
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const session = await page.context().newCDPSession(page);
  const traffic = await countMessages(session);
  await page.goto(address);
  await page.locator('.console[data-state="live"]').waitFor({ timeout: 600_000 });
  const firstPaintMs = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
  );
  const vehicles = await waitForVehicles(page);
  // The network alone: its map is large enough then to show vehicles.
  await page.keyboard.press("d");
  const samples: Sample[] = [];
  const before = { ...traffic };
  const beganAt = performance.now();
  for (let second = 0; second < SECONDS; second += SAMPLE_SECONDS) {
    const mainThread = await traced(session, async () => await page.waitForTimeout(SAMPLE_SECONDS * 1000));
    samples.push({ heapMegabytes: await heapMegabytes(session), mainThread });
    console.log(JSON.stringify(samples.at(-1)));
  }
  const wallSeconds = (performance.now() - beganAt) / 1000;
  const figures = {
    intersections: INTERSECTIONS,
    vehicles,
    firstPaintMs,
    messagesPerSecond: (traffic.messages - before.messages) / wallSeconds,
    kilobytesPerSecond: (traffic.bytes - before.bytes) / 1000 / wallSeconds,
    samples,
  };
  console.log(JSON.stringify({ ...figures, samples: samples.length }));
  const out = process.env["OUT"];
  if (out !== undefined) await writeFile(out, `${JSON.stringify(figures, null, 2)}\n`);
  expect(traffic.messages).toBeGreaterThan(before.messages);
});

/** An engine on a grid of its own; its console's address. */
async function startGrid(): Promise<string> {
  const folder = await temporaryFolder();
  await writeGrid(join(folder, "grid"));
  const run = ["--from", "07:30", "--speed", String(SPEED), "--link", "memory", "--history", "off"];
  const server = phasewise(folder, ["start", "grid", "--port", "0", ...run]);
  const [, address = ""] = await server.said(/^Phasewise console: (http:\S+) \(works once, as operator\)$/);
  return address;
}

type Sample = { readonly heapMegabytes: number; readonly mainThread: MainThread };

async function writeGrid(folder: string): Promise<void> {
  const rows = Math.round(Math.sqrt(INTERSECTIONS));
  const { intersections, demand, ...network } = gridNetwork(rows, Math.ceil(INTERSECTIONS / rows));
  if (demand === undefined) throw new Error("a grid brings its demand");
  await writeNetwork(folder, [
    ["network", network],
    ["demand", scaledDemand(demand, { scale: DEMAND_SCALE })],
    ...intersections.map((intersection) => [intersection.id, intersection] as const),
  ]);
}

async function writeNetwork(folder: string, files: readonly (readonly [string, unknown])[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, `${name}.json`), JSON.stringify(content));
}

/** Messages that came over WebSockets, counted as they come. */
async function countMessages(session: CDPSession): Promise<{ messages: number; bytes: number }> {
  const counts = { messages: 0, bytes: 0 };
  await session.send("Network.enable");
  session.on("Network.webSocketFrameReceived", ({ response }) => {
    counts.messages += 1;
    counts.bytes += response.payloadData.length;
  });
  return counts;
}

/** As the console's own bar says it. */
async function waitForVehicles(page: Page): Promise<number> {
  const tile = page
    .locator('[aria-label="Measures of the plant"] .tile', { hasText: "Running" })
    .locator("dd");
  for (;;) {
    const running = Number(((await tile.textContent()) ?? "").replaceAll(/\D/g, ""));
    if (running >= VEHICLES) return running;
    await page.waitForTimeout(2_000);
  }
}

async function heapMegabytes(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1_000_000;
}

/** What the page's main thread did meanwhile. */
async function traced(session: CDPSession, meanwhile: () => Promise<void>): Promise<MainThread> {
  const events: TraceEvent[] = [];
  const take = ({ value }: { readonly value: unknown[] }): void => {
    for (const event of value) events.push(event as TraceEvent);
  };
  session.on("Tracing.dataCollected", take);
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: [
        "toplevel",
        "devtools.timeline",
        "disabled-by-default-devtools.timeline",
        "__metadata",
      ],
    },
  });
  await meanwhile();
  const complete = new Promise<void>((resolve) => session.once("Tracing.tracingComplete", () => resolve()));
  await session.send("Tracing.end");
  await complete;
  session.off("Tracing.dataCollected", take);
  const out = process.env["TRACE"];
  if (out !== undefined) await writeFile(out, JSON.stringify(events));
  return mainThreadOf(events);
}
