import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Decided } from "../pipeline/run.ts";
import { HOST_DEFAULT, networkCredentials, PORT_DEFAULT, startEngineHost } from "./engine-host.ts";
import { openRunnable } from "./networks.ts";
import { engineOptions, type RawOptions, numberOption, textOption } from "./options.ts";
import { openJournal } from "./start.ts";
import { stopSignal } from "./stop-signal.ts";

/** Engine and console alone, until stopped; controllers and their plant connect over the network. */
export async function serve(reference: string, options: RawOptions): Promise<void> {
  const { mode, intervalMs } = engineOptions(options);
  const port = numberOption(options, "port", { min: 0, max: 65_535, integer: true }) ?? PORT_DEFAULT;
  const host = textOption(options, "host") ?? HOST_DEFAULT;
  const { network, notes } = await openRunnable(reference, undefined);
  for (const note of notes) console.error(`note: ${note}`);
  const journalPath = textOption(options, "journal") ?? freeJournalPath(network.id);
  const engine = startEngineHost({
    network,
    mode,
    intervalMs,
    journal: openJournal(journalPath),
    credentials: await networkCredentials(network, textOption(options, "credentials")),
    decided: tellOperator,
  });
  const stopped = stopSignal();
  try {
    const address = await engine.listen({ host, port });
    console.error(`Phasewise console: ${address}/`);
    console.error(
      `Controllers connect to ${address.replace("http", "ws")}/link, for example: phasewise field ${reference}`,
    );
    if (journalPath !== "off") console.error(`Journal: ${journalPath}`);
    await new Promise<void>((resolve) => stopped.addEventListener("abort", () => resolve()));
  } finally {
    await engine.close();
  }
}

/** An engine that was started again must not write over what the one before it left. */
function freeJournalPath(network: string): string {
  for (let run = 1; ; run += 1) {
    const path = join(".phasewise", "serve", network, `journal-${run}.ndjson`);
    if (!existsSync(path)) return path;
  }
}

/** Links, alarms and refusals as they come; plans once an interval. */
function tellOperator({ effects, instant, tables }: Decided): void {
  const { timeZone } = tables.configuration.network;
  for (const effect of effects) {
    if (effect.kind !== "log") continue;
    const { entry } = effect;
    if (entry.topic === "plan" && entry.priority === "event") continue;
    const answer = entry.answer === null ? "" : ` (${entry.answer})`;
    console.error(`${clock(entry.at, timeZone)} ${entry.intersection ?? ""} ${entry.text}${answer}`);
  }
  const pushed = effects.filter(({ kind }) => kind === "push").length;
  if (pushed > 0) console.error(`${clock(instant.at, timeZone)} ${pushed} timing plans pushed`);
}

function clock(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium", hourCycle: "h23" }).format(at);
}
