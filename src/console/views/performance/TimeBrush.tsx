import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { clock } from "../../data/store.ts";
import type { BinSeries } from "../../data/performance.ts";
import type { Span } from "../../draw/bands.ts";
import { linearScale, timeTicks } from "../../draw/plot.ts";
import { useSize } from "../parts/use-size.ts";
import { brushed } from "./choices.ts";

type Props = {
  readonly window: Span;
  readonly binMs: number;
  /** Vehicles an hour: where there was much to do. */
  readonly volume: BinSeries;
};

const HEIGHT = 46;
const AXIS = 15;
/** Room for half of a time at either end. */
const SIDE = 17;
const SNAP_MS = 60_000;

/** The window as a strip; what is marked on it is what every chart shows. */
export function TimeBrush({ window, binMs, volume }: Props): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const from = useRef<number | null>(null);
  const width = size?.width ?? 0;
  const x = linearScale(window, [SIDE, width - SIDE]);
  const most = Math.max(1, ...volume.map(({ value }) => value ?? 0));
  const marked = brushed.value ?? window;
  const instantAt = (event: PointerEvent & { readonly currentTarget: HTMLElement }): number => {
    const place = event.clientX - event.currentTarget.getBoundingClientRect().left - SIDE;
    const share = place / Math.max(1, width - 2 * SIDE);
    return within(window[0] + share * (window[1] - window[0]), window);
  };
  return (
    <div class="pf-brush">
      <div
        ref={box}
        class="pf-strip live"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = instantAt(event);
        }}
        onPointerMove={(event) => {
          if (from.current !== null) mark(from.current, instantAt(event), window);
        }}
        onPointerUp={() => (from.current = null)}
        onPointerCancel={() => (from.current = null)}
      >
        <svg viewBox={`0 0 ${Math.max(1, width)} ${HEIGHT}`} height={HEIGHT} width="100%" aria-hidden="true">
          {volume.map(({ from: at, value }) => {
            const height = ((value ?? 0) / most) * (HEIGHT - AXIS - 4);
            return (
              <rect
                key={at}
                class="pf-strip-bar"
                x={x(at) + 0.5}
                width={Math.max(1, x(at + binMs) - x(at) - 1)}
                y={HEIGHT - AXIS - height}
                height={height}
              />
            );
          })}
          {timeTicks(window, 8).map((at) => (
            <text key={at} class="pf-tick" x={x(at)} y={HEIGHT - 3}>
              {clock.value.minute(at)}
            </text>
          ))}
          {brushed.value !== null && (
            <rect
              class="pf-marked"
              x={x(marked[0])}
              width={x(marked[1]) - x(marked[0])}
              y={0.5}
              height={HEIGHT - AXIS}
            />
          )}
        </svg>
      </div>
      <div class="pf-marks">
        <MarkEnd
          label="from"
          window={window}
          value={marked[0]}
          onMark={(at) => mark(at, marked[1], window)}
        />
        <MarkEnd label="to" window={window} value={marked[1]} onMark={(at) => mark(marked[0], at, window)} />
        <button type="button" disabled={brushed.value === null} onClick={() => (brushed.value = null)}>
          whole window
        </button>
      </div>
    </div>
  );
}

function MarkEnd({
  label,
  window,
  value,
  onMark,
}: {
  readonly label: string;
  readonly window: Span;
  readonly value: number;
  readonly onMark: (at: number) => void;
}): JSX.Element {
  const text = clock.value.minute(value);
  return (
    <label>
      {label} <output>{text}</output>{" "}
      <input
        type="range"
        min={window[0]}
        max={window[1]}
        step={SNAP_MS}
        value={value}
        aria-valuetext={text}
        onInput={({ currentTarget }) => onMark(Number(currentTarget.value))}
      />
    </label>
  );
}

function within(at: number, [from, to]: Span): number {
  return Math.min(to, Math.max(from, Math.round(at / SNAP_MS) * SNAP_MS));
}

/** Marks a stretch, whichever end comes first; less than two minutes is no stretch. */
function mark(one: number, other: number, window: Span): void {
  const [from, to] = one < other ? [one, other] : [other, one];
  if (to - from < 2 * SNAP_MS) return;
  brushed.value = from <= window[0] && to >= window[1] ? null : [from, to];
}
