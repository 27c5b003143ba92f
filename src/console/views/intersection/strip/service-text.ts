import type { Intersection } from "../../../../model/intersection.ts";
import { secondsText } from "../../../data/clock.ts";
import { CAUSE_TEXT, type Service } from "../../../data/strip.ts";

/** A green in words. */
export function serviceText(
  intersection: Pick<Intersection, "phases">,
  { phase, from, greenTo, permissive, cause, begunBefore }: Service,
  time: (at: number) => string,
): string {
  const name = intersection.phases.find(({ id }) => id === phase)?.name;
  const what = `Phase ${phase}${name === undefined ? "" : ` ${name}`}, green${permissive ? " that yields" : ""}`;
  const since = `${begunBefore ? "since before" : "from"} ${time(from)}`;
  if (greenTo === null) return `${what} ${since}, still green`;
  const why = cause === null ? "" : `, ended by ${CAUSE_TEXT[cause]}`;
  return `${what} ${since} to ${time(greenTo)}, ${begunBefore ? "more than " : ""}${secondsText(greenTo - from)} s${why}`;
}
