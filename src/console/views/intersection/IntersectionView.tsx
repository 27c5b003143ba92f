import type { JSX } from "preact";
import { CommandPanel } from "../operate/CommandPanel.tsx";
import { IntersectionPanel } from "./IntersectionPanel.tsx";

/** One intersection, whole. */
export function IntersectionView(): JSX.Element {
  return (
    <div class="view-page">
      <IntersectionPanel />
      <CommandPanel />
    </div>
  );
}
