import { useEffect } from "preact/hooks";
import { networkView, openView, select, selectedId, viewShown } from "../../data/store.ts";
import { alarmKey } from "../alarms/alarm-choice.ts";
import { draft } from "../../data/operate.ts";
import { abnormalOnly, LAYERS, toggleLayer } from "../../data/layers.ts";
import { findSite, zoomToSelected } from "../network/map-commands.ts";
import { actInTime, TIME_SHORTCUTS } from "./time-keys.ts";
import { NAVIGATION } from "./navigation-items.ts";
import { dialog, letterKeys, toggleCloseUp } from "./switches.ts";

/** The shortcuts, for `KeyboardHelp` and `useKeys` alike. */
export const SHORTCUTS: readonly (readonly [keys: string, meaning: string])[] = [
  ["?", "this help"],
  ...NAVIGATION.map(({ key, name }) => [`g  ${key}`, name] as const),
  ["o", "operate: ask something of the selected intersection, or of the group that is chosen"],
  ...TIME_SHORTCUTS,
  ["t", "table of all intersections, the map in words"],
  ["j  k", "next, previous intersection"],
  ["/", "find an intersection by its name"],
  ["1 … 6", `layers of the map: ${LAYERS.map(({ name }) => name).join(", ")}`],
  ["x", "only intersections that are not as usual"],
  ["Shift + drag", "choose a group of intersections on the map; with a click one more or one less"],
  ["j  k  a  s", "in Alarms: next, previous, acknowledge, shelve; Enter opens the site"],
  ["z", "zoom the map to the selected intersection"],
  [",  .", "decision before, after: in Why?"],
  ["d", "close-up of the selected intersection on and off"],
  ["←  →", "in the sandbox of Time–space: the focused offset by 1 s, with Shift 5 s, Page Up and Down 10 s"],
  [
    "Ctrl Z  Ctrl Y",
    "in the sandbox of Time–space: take back, do again; Try in a what-if tells what offsets are worth",
  ],
  ["arrows", "move the focused map"],
  ["+  −", "zoom the focused map"],
  ["0", "fit: the whole network, or the whole junction in the close-up"],
  ["Esc", "close what is open"],
];

/** Keys that work wherever the focus is; the map has its own (arrows, +, −, 0). */
export function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || !letterKeys.peek()) return;
      // What is about to be asked is not to be lost by a letter.
      if (isTyping(event.target) || draft.peek() !== null) return;
      const goes = afterG;
      afterG = event.key === "g";
      if (goes ? open(event.key) : act(event.key) || actInTime(event.key, event.target))
        event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** Whether the last letter was `g`: the next one names a view. */
let afterG = false;

/** Whether a key is meant for a field. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function open(key: string): boolean {
  const item = NAVIGATION.find((known) => known.key === key);
  if (item !== undefined) openView(item.view);
  return item !== undefined;
}

function act(key: string): boolean {
  if (viewShown.peek() === "alarms" && alarmKey(key)) return true;
  switch (key) {
    case "?":
      dialog.value = dialog.peek() === "help" ? null : "help";
      return true;
    case "o":
      dialog.value = dialog.peek() === "operate" ? null : "operate";
      return true;
    case "t":
      dialog.value = dialog.peek() === "table" ? null : "table";
      return true;
    case "j":
      step(1);
      return true;
    case "k":
      step(-1);
      return true;
    case "z":
      zoomToSelected();
      return true;
    case "d":
      toggleCloseUp();
      return true;
    case "/":
      findSite();
      return true;
    case "x":
      abnormalOnly.value = !abnormalOnly.peek();
      return true;
    default:
      return actOnLayer(key);
  }
}

function actOnLayer(digit: string): boolean {
  const known = LAYERS.find(({ key }) => key === digit);
  if (known !== undefined) toggleLayer(known.layer);
  return known !== undefined;
}

function step(by: 1 | -1): void {
  const ids = networkView.peek()?.network.intersections.map(({ id }) => id) ?? [];
  const next = ids[(ids.indexOf(selectedId.peek() ?? "") + by + ids.length) % ids.length];
  if (next !== undefined) select(next);
}
