import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const FILE_NAME = /^journal-(\d{6,15})\.log$/;

export function journalPath(folder: string, number: number): string {
  return join(folder, `journal-${String(number).padStart(6, "0")}.log`);
}

/** Numbers of the journal's files, oldest first. */
export async function journalNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => FILE_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((left, right) => left - right);
}

/** Removes the files below a number. */
export async function removeJournals(folder: string, below: number): Promise<void> {
  for (const number of await journalNumbers(folder)) {
    if (number < below) await rm(journalPath(folder, number), { force: true });
  }
}
