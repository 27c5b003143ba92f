import { recordedDemand } from "../../sim/twin/recorded-demand.ts";
import type { Arm } from "../../sim/whatif/arms.ts";
import { COMPARED_MEASURES } from "../../sim/whatif/compared.ts";
import {
  type EngineConfiguration,
  type EngineTables,
  INTERVAL_DEFAULT_MS,
  PLAN_VALID_DEFAULT_MS,
} from "../engine/configuration.ts";
import { type Setting, settingText } from "../engine/parameters/settings.ts";
import type { RecordedCounts } from "../pipeline/recorded-counts.ts";
import { MINUTE_MS, msToSeconds } from "../units.ts";
import { jobsOption } from "./crew.ts";
import type { RecordedStreet } from "./networks.ts";
import { type RawOptions, seedsOption } from "./options.ts";
import { stopSignal } from "./stop-signal.ts";
import { comparisonOf, runComparison } from "./whatif.ts";
import type { ToldRuns } from "./whatif-report.ts";
import { SEEDS_DEFAULT, type WhatifRequest } from "./whatif-request.ts";

/** What other parameters would have led to. */
export type RecordedSimulation = {
  readonly text: string;
  readonly document: object;
  readonly runs: ToldRuns;
};

/** How the arm with the parameters of the journal is called. */
const RECORDED = "recorded";

/**
 * Runs the engine as it was recorded and with other parameters on the built-in model, both with the same seeds and with the demand that the
 * journal's detectors told; `undefined` where the user stopped it. Throws as `recordedDemand` does.
 */
export async function simulateRecorded(
  { configuration }: EngineTables,
  counts: RecordedCounts,
  settings: readonly Setting[],
  options: RawOptions,
): Promise<RecordedSimulation | undefined> {
  const { street, notes } = streetOf(configuration, counts);
  const request = requestOf(configuration, street, counts.zones, options);
  const comparison = await comparisonOf(request, armsOf(configuration, settings));
  const runs = await runComparison(comparison, options, { jobs: jobsOption(options), stopped: stopSignal() });
  if (runs === undefined) return undefined;
  const told = [...notes, ...engineNotes(configuration)];
  const { demand } = street.network;
  return {
    text: [
      `Simulated with the demand of the journal, ${street.seconds} s of it:`,
      ...told.map((note) => `  ${note}`),
      "",
      runs.text,
    ].join("\n"),
    document: { notes: told, seconds: street.seconds, demand, report: runs.document },
    runs,
  };
}

function streetOf(
  { network, midnightAt }: EngineConfiguration,
  { intervals }: RecordedCounts,
): { readonly street: RecordedStreet; readonly notes: readonly string[] } {
  const { demand, notes } = recordedDemand(network, intervals, midnightAt);
  const startsAt = intervals[0]?.from ?? midnightAt;
  const endsAt = intervals.at(-1)?.until ?? startsAt;
  const seconds = msToSeconds(endsAt - startsAt);
  return { street: { network: { ...network, demand }, startsAt, midnightAt, seconds }, notes };
}

function requestOf(
  { network, mode }: EngineConfiguration,
  recorded: RecordedStreet,
  zones: boolean,
  options: RawOptions,
): WhatifRequest {
  return {
    scenario: {
      reference: network.id,
      plant: "builtin",
      live: undefined,
      from: undefined,
      profile: undefined,
      observe: zones ? "zone" : "loops",
      adaptiveMode: mode === "plan" ? "plan" : "adaptive",
      forSeconds: recorded.seconds,
      warmupSeconds: undefined,
      demand: {},
      recorded,
    },
    file: undefined,
    name: `${network.id}-recorded`,
    controls: ["adaptive"],
    events: [],
    settings: [],
    offsets: [],
    measures: COMPARED_MEASURES,
    replications: { kind: "listed", seeds: seedsOption(options, "seeds", SEEDS_DEFAULT) },
    keep: undefined,
  };
}

/** The engine as it was configured, and the same with the other parameters. */
function armsOf(configuration: EngineConfiguration, settings: readonly Setting[]): readonly Arm[] {
  const own = recordedSettings(configuration);
  const kept = own.filter(({ path }) => settings.every((one) => one.path !== path));
  const arm = { control: "adaptive", events: [], offsets: [] } as const;
  return [
    { ...arm, name: RECORDED, settings: own, base: undefined },
    { ...arm, name: settings.map(settingText).join(" "), settings: [...kept, ...settings], base: RECORDED },
  ];
}

/** Parameters of an engine that are not at their defaults, with the strategic interval among them where it was another one. */
export function recordedSettings({
  intervalMs,
  settings = [],
}: Pick<EngineConfiguration, "intervalMs" | "settings">): readonly Setting[] {
  const path = "strategic.intervalMinutes";
  if (intervalMs === INTERVAL_DEFAULT_MS || settings.some((one) => one.path === path)) return settings;
  return [...settings, { path, value: intervalMs / MINUTE_MS }];
}

/** In what the simulated engine is another one than the recorded. */
function engineNotes({ mode, planValidMs }: EngineConfiguration): readonly string[] {
  return [
    ...(mode === "adaptive" || mode === "plan"
      ? []
      : [`recorded in mode ${mode}, in which nothing is sent by itself: simulated as adaptive`]),
    ...(planValidMs === PLAN_VALID_DEFAULT_MS
      ? []
      : [
          `recorded with leases of ${planValidMs / MINUTE_MS} min: simulated with ${PLAN_VALID_DEFAULT_MS / MINUTE_MS} min`,
        ]),
  ];
}
