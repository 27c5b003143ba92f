import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Intersection } from "../../../../model/intersection.ts";
import { crossingsOf, detectorsOf, type Lane, lanesOf, type Service } from "../../../data/strip.ts";
import { compared, comparedMs, services, shown, strip, stripSpanMs } from "../../../data/strip-source.ts";
import { clock, frameAt } from "../../../data/store.ts";
import {
  aheadOf,
  pixelsPerMs,
  type StripLayout,
  stripLayout,
  type StripScale,
} from "../../../draw/strip-layout.ts";
import { useSize } from "../../parts/use-size.ts";
import { Axis } from "./Axis.tsx";
import { ComparedLanes } from "./ComparedLanes.tsx";
import { Lanes, type Pointed } from "./Lanes.tsx";
import { PhaseRows } from "./PhaseRows.tsx";
import { PlannedAhead } from "./PlannedAhead.tsx";
import { RowHeads } from "./RowHeads.tsx";
import { StripPatterns } from "./StripPatterns.tsx";
import { StripTip } from "./StripTip.tsx";

/** Beside the lanes: signs and names. */
const LEFT = 138;
const WIDTH_MIN = 520;
/** What still lasts is drawn so far beyond now, and cut off there, so that it grows without being drawn anew. */
const LASTS_MS = 600_000;

/**
 * What the signals did in the last minutes and what is planned, time from left to right. Drawn anew only when something changed; in
 * between it is only moved.
 */
export function StripChart({ intersection }: { readonly intersection: Intersection }): JSX.Element {
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [box, size] = useSize<HTMLDivElement>();
  return (
    <div class="rings" ref={box} onPointerLeave={() => setPointed(null)}>
      {size !== null && size.width > 0 && (
        <Drawing intersection={intersection} width={size.width} onPoint={setPointed} />
      )}
      {pointed !== null && (
        <StripTip
          intersection={intersection}
          service={latestOf(pointed.service, services.value)}
          left={pointed.left}
          top={pointed.top}
          onClose={() => setPointed(null)}
        />
      )}
    </div>
  );
}

type DrawingProps = {
  readonly intersection: Intersection;
  readonly width: number;
  readonly onPoint: (pointed: Pointed | null) => void;
};

function Drawing({ intersection, width, onPoint }: DrawingProps): JSX.Element {
  const pastMs = stripSpanMs.value;
  const lanes = lanesOf(intersection, services.value);
  const scale: StripScale = {
    left: LEFT,
    width: Math.max(WIDTH_MIN, width) - LEFT,
    now: frameAt.peek(),
    pastMs,
    aheadMs: aheadOf(pastMs),
  };
  const contents = intersection.phases.map(({ id, pedestrian }) => ({
    walks: pedestrian !== undefined,
    detectors: detectorsOf(intersection, id),
  }));
  const layout = stripLayout(lanes.length, contents, comparedMs.value !== null);
  const nowX = LEFT + pastMs * pixelsPerMs(scale);
  const total = scale.left + scale.width;
  return (
    <svg
      width={total}
      height={layout.height}
      viewBox={`0 0 ${total} ${layout.height}`}
      role="group"
      aria-label={`Rings and phases of ${intersection.name}; arrow keys walk through the greens`}
    >
      <StripPatterns layout={layout} scale={scale} nowX={nowX} />
      <rect class="rings-ahead" x={nowX} y={0} width={total - nowX} height={layout.height} />
      <g clip-path="url(#rings-clip-all)">
        <Moving scale={scale}>
          <Axis scale={scale} layout={layout} time={clock.value.time} cycles={strip.value?.cycles ?? []} />
        </Moving>
      </g>
      <g clip-path="url(#rings-clip-past)">
        <Moving scale={scale}>
          <Past intersection={intersection} lanes={lanes} layout={layout} scale={scale} onPoint={onPoint} />
        </Moving>
      </g>
      <PlannedAhead intersection={intersection} lanes={lanes} layout={layout} scale={scale} nowX={nowX} />
      <RowHeads intersection={intersection} lanes={lanes} layout={layout} scale={scale} nowX={nowX} />
      <line class="rings-now" x1={nowX} x2={nowX} y1={2} y2={layout.height} />
    </svg>
  );
}

type PastProps = Pick<DrawingProps, "intersection" | "onPoint"> & {
  readonly lanes: readonly Lane[];
  readonly layout: StripLayout;
  readonly scale: StripScale;
};

/** What was and what lasts. */
function Past({ intersection, lanes, layout, scale, onPoint }: PastProps): JSX.Element {
  const crossings = crossingsOf(intersection.rings, services.value);
  const until = scale.now + LASTS_MS;
  return (
    <g>
      <PhaseRows
        intersection={intersection}
        shown={shown.value}
        strip={strip.value}
        layout={layout}
        scale={scale}
        until={until}
        skipped={crossings}
      />
      {comparedMs.value !== null && compared.value !== null && (
        <ComparedLanes
          intersection={intersection}
          view={compared.value}
          shiftMs={comparedMs.value}
          layout={layout}
          scale={scale}
        />
      )}
      <Lanes
        intersection={intersection}
        lanes={lanes}
        crossings={crossings}
        layout={layout}
        scale={scale}
        until={until}
        onPoint={onPoint}
      />
    </g>
  );
}

/** The same green as it is now: it may have ended since it was pointed at. */
function latestOf(service: Service, greens: readonly Service[]): Service {
  const near = greens.find(
    ({ phase, from }) => phase === service.phase && Math.abs(from - service.from) < 2_000,
  );
  return near ?? service;
}

type MovingProps = { readonly scale: StripScale; readonly children: JSX.Element };

/** Moves what was drawn for an instant to the left as time goes on. */
function Moving({ scale, children }: MovingProps): JSX.Element {
  const group = useRef<SVGGElement>(null);
  const place = (now: number): void => {
    const x = Math.round((scale.now - now) * pixelsPerMs(scale) * 10) / 10;
    group.current?.setAttribute("transform", `translate(${x} 0)`);
  };
  // Not as a property: drawn anew it would be the same as when it was drawn before, and what has moved it since would stay.
  useLayoutEffect(() => place(frameAt.peek()));
  useSignalEffect(() => place(frameAt.value));
  return <g ref={group}>{children}</g>;
}
