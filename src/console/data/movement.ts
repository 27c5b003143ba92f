import type { ForecastModel, MovementForecastView } from "../../protocol/live.ts";

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
