import type { LogEntry } from "../../protocol/live.ts";

/** As many entries as an operator can scroll through; older ones stand in the server's records. */
const LOG_ENTRIES_MAX = 300;

export type LogTopic = LogEntry["topic"];

export const LOG_TOPICS: readonly LogTopic[] = [
  "plan",
  "command",
  "control",
  "operation",
  "link",
  "alarm",
  "detector",
  "traffic",
  "engine",
];

/** Newest first; an entry with a known id replaces the earlier one, wherever its instant puts it. */
export function mergeLog(
  before: readonly LogEntry[],
  incoming: readonly LogEntry[],
  limit = LOG_ENTRIES_MAX,
): readonly LogEntry[] {
  const byId = new Map(before.map((entry) => [entry.id, entry]));
  for (const entry of incoming) byId.set(entry.id, entry);
  return [...byId.values()].toSorted((a, b) => b.at - a.at || b.id - a.id).slice(0, limit);
}

export type LogFilter = {
  readonly topics: ReadonlySet<LogTopic>;
  /** Only entries of this intersection; null for all. */
  readonly intersection: string | null;
};

export function filterLog(entries: readonly LogEntry[], filter: LogFilter): readonly LogEntry[] {
  return entries.filter(
    (entry) =>
      filter.topics.has(entry.topic) &&
      (filter.intersection === null || entry.intersection === filter.intersection),
  );
}
