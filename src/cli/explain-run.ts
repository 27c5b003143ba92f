import type { Effect } from "../engine/effect.ts";
import { type StageNow, stageNow } from "../engine/stage-now.ts";
import type { EngineState } from "../engine/state.ts";
import { PhasewiseError } from "../errors.ts";
import { type Decidable, decidable, holderOf } from "../explain/decidable.ts";
import { type DecisionRecord, isRealised, type Realised, realisedIn, recordOf } from "../explain/record.ts";
import type { Mode } from "../model/mode.ts";
import { type Replay, replayLine, startReplay } from "../pipeline/replay.ts";
import { after, type InstantMs, MINUTE_MS } from "../units.ts";
import { instantOf, type RunClock, streetClock } from "./explain-time.ts";
import { journalLines } from "./journal-reader.ts";
import { unwrapped } from "./journal-replay.ts";

/** What was known and decided at an instant of a run, at one intersection. */
export type Moment = {
  readonly at: InstantMs;
  readonly clock: (at: number) => string;
  readonly mode: Mode;
  /** Whether a stage could be chosen in that very second. */
  readonly now: StageNow;
  /** The last decision of each level; absent where there was none yet. */
  readonly stage: Decidable | undefined;
  readonly timing: Decidable | undefined;
  /** What came of those, by the id of the record, as far as the run goes. */
  readonly realised: ReadonlyMap<string, Realised>;
};

/** Simulated time between two words of progress. */
const PROGRESS_MS = 10 * MINUTE_MS;
/** How long after a decision its outcome is waited for at most: the longest horizon, or the interval. */
const OUTCOME_MS = 2 * MINUTE_MS;

/**
 * Gives a journal's inputs to an engine that records its decisions, up to an instant and until it is known what came of the last ones. Throws
 * OPTION_INVALID for an intersection or an instant that the run does not have, DATA_INVALID for what is no journal.
 */
export async function momentOf(
  file: string,
  network: string,
  intersection: string,
  atText: string,
): Promise<Moment> {
  let replay: Replay | undefined;
  let search: Search | undefined;
  let lines = 0;
  for await (const line of journalLines(file, () => undefined)) {
    lines += 1;
    if (replay === undefined || search === undefined) {
      replay = unwrapped(startReplay(file, line, { recordDecisions: true }));
      const { id } = replay.tables.configuration.network;
      if (id !== network) {
        throw new PhasewiseError(
          "DATA_INVALID",
          `${file}: is of the network ${id}, allowed: one of ${network}`,
        );
      }
      search = startSearch(replay, intersection, atText);
      continue;
    }
    const taken = unwrapped(replayLine(replay, file, lines, line));
    if (taken.input !== undefined) search.take(replay, taken.input.at, taken.effects);
    ({ replay } = taken);
    if (search.isOver()) break;
  }
  if (replay === undefined || search === undefined) {
    throw new PhasewiseError("DATA_INVALID", `${file}: found nothing, allowed: a journal`);
  }
  if (replay.difference !== undefined) {
    console.error(
      `note: ${file} was written by another version or with other parameters; decisions are as this version makes them (first difference at line ${replay.difference.line})`,
    );
  }
  return search.moment(replay);
}

type Search = {
  /** What the engine made of the next input; `before`: the engine until then. */
  readonly take: (before: Replay, at: InstantMs, effects: readonly Effect[]) => void;
  readonly isOver: () => boolean;
  readonly moment: (end: Replay) => Moment;
};

function startSearch({ tables, state: begun }: Replay, intersection: string, atText: string): Search {
  const index = tables.nodeIndex.get(intersection);
  if (index === undefined) {
    const known = tables.nodes.map(({ id }) => id).join(", ");
    throw new PhasewiseError("OPTION_INVALID", `--intersection ${intersection}: allowed is one of ${known}`);
  }
  const { midnightAt, intervalMs, network } = tables.configuration;
  const clock = streetClock(midnightAt);
  const runClock: RunClock = { startsAt: begun.now, midnightAt, timeZone: network.timeZone };
  const at = instantOf(atText, runClock);
  if (at < begun.now) throw outside(atText, `from ${clock(begun.now)} on`);
  const kept = keptRecords(intersection);
  let then: EngineState | undefined;
  let told = begun.now;
  let isOver = false;
  return {
    take: (before, now, effects) => {
      if (then === undefined && now > at) then = before.state;
      if (now >= told + PROGRESS_MS && then === undefined) {
        told = now;
        console.error(`replayed up to ${clock(now)}`);
      }
      kept.take(effects, then === undefined);
      isOver =
        then !== undefined && (kept.allTold() || now > after(at, Math.max(OUTCOME_MS, 2 * intervalMs)));
    },
    isOver: () => isOver,
    moment: ({ state: end }) => {
      const state = then ?? end;
      if (then === undefined && at > end.now)
        throw outside(atText, `${clock(begun.now)} to ${clock(end.now)}`);
      return {
        at,
        clock,
        mode: state.nodes.at(index)?.mode ?? tables.configuration.mode,
        now: stageNow({ ...state, now: at }, tables, index),
        ...kept.last(),
      };
    },
  };
}

function outside(atText: string, allowed: string): PhasewiseError {
  return new PhasewiseError("OPTION_INVALID", `--at ${atText}: is not in the run; allowed is ${allowed}`);
}

/** The last records of one intersection, each with what it leaves out, and what came of them. */
function keptRecords(intersection: string) {
  const last = new Map<DecisionRecord["level"], Decidable>();
  /** The newest records that hold what others leave out: of the intersection's junction, and of each group that was re-timed last. */
  let holders: readonly DecisionRecord[] = [];
  const realised = new Map<string, Realised>();
  const keep = (record: DecisionRecord): void => {
    if (holderOf(record) === record.id) {
      const isPast = (one: DecisionRecord): boolean => one.level === record.level && one.at < record.at;
      holders = [...holders.filter((one) => !isPast(one)), record];
    }
    if (record.intersection !== intersection) return;
    const holder = holders.find(({ id }) => id === holderOf(record));
    const whole = holder === undefined ? undefined : decidable(record, holder);
    if (whole !== undefined) last.set(record.level, whole);
  };
  return {
    take: (effects: readonly Effect[], isBefore: boolean): void => {
      for (const effect of effects) {
        if (effect.kind !== "decision") continue;
        const isOwn = effect.intersection === intersection;
        const outcome = isOwn ? realisedIn(effect) : undefined;
        if (outcome !== undefined) realised.set(outcome.of, outcome);
        else if (isBefore && !isRealised(effect.id) && (isOwn || effect.level === "strategic")) {
          keep(recordOf(effect.content));
        }
      }
    },
    allTold: (): boolean => [...last.values()].every(({ id }) => realised.has(id)),
    last: () => ({ stage: last.get("tactical"), timing: last.get("strategic"), realised }),
  };
}
