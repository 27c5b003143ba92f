import { at, escapeText, text } from "../../../src/plot/markup.ts";
import type { RouteLine, StopLine } from "../route-line.ts";
import type { StreetRecord, Trajectory } from "../street-record.ts";
import { roundTimes } from "./profile.ts";

const WIDTH = 720;
const HEIGHT = 380;
const LEFT = 84;
const RIGHT = 8;
const TOP = 24;
const BOTTOM = 30;

/** Corners of a trajectory nearer than this to the straight line are left out. */
const STRAIGHT_METERS = 12;

/** Distance against time along a route: the greens that let its traffic go on, and the vehicles. */
export function spaceTime(arm: string, street: StreetRecord, line: RouteLine, beginSeconds: number): string {
  const [from, until] = street.window;
  if (until <= from) return "";
  const x = (seconds: number): number => LEFT + ((seconds - from) / (until - from)) * (WIDTH - LEFT - RIGHT);
  const y = (meters: number): number =>
    HEIGHT - BOTTOM - (meters / line.lengthMeters) * (HEIGHT - TOP - BOTTOM);
  const title = `Time and space, ${line.name}, ${arm}, seed ${street.seed}`;
  const track = street.routes.find(({ route }) => route === line.route);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}"><title>${escapeText(title)}</title>`,
    text(0, 14, title, "title"),
    ...line.stopLines.map((stop) => stopLine(stop, street, x, y)),
    ...(track?.trajectories ?? []).map(
      (trajectory) =>
        `<polyline class="vehicle" points="${straightened(trajectory)
          .map(([seconds, meters]) => `${at(x(seconds))},${at(y(meters))}`)
          .join(" ")}"/>`,
    ),
    ...roundTimes(from, until, beginSeconds).map((time) =>
      text(x(time.seconds), HEIGHT - 12, time.text, "x"),
    ),
    "</svg>",
  ].join("\n");
}

/** Thick where the route's movement has green, thin where it has not. */
function stopLine(
  { intersection, phase, meters }: StopLine,
  { phases, window: [from, until] }: StreetRecord,
  x: (seconds: number) => number,
  y: (meters: number) => number,
): string {
  const greens = phases.find((one) => one.intersection === intersection && one.phase === phase)?.greens ?? [];
  const height = at(y(meters));
  return [
    `<line class="stop" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}"/>`,
    text(LEFT - 6, y(meters) + 4, intersection, "y"),
    ...greens
      .map(([begin, end]) => [Math.max(begin, from), Math.min(end, until)] as const)
      .filter(([begin, end]) => end > begin)
      .map(
        ([begin, end]) =>
          `<line class="green" x1="${at(x(begin))}" x2="${at(x(end))}" y1="${height}" y2="${height}"/>`,
      ),
  ].join("");
}

/** The corners that matter, after Ramer, Douglas and Peucker, with the distance measured along the road. */
export function straightened(points: Trajectory): Trajectory {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 3) return points;
  const speed = (last[1] - first[1]) / (last[0] - first[0]);
  let [farthest, place] = [0, 0];
  for (const [index, [seconds, meters]] of points.entries()) {
    const off = Math.abs(meters - first[1] - speed * (seconds - first[0]));
    if (off > farthest) [farthest, place] = [off, index];
  }
  if (farthest <= STRAIGHT_METERS) return [first, last];
  return [...straightened(points.slice(0, place + 1)).slice(0, -1), ...straightened(points.slice(place))];
}
