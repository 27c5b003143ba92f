import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { AlarmView } from "../../../protocol/alarm-view.ts";
import { newestOf } from "../../data/alarm-list.ts";
import { alarmsById } from "../../data/alarms.ts";
import { intersectionNames, staleText } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";

/** What a screen reader is told without asking: whether data is live, and the latest alarms; only those of the first priority interrupt it. */
export function Announcer(): JSX.Element {
  // Not the seconds of silence: a reader would speak every one of them.
  const link = useComputed(() => {
    if (isReplay.value) return "A replay is shown. What is shown is not the street now.";
    return staleText.value === null ? "Data is live." : "Data is stale. What is shown is not the street now.";
  });
  const immediate = useComputed(() => spoken(newestOf(alarmsById.value, (priority) => priority === "P1")));
  const other = useComputed(() => spoken(newestOf(alarmsById.value, (priority) => priority !== "P1")));
  return (
    <>
      <p class="spoken" role="status">
        {link}
      </p>
      <p class="spoken" aria-live="assertive">
        {immediate}
      </p>
      <p class="spoken" aria-live="polite">
        {other}
      </p>
    </>
  );
}

function spoken(alarm: AlarmView | null): string {
  if (alarm === null) return "";
  const { priority, intersection, text } = alarm;
  return `${priority}: ${intersectionNames.value.get(intersection ?? "") ?? "network"}, ${text}`;
}
