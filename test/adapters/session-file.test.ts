import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSessionFile } from "../../src/adapters/session-file.ts";
import type { KeptSession } from "../../src/ports/sessions.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ANN: KeptSession = {
  digest: "0123456789abcdef".repeat(4),
  number: 3,
  name: "ann",
  address: "::1",
  startedAt: 1_000,
  seenAt: 2_000,
  endsAt: 43_201_000,
};
const GUEST: KeptSession = { ...ANN, digest: "f".repeat(64), number: 4, name: "demo-operator" };

async function opened(path: string) {
  const told: string[] = [];
  const memory = await openSessionFile(path, {
    failed: (message) => told.push(message),
    recovered: () => told.push("recovered"),
    setAside: (message) => told.push(message),
  });
  return { memory, told };
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("the file of who is signed in", () => {
  it("is its owner's alone, and gives back what was kept last", async () => {
    const path = join(await temporaryFolder(), "run", "sessions.json");
    const { memory, told } = await opened(path);
    expect(memory.kept).toEqual([]);
    await Promise.all([memory.keep([ANN]), memory.keep([ANN, GUEST])]);
    expect(await modeOf(path)).toBe(0o600);
    await chmod(path, 0o644);
    expect((await opened(path)).memory.kept).toEqual([ANN, GUEST]);
    expect(await modeOf(path), "others could read it").toBe(0o600);
    expect(told).toEqual([]);
  });

  it.each([
    ["", "found the end of the file"],
    ['{"version":1,"sessions":[', "found the end of the file"],
    [JSON.stringify({ version: 2, sessions: [ANN] }), "#/version: found 2, allowed: 1"],
    [JSON.stringify({ version: 1, sessions: [{ ...ANN, digest: "a secret" }] }), "#/sessions/0/digest"],
    [JSON.stringify({ version: 1, sessions: [{ ...ANN, role: "administrator" }] }), "#/sessions/0/role"],
  ])("that is damaged is moved away and told, and signs nobody in: %s", async (text, place) => {
    const path = join(await temporaryFolder(), "sessions.json");
    await writeFile(path, text, { mode: 0o600 });
    const { memory, told } = await opened(path);
    expect(memory.kept).toEqual([]);
    expect(told).toEqual([expect.stringContaining(place)]);
    expect(await readFile(`${path}.damaged`, "utf8")).toBe(text);
    expect((await opened(path)).told, "told once").toEqual([]);
  });

  it("that others could write to signs nobody in", async () => {
    const path = join(await temporaryFolder(), "sessions.json");
    await writeFile(path, JSON.stringify({ version: 1, sessions: [ANN] }));
    await chmod(path, 0o620);
    const { memory, told } = await opened(path);
    expect(memory.kept).toEqual([]);
    expect(told).toEqual([
      `${path}: found mode 0620, allowed: 0600, for its owner alone; moved to ${path}.damaged, and nothing of it is used`,
    ]);
  });

  it("that cannot be written is removed: who signed out meanwhile must not come back with it", async () => {
    const path = join(await temporaryFolder(), "sessions.json");
    const { memory, told } = await opened(path);
    await memory.keep([ANN]);
    await mkdir(`${path}.new`);
    expect((await memory.keep([])).ok).toBe(false);
    expect((await opened(path)).memory.kept).toEqual([]);
    await rm(`${path}.new`, { recursive: true });
    expect((await memory.keep([GUEST])).ok).toBe(true);
    expect(told).toEqual([expect.stringContaining("EISDIR"), "recovered"]);
    expect((await opened(path)).memory.kept).toEqual([GUEST]);
  });
});
