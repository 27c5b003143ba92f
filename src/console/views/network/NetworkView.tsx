import type { JSX } from "preact";
import { IntersectionPanel } from "../intersection/IntersectionPanel.tsx";
import { closeUpShown } from "../shell/switches.ts";
import { Maps } from "./Maps.tsx";
import { PlanLog } from "./PlanLog.tsx";

/** The street as a whole, the selected intersection beside it, and what happened. */
export function NetworkView(): JSX.Element {
  return (
    <div class="view-network">
      <div class="street" data-close-up={closeUpShown.value}>
        <Maps />
      </div>
      <IntersectionPanel />
      <PlanLog />
    </div>
  );
}
