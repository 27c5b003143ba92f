import type { JSX, TargetedEvent } from "preact";
import { useRef } from "preact/hooks";
import type { Intersection } from "../../../../model/intersection.ts";
import { addressOf } from "../../../data/address.ts";
import { secondsText } from "../../../data/clock.ts";
import { CAUSE_LETTERS, type Crossing, type Lane, type Service } from "../../../data/strip.ts";
import { clock, networkView } from "../../../data/store.ts";
import { type StripLayout, type StripScale, xAt } from "../../../draw/strip-layout.ts";
import { serviceText } from "./service-text.ts";

/** What somebody points at or has the focus on, and where its tip belongs, pixels of the strip. */
export type Pointed = { readonly service: Service; readonly left: number; readonly top: number };

type Props = {
  readonly intersection: Intersection;
  readonly lanes: readonly Lane[];
  readonly crossings: readonly Crossing[];
  readonly layout: StripLayout;
  readonly scale: StripScale;
  readonly until: number;
  readonly onPoint: (pointed: Pointed | null) => void;
};

/** The rings with their greens, each a link to why it ended, and the barriers that they cross together. */
export function Lanes({ intersection, lanes, crossings, layout, scale, until, onPoint }: Props): JSX.Element {
  const group = useRef<SVGGElement>(null);
  const last = layout.lanes.at(-1);
  const top = layout.lanes[0]?.top ?? 0;
  const bottom = last === undefined ? top : last.top + last.height;
  const newest = newestOf(lanes);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onPoint(null);
    else if (walk(group.current, event.key)) event.preventDefault();
  };
  return (
    <g ref={group} onKeyDown={onKeyDown}>
      {crossings.map(({ at }) => (
        <path
          key={at}
          class="rings-barrier"
          d={`M${xAt(scale, at) - 3} ${top - 4}V${bottom + 4}M${xAt(scale, at) - 1} ${top - 4}V${bottom + 4}`}
        />
      ))}
      {lanes.map(({ services }, lane) =>
        services.map((service) => (
          <Bar
            key={`${lane} ${service.phase} ${startKey(service)}`}
            intersection={intersection}
            service={service}
            lane={lane}
            top={layout.lanes[lane]?.top ?? 0}
            height={layout.lanes[lane]?.height ?? 0}
            scale={scale}
            until={until}
            tabbed={service === newest}
            onPoint={onPoint}
          />
        )),
      )}
    </g>
  );
}

/** Frames tell a begin up to a step late, the log to the tick: the same bar for both, so that it keeps the focus. */
function startKey({ from }: Service): number {
  return Math.ceil(from / (networkView.peek()?.plantStepMs ?? 1_000));
}

/** Where the tab key enters: the latest green of the first lane that has one. */
function newestOf(lanes: readonly Lane[]): Service | undefined {
  return lanes.find(({ services }) => services.length > 0)?.services.at(-1);
}

type BarProps = Pick<Props, "intersection" | "scale" | "until" | "onPoint"> & {
  readonly service: Service;
  readonly lane: number;
  readonly top: number;
  readonly height: number;
  readonly tabbed: boolean;
};

const NUMBER_PIXELS = 12;
const SECONDS_PIXELS = 38;

function Bar({
  intersection,
  service,
  lane,
  top,
  height,
  scale,
  until,
  tabbed,
  onPoint,
}: BarProps): JSX.Element {
  const { from, greenTo, yellowTo, permissive } = service;
  const [x, greenX] = [xAt(scale, from), xAt(scale, greenTo ?? until)];
  const yellowX = greenTo === null ? greenX : xAt(scale, yellowTo ?? until);
  const point = ({ currentTarget }: TargetedEvent<Element>): void => {
    const strip = currentTarget.closest("svg")?.getBoundingClientRect();
    const own = currentTarget.getBoundingClientRect();
    if (strip === undefined) return;
    onPoint({ service, left: Math.max(own.left, strip.left + scale.left) - strip.left, top: top + height });
  };
  return (
    <>
      <a
        class="rings-service"
        href={addressOf({
          view: "decisions",
          intersection: intersection.id,
          at: Math.floor(greenTo ?? from),
        })}
        data-lane={lane}
        data-from={from}
        tabIndex={tabbed ? 0 : -1}
        aria-label={`${serviceText(intersection, service, clock.value.time)}; why?`}
        onFocus={point}
        onPointerEnter={point}
      >
        <rect
          class={permissive ? "rings-permissive" : "rings-green"}
          x={x}
          y={top}
          width={Math.max(1, greenX - x)}
          height={height}
        />
        {greenTo !== null && (
          <rect
            class="rings-yellow"
            x={greenX}
            y={top}
            width={Math.max(0, yellowX - greenX)}
            height={height}
          />
        )}
      </a>
      <Words service={service} x={x} greenX={greenX} top={top} height={height} />
    </>
  );
}

/** Arrow keys: along a lane, and to the green at the same time of the lane above or below. Whether the key was one. */
function walk(group: SVGGElement | null, key: string): boolean {
  const focused = document.activeElement;
  if (group === null || !(focused instanceof SVGAElement)) return false;
  const bars = [...group.querySelectorAll<SVGAElement>("a.rings-service")];
  const own = bars.filter((bar) => laneOf(bar) === laneOf(focused)).toSorted((a, b) => fromOf(a) - fromOf(b));
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const up = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (step !== undefined) own[own.indexOf(focused) + step]?.focus();
  else if (key === "Home") own[0]?.focus();
  else if (key === "End") own.at(-1)?.focus();
  else if (up !== undefined) {
    const distance = (bar: SVGAElement): number => Math.abs(fromOf(bar) - fromOf(focused));
    const others = bars.filter((bar) => laneOf(bar) === laneOf(focused) + up);
    others.toSorted((a, b) => distance(a) - distance(b))[0]?.focus();
  } else return false;
  return true;
}

function laneOf(bar: SVGAElement): number {
  return Number(bar.dataset["lane"]);
}

function fromOf(bar: SVGAElement): number {
  return Number(bar.dataset["from"]);
}

type WordsProps = {
  readonly service: Service;
  readonly x: number;
  readonly greenX: number;
  readonly top: number;
  readonly height: number;
};

/** Phase, duration and cause of a green: beside its link, whose name says all of it in words. */
function Words({ service, x, greenX, top, height }: WordsProps): JSX.Element {
  const { phase, from, greenTo, permissive, cause, begunBefore } = service;
  return (
    <g class="rings-words" aria-hidden="true">
      {greenX - x >= NUMBER_PIXELS && (
        <text
          class={permissive ? "rings-name rings-name-out" : "rings-name"}
          x={x + 4}
          y={top + height / 2 + 5}
        >
          {phase}
        </text>
      )}
      {greenTo !== null && greenX - x >= SECONDS_PIXELS && (
        <text
          class={permissive ? "rings-seconds rings-name-out" : "rings-seconds"}
          x={greenX - 4}
          y={top + height / 2 + 5}
        >
          {begunBefore ? `>${secondsText(greenTo - from)}` : Math.round((greenTo - from) / 1000)}
        </text>
      )}
      {cause !== null && (
        <text class="rings-cause" x={greenX} y={top - 3}>
          {CAUSE_LETTERS[cause]}
        </text>
      )}
    </g>
  );
}
