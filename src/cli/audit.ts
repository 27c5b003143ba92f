import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readTrail, readTrailFile, type TrailReport } from "../adapters/audit/trail-file.ts";
import { PhasewiseError } from "../errors.ts";
import type { NumberedEntry } from "../ports/audit.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { type RawOptions, textOption } from "./options.ts";

export const AUDIT_ACTIONS = ["verify", "show"] as const;

type Each = (number: number, hash: string, entry: NumberedEntry | undefined) => void;

/** `phasewise audit verify|show <run folder, trail folder or file>`. Exit code 1 where the trail does not hold. */
export async function audit(action: string, place: string, options: RawOptions): Promise<void> {
  if (action === "verify") await verify(place, options);
  else if (action === "show") await show(place, options);
  else {
    const allowed = AUDIT_ACTIONS.join(" or ");
    throw new PhasewiseError("OPTION_INVALID", `audit ${action}: allowed is ${allowed}`);
  }
}

/** Follows the chain and says whether it holds, and if not, where it ceases to. */
async function verify(place: string, options: RawOptions): Promise<void> {
  const anchor = anchorOption(options);
  let anchored: string | undefined;
  const report = await read(place, (number, hash, entry) => {
    if (entry !== undefined && number === anchor?.number) anchored = hash;
  });
  const agrees = anchor === undefined || anchored === anchor.hash;
  const holds = report.fault === undefined && agrees;
  if (!printsJson(options)) {
    console.log(describe(report).join("\n"));
    if (anchor !== undefined) console.log(anchorText(anchor, anchored));
  }
  const { entries, firstNumber, tornBytes, beyondHead, head, fault, end } = report;
  const last = end.next - 1;
  await writeJson(options, {
    place,
    holds,
    entries,
    firstNumber,
    lastNumber: last,
    lastHash: end.hash,
    tornBytes,
    beyondHead,
    head,
    anchor: anchor === undefined ? null : agrees,
    fault: fault ?? null,
  });
  if (!holds) process.exitCode = 1;
}

function describe({
  entries,
  firstNumber,
  end,
  tornBytes,
  beyondHead,
  head,
  fault,
}: TrailReport): readonly string[] {
  const last = end.next - 1;
  const range = entries === 0 ? "" : `, numbers ${firstNumber} to ${last}`;
  const torn =
    tornBytes === 0
      ? []
      : [
          `The last ${tornBytes} bytes are a line that was never finished: a process was ended while it wrote. The next run cuts them off and says so`,
        ];
  if (fault !== undefined) {
    const { file, byteOffset, number, found, expected } = fault;
    return [
      `The trail does not hold: ${file}, byte ${byteOffset}, entry ${number}: found ${found}; expected ${expected}`,
      `${entries} entries before that hold${range}`,
    ];
  }
  return [
    `${entries} entries hold${range}`,
    ...torn,
    ...(beyondHead > 0
      ? [
          `The last ${beyondHead} were written after the head file: a process was ended before it could say so`,
        ]
      : []),
    ...(head === "absent"
      ? ["There is no audit.head: entries that were cut off at the end cannot be noticed"]
      : []),
    ...(head === "notAsked"
      ? ["One file alone: what it goes on from is believed, and an end that was cut off cannot be noticed"]
      : []),
    `Anchor: ${last}:${end.hash}. Who can write all files can write another chain: kept elsewhere, this shows it (--anchor)`,
  ];
}

type Anchor = { readonly number: number; readonly hash: string };

function anchorText(anchor: Anchor, found: string | undefined): string {
  if (found === anchor.hash) return `Entry ${anchor.number} is the one of the anchor`;
  const what = found === undefined ? "no such entry" : `the hash ${found}`;
  return `Entry ${anchor.number} is not the one of the anchor: found ${what}, expected ${anchor.hash}`;
}

function anchorOption(options: RawOptions): Anchor | undefined {
  const text = textOption(options, "anchor");
  if (text === undefined) return undefined;
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number !== undefined && hash !== undefined) return { number: Number(number), hash };
  const allowed = "a number, a colon and a hash of 64 hexadecimal digits, as verify prints it";
  throw new PhasewiseError("OPTION_INVALID", `--anchor ${JSON.stringify(text)}: allowed is ${allowed}`);
}

/** Entries that fit all that is asked for, as lines or as JSON; a trail that does not hold is shown as far as it does. */
async function show(place: string, options: RawOptions): Promise<void> {
  const intersection = textOption(options, "intersection");
  const who = textOption(options, "who");
  const from = instantOption(options, "from") ?? Number.NEGATIVE_INFINITY;
  const to = instantOption(options, "to") ?? Number.POSITIVE_INFINITY;
  const bounded = from > Number.NEGATIVE_INFINITY || to < Number.POSITIVE_INFINITY;
  const entries: NumberedEntry[] = [];
  const report = await read(place, (_number, _hash, entry) => {
    if (entry === undefined) return;
    if (intersection !== undefined && entry.where !== intersection) return;
    if (who !== undefined && entry.who !== who) return;
    if (bounded && (entry.at === null || entry.at < from || entry.at >= to)) return;
    entries.push(entry);
  });
  if (!printsJson(options)) for (const entry of entries) console.log(line(entry));
  await writeJson(options, { place, holds: report.fault === undefined, entries });
  if (report.fault === undefined) return;
  console.error(describe(report).join("\n"));
  process.exitCode = 1;
}

function line({
  number,
  at,
  recordedAt,
  who,
  action,
  where,
  subject,
  before,
  after,
  reason,
  result,
}: NumberedEntry): string {
  const time = new Date(at ?? recordedAt).toISOString();
  const change =
    before === null && after === null ? "" : ` ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  const why = reason === null ? "" : ` (${reason})`;
  const what = [action, where, subject].filter((part) => part !== null).join(" ");
  return `${number} ${time} ${who}: ${what}${change}: ${result}${why}`;
}

/** An instant of the run's clock, epoch milliseconds or ISO 8601. */
function instantOption(options: RawOptions, name: string): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const instant = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(instant)) return instant;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--${name} ${JSON.stringify(text)}: allowed is an instant of the run's clock, as 2026-01-05T07:00:00Z or epoch milliseconds`,
  );
}

/** A run's folder, a trail's, or one file of it. */
async function read(place: string, each: Each): Promise<TrailReport> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile() === true) return await readTrailFile(place, each);
  const inside = join(place, "audit");
  const hasTrail = await stat(inside).catch(() => undefined);
  return await readTrail(hasTrail?.isDirectory() === true ? inside : place, each);
}
