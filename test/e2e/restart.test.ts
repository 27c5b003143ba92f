import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { type Phasewise, phasewise } from "./phasewise.ts";

const PASSWORD = "correct horse battery";
const JSON_HEADERS = { "content-type": "application/json" };

/** Control outlasts the test. The mode ends while no engine runs: the field goes on, a hundred times as fast as the wall. */
const CONTROL_SECONDS = 43_200;
const MODE_SECONDS = 900;
/** A line of progress every five minutes of the street: the fourth one is behind the mode's end. */
const PROGRESS = /^\d\d:\d\d {2}\d+ vehicles running/;
const LINES_AWAITED = 4;

type Areas = { readonly areas: readonly unknown[] };
type Snapshot = { readonly intersections: readonly { readonly id: string; readonly mode: string }[] };

it("an engine that is killed and started again knows who is signed in, who holds what, and which modes have ended", async () => {
  const folder = await temporaryFolder();
  const people = phasewise(folder, ["people", "add", "ann", "--role", "operator"]);
  expect(await people.ended(), people.stderr.join("\n")).toEqual({ code: 0, signal: null });
  const link = /sign-in#([\w-]{43})/.exec([...people.stdout, ...people.stderr].join("\n"))?.[1];

  const serve = (port: string): Phasewise => phasewise(folder, ["serve", "single", "--port", port]);
  const first = serve("0");
  const [, port = ""] = await first.said(/^Phasewise console: http:\/\/127\.0\.0\.1:(\d+)\//);
  const address = `http://127.0.0.1:${port}`;
  const body = JSON.stringify({ link, password: PASSWORD });
  const signedIn = await fetch(`${address}/api/sign-in`, { method: "POST", headers: JSON_HEADERS, body });
  expect(signedIn.status, await signedIn.text()).toBe(200);
  const set = signedIn.headers.getSetCookie().find((one) => one.includes("-session-"));
  const headers = { ...JSON_HEADERS, cookie: set?.split(";")[0] ?? "" };
  const post = async (path: string, what: object): Promise<number> =>
    (await fetch(`${address}${path}`, { method: "POST", body: JSON.stringify(what), headers })).status;
  const read = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${address}${path}`, { headers });
    expect(answer.status, path).toBe(200);
    return (await answer.json()) as T;
  };

  const to = ["--engine", `ws://127.0.0.1:${port}`, "--speed", "100"];
  const field = phasewise(folder, ["field", "single", ...to]);
  await first.said(/ main-oak Controller linked/);
  const mode = "/api/intersections/main-oak/mode";
  expect(await post(mode, { mode: "plan", seconds: null, reason: "loops under repair" })).toBe(202);
  await first.said(/ main-oak Mode adaptive → plan/);
  expect(await post(mode, { mode: "local", seconds: MODE_SECONDS, reason: "works" })).toBe(202);
  const area = { intersections: ["main-oak"], seconds: CONTROL_SECONDS, reason: "parade" };
  expect(await post("/api/control", area)).toBe(202);
  await first.said(/ main-oak Control taken/);
  const before = await read<Areas>("/api/control");
  expect(before.areas).toMatchObject([{ by: "ann", reason: "parade", intersections: ["main-oak"] }]);

  await isKept(join(folder, ".phasewise", "serve", "single", "handover.json"), '"parade"');
  first.kill("SIGKILL");
  await first.ended();
  for (let lines = 0; lines < LINES_AWAITED; lines += 1) await field.said(PROGRESS, field.stderr.length);

  const second = serve(port);
  await second.said(/ main-oak Mode local → plan/);
  // By the cookie of before.
  expect((await read<Areas>("/api/control")).areas).toEqual(before.areas);
  const { intersections } = await read<Snapshot>("/api/snapshot");
  expect(intersections.map(({ id, mode: now }) => [id, now])).toEqual([["main-oak", "plan"]]);

  for (const process of [field, second]) {
    process.kill("SIGINT");
    expect(await process.ended()).toEqual({ code: 0, signal: null });
  }
});

/** Resolves when a file says so: what is asked is answered before it is on the disk. */
async function isKept(path: string, text: string): Promise<void> {
  while (!(await readFile(path, "utf8")).includes(text));
}
