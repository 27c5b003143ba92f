import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { PhasewiseError } from "../../src/errors.ts";

/** A running SUMO; `folder` holds the files of its run and goes with it. */
export type SumoProcess = {
  /** Resolves with the reason when the process is gone. */
  readonly exited: Promise<string>;
  /** What it said last, for error messages. */
  readonly lastWords: () => string;
  /** Kills the process if it lives and waits until it is gone. */
  readonly end: () => Promise<void>;
};

const LAST_WORDS_LENGTH = 2000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Path of SUMO's binary: `$SUMO_HOME/bin`, then `$PATH`. Throws SUMO_MISSING. */
export function findSumo(environment: Environment = process.env): string {
  return findProgram("sumo", "SUMO", environment);
}

/** Path of the program that makes networks, which comes with SUMO. Throws SUMO_MISSING. */
export function findNetconvert(environment: Environment = process.env): string {
  return findProgram("netconvert", "SUMO's netconvert", environment);
}

function findProgram(name: string, title: string, environment: Environment): string {
  const binary = process.platform === "win32" ? `${name}.exe` : name;
  const home = environment["SUMO_HOME"];
  const folders = [
    ...(home === undefined || home === "" ? [] : [join(home, "bin")]),
    ...(environment["PATH"] ?? "").split(delimiter),
  ];
  const found = folders.filter((folder) => folder !== "").find((folder) => existsSync(join(folder, binary)));
  if (found === undefined) {
    throw new PhasewiseError(
      "SUMO_MISSING",
      `${title} was found neither in $SUMO_HOME/bin nor on the PATH; install it with \`apt-get install sumo\`.`,
    );
  }
  return join(found, binary);
}

/** A TCP port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new PhasewiseError("SUMO_FAILED", "no free TCP port for SUMO"));
      });
    });
  });
}

/** What must not outlive this process: children and the folders of their files. */
const alive = new Map<ChildProcess, string>();

function endAll(): void {
  for (const [child, folder] of alive) {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
  alive.clear();
}

/** Starts SUMO; it does not outlive this process. */
export function spawnSumo(binary: string, options: readonly string[], folder: string): SumoProcess {
  const child = spawn(binary, [...options], { stdio: ["ignore", "pipe", "pipe"] });
  if (alive.size === 0) process.once("exit", endAll);
  alive.set(child, folder);
  let words = "";
  const listen = (chunk: string): void => {
    words = (words + chunk).slice(-LAST_WORDS_LENGTH);
  };
  child.stdout.setEncoding("utf8").on("data", listen);
  child.stderr.setEncoding("utf8").on("data", listen);
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("close", (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
  }).then((reason) => {
    alive.delete(child);
    if (alive.size === 0) process.removeListener("exit", endAll);
    return reason;
  });
  return {
    exited,
    lastWords: () => words.trim(),
    end: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** SUMO's version, such as `1.15.0`. Throws SUMO_MISSING or SUMO_FAILED. */
export function sumoVersion(): string {
  const binary = findSumo();
  const { error, stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  const version = /Version (\S+)/i.exec(stdout ?? "")?.[1];
  if (version !== undefined) return version;
  throw new PhasewiseError(
    "SUMO_FAILED",
    `${binary} --version told no version${error === undefined ? "" : `: ${error.message}`}`,
  );
}
