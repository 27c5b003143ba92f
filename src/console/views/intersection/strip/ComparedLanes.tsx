import type { JSX } from "preact";
import type { Intersection } from "../../../../model/intersection.ts";
import type { StripView } from "../../../../protocol/strip.ts";
import { lanesOf, servicesOf } from "../../../data/strip.ts";
import { COMPARED_HEIGHT, type StripLayout, type StripScale, xAt } from "../../../draw/strip-layout.ts";

type Props = {
  readonly intersection: Intersection;
  readonly view: StripView;
  /** So much earlier it was. */
  readonly shiftMs: number;
  readonly layout: StripLayout;
  readonly scale: StripScale;
};

/** The rings' greens of an earlier time, under those of now. */
export function ComparedLanes({ intersection, view, shiftMs, layout, scale }: Props): JSX.Element {
  const services = servicesOf(intersection.phases, view.shown, view.ends, view.to);
  return (
    <g>
      {lanesOf(intersection, services).map((lane, place) =>
        lane.services.map(({ phase, from, greenTo }) => {
          const [x, end] = [xAt(scale, from + shiftMs), xAt(scale, (greenTo ?? view.to) + shiftMs)];
          const top = layout.lanes[place]?.compared ?? 0;
          return (
            <g key={`${phase} ${from}`}>
              <rect
                class="rings-compared"
                x={x}
                y={top}
                width={Math.max(1, end - x)}
                height={COMPARED_HEIGHT}
              />
              {end - x > 12 && (
                <text class="rings-compared-name" x={x + 4} y={top + COMPARED_HEIGHT - 1}>
                  {phase}
                </text>
              )}
            </g>
          );
        }),
      )}
    </g>
  );
}
