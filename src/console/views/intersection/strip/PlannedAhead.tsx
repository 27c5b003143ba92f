import type { JSX } from "preact";
import type { Intersection } from "../../../../model/intersection.ts";
import { plannedNow } from "../../../data/planned-source.ts";
import { frameAt, networkView } from "../../../data/store.ts";
import type { Lane, Service } from "../../../data/strip.ts";
import { leastGreenMs } from "../../../draw/planned.ts";
import { BAR_HEIGHT, type StripLayout, type StripScale, xAt } from "../../../draw/strip-layout.ts";

type Props = {
  readonly intersection: Intersection;
  readonly lanes: readonly Lane[];
  readonly layout: StripLayout;
  readonly scale: StripScale;
  readonly nowX: number;
};

const NAME_PIXELS = 14;

/** What is planned from now on, outlined: by the adaptive level's last decision, or by the plan that runs and the next one. */
export function PlannedAhead({ intersection, lanes, layout, scale, nowX }: Props): JSX.Element {
  const services = lanes.flatMap((lane) => lane.services);
  const now = frameAt.value;
  const current = { ...scale, now };
  const laneOf = new Map(
    intersection.rings === undefined || intersection.rings.length === 0
      ? intersection.phases.map(({ id }, place) => [id, place] as const)
      : intersection.rings.flatMap((ring, place) => ring.flat().map((phase) => [phase, place] as const)),
  );
  const { source, parts } = plannedNow.value;
  const running = services.filter(({ greenTo }) => greenTo === null);
  return (
    <g>
      <g clip-path="url(#rings-clip-ahead)">
        {parts.map(({ phase, kind, from, to, open }) => {
          const [x, end] = [xAt(current, from), xAt(current, to)];
          const lane = layout.lanes[laneOf.get(phase) ?? -1];
          const row = layout.rows[intersection.phases.findIndex(({ id }) => id === phase)];
          const cls = kind === "yellow" || kind === "redClear" ? "rings-planned-clear" : "rings-planned";
          return (
            <g key={`${phase} ${kind} ${from === now ? "now" : from}`}>
              {lane !== undefined && kind !== "redClear" && (
                <path class={cls} d={outline(x, end, lane.top + 1, lane.height - 2, open)} />
              )}
              {lane !== undefined && cls === "rings-planned" && end - x >= NAME_PIXELS && (
                <text class="rings-planned-name" x={x + 5} y={lane.top + lane.height / 2 + 4}>
                  {phase}
                </text>
              )}
              {row !== undefined && (
                <path class={cls} d={outline(x, end, row.bar + 1, BAR_HEIGHT - 2, open)} />
              )}
            </g>
          );
        })}
        <text class="rings-planned-source" x={nowX + 6} y={layout.height - 5}>
          <tspan class="rings-now-text">now</tspan> {source}
        </text>
      </g>
      <g clip-path="url(#rings-clip-all)">
        {running.map((service) => (
          <Limits
            key={service.phase}
            service={service}
            phase={intersection.phases[service.index]}
            scale={current}
            top={layout.lanes[laneOf.get(service.phase) ?? -1]?.top}
            height={layout.lanes[0]?.height ?? 0}
          />
        ))}
      </g>
    </g>
  );
}

/** Open at its end where nothing is planned behind it. */
function outline(x: number, end: number, top: number, height: number, open: boolean): string {
  return open ? `M${end} ${top}H${x}V${top + height}H${end}` : `M${x} ${top}H${end}V${top + height}H${x}Z`;
}

type LimitsProps = {
  readonly service: Service;
  readonly phase: Intersection["phases"][number] | undefined;
  readonly scale: StripScale;
  readonly top: number | undefined;
  readonly height: number;
};

/** Where a running green may end first, and where it has to. */
function Limits({ service, phase, scale, top, height }: LimitsProps): JSX.Element | null {
  if (phase === undefined || top === undefined || service.begunBefore) return null;
  const stepMs = networkView.value?.plantStepMs ?? 1_000;
  const marks = [
    ["min", service.from + leastGreenMs(phase, stepMs)],
    ["max", service.from + phase.greenMaxSeconds * 1000],
  ] as const;
  return (
    <g>
      {marks.map(([name, at]) => (
        <g key={name}>
          <path class="rings-limit" d={`M${xAt(scale, at)} ${top - 3}v${height + 6}`} />
          <text class="rings-limit-name" x={xAt(scale, at) + 2} y={top - 3}>
            {name}
          </text>
        </g>
      ))}
    </g>
  );
}
