import type { JSX } from "preact";

const STREETS = 9;
const CYCLES = 14;
const CYCLE = 110;
const GREEN = 52;
const ROW = 100;
/** Progression: each intersection's green begins so much later than that of the one before. */
const OFFSET = 46;

/** A time–space diagram behind the form: greens along the hours, and the band of vehicles that meets them all. */
export function Bands(): JSX.Element {
  const rows = Array.from({ length: STREETS }, (_, row) => row);
  const cycles = Array.from({ length: CYCLES }, (_, cycle) => cycle - 4);
  const slope = (cycle: number, from: number): string => {
    const begin = cycle * CYCLE + from;
    return `${begin},0 ${begin + OFFSET * STREETS},${ROW * STREETS}`;
  };
  return (
    <svg class="bands" viewBox="0 0 1100 800" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {cycles
        .filter((cycle) => cycle % 3 === 0)
        .map((cycle) => (
          <polygon
            key={cycle}
            class="bands-band"
            points={`${slope(cycle, 8)} ${slope(cycle, GREEN - 8)
              .split(" ")
              .toReversed()
              .join(" ")}`}
          />
        ))}
      {rows.map((row) =>
        cycles.map((cycle) => (
          <path
            key={`${row} ${cycle}`}
            class="bands-green"
            d={`M${cycle * CYCLE + OFFSET * (row + 0.5)} ${(row + 0.5) * ROW}h${GREEN}`}
          />
        )),
      )}
    </svg>
  );
}
