import { readSettingsTogether, type Setting, settingText } from "../engine/parameters/settings.ts";
import { tablesInForce } from "../engine/tuning.ts";
import { PhasewiseError } from "../errors.ts";
import { countLine, noRecordedCounts, type RecordedCounts } from "../pipeline/recorded-counts.ts";
import { endReplay, type Replay, replayLine, startReplay } from "../pipeline/replay.ts";
import { compareLine, type SetComparison, startComparison } from "../pipeline/what-set.ts";
import { journalLines } from "./journal-reader.ts";
import { unwrapped } from "./journal-replay.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { flagOption, type RawOptions, textsOption } from "./options.ts";
import { simulateRecorded } from "./replay-simulation.ts";
import { tellFailures } from "./whatif-report.ts";

/** Lines between two words of progress. */
const PROGRESS_LINES = 200_000;

/** Differences that are listed to be read; the JSON has all. */
const LISTED = 20;

/**
 * Gives a journal's inputs to the engine again and compares what it does, byte by byte; with `--set` also with what it would decide with
 * other parameters, and with `--simulate` what those would lead to. Exit code 1 where it does not do what is recorded.
 */
export async function replay(file: string, options: RawOptions): Promise<void> {
  const settings = readSettingsTogether(textsOption(options, "set"));
  const simulated = flagOption(options, "simulate");
  if (simulated && settings.length === 0) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      "--simulate: compares with other parameters; allowed with --set path=value",
    );
  }
  const { replayed, lines, comparison, counts } = await replayFile(file, settings);
  const { inputs, effects, due, difference } = replayed;
  if (due.length > 0 && difference === undefined) {
    console.error(
      `${file}: ends in the middle of an instant; ${due.length} effects were not written any more`,
    );
  }
  if (!printsJson(options)) {
    console.log(describe(replayed));
    if (comparison !== undefined) console.log(describeComparison(comparison, settings));
  }
  const identical = difference === undefined;
  if (simulated && replayed.state.tuning !== null) {
    console.error(`${file}: parameters were changed on the way; simulated with those at its end`);
  }
  const inForce = tablesInForce(replayed.tables, replayed.state);
  const simulation = simulated ? await simulateRecorded(inForce, counts, settings, options) : undefined;
  if (simulated && simulation === undefined) return;
  if (simulation !== undefined && !printsJson(options)) console.log(`\n${simulation.text}`);
  await writeJson(options, {
    journal: file,
    lines,
    inputs,
    effects,
    identical,
    difference: difference ?? null,
    ...(comparison === undefined ? {} : { set: comparisonJson(comparison, settings) }),
    ...(simulation === undefined ? {} : { simulation: simulation.document }),
  });
  if (simulation !== undefined) tellFailures(simulation.runs);
  if (!identical) process.exitCode = 1;
}

function describe({ inputs, effects, difference }: Replay): string {
  if (difference === undefined) return `${inputs} inputs gave the identical ${effects} effects.`;
  const { line, recorded, computed } = difference;
  const place = line === 0 ? "at its end" : `at line ${line}`;
  return `The effects differ ${place}:\n  recorded ${recorded ?? "nothing"}\n  computed ${computed ?? "nothing"}`;
}

function comparisonJson({ stages, plans, differences }: SetComparison, settings: readonly Setting[]) {
  return { settings, stages, plans, differences };
}

/** Decisions side by side: how many differ, and the first of them. */
function describeComparison(
  { tables, stages, plans, differences }: SetComparison,
  settings: readonly Setting[],
): string {
  const { timeZone } = tables.configuration.network;
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium", hourCycle: "h23" });
  const rows = differences.slice(0, LISTED).map(({ kind, intersection, from, decisions, recorded, set }) => {
    const times = decisions > 1 ? `, ${decisions} s in a row` : "";
    return `  ${clock.format(from)} ${intersection} ${kind}: recorded ${recorded}; set ${set}${times}`;
  });
  const more = differences.length - rows.length;
  return [
    `With ${settings.map(settingText).join(" ")}, each decision from the state and on the street that were recorded:`,
    `  the stage asked for differs in ${stages.differ} of ${stages.compared} intersection-seconds, the timing plan in ${plans.differ} of ${plans.compared}`,
    ...rows,
    ...(more > 0 ? [`  and ${more} more (all with --json)`] : []),
  ].join("\n");
}

type Replayed = {
  readonly replayed: Replay;
  readonly lines: number;
  /** Where other parameters are to be compared. */
  readonly comparison: SetComparison | undefined;
  readonly counts: RecordedCounts;
};

async function replayFile(file: string, settings: readonly Setting[]): Promise<Replayed> {
  let lines = 0;
  let replayed: Replay | undefined;
  let comparison: SetComparison | undefined;
  const counts = noRecordedCounts();
  let lastIsInput = false;
  const cutOff = (): void => console.error(`${file}: the last line is cut off and was left out`);
  for await (const line of journalLines(file, cutOff)) {
    lines += 1;
    lastIsInput = line.startsWith('{"in"');
    if (replayed === undefined) {
      replayed = unwrapped(startReplay(file, line));
      if (settings.length > 0) comparison = startComparison(replayed.tables, settings);
    } else {
      const taken = unwrapped(replayLine(replayed, file, lines, line));
      if (comparison !== undefined) {
        comparison = compareLine(comparison, replayed.state, taken);
        countLine(counts, replayed.tables, replayed.state, taken);
      }
      replayed = taken.replay;
    }
    if (lines % PROGRESS_LINES === 0) console.error(`${lines} lines`);
  }
  if (replayed === undefined)
    throw new PhasewiseError("DATA_INVALID", `${file}: found nothing, allowed: a journal`);
  return { replayed: endReplay(replayed, lastIsInput), lines, comparison, counts };
}
