import type { JSX } from "preact";
import { chooseGroup, selectedGroup } from "../../data/group.ts";
import { abnormalOnly, LAYERS, layersShown, toggleLayer } from "../../data/layers.ts";
import { dialog } from "../shell/switches.ts";
import { abnormal } from "./map-content.ts";
import { SiteSearch } from "./SiteSearch.tsx";

/** What the map shows: layers by digit, all intersections or those that are not as usual, and the group that is chosen. */
export function LayerSwitches(): JSX.Element {
  const group = selectedGroup.value;
  return (
    <div class="map-layers" role="toolbar" aria-label="What the map shows">
      <SiteSearch />
      {LAYERS.map(({ layer, key, name, about }) => (
        <button
          key={layer}
          type="button"
          aria-pressed={layersShown.value.has(layer)}
          onClick={() => toggleLayer(layer)}
          title={`${about} (${key})`}
        >
          <kbd>{key}</kbd> {name}
        </button>
      ))}
      <AbnormalSwitch />
      {group.size > 0 && (
        <>
          <button
            type="button"
            onClick={() => (dialog.value = "operate")}
            title="Ask something of all of them at once (o)"
          >
            operate {group.size}
          </button>
          <button
            type="button"
            onClick={() => chooseGroup([])}
            aria-label="Choose none of them"
            title="The group is chosen no longer"
          >
            ×
          </button>
        </>
      )}
    </div>
  );
}

function AbnormalSwitch(): JSX.Element {
  return (
    <button
      type="button"
      aria-pressed={abnormalOnly.value}
      onClick={() => (abnormalOnly.value = !abnormalOnly.value)}
      title="Intersections that are as usual step back (x)"
    >
      <kbd>x</kbd> only abnormal ({abnormal.value.size})
    </button>
  );
}
