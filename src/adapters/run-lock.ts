import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, PhasewiseError } from "../errors.ts";

/**
 * Keeps a place for one process: what two of them write at the same time is of use to nobody. Returns what gives it back. A lock
 * whose process has died is taken over. Throws `RUN_IN_USE` while another one holds it, `STORE_FAILED` where none can be made.
 */
export async function lockRun(path: string, advice: string): Promise<() => Promise<void>> {
  const own = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  try {
    await mkdir(dirname(path), { recursive: true });
    if (await created(path, own)) return async () => await rm(path, { force: true });
    const holder = await holderOf(path);
    if (holder !== undefined) {
      throw new PhasewiseError("RUN_IN_USE", `${path} is held by process ${holder}; ${advice}`);
    }
    await rm(path, { force: true });
    if (await created(path, own)) return async () => await rm(path, { force: true });
    throw new PhasewiseError("RUN_IN_USE", `${path} was taken by another process just now; ${advice}`);
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `cannot make the lock ${path}: ${reason}`, { cause });
  }
}

/** Whether the lock is ours now. It comes into being with its content, so that nobody takes a half-written one for a dead one. */
async function created(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw cause;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The process that holds the lock and lives. */
async function holderOf(path: string): Promise<number | undefined> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
  if (content === null || typeof content !== "object" || !("pid" in content)) return undefined;
  const { pid } = content;
  if (typeof pid !== "number" || !Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  // A number is given again: it is the same process only if it was started at the same time.
  const started = "started" in content ? content.started : null;
  return started === (await startOf(pid)) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // A process of another user cannot be signalled, but it is there.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

/** When a process was started, in the kernel's ticks; `null` where the system does not tell. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The second field is a name in brackets, which may hold spaces and brackets; the start is the 22nd.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}
