import { byCodeUnit } from "../../src/units.ts";
import { MEASURE_FORMS, type MeasureForm, MEASURES, thousandths } from "./measures.ts";
import type { Run } from "./run.ts";

/** What is told of a run in tables. */
type TabledRun = Pick<Run, "measures" | "detail">;

/** By the name of the file. */
export type CsvTables = Readonly<Record<"runs.csv" | "movements.csv" | "modes.csv" | "profile.csv", string>>;

/** One field of a row; `null` stays empty. */
type Field = string | number | boolean | null;

/**
 * The raw results of a comparison as comma-separated tables (RFC 4180, UTF-8, lines end with a line feed), by arm in the order
 * given and by seed. Numbers are rounded to thousandths, flags are 0 or 1, what was not measured is empty. Wall times are left out:
 * the same inputs make the same bytes.
 *
 * - `runs.csv`: `arm`, `seed`, and each measure of `MEASURE_FORMS`, its unit last in its name, `…PerVehicle` of every scheduled one.
 * - `movements.csv`: who passed a stop line, by `intersection` and `movement`: `vehicles`; `delaySeconds` and `delayP95Seconds`, the mean
 *   and the 95th percentile of the time lost on the link before it; `stopsPerVehicle` there, empty on SUMO.
 * - `modes.csv`: everybody scheduled, by `mode`: `count`; `delaySeconds` and `delayP95Seconds`, of pedestrians the wait for walk.
 * - `profile.csv`: five minutes each, `fromSeconds` from the begin of the run (the last may be shorter): `lostVehSeconds` lost by all
 *   vehicles, waiting outside included; `arrived`; `vehiclesMean` in the network or outside.
 */
export function csvTables(runsOf: ReadonlyMap<string, readonly TabledRun[]>): CsvTables {
  const runs = [...runsOf].flatMap(([arm, each]) =>
    each
      .toSorted((left, right) => left.measures.seed - right.measures.seed)
      .map(({ measures, detail }) => ({ place: [arm, measures.seed], measures, detail })),
  );
  return {
    "runs.csv": table([
      ["arm", "seed", ...TABLED],
      ...runs.map(({ place, measures }) => [...place, ...TABLED.map((measure) => measures[measure])]),
    ]),
    "movements.csv": table([
      ["arm", "seed", ...MOVEMENT_COLUMNS],
      ...runs.flatMap(({ place, detail }) =>
        detail.movements
          .toSorted(
            (left, right) =>
              byCodeUnit(left.intersection, right.intersection) || byCodeUnit(left.movement, right.movement),
          )
          .map((movement) => [...place, ...MOVEMENT_COLUMNS.map((column) => movement[column])]),
      ),
    ]),
    "modes.csv": table([
      ["arm", "seed", ...MODE_COLUMNS],
      ...runs.flatMap(({ place, detail }) =>
        detail.modes.map((mode) => [...place, ...MODE_COLUMNS.map((column) => mode[column])]),
      ),
    ]),
    "profile.csv": table([
      ["arm", "seed", ...PROFILE_COLUMNS],
      ...runs.flatMap(({ place, detail }) =>
        detail.profile.map((interval) => [...place, ...PROFILE_COLUMNS.map((column) => interval[column])]),
      ),
    ]),
  };
}

/** Measures that are the same in every repetition of a run. */
const TABLED = MEASURES.filter((measure) => {
  const { isWallTime }: MeasureForm = MEASURE_FORMS[measure];
  return isWallTime !== true;
});

const MOVEMENT_COLUMNS = [
  "intersection",
  "movement",
  "vehicles",
  "delaySeconds",
  "delayP95Seconds",
  "stopsPerVehicle",
] as const;

const MODE_COLUMNS = ["mode", "count", "delaySeconds", "delayP95Seconds"] as const;

const PROFILE_COLUMNS = ["fromSeconds", "lostVehSeconds", "arrived", "vehiclesMean"] as const;

function table(rows: readonly (readonly Field[])[]): string {
  return rows.map((row) => `${row.map(fieldText).join(",")}\n`).join("");
}

function fieldText(field: Field): string {
  if (field === null) return "";
  if (typeof field === "boolean") return field ? "1" : "0";
  if (typeof field === "number") return String(thousandths(field));
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
