import { chmodSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { loadCredentials } from "../../src/adapters/credentials.ts";
import { PhasewiseError } from "../../src/errors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const SECRET = "hunter2-hunter2-hunter2";

/** What came of reading a file with this text. */
async function failure(text: string): Promise<{ readonly error: unknown; readonly path: string }> {
  const path = join(await temporaryFolder(), "secrets.json");
  await writeFile(path, text);
  const error = await loadCredentials(path, ["plant"]).then(
    () => expect.fail("was read"),
    (cause: unknown) => cause,
  );
  expect(await readFile(path, "utf8"), "the file is left as it was").toBe(text);
  return { error, path };
}

describe("credentials", () => {
  it("are made once, long and each its own, and then read again", async () => {
    const path = join(await temporaryFolder(), "credentials", "corridor.json");
    const made = await loadCredentials(path, ["plant", "ash", "elm"]);
    expect([...made.keys()]).toEqual(["plant", "ash", "elm"]);
    // 24 bytes of randomness in base64.
    for (const secret of made.values()) expect(secret).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(new Set(made.values()).size).toBe(3);
    expect(await loadCredentials(path, ["plant", "ash", "elm"])).toEqual(made);
  });

  it("of a new id are added; the others stay", async () => {
    const path = join(await temporaryFolder(), "secrets.json");
    const made = await loadCredentials(path, ["plant"]);
    const more = await loadCredentials(path, ["plant", "__proto__", "ash"]);
    expect(more.get("plant")).toBe(made.get("plant"));
    expect([...(await loadCredentials(path, ["plant"])).keys()]).toEqual(["plant", "__proto__", "ash"]);
  });

  it("are readable for their owner only, also in a file that was open to others", async () => {
    const path = join(await temporaryFolder(), "secrets.json");
    await writeFile(path, "{}");
    chmodSync(path, 0o644);
    await loadCredentials(path, ["plant"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["that is cut off", `{"plant": "${SECRET}"`, "not JSON"],
    ["that is no JSON", SECRET, "not JSON"],
    ["of a list", JSON.stringify([SECRET]), "found something else"],
    ["of a text", JSON.stringify(SECRET), "found something else"],
    ["with a secret that is too short", `{"plant": "hunter2-hunter2"}`, "/plant: found something else"],
    ["with a secret in a list", JSON.stringify({ plant: [SECRET] }), "/plant: found something else"],
  ])("in a file %s are not told; the file is", async (_name, text, why) => {
    const { error, path } = await failure(text);
    expect(error).toBeInstanceOf(PhasewiseError);
    expect(error).toMatchObject({ code: "DATA_INVALID", exitCode: 2 });
    expect(String(error)).toContain(path);
    expect(String(error)).toContain(why);
    expect(
      inspect(error, { depth: 5 }).replaceAll(/at .*|file:.*/g, ""),
      "not even in its causes",
    ).not.toContain("hunter2");
  });

  it("that cannot be read or written name the file", async () => {
    const folder = await temporaryFolder();
    const aFolder = join(folder, "folder");
    await mkdir(aFolder);
    await expect(loadCredentials(aFolder, ["plant"])).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(loadCredentials(aFolder, ["plant"])).rejects.toThrow(
      `cannot read the credentials ${aFolder}`,
    );
    const aFile = join(folder, "file");
    await writeFile(aFile, "{}");
    const below = join(aFile, "secrets.json");
    await expect(loadCredentials(below, ["plant"])).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});
