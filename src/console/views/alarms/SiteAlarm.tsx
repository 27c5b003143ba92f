import type { JSX } from "preact";
import { alarmsAtSites } from "../../data/alarms.ts";
import { isReplay } from "../../data/time.ts";
import { PriorityBadge } from "./PriorityBadge.tsx";

type Props = { readonly intersection: string };

/** The gravest alarm of an intersection that nobody has acknowledged, and how many more there are; nothing where there is none. */
export function SiteAlarmBadge({ intersection }: Props): JSX.Element | null {
  const own = alarmsAtSites.value.get(intersection);
  if (own === undefined) return null;
  const { worst, unacknowledged } = own;
  return (
    <span class="site-alarm" title={worst.text}>
      <PriorityBadge priority={worst.priority} calling={worst.state === "activeUnacknowledged"} />
      {unacknowledged > 1 && <small> +{unacknowledged - 1}</small>}
    </span>
  );
}

/** The same, in words where there is none, or none is told: alarms are pushed of the present alone. */
export function SiteAlarm({ intersection }: Props): JSX.Element {
  if (isReplay.value) return <span class="dim">not told in a replay</span>;
  return alarmsAtSites.value.has(intersection) ? (
    <SiteAlarmBadge intersection={intersection} />
  ) : (
    <span class="dim">none</span>
  );
}
