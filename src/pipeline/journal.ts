import type { EngineConfiguration } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import type { Input } from "../engine/input.ts";
import type { InstantMs } from "../units.ts";

/** Version of the journal's lines. */
const JOURNAL_VERSION = 1;

/**
 * A journal is NDJSON: a header with everything that the engine was configured with, then each instant's inputs as
 * `{"in":…}` followed by the effects as `{"out":…}`. It holds no wall time, no speed and no secrets, so that the same run
 * gives the same bytes at any pace and over any link.
 */
export function journalHeader(configuration: EngineConfiguration, startsAt: InstantMs): string {
  const { network, ...rest } = configuration;
  const { demand: _, ...visible } = network;
  return JSON.stringify({ journal: JOURNAL_VERSION, startsAt, ...rest, network: visible });
}

export function journalLines(inputs: readonly Input[], effects: readonly Effect[]): readonly string[] {
  return [
    ...inputs.map((input) => JSON.stringify({ in: input })),
    ...effects.map((effect) => JSON.stringify({ out: effect })),
  ];
}
