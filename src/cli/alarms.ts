import type { CAC } from "cac";
import type { AlarmTransition } from "../alarms/alarm.ts";
import { isaFigures, isaTargets } from "../alarms/isa-figures.ts";
import type { IsaFigures, IsaTarget } from "../model/alarm.ts";
import { NO_WATCH, watchAlarms } from "../pipeline/alarm-watch.ts";
import { after } from "../units.ts";
import { replayJournal } from "./journal-replay.ts";
import { printsJson, writeJson } from "./json-report.ts";
import type { RawOptions } from "./options.ts";

/** `phasewise alarms <run folder or journal>`: the alarms of a run, from its journal, and the figures of ISA-18.2. */
export function alarmsCommandOf(program: CAC): void {
  program
    .command(
      "alarms <run>",
      "The alarms of a run, from its journal (or its folder), against the figures of ISA-18.2; what operators did with them is in the audit trail",
    )
    .option("--json [file]", "Figures and transitions as JSON, as the last line or in the file")
    .example("phasewise alarms .phasewise/runs/corridor-seed1")
    .action(async (run: string, options: RawOptions) => await alarms(run, options));
}

async function alarms(run: string, options: RawOptions): Promise<void> {
  const transitions: AlarmTransition[] = [];
  let watch = NO_WATCH;
  const { path, from, until } = await replayJournal(run, (instant, tables) => {
    const next = watchAlarms(watch, { ...instant, tables, flooding: [], drifting: [] });
    ({ watch } = next);
    transitions.push(...next.transitions);
  });
  const figures = isaFigures(transitions, from, after(until, 1));
  const targets = isaTargets(figures);
  if (!printsJson(options)) console.log(describe(figures, targets).join("\n"));
  await writeJson(options, { journal: path, from, until, figures, targets, transitions });
}

function describe(figures: IsaFigures, targets: readonly IsaTarget[]): readonly string[] {
  const { annunciated, perTenMinutes, perTenMinutesPeak, floods, floodTimeShare, stale, chattering } =
    figures;
  const { P1, P2, P3 } = figures.priorities;
  const missed = targets.filter(({ met }) => !met).map(({ figure, target }) => `${figure} (${target})`);
  return [
    `${annunciated} alarms in ${(figures.durationMs / 3_600_000).toFixed(2)} h: ${perTenMinutes.toFixed(2)} in ten minutes, at most ${perTenMinutesPeak}`,
    `${percent(figures.periodsAboveTenShare)} of the ten-minute periods with more than ten; ${floods} floods, ${percent(floodTimeShare)} of the time`,
    `stale ${stale.length}, chattering ${chattering.length}, suppressed ${figures.suppressed}`,
    `priorities: P1 ${percent(P1)}, P2 ${percent(P2)}, P3 ${percent(P3)}`,
    `the ten that came most, ${percent(figures.topTenShare)} of all:`,
    ...figures.topTen.map(({ alarm, count }) => `  ${count} ${alarm}`),
    missed.length === 0 ? "All targets are met" : `Targets missed: ${missed.join(", ")}`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
