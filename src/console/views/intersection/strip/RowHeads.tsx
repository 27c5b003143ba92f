import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Intersection } from "../../../../model/intersection.ts";
import {
  isStateOld,
  LAMP_LETTER,
  LAMP_TEXT,
  lampOf,
  WALK_LETTER,
  WALK_TEXT,
  walkOf,
} from "../../../data/site.ts";
import type { Lane, Service } from "../../../data/strip.ts";
import { frameAt, networkView, selectedLive, selectedMovementNames } from "../../../data/store.ts";
import { servedText } from "../../../data/movement.ts";
import { BAR_HEIGHT, type StripLayout, pixelsPerMs, type StripScale } from "../../../draw/strip-layout.ts";

type Props = {
  readonly intersection: Intersection;
  readonly lanes: readonly Lane[];
  readonly layout: StripLayout;
  readonly scale: StripScale;
  readonly nowX: number;
};

/** A shorter bar has no room for how long it has run. */
const ELAPSED_PIXELS = 52;

/** What stands beside the lanes and does not move: names, the lamps of now, and for how long a green has run. */
export function RowHeads({ intersection, lanes, layout, scale, nowX }: Props): JSX.Element {
  return (
    <g>
      {lanes.map(({ name, services }, lane) => {
        const { top = 0, height = 0 } = layout.lanes[lane] ?? {};
        const running = services.at(-1);
        return (
          <g key={name}>
            <text class="rings-lane" x={0} y={top + height / 2 + 4}>
              {name}
            </text>
            {running?.greenTo === null && (
              <Elapsed service={running} perMs={pixelsPerMs(scale)} x={nowX - 5} y={top + height / 2 + 5} />
            )}
          </g>
        );
      })}
      {intersection.phases.map((phase, index) => {
        const row = layout.rows[index];
        if (row === undefined) return null;
        const middle = row.bar + BAR_HEIGHT / 2;
        return (
          <g key={phase.id}>
            <title>{phase.name ?? phase.id}</title>
            <LampSign index={index} middle={middle} />
            {phase.pedestrian !== undefined && <WalkSign index={index} middle={middle} />}
            <text class="rings-phase" x={42} y={middle + 4}>
              <tspan class="rings-phase-number">{phase.id}</tspan>{" "}
              {servedText(intersection, phase.id, selectedMovementNames.value)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function stateOld(): boolean {
  return isStateOld(selectedLive.value, frameAt.value, networkView.value?.plantStepMs ?? 100);
}

type SignProps = { readonly index: number; readonly middle: number };

function LampSign({ index, middle }: SignProps): JSX.Element {
  const lamp = useComputed(() => (stateOld() ? "unknown" : lampOf(selectedLive.value?.lamps ?? "", index)));
  return (
    <g class={`rings-sign rings-sign-${lamp.value}`}>
      <title>{LAMP_TEXT[lamp.value]}</title>
      <rect x={0.75} y={middle - 8.25} width={16.5} height={16.5} rx={3} />
      <text x={9} y={middle + 4}>
        {LAMP_LETTER[lamp.value]}
      </text>
    </g>
  );
}

function WalkSign({ index, middle }: SignProps): JSX.Element | null {
  const walk = useComputed(() => (stateOld() ? "none" : walkOf(selectedLive.value?.walk ?? "", index)));
  if (walk.value === "none") return null;
  return (
    <g class={`rings-sign rings-walk-${walk.value}`}>
      <title>{WALK_TEXT[walk.value]}</title>
      <circle cx={28.5} cy={middle} r={8} />
      <text x={28.5} y={middle + 4}>
        {WALK_LETTER[walk.value]}
      </text>
    </g>
  );
}

type ElapsedProps = {
  readonly service: Service;
  readonly perMs: number;
  readonly x: number;
  readonly y: number;
};

function Elapsed({ service, perMs, x, y }: ElapsedProps): JSX.Element | null {
  const seconds = useComputed(() => Math.max(0, Math.floor((frameAt.value - service.from) / 1000)));
  if (seconds.value * 1000 * perMs < ELAPSED_PIXELS) return null;
  return (
    <text class={service.permissive ? "rings-seconds rings-name-out" : "rings-seconds"} x={x} y={y}>
      {service.begunBefore && ">"}
      {seconds} s
    </text>
  );
}
