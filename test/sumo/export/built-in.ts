import type { ExportPeriod } from "../../../sim/sumo/export/left-out.ts";
import { localMidnight } from "../../../sim/sumo/local-midnight.ts";
import { resolveNetwork } from "../../../src/adapters/network-files.ts";
import type { Network } from "../../../src/model/files.ts";
import { after, HOUR_MS } from "../../../src/units.ts";

export async function builtIn(name: "single" | "corridor"): Promise<Network> {
  const read = await resolveNetwork(name);
  if (!read.ok) throw new Error(read.error.map(({ file, pointer }) => `${file}#${pointer}`).join("\n"));
  return read.value;
}

/** From an hour of the day of runs on. */
export function periodOf({ timeZone }: Network, fromHours: number, seconds: number): ExportPeriod {
  const midnightAt = localMidnight(timeZone);
  return { midnightAt, startsAt: after(midnightAt, fromHours * HOUR_MS), seconds };
}
