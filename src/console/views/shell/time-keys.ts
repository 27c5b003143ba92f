import { frameAt, selectedDetail } from "../../data/store.ts";
import { backToLive, isReplay, stepBy, togglePlaying } from "../../data/time.ts";
import { dialog } from "./switches.ts";

/** Where no cycle is known. */
const STEP_MS = 60_000;

export const TIME_SHORTCUTS: readonly (readonly [keys: string, meaning: string])[] = [
  ["space", "stop the picture where it is: a replay of this instant; play and pause it"],
  ["[  ]", "a cycle of the selected intersection back, forwards; 60 s where it has none"],
  ["l  Esc", "from a replay back to the present"],
];

/** A cycle of the selected intersection's plan, from what is shown. */
export function stepInTime(by: 1 | -1): void {
  stepBy(by * (selectedDetail.peek()?.running?.cycleMs ?? STEP_MS), frameAt.peek());
}

/** Whether the key was one of time's, and is done. */
export function actInTime(key: string, target: EventTarget | null): boolean {
  switch (key) {
    case " ":
      // On a button it is the button's.
      if (
        target instanceof HTMLElement &&
        target.closest("button, summary, input, [role='button']") !== null
      ) {
        return false;
      }
      togglePlaying(frameAt.peek());
      return true;
    case "[":
      stepInTime(-1);
      return true;
    case "]":
      stepInTime(1);
      return true;
    case "l":
    case "Escape":
      // It closes what is open first.
      if (!isReplay.peek() || dialog.peek() !== null || document.querySelector("dialog[open]") !== null)
        return false;
      backToLive();
      return true;
    default:
      return false;
  }
}
