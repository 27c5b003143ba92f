import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { onTestFinished } from "vitest";

const BINARY = resolve(import.meta.dirname, "../../dist/src/cli/main.js");

/** A process that has said nothing for so long, and is awaited, counts as hung; wall time. */
const HANG_MS = 60_000;

const LINES_TOLD = 20;

type Stream = "stdout" | "stderr";

type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A running phasewise, as a user's shell has it. */
export type Phasewise = {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** The first line on standard error that matches, from the `after`th line on; fails when the process ends without it. */
  said(pattern: RegExp, after?: number): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone and all it printed is here. */
  ended(): Promise<Exit>;
};

/** Runs the built binary in a folder; it does not outlive the test. */
export function phasewise(
  folder: string,
  options: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Phasewise {
  const child = spawn(process.execPath, [BINARY, ...options], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: Readonly<Record<Stream, string[]>> = { stdout: [], stderr: [] };
  const watchers = new Set<() => void>();
  const wake = (): void => watchers.forEach((watcher) => watcher());
  readLines(child, lines, wake);
  let exit: Exit | undefined;
  child.once("close", (code, signal) => {
    exit = { code, signal };
    wake();
  });

  /** Asks again whenever a line comes or the process ends. */
  const until = async <Found>(what: string, look: () => Found | undefined): Promise<Found> =>
    await new Promise<Found>((found, failed) => {
      const settle = (): void => {
        watchers.delete(watcher);
        clearTimeout(limit);
      };
      const fail = (why: string): void => {
        settle();
        failed(new Error(`phasewise ${options.join(" ")}: ${why} ${what}; ${lastWords(lines)}`));
      };
      const hung = (): void => fail(`said nothing for ${HANG_MS / 1000} s, awaited for`);
      const watcher = (): void => {
        limit.refresh();
        const result = look();
        if (result !== undefined) {
          settle();
          found(result);
        } else if (exit !== undefined) fail(`ended (${exit.code ?? exit.signal}) before`);
      };
      const limit = setTimeout(hung, HANG_MS);
      watchers.add(watcher);
      watcher();
    });

  const ended = async (): Promise<Exit> => await until("its end", () => exit);
  onTestFinished(async () => {
    if (exit === undefined) child.kill("SIGKILL");
    await ended();
  });
  return {
    ...lines,
    said: async (pattern, after = 0) =>
      await until(`${pattern} on standard error`, () => firstMatch(lines.stderr, pattern, after)),
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** The object that `--json` prints last. */
export function jsonOf({ stdout, stderr }: Phasewise): Readonly<Record<string, unknown>> {
  const last = stdout.at(-1) ?? "";
  try {
    const parsed: unknown = JSON.parse(last);
    if (parsed !== null && typeof parsed === "object") return { ...parsed };
  } catch {
    // Told below, with what was there instead.
  }
  throw new Error(`the last line on standard output is no JSON object: ${last}\n${stderr.join("\n")}`);
}

function readLines(child: ChildProcess, lines: Readonly<Record<Stream, string[]>>, wake: () => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const input = child[name];
    if (input === null) throw new Error(`no ${name} of the process`);
    createInterface({ input }).on("line", (line) => {
      lines[name].push(line);
      wake();
    });
  }
}

function firstMatch(lines: readonly string[], pattern: RegExp, after: number): RegExpExecArray | undefined {
  for (const line of lines.slice(after)) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return undefined;
}

function lastWords({ stdout, stderr }: Readonly<Record<Stream, readonly string[]>>): string {
  const told = [...stdout.slice(-LINES_TOLD), ...stderr.slice(-LINES_TOLD)];
  return told.length === 0 ? "it said nothing" : `its last lines:\n${told.join("\n")}`;
}
