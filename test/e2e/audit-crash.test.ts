import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readTrail } from "../../src/adapters/audit/trail-file.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

const TRAIL = pathToFileURL(resolve(import.meta.dirname, "../../dist/src/adapters/audit/trail.js"));

/** Writes a trail until it is killed, a few entries at a time, and says of the last of them when all are stored. */
const WRITER = `
  const { openAuditTrail } = await import(${JSON.stringify(TRAIL.href)});
  const trail = await openAuditTrail({
    folder: process.argv[1],
    now: () => Date.now(),
    failed: (cause) => console.error(cause.message),
    recovered: () => undefined,
    timer: () => () => undefined,
    // Small, so that files are begun while the process is killed too.
    fileBytesMax: 20_000,
  });
  const entry = {
    at: 1000, who: "ann", action: "mode.change", where: "main-oak", subject: null, before: "local", after: "plan",
    reason: "x".repeat(200), result: "done", correlation: null,
  };
  for (;;) {
    let last = 0;
    for (let count = 0; count < 7; count += 1) last = trail.append(entry).number;
    const stored = await trail.stored();
    if (!stored.ok) throw new Error(stored.error);
    process.stdout.write(last + "\\n");
  }
`;

/** `PHASEWISE_CRASH_ROUNDS=50`: as many as the issue asks for. */
const ROUNDS = Number(process.env["PHASEWISE_CRASH_ROUNDS"] ?? 4);

/** Lets a process write until it has said so often that entries are stored, kills it, and gives the last number that it said. */
async function killedAfter(folder: string, words: number): Promise<number> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const complaints: string[] = [];
  child.stderr.on("data", (data: Buffer) => complaints.push(String(data)));
  let acknowledged = 0;
  let said = 0;
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    acknowledged = Number(line);
    said += 1;
    // It goes on writing at once, so it is somewhere in the next batch.
    if (said === words) child.kill("SIGKILL");
  });
  const closed = once(lines, "close");
  const [code, signal] = await once(child, "exit");
  await closed;
  expect([code, signal], complaints.join("")).toEqual([null, "SIGKILL"]);
  return acknowledged;
}

it(`killed ${ROUNDS} times while it writes, the chain holds and nothing that was acknowledged is missing`, async () => {
  const folder = await temporaryFolder();
  let torn = 0;
  let healed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const acknowledged = await killedAfter(folder, 3 + ((round * 7) % 11));
    const numbers: number[] = [];
    healed = 0;
    const report = await readTrail(folder, (number, _hash, entry) => {
      if (entry === undefined) return;
      numbers.push(number);
      if (entry.action === "audit.heal") healed += 1;
    });
    expect(report.fault, `round ${round}`).toBeUndefined();
    expect(healed, "what was torn before is told").toBe(torn);
    if (report.tornBytes > 0) torn += 1;
    expect(report.entries).toBeGreaterThanOrEqual(acknowledged);
    expect(numbers, "each once and in order").toEqual(
      Array.from({ length: report.entries }, (_, n) => n + 1),
    );
  }
}, 600_000);
