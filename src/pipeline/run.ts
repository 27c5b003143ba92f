import { map, merge, type Observable, scan, tap } from "rxjs";
import { assert } from "../assert.ts";
import {
  type EngineConfiguration,
  type EngineTables,
  engineTables,
  type HealthUse,
  type TacticalPolicy,
} from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import { type EngineState, startEngine } from "../engine/state.ts";
import { step } from "../engine/step.ts";
import { tablesInForce } from "../engine/tuning.ts";
import type { Audience } from "../ports/audience.ts";
import type { DueSettings } from "../ports/due-settings.ts";
import type { Field } from "../ports/field.ts";
import type { Journal } from "../ports/journal.ts";
import type { Operators } from "../ports/operators.ts";
import type { Store } from "../ports/store.ts";
import { withDueSettings } from "./due-settings.ts";
import { historyRows } from "./history-rows.ts";
import { collectInstants, type Instant, type PipelineEvent } from "./ingest.ts";
import { journalHeader, journalLines } from "./journal.ts";

export type PipelinePorts = {
  readonly field: Field;
  /** Absent where nothing is written down. */
  readonly journal?: Journal | undefined;
  readonly audience: Audience;
  /** The memory; absent where nothing is to be remembered. */
  readonly store?: Pick<Store, "append"> | undefined;
  /** Absent where nobody can ask anything. */
  readonly operators?: Operators | undefined;
  /** Whose parameters come in force by the run's own clock; absent where none ever do. */
  readonly changes?: DueSettings | undefined;
};

/** What the engine is configured with before it knows its clock. */
export type EngineSettings = Omit<EngineConfiguration, "midnightAt" | "stepMs"> & {
  /** Who decides each second in mode `adaptive`; the rolling horizon unless somebody else is to be compared with it. */
  readonly policy?: TacticalPolicy;
  /** What becomes of detectors that have failed; `used` unless the difference is to be measured. */
  readonly healthUse?: HealthUse;
  /** What is made of an input; all that an engine does unless nobody asks for it. */
  readonly step?: typeof step;
};

/** One instant of the plant, decided. */
export type Decided = {
  /** With the parameters that are in force after it. */
  readonly tables: EngineTables;
  readonly instant: Instant;
  /** The state before the instant's inputs. */
  readonly before: EngineState;
  readonly state: EngineState;
  readonly effects: readonly Effect[];
};

/**
 * Reads the intersections' streams, cleans them, forecasts the next interval, re-times the phases inside the safety envelope,
 * pushes the plans, and shows what came of it. Emits once an instant, when everything of it is done.
 */
export function runPipeline(settings: EngineSettings, ports: PipelinePorts): Observable<Decided> {
  return eventsOf(ports).pipe(
    collectInstants,
    withDueSettings(ports.changes),
    decideInstants(settings),
    tap((decided) => record(decided, ports)),
    tap((decided) => remember(decided, ports)),
    tap((decided) => perform(decided, ports)),
    tap((decided) => publish(decided, ports)),
    tap((decided) => release(decided, ports)),
  );
}

/** The operators are subscribed to first: what they ask as the plant gets ready belongs to that instant. */
function eventsOf({ field, operators }: PipelinePorts): Observable<PipelineEvent> {
  if (operators === undefined) return field.events;
  return merge(
    operators.requests.pipe(map((request): PipelineEvent => ({ kind: "asked", request }))),
    field.events,
  );
}

/** The engine over the instants; it starts with the first one, on the clock that the plant told. */
function decideInstants(settings: EngineSettings) {
  return (instants: Observable<Instant>): Observable<Decided> =>
    instants.pipe(
      scan((before: Decided | undefined, instant) => decideInstant(settings, before, instant), undefined),
      map((decided) => {
        assert(decided !== undefined, "an instant was decided");
        return decided;
      }),
    );
}

function decideInstant(settings: EngineSettings, before: Decided | undefined, instant: Instant): Decided {
  const { at, stepMs, midnightAt } = instant.clock;
  const { policy, healthUse, step: take = step, ...configuration } = settings;
  const tables = before?.tables ?? engineTables({ ...configuration, stepMs, midnightAt }, policy, healthUse);
  const earlier = before?.state ?? startEngine(tables, at);
  let state = earlier;
  const effects: Effect[] = [];
  for (const input of instant.inputs) {
    const next = take(state, input, tables);
    state = next.state;
    effects.push(...next.effects);
  }
  return { tables: tablesInForce(tables, state), instant, before: earlier, state, effects };
}

/** Before anything is done, so that what was done can always be explained. */
function record({ tables, instant, effects }: Decided, { journal }: PipelinePorts): void {
  if (journal === undefined) return;
  if (instant.first) journal.append(journalHeader(tables.configuration, instant.clock.at));
  for (const line of journalLines(instant.inputs, effects)) journal.append(line);
}

/** What comes of it is the store's affair: it takes rows at once, whatever its disk does. */
function remember(decided: Decided, { store }: PipelinePorts): void {
  if (store === undefined) return;
  for (const rows of historyRows({ ...decided, at: decided.instant.at })) store.append(rows);
}

function perform({ instant, effects }: Decided, { field }: PipelinePorts): void {
  for (const effect of effects) {
    if (effect.kind === "push") field.push(effect.at, effect.plan);
    if (effect.kind === "order") field.order(effect.at, effect.command);
    if (effect.kind === "schedule") field.schedule(effect.at, effect.schedule);
    if (effect.kind === "heartbeat") field.heartbeat(effect.at);
  }
  for (const link of instant.flooding) field.disconnect(link, "more frames than a controller ever needs");
}

function publish({ state, tables, effects, instant }: Decided, { audience }: PipelinePorts): void {
  const { traffic, measures, dropped, clock } = instant;
  audience.show({ state, tables, effects, traffic, measures, dropped, speedFactor: clock.speedFactor });
}

function release({ instant }: Decided, { field, audience }: PipelinePorts): void {
  field.go(instant.at, { wantTraffic: audience.watching });
}
