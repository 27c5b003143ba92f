import type { Intersection } from "../../model/intersection.ts";
import type { FlowForecastView, ForecastModel, MovementForecastView } from "../../protocol/live.ts";

export const MODEL_TEXT: Readonly<Record<ForecastModel, string>> = {
  level: "level",
  ar1: "AR(1)",
  profile: "usual day",
  "profile-rls": "usual day + recent",
};

/** Recent mean absolute error of the model that the next forecast is made with, veh/h; null before it has one. */
export function maeInUse({ errors, model }: Pick<MovementForecastView, "errors" | "model">): number | null {
  return errors.find((error) => error.model === model)?.meanAbsoluteVehPerHour ?? null;
}

/** A flow without its fraction, or a dash where there is none: never a zero that nobody measured. */
export function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? "—" : String(Math.round(value));
}

/** What stands for the counts of a movement, named as such beside any measured number; null where it counts itself. */
export function imputedText({
  imputedVehPerHour,
}: Pick<MovementForecastView, "imputedVehPerHour">): string | null {
  return imputedVehPerHour === null ? null : `imputed ${numberText(imputedVehPerHour)}`;
}

/** An interval in words, its begin given as text: what was measured, what stood for it if nothing was, what had been forecast. */
export function intervalText(movement: MovementForecastView, index: number, begin: string): string {
  const point = movement.history[index];
  if (point === undefined) return "";
  const imputed = index === movement.history.length - 1 ? imputedText(movement) : null;
  const counted = [`measured ${numberText(point.vehPerHour)}`, ...(imputed === null ? [] : [imputed])];
  return `${begin}: ${counted.join(", ")}, forecast ${forecastText(point.forecast)} veh/h`;
}

/** The next interval in words: where counts are imputed, plans are made for those and not for the forecast. */
export function nextText(movement: MovementForecastView, begin: string): string {
  const forecast = `next, from ${begin}: forecast ${forecastText(movement.next)} veh/h`;
  const imputed = imputedText(movement);
  return imputed === null
    ? forecast
    : `${forecast}; decided on ${imputed} veh/h, its detectors are not trusted`;
}

/** An interval behind the next one in words, its begin given as text. */
export function laterText({ later }: MovementForecastView, index: number, begin: string): string {
  return `from ${begin}: forecast ${forecastText(later[index] ?? null)} veh/h`;
}

/** A forecast and where nine counts of ten should lie. */
function forecastText(forecast: FlowForecastView | null): string {
  if (forecast === null) return numberText(null);
  const { vehPerHour, lowerVehPerHour, upperVehPerHour } = forecast;
  return `${numberText(vehPerHour)} (90 % in ${numberText(lowerVehPerHour)}–${numberText(upperVehPerHour)})`;
}

/** What the chart draws, a value an interval each: times in seconds, the rest in veh/h. Forecasts of what is to come stand at the end. */
export type FlowSeries = {
  readonly seconds: number[];
  readonly measured: (number | null)[];
  readonly forecast: (number | null)[];
  readonly upper: (number | null)[];
  readonly lower: (number | null)[];
  /** What stands for the counts, at the newest interval: never joined to what was measured. */
  readonly imputed: (number | null)[];
};

export function flowSeries({
  history,
  nextFrom,
  next,
  later,
  imputedVehPerHour,
}: MovementForecastView): FlowSeries {
  const intervalMs = nextFrom === null ? 0 : nextFrom - (history.at(-1)?.from ?? nextFrom);
  const ahead =
    nextFrom === null
      ? []
      : [next, ...later].map((forecast, index) => ({
          from: nextFrom + index * intervalMs,
          vehPerHour: null,
          forecast,
        }));
  const intervals = [...history, ...ahead];
  return {
    seconds: intervals.map(({ from }) => from / 1000),
    measured: intervals.map(({ vehPerHour }) => vehPerHour),
    forecast: intervals.map(({ forecast }) => forecast?.vehPerHour ?? null),
    upper: intervals.map(({ forecast }) => forecast?.upperVehPerHour ?? null),
    lower: intervals.map(({ forecast }) => forecast?.lowerVehPerHour ?? null),
    imputed: intervals.map((_, index) => (index === history.length - 1 ? imputedVehPerHour : null)),
  };
}

/** What a phase serves, as `EB through`: its movements' names, as short as one can say them together. */
export function servedText(
  { movements }: Pick<Intersection, "movements">,
  phase: string,
  names: ReadonlyMap<string, string>,
): string {
  const own = movements.filter((movement) => movement.phase === phase).map(({ id }) => names.get(id) ?? id);
  // "EB through" and "EB right" share a phase: the bound is said once.
  const bounds = [...new Set(own.map((name) => name.split(" ")[0]))];
  const turns = [...new Set(own.map((name) => name.split(" ").slice(1).join(" ")))];
  const through = turns.includes("through") ? "through" : (turns[0] ?? "walk only");
  return `${bounds.join("+")} ${through}`.trim();
}
