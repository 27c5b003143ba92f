import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { messageOf, PhasewiseError } from "../../errors.ts";
import { MINUTE_MS } from "../../units.ts";
import { type CountFormat, formatOf, HEADERS_KNOWN, type RawCount } from "./counts-row.ts";
import { gridOf, type CountSeries } from "./counts-grid.ts";
import { type CountReport, createRejections } from "./counts-report.ts";

/** What a counts file came to. */
export type CountFile = {
  readonly file: string;
  readonly format: CountFormat["name"];
  readonly intervalMs: number;
  readonly series: readonly CountSeries[];
  readonly report: CountReport;
};

/** A file of which more than this share is rejected is not what it is taken for. */
const REJECTED_SHARE_MAX = 0.1;

/**
 * Reads a file of counts line by line: PeMS (`5 Minutes,Lane 1 Flow (Veh/5 Minutes),…`) or Oregon (`TimeStamp,DeviceId,Detector,Total`).
 * A row that cannot be used is rejected and reported with line, value and what is allowed; the others are kept. Throws `DATA_MISSING`
 * where there is no such file, and `DATA_INVALID` for a header that is not known, a file without counts, or more than a tenth of rows
 * that cannot be used.
 */
export async function readCountsCsv(file: string): Promise<CountFile> {
  const rejected = createRejections();
  const counts: { readonly line: number; readonly raw: RawCount }[] = [];
  let format: CountFormat | undefined;
  let line = 0;
  let rows = 0;
  for await (const text of linesOf(file)) {
    line += 1;
    const cells = cellsOf(line === 1 ? text.replace(/^\uFEFF/, "") : text);
    if (format === undefined) {
      format = formatOf(cells);
      if (format === undefined) throw invalid(file, line, text, `a header ${HEADERS_KNOWN}`);
      continue;
    }
    if (text.trim() === "") continue;
    rows += 1;
    if (cells.length !== format.columns) {
      rejected.add(line, { found: text, allowed: `${format.columns} columns, as in the header` });
      continue;
    }
    const read = format.read(cells);
    if (read.ok) for (const raw of read.value) counts.push({ line, raw });
    else rejected.add(line, read.error);
  }
  if (format === undefined) throw invalid(file, 1, "an empty file", `a header ${HEADERS_KNOWN}`);
  const grid = gridOf(format, counts, rejected);
  if (grid === undefined || rejected.rows() > REJECTED_SHARE_MAX * rows) {
    const first = rejected.kept()[0];
    throw invalid(
      file,
      first?.line ?? line,
      first?.found ?? "no rows",
      `${first?.allowed ?? "counts of at least two intervals of the same length"} (${rejected.rows()} of ${rows} rows cannot be used)`,
    );
  }
  const { intervalMinutes, series, ...told } = grid;
  const report = { rows, rejected: rejected.kept(), rejectedRows: rejected.rows(), ...told };
  return { file, format: format.name, intervalMs: intervalMinutes * MINUTE_MS, series, report };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, "utf8");
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError(
      "DATA_MISSING",
      `${file} cannot be read: ${reason}; allowed is a CSV file of counts`,
      {
        cause,
      },
    );
  } finally {
    stream.destroy();
  }
}

function cellsOf(line: string): readonly string[] {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function invalid(file: string, line: number, found: string, allowed: string): PhasewiseError {
  const shown = JSON.stringify(found.slice(0, 80));
  return new PhasewiseError("DATA_INVALID", `${file}, line ${line}: found ${shown}, allowed: ${allowed}`);
}
