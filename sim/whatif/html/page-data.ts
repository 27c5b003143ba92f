import type { Network } from "../../../src/model/files.ts";
import type { Calibration } from "../calibration.ts";
import type { DetailReport } from "../detail-report.ts";
import type { WhatifReport } from "../report.ts";
import type { StreetRecord } from "../street-record.ts";

/** What an arm is, for who wants to know how it differs from its base. */
export type ArmWords = {
  readonly name: string;
  readonly base: string | undefined;
  readonly control: string;
  /** Who decides how often. */
  readonly pace: string;
  /** What happens in it, and what is set otherwise, as the user wrote both. */
  readonly events: readonly string[];
  readonly settings: readonly string[];
  /** As `--offset` writes them. */
  readonly offsets: readonly string[];
};

/** Everything that the page tells. */
export type ReportPage = {
  readonly report: WhatifReport;
  readonly detail: DetailReport;
  /** In the order of the report's controls. */
  readonly arms: readonly ArmWords[];
  readonly network: Network;
  /** Of the run's begin, since local midnight. */
  readonly beginSeconds: number;
  /** By arm: what the street showed with the first seed; absent where it was not recorded. */
  readonly streets: Readonly<Record<string, StreetRecord>>;
  /** Runs that failed and are left out. */
  readonly failed: readonly { readonly control: string; readonly seed: number; readonly message: string }[];
  /** How near the model is to SUMO; absent where nobody said. */
  readonly calibration?: Calibration | undefined;
  /** The command that makes the same again. */
  readonly command: string;
  readonly versions: readonly string[];
};

/** Whether something happens in an arm that does not in its base: such arms are told under robustness, the others on the first pages. */
export function isTrial({ events, base }: ArmWords, arms: readonly ArmWords[]): boolean {
  const before = arms.find(({ name }) => name === base)?.events ?? [];
  return base !== undefined && events.some((event) => !before.includes(event));
}
