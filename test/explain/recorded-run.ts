import { runOnce } from "../../sim/whatif/run.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import { type EngineConfiguration, engineTables, type EngineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import { startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { type Decidable, decidable, holderOf } from "../../src/explain/decidable.ts";
import {
  type DecisionRecord,
  isRealised,
  type Realised,
  realisedIn,
  recordOf,
} from "../../src/explain/record.ts";
import type { InstantMs } from "../../src/units.ts";

/** What the engine was given in a run, and what it did. */
export type Street = {
  readonly configuration: EngineConfiguration;
  readonly startsAt: InstantMs;
  readonly inputs: readonly Input[];
  readonly effects: readonly Effect[];
};

/** A run of a built-in network on the built-in traffic model, the adaptive control deciding. */
export async function streetOf(
  reference: string,
  from: string,
  seconds: number,
  demandScale = 1,
): Promise<Street> {
  const runnable = await openRunnable(reference, from, { demand: { scale: demandScale } });
  const inputs: Input[] = [];
  const effects: Effect[] = [];
  let configuration: EngineConfiguration | undefined;
  let startsAt: InstantMs | undefined;
  await runOnce({
    runnable,
    setup: { mode: "adaptive" },
    events: [],
    observe: "loops",
    seed: 7,
    forSeconds: seconds,
    tripFile: undefined,
    clock: wallClock,
    stopped: new AbortController().signal,
    watch: ({ tables, instant, effects: done }) => {
      configuration ??= tables.configuration;
      startsAt ??= instant.clock.at;
      inputs.push(...instant.inputs);
      effects.push(...done);
    },
  });
  if (configuration === undefined || startsAt === undefined) throw new Error("the run had no instant");
  return { configuration, startsAt, inputs, effects };
}

/** Everything that an engine which records tells of a street's decisions. */
export type Recorded = {
  readonly tables: EngineTables;
  readonly effects: readonly Effect[];
  /** As they were told, and what was read of them. */
  readonly contents: readonly string[];
  readonly records: readonly DecisionRecord[];
  readonly decidable: readonly Decidable[];
  readonly realised: readonly Realised[];
};

export function recordedOn({ configuration, startsAt, inputs }: Street): Recorded {
  const tables = engineTables({ ...configuration, recordDecisions: true });
  let state = startEngine(tables, startsAt);
  const effects: Effect[] = [];
  for (const input of inputs) {
    const next = step(state, input, tables);
    state = next.state;
    effects.push(...next.effects);
  }
  const told = effects.flatMap((effect) => (effect.kind === "decision" ? [effect] : []));
  const contents = told.filter(({ id }) => !isRealised(id)).map(({ content }) => content);
  const records = contents.map(recordOf);
  const byId = new Map(records.map((record) => [record.id, record]));
  return {
    tables,
    effects,
    contents,
    records,
    decidable: records.map((record) => wholeOf(record, byId)),
    realised: told.flatMap((row) => realisedIn(row) ?? []),
  };
}

function wholeOf(record: DecisionRecord, byId: ReadonlyMap<string, DecisionRecord>): Decidable {
  const holder = byId.get(holderOf(record));
  const whole = holder === undefined ? undefined : decidable(record, holder);
  if (whole === undefined) throw new Error(`${record.id} cannot be decided again`);
  return whole;
}
