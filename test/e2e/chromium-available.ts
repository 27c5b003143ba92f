import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Named, so that nobody takes it for a dependency of the package. */
const DEBIAN_INSTALLER = "apt-get";

type Chromium = { readonly path: string } | { readonly missing: string };

/** The browser of the tests, installed just now where that is possible; else why they are skipped. */
export const chromium: Chromium = find() ?? install() ?? { missing: "no chromium on the PATH" };

function find(): Chromium | undefined {
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "chromium"))
    .find((file) => existsSync(file));
  return path === undefined ? undefined : { path };
}

function install(): Chromium | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return undefined;
  try {
    execFileSync(DEBIAN_INSTALLER, ["-o", "DPkg::Lock::Timeout=120", "install", "-y", "chromium"], {
      stdio: "pipe",
      timeout: 240_000,
    });
    return find();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "?";
    return { missing: `Chromium is missing and could not be installed: ${reason}` };
  }
}
