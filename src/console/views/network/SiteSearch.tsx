import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { found } from "../../data/search.ts";
import { scene, select } from "../../data/store.ts";
import { searchField, zoomToSelected } from "./map-commands.ts";

/** Finds an intersection by its name or id: `/` leads here, arrows and Enter choose, and the map flies there. */
export function SiteSearch(): JSX.Element {
  const text = useSignal("");
  const open = useSignal(false);
  const marked = useSignal(0);
  const matches = useComputed(() => found(text.value, scene.value?.sites ?? []));

  const choose = (index: number): void => {
    const site = matches.peek()[index];
    if (site === undefined) return;
    select(site.id);
    zoomToSelected();
    text.value = "";
    open.value = false;
    searchField.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { length } = matches.peek();
    if (event.key === "ArrowDown") marked.value = (marked.value + 1) % Math.max(1, length);
    else if (event.key === "ArrowUp") marked.value = (marked.value + length - 1) % Math.max(1, length);
    else if (event.key === "Enter") choose(marked.value);
    else if (event.key === "Escape") {
      open.value = false;
      searchField.current?.blur();
    } else return;
    event.preventDefault();
  };
  const shown = open.value;
  return (
    <div class="site-search">
      <input
        ref={searchField}
        type="text"
        role="combobox"
        aria-label="Find an intersection"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls="sites-found"
        aria-activedescendant={shown && matches.value.length > 0 ? `found-${marked.value}` : undefined}
        placeholder="find  /"
        value={text.value}
        onFocus={() => (open.value = true)}
        onBlur={() => (open.value = false)}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          marked.value = 0;
          open.value = true;
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="sites-found" role="listbox" aria-label="Intersections found" hidden={!shown}>
        {matches.value.map(({ id, name }, index) => (
          <li
            key={id}
            id={`found-${index}`}
            role="option"
            aria-selected={index === marked.value}
            // Before the field loses the focus and the list with it.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(index);
            }}
          >
            {name} <span class="dim">{id}</span>
          </li>
        ))}
        {matches.value.length === 0 && (
          <li role="option" aria-selected={false} aria-disabled="true">
            no intersection of this name
          </li>
        )}
      </ul>
    </div>
  );
}
