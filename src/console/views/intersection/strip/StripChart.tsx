import { useComputed, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Intersection } from "../../../../model/intersection.ts";
import { crossingsOf, detectorsOf, lanesOf, type Service } from "../../../data/strip.ts";
import { compared, comparedMs, services, shown, strip, stripSpanMs } from "../../../data/strip-source.ts";
import { clock, frameAt } from "../../../data/store.ts";
import { aheadOf, pixelsPerMs, stripLayout, type StripScale } from "../../../draw/strip-layout.ts";
import { useSize } from "../../parts/useSize.ts";
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
  const width = size?.width ?? 0;
  const [pastMs, entries, greens, stored] = [stripSpanMs.value, shown.value, services.value, strip.value];
  const origin = frameAt.peek();
  const scale: StripScale = {
    left: LEFT,
    width: Math.max(WIDTH_MIN, width) - LEFT,
    now: origin,
    pastMs,
    aheadMs: aheadOf(pastMs),
  };
  const lanes = lanesOf(intersection, greens);
  const contents = intersection.phases.map(({ id, pedestrian }) => ({
    walks: pedestrian !== undefined,
    detectors: detectorsOf(intersection, id),
  }));
  const compares = comparedMs.value !== null;
  const layout = stripLayout(lanes.length, contents, compares);
  const nowX = LEFT + pastMs * pixelsPerMs(scale);
  const until = origin + LASTS_MS;
  const total = scale.left + scale.width;
  return (
    <div class="rings" ref={box} onPointerLeave={() => setPointed(null)}>
      {width > 0 && (
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
            <Moving origin={origin} perMs={pixelsPerMs(scale)}>
              <Axis scale={scale} layout={layout} time={clock.value.time} cycles={stored?.cycles ?? []} />
            </Moving>
          </g>
          <g clip-path="url(#rings-clip-past)">
            <Moving origin={origin} perMs={pixelsPerMs(scale)}>
              <PhaseRows
                intersection={intersection}
                shown={entries}
                strip={stored}
                layout={layout}
                scale={scale}
                until={until}
                skipped={crossingsOf(intersection.rings, greens)}
              />
              {compares && compared.value !== null && (
                <ComparedLanes
                  intersection={intersection}
                  view={compared.value}
                  shiftMs={comparedMs.value ?? 0}
                  layout={layout}
                  scale={scale}
                />
              )}
              <Lanes
                intersection={intersection}
                lanes={lanes}
                crossings={crossingsOf(intersection.rings, greens)}
                layout={layout}
                scale={scale}
                until={until}
                onPoint={setPointed}
              />
            </Moving>
          </g>
          <PlannedAhead intersection={intersection} lanes={lanes} layout={layout} scale={scale} nowX={nowX} />
          <RowHeads intersection={intersection} lanes={lanes} layout={layout} scale={scale} nowX={nowX} />
          <line class="rings-now" x1={nowX} x2={nowX} y1={2} y2={layout.height} />
        </svg>
      )}
      {pointed !== null && (
        <StripTip
          intersection={intersection}
          service={latestOf(pointed.service, greens)}
          left={pointed.left}
          top={pointed.top}
          onClose={() => setPointed(null)}
        />
      )}
    </div>
  );
}

/** The same green as it is now: it may have ended since it was pointed at. */
function latestOf(service: Service, greens: readonly Service[]): Service {
  const near = greens.find(
    ({ phase, from }) => phase === service.phase && Math.abs(from - service.from) < 2_000,
  );
  return near ?? service;
}

type MovingProps = {
  /** The instant that its content was drawn for. */
  readonly origin: number;
  readonly perMs: number;
  readonly children: JSX.Element | readonly (JSX.Element | false)[];
};

/** Moves its content to the left as time goes on. */
function Moving({ origin, perMs, children }: MovingProps): JSX.Element {
  const group = useRef<SVGGElement>(null);
  const at = useComputed(() => frameAt.value);
  const place = (now: number): string => `translate(${Math.round((origin - now) * perMs * 10) / 10} 0)`;
  useSignalEffect(() => {
    group.current?.setAttribute("transform", place(at.value));
  });
  return (
    <g ref={group} transform={place(at.peek())}>
      {children}
    </g>
  );
}
