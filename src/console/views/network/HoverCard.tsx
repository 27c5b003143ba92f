import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { ageText } from "../../data/clock.ts";
import { MODE_TEXT, siteMode } from "../../data/site.ts";
import { frameAt, liveById } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";
import type { Site } from "../../draw/scene.ts";
import type { Size } from "../../draw/transform.ts";
import { PriorityBadge } from "../alarms/PriorityBadge.tsx";
import { abnormal } from "./map-content.ts";

/** The intersection under the pointer, and where that is on a canvas of this size. */
export type Hovered = { readonly site: Site; readonly x: number; readonly y: number; readonly size: Size };

/** The same in words for who reads the screen: the table of intersections. */
export function HoverCard({ hovered }: { readonly hovered: Signal<Hovered | null> }): JSX.Element | null {
  const at = hovered.value;
  return at === null ? null : <Card {...at} />;
}

const SIGN = { warning: "▲", notice: "◆" } as const;

const OFFSET_PIXELS = 16;

/** On the side of the pointer where there is room. */
function placeBeside(x: number, y: number, { width, height }: Size): Readonly<Record<string, string>> {
  const across =
    x < width / 2 ? { left: `${x + OFFSET_PIXELS}px` } : { right: `${width - x + OFFSET_PIXELS}px` };
  const down =
    y < height / 2 ? { top: `${y + OFFSET_PIXELS}px` } : { bottom: `${height - y + OFFSET_PIXELS}px` };
  return { ...across, ...down };
}

function Card({ site, x, y, size }: Hovered): JSX.Element {
  const live = liveById.value.get(site.id);
  const stateAt = live?.stateAt ?? null;
  return (
    <div class="hover-card" style={placeBeside(x, y, size)} aria-hidden="true">
      <b>{site.name}</b>
      <dl>
        <dt>runs</dt>
        <dd>{MODE_TEXT[siteMode(live)]}</dd>
        <dt>stage</dt>
        <dd>{live?.stage ?? "—"}</dd>
        <dt>state</dt>
        <dd>{stateAt === null ? "never heard" : `${ageText(frameAt.value - stateAt)} old`}</dd>
      </dl>
      {isReplay.value && <p data-kind="untold">alarms are not told in a replay</p>}
      {(abnormal.value.get(site.id) ?? []).map((one) => (
        <p key={one.text} data-kind={one.kind}>
          {one.kind === "alarm" ? <PriorityBadge priority={one.priority} /> : SIGN[one.kind]} {one.text}
        </p>
      ))}
    </div>
  );
}
