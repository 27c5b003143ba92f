import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalOf } from "../../src/cli/explain-journal.ts";
import { momentOf } from "../../src/cli/explain-run.ts";
import { contentOf, type DecisionRecord } from "../../src/explain/record.ts";
import { journalHeader, journalLines } from "../../src/pipeline/journal.ts";
import { BEGIN, type ClosedLoop, networkOfT, runLoop, started } from "../engine/closed-loop.ts";
import { recordedOn } from "../explain/recorded-run.ts";

let folder: string;
let journal: string;
let loop: ClosedLoop;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "phasewise-explain-"));
  journal = join(folder, "journal.ndjson");
  loop = runLoop(started({ mode: "adaptive" }), 150);
  const lines = [journalHeader(loop.tables.configuration, BEGIN), ...journalLines(loop.inputs, [])];
  writeFileSync(journal, `${lines.join("\n")}\n{"in":{"kind":"ti`);
});

afterAll(() => rmSync(folder, { recursive: true }));

const T = "t";
const networkId = networkOfT().id;

describe("the moment that is explained", () => {
  it("has the decision in force, with what it leaves out and what came of it", async () => {
    const { tables, inputs, effects } = loop;
    const recorded = recordedOn({ configuration: tables.configuration, startsAt: BEGIN, inputs, effects });
    const at = BEGIN + 80_000;
    const last = recorded.decidable.findLast((one) => one.level === "tactical" && one.at <= at);
    const moment = await momentOf(journal, networkId, T, "80");
    expect([moment.at, moment.mode, moment.clock(BEGIN)]).toEqual([at, "adaptive", "07:00:00"]);
    if (last === undefined || moment.stage === undefined) throw new Error("a stage was decided");
    expect(contentOf(moment.stage)).toBe(contentOf(last as DecisionRecord));
    expect(moment.realised.get(last.id)).toEqual(recorded.realised.find(({ of }) => of === last.id));
    expect(moment.timing?.level).toBe("strategic");
  });

  it("is refused outside the run, for unknown intersections and for other networks", async () => {
    await expect(momentOf(journal, networkId, T, "06:59")).rejects.toThrow(/allowed is 07:00:00 to 07:02:30/);
    await expect(momentOf(journal, networkId, T, "151")).rejects.toThrow(/allowed is 07:00:00 to 07:02:30/);
    await expect(momentOf(journal, networkId, "u", "80")).rejects.toThrow(
      /--intersection u: allowed is one of t/,
    );
    await expect(momentOf(journal, "another", T, "80")).rejects.toThrow(/allowed: one of another/);
    await expect(momentOf(join(folder, "none"), networkId, T, "80")).rejects.toThrow(/cannot be read/);
  });
});

describe("the journal that is read", () => {
  it("is the newest of the network's runs, or the one that is named", async () => {
    const home = join(folder, "home");
    await expect(journalOf("small", undefined, home)).rejects.toThrow(/no run of small is kept/);
    const place = (path: string, seconds: number): string => {
      const file = join(home, path);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, "");
      utimesSync(file, seconds, seconds);
      return file;
    };
    const older = place("runs/small-seed1/journal.ndjson", 1000);
    place("runs/small-seedling-seed1/journal.ndjson", 9000);
    place("runs/small-seed1/other.ndjson", 9000);
    expect(await journalOf("small", undefined, home)).toBe(older);
    const served = place("serve/small/journal-2.ndjson", 2000);
    expect(await journalOf("small", undefined, home)).toBe(served);
    expect(await journalOf("small", join(home, "runs", "small-seed1"), home)).toBe(older);
    expect(await journalOf("small", older, home)).toBe(older);
    await expect(journalOf("small", join(home, "nowhere"), home)).rejects.toThrow(/no such file or folder/);
    await expect(journalOf("small", join(home, "runs"), home)).rejects.toThrow(/has no journal/);
  });
});
