import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { PhasewiseError } from "../errors.ts";

/**
 * The journal of the last run of a network that is kept in `home`, or the one that `--run` names: a file, or a folder with journals, of which the
 * newest counts. Throws DATA_MISSING where there is none.
 */
export async function journalOf(
  network: string,
  run: string | undefined,
  home = ".phasewise",
): Promise<string> {
  if (run !== undefined) {
    const found = await stat(run).catch(() => undefined);
    if (found === undefined) throw new PhasewiseError("DATA_MISSING", `--run ${run}: no such file or folder`);
    if (!found.isDirectory()) return run;
    const newest = await newestOf(await journalsIn(run));
    if (newest !== undefined) return newest;
    throw new PhasewiseError(
      "DATA_MISSING",
      `--run ${run}: has no journal; allowed is a journal, or a folder with ${JOURNAL_NAMES}`,
    );
  }
  const runs = join(home, "runs");
  const named = await readdir(runs).catch(() => []);
  const folders = named.filter((name) => isRunOf(name, network)).map((name) => join(runs, name));
  const journals = await Promise.all([...folders, join(home, "serve", network)].map(journalsIn));
  const newest = await newestOf(journals.flat());
  if (newest !== undefined) return newest;
  throw new PhasewiseError(
    "DATA_MISSING",
    `no run of ${network} is kept in ${home}; run phasewise start ${network} first, or name a journal with --run`,
  );
}

const JOURNAL_NAMES = "journal.ndjson or journal-N.ndjson";

function isRunOf(name: string, network: string): boolean {
  return name.startsWith(`${network}-seed`) && /^\d+$/.test(name.slice(`${network}-seed`.length));
}

async function journalsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^journal(?:-\d+)?\.ndjson$/.test(name)).map((name) => join(folder, name));
}

async function newestOf(files: readonly string[]): Promise<string | undefined> {
  const times = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  return times.toSorted((left, right) => right.at - left.at)[0]?.file;
}
