import type { JSX } from "preact";
import { AXIS_HEIGHT, type StripLayout, type StripScale, ticksOf, xAt } from "../../../draw/strip-layout.ts";

type Props = {
  readonly scale: StripScale;
  readonly layout: StripLayout;
  readonly time: (at: number) => string;
  /** Local zeros of the cycle. */
  readonly cycles: readonly number[];
};

const BEYOND_MS = 120_000;

/** Times of day, and where cycles began. */
export function Axis({ scale, layout, time, cycles }: Props): JSX.Element {
  return (
    <g>
      {ticksOf(scale, BEYOND_MS).map((at) => (
        <g key={at}>
          <line
            class="rings-tick"
            x1={xAt(scale, at)}
            x2={xAt(scale, at)}
            y1={AXIS_HEIGHT - 5}
            y2={layout.height}
          />
          <text class="rings-time" x={xAt(scale, at) + 3} y={AXIS_HEIGHT - 7}>
            {time(at)}
          </text>
        </g>
      ))}
      {cycles.map((at) => (
        <path key={at} class="rings-cycle" d={`M${xAt(scale, at)} ${AXIS_HEIGHT + 1}l-4 -6h8z`}>
          <title>Begin of a cycle</title>
        </path>
      ))}
    </g>
  );
}
