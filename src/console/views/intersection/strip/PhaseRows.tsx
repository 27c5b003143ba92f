import type { JSX } from "preact";
import type { Intersection } from "../../../../model/intersection.ts";
import type { StripShown, StripView } from "../../../../protocol/strip.ts";
import type { Lamp, WalkLamp } from "../../../data/site.ts";
import {
  type Crossing,
  lampStretches,
  operationStretches,
  type Stretch,
  walkStretches,
} from "../../../data/strip.ts";
import {
  actuationPath,
  BAR_HEIGHT,
  CALLS_HEIGHT,
  type RowLayout,
  type StripLayout,
  type StripScale,
  WALK_HEIGHT,
  xAt,
} from "../../../draw/strip-layout.ts";

type Props = {
  readonly intersection: Intersection;
  readonly shown: readonly StripShown[];
  readonly strip: StripView | null;
  readonly layout: StripLayout;
  readonly scale: StripScale;
  /** What still lasts is drawn up to here. */
  readonly until: number;
  readonly skipped: readonly Crossing[];
};

/** A row a phase: who called, its lamp, its walk signal, and who drove over its detectors. */
export function PhaseRows({ intersection, shown, strip, layout, scale, until, skipped }: Props): JSX.Element {
  return (
    <g>
      {operationStretches(shown, until).map(({ sign, from, to }) => (
        <g key={from}>
          <rect
            class="rings-interrupted"
            x={xAt(scale, from)}
            y={0}
            width={Math.max(1, xAt(scale, to) - xAt(scale, from))}
            height={layout.height}
          />
          <text class="rings-interrupted-name" x={xAt(scale, from) + 4} y={layout.height - 4}>
            {sign}
          </text>
        </g>
      ))}
      {intersection.phases.map(({ id }, index) => {
        const row = layout.rows[index];
        if (row === undefined) return null;
        const barriers = skipped.filter((crossing) => crossing.skipped.some(({ phase }) => phase === id));
        return (
          <g key={id}>
            {lampStretches(shown, index, until).map((stretch) => (
              <LampBar key={stretch.from} stretch={stretch} row={row} scale={scale} />
            ))}
            {row.walk !== null &&
              walkStretches(shown, index, until).map((stretch) => (
                <WalkBar key={stretch.from} stretch={stretch} top={row.walk ?? 0} scale={scale} />
              ))}
            {barriers.map(({ at }) => (
              <text key={at} class="rings-skip" x={xAt(scale, at)} y={row.bar - 1}>
                SK
              </text>
            ))}
            <Calls
              calls={strip?.calls.filter(({ phase }) => phase === id) ?? []}
              row={row}
              scale={scale}
              until={until}
            />
            <Actuations strip={strip} row={row} scale={scale} until={strip?.toldTo ?? until} />
          </g>
        );
      })}
    </g>
  );
}

type BarProps<Sign> = { readonly stretch: Stretch<Sign>; readonly scale: StripScale };

const LAMP_CLASS: Readonly<Record<Lamp, string>> = {
  green: "rings-green",
  permissive: "rings-permissive",
  yellow: "rings-yellow",
  red: "rings-red",
  flashingRed: "rings-flash-red",
  flashingYellow: "rings-flash-yellow",
  unknown: "rings-unknown",
};

function LampBar({ stretch, row, scale }: BarProps<Lamp> & { readonly row: RowLayout }): JSX.Element {
  const { sign, from, to } = stretch;
  const [x, end] = [xAt(scale, from), xAt(scale, to)];
  if (sign === "red") {
    const middle = row.bar + BAR_HEIGHT / 2;
    return <line class="rings-red" x1={x} x2={end} y1={middle} y2={middle} />;
  }
  return <rect class={LAMP_CLASS[sign]} x={x} y={row.bar} width={Math.max(1, end - x)} height={BAR_HEIGHT} />;
}

function WalkBar({ stretch, top, scale }: BarProps<WalkLamp> & { readonly top: number }): JSX.Element | null {
  const { sign, from, to } = stretch;
  const [x, end] = [xAt(scale, from), xAt(scale, to)];
  if (sign === "walk") {
    return <rect class="rings-walk" x={x} y={top} width={Math.max(1, end - x)} height={WALK_HEIGHT - 1} />;
  }
  if (sign !== "flashing") return null;
  const middle = top + (WALK_HEIGHT - 1) / 2;
  return <line class="rings-clearing" x1={x} x2={end} y1={middle} y2={middle} />;
}

type CallsProps = {
  readonly calls: StripView["calls"];
  readonly row: RowLayout;
  readonly scale: StripScale;
  readonly until: number;
};

/** ▲ vehicles, ● pedestrians, each with a line as long as it waited. */
function Calls({ calls, row, scale, until }: CallsProps): JSX.Element {
  return (
    <g>
      {calls.map(({ kind, from, to }) => {
        const [x, end] = [xAt(scale, from), xAt(scale, to ?? until)];
        const middle = row.calls + CALLS_HEIGHT / 2;
        return (
          <g key={`${kind} ${from}`} class={`rings-call-${kind}`}>
            <line x1={x} x2={Math.max(x, end)} y1={middle} y2={middle} />
            {kind === "vehicle" ? (
              <path d={`M${x} ${middle - 3.5}l3.5 6.5h-7z`} />
            ) : (
              <circle cx={x} cy={middle} r={2.8} />
            )}
          </g>
        );
      })}
    </g>
  );
}

type ActuationsProps = Pick<CallsProps, "row" | "scale" | "until"> & { readonly strip: StripView | null };

function Actuations({ strip, row, scale, until }: ActuationsProps): JSX.Element {
  return (
    <g class="rings-actuations">
      {row.detectors.map(({ detector, top }) => {
        const own = strip?.detections.find((one) => one.detector === detector);
        if (own === undefined) return null;
        return (
          <path key={detector} d={actuationPath(own.actuations, until, (at) => xAt(scale, at), top + 1.5)}>
            <title>{detector}</title>
          </path>
        );
      })}
    </g>
  );
}
