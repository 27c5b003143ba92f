import { at, escapeText, text } from "../../../src/plot/markup.ts";
import { figure, signed } from "../figure-text.ts";
import { meanOf } from "../statistics.ts";
import type { PhaseGreens, StreetRecord } from "../street-record.ts";
import { tableOf } from "./markup.ts";
import { roundTimes } from "./profile.ts";

/** Two recorded runs of the same seed, to be looked at side by side. */
export type StreetPair = {
  readonly base: { readonly name: string; readonly street: StreetRecord };
  readonly variant: { readonly name: string; readonly street: StreetRecord };
};

const WIDTH = 720;
const LEFT = 84;
const RIGHT = 8;
const TOP = 40;
const STRIP = 58;
const BOTTOM = 30;

const lengthOf = ([from, until]: readonly [number, number]): number => until - from;

/** Each green of each phase of an intersection over the run: how long it was, base against variant. */
export function splitMonitor(
  { base, variant }: StreetPair,
  intersection: string,
  beginSeconds: number,
): string {
  const own = (street: StreetRecord): readonly PhaseGreens[] =>
    street.phases.filter((phase) => phase.intersection === intersection);
  const phases = own(base.street).map(({ phase }) => phase);
  const until = Math.max(base.street.untilSeconds, variant.street.untilSeconds, 1);
  const x = (seconds: number): number => LEFT + (seconds / until) * (WIDTH - LEFT - RIGHT);
  const height = TOP + phases.length * STRIP + BOTTOM;
  const title = `Split monitor of ${intersection}: each green of each phase, seed ${base.street.seed}, ${base.name} and ${variant.name}`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(title)}"><title>${escapeText(title)}</title>`,
    text(0, 14, title, "title"),
    `<circle class="dot base" cx="${LEFT + 6}" cy="27" r="3"/>${text(LEFT + 14, 31, base.name, "key")}`,
    `<circle class="dot variant" cx="${LEFT + 226}" cy="27" r="3"/>${text(LEFT + 234, 31, variant.name, "key")}`,
    ...phases.map((phase, place) => {
      const lengths = [base, variant].flatMap(({ street }) =>
        own(street)
          .filter((one) => one.phase === phase)
          .flatMap(({ greens }) => greens.map(lengthOf)),
      );
      const longest = Math.max(1, ...lengths);
      const bottom = TOP + (place + 1) * STRIP - 6;
      const y = (seconds: number): number => bottom - (seconds / longest) * (STRIP - 12);
      const dots = (street: StreetRecord, name: string): string =>
        own(street)
          .filter((one) => one.phase === phase)
          .flatMap(({ greens }) => greens)
          .map(
            (green) =>
              `<circle class="dot ${name}" cx="${at(x(green[0]))}" cy="${at(y(lengthOf(green)))}" r="2"/>`,
          )
          .join("");
      return [
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}"/>`,
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(longest))}" y2="${at(y(longest))}"/>`,
        text(LEFT - 30, bottom - STRIP / 2 + 10, `phase ${phase}`, "y"),
        text(LEFT - 5, bottom + 3, "0", "y"),
        text(LEFT - 5, y(longest) + 8, `${figure(longest, 0)} s`, "y"),
        dots(base.street, "base"),
        dots(variant.street, "variant"),
      ].join("");
    }),
    ...roundTimes(0, until, beginSeconds).map((time) => text(x(time.seconds), height - 10, time.text, "x")),
    "</svg>",
  ].join("\n");
}

/** Of every phase how often it was green in the hour, for how long, and for which share of the time. */
export function splitTable({ base, variant }: StreetPair): string {
  const before = new Map(base.street.phases.map((one) => [`${one.intersection} ${one.phase}`, one]));
  return tableOf({
    caption: `Greens of every phase, seed ${base.street.seed}: ${base.name} (base) and ${variant.name}`,
    head: [
      "phase",
      "greens/h base",
      "greens/h",
      "mean s base",
      "mean s",
      "share % base",
      "share %",
      "share, points",
    ],
    rows: variant.street.phases.flatMap((phase) => {
      const was = before.get(`${phase.intersection} ${phase.phase}`);
      if (was === undefined) return [];
      const [old, now] = [statisticsOf(was, base.street), statisticsOf(phase, variant.street)];
      return [
        [
          `${phase.intersection} ${phase.phase}`,
          figure(old.perHour),
          figure(now.perHour),
          figure(old.meanSeconds),
          figure(now.meanSeconds),
          figure(old.sharePercent),
          figure(now.sharePercent),
          signed(now.sharePercent - old.sharePercent),
        ],
      ];
    }),
  });
}

function statisticsOf(
  { greens }: PhaseGreens,
  { untilSeconds }: StreetRecord,
): { readonly perHour: number; readonly meanSeconds: number | null; readonly sharePercent: number } {
  const lengths = greens.map(lengthOf);
  const seconds = Math.max(1, untilSeconds);
  return {
    perHour: (lengths.length * 3600) / seconds,
    meanSeconds: meanOf(lengths),
    sharePercent: (100 * lengths.reduce((sum, length) => sum + length, 0)) / seconds,
  };
}
