import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { isReplay } from "../../data/time.ts";
import { intersectionNames, logEntries, staleText } from "../../data/store.ts";

/** What a screen reader is told without asking: whether data is live, and the latest alarm. */
export function Announcer(): JSX.Element {
  // Not the seconds of silence: a reader would speak every one of them.
  const link = useComputed(() => {
    if (isReplay.value) return "A replay is shown. What is shown is not the street now.";
    return staleText.value === null ? "Data is live." : "Data is stale. What is shown is not the street now.";
  });
  const alarm = useComputed(() => logEntries.value.find((entry) => entry.priority !== "event") ?? null);
  const latest = alarm.value;
  const spoken =
    latest === null
      ? ""
      : `${latest.priority}: ${intersectionNames.value.get(latest.intersection ?? "") ?? "network"}, ${latest.text}`;
  return (
    <>
      <p class="spoken" role="status">
        {link}
      </p>
      <p class="spoken" aria-live={latest?.priority === "P1" ? "assertive" : "polite"}>
        {spoken}
      </p>
    </>
  );
}
