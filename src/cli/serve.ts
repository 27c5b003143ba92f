import { existsSync } from "node:fs";
import { join } from "node:path";
import { runFilesIn } from "../adapters/run-files.ts";
import type { Decided } from "../pipeline/run.ts";
import { HOST_DEFAULT, networkCredentials, PORT_DEFAULT, startEngineHost } from "./engine-host.ts";
import { openRunnable } from "./networks.ts";
import {
  engineOptions,
  historyOption,
  hostNamesOption,
  type RawOptions,
  numberOption,
  textOption,
} from "./options.ts";
import { guestRoles, openOwnPeople, tellGuestLinks, tellSetUpLink } from "./own-people.ts";
import { openRunLog } from "./run-log.ts";
import { stopSignal } from "./stop-signal.ts";
import { tlsOption } from "./tls.ts";

/** Engine and console alone, until stopped; controllers and their plant connect over the network. */
export async function serve(reference: string, options: RawOptions): Promise<void> {
  const decisions = engineOptions(options);
  const port = numberOption(options, "port", { min: 0, max: 65_535, integer: true }) ?? PORT_DEFAULT;
  const host = textOption(options, "host") ?? HOST_DEFAULT;
  const allowedHosts = hostNamesOption(options, "allowHost");
  const tls = await tlsOption(options);
  const keptDays = historyOption(options);
  const guests = guestRoles(options, []);
  const { network, notes } = await openRunnable(reference, undefined);
  for (const note of notes) console.error(`note: ${note}`);
  const credentials = await networkCredentials(network, textOption(options, "credentials"));
  const folder = join(".phasewise", "serve", network.id);
  const runLog = await openRunLog({
    asked: textOption(options, "journal"),
    usual: runFilesIn(folder, freeJournalName(folder)),
    continues: true,
    history: keptDays === undefined ? undefined : { network, keptDays },
  });
  const people = openOwnPeople();
  const engine = startEngineHost({
    network,
    ...decisions,
    ...runLog,
    credentials,
    studied: { reference, scenario: {} },
    people,
    decided: tellOperator,
  });
  const stopped = stopSignal();
  try {
    const address = await engine.listen({ host, port, allowedHosts, tls });
    if (guests.length > 0) tellGuestLinks(address, people, guests);
    else tellSetUpLink(address, people);
    console.error(
      `Controllers connect to ${address.replace("http", "ws")}/link, for example: phasewise field ${reference}`,
    );
    if (runLog.journalPath !== undefined) console.error(`Journal: ${runLog.journalPath}`);
    await new Promise<void>((resolve) => stopped.addEventListener("abort", () => resolve()));
  } finally {
    await engine.close();
    await runLog.release();
  }
}

/** An engine that was started again must not write over what the one before it left. */
function freeJournalName(folder: string): string {
  for (let run = 1; ; run += 1) {
    const name = `journal-${run}.ndjson`;
    if (!existsSync(join(folder, name))) return name;
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
