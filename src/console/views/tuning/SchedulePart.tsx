import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ChangesView, ChangeView } from "../../../protocol/change.ts";
import { askChange } from "../../data/changes.ts";
import { clock } from "../../data/store.ts";
import { refusalOf, Refused } from "./ActButton.tsx";
import { TimeField } from "./TimeField.tsx";
import { instantOf, minuteOf, timeOf } from "./edits.ts";

const DAYS_AHEAD = 7;

/** When an approved change is to come in force: now, or at an instant of the network's local time. */
export function SchedulePart({
  change,
  changes,
}: {
  readonly change: ChangeView;
  readonly changes: ChangesView;
}): JSX.Element {
  const [when, setWhen] = useState<"now" | "at">("now");
  const [days, setDays] = useState(0);
  const [time, setTime] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const { weekday, date, minute, time: clockTime, offset } = clock.value;
  const shown = time ?? timeOf((changes.minuteOfDay + 15) % 1_440);
  const asked = minuteOf(shown);
  const minuteAt = (at: number): number => minuteOf(minute(at)) ?? 0;
  const at = asked === null ? null : instantOf(changes, days, asked, minuteAt);
  const wrong =
    when === "now"
      ? null
      : at === null
        ? "no time of day, such as 07:30"
        : at < changes.at
          ? "the instant is past"
          : null;
  const refusal = refusalOf(change, "schedule", "draft") ?? wrong;
  const send = async (): Promise<void> => {
    const body = when === "now" || at === null ? {} : { at };
    const { refusal: told } = await askChange("POST", `/${change.id}/schedule`, body);
    setRefused(told);
  };
  return (
    <form
      class="tuning-form"
      aria-label="Schedule"
      onSubmit={(event) => {
        event.preventDefault();
        if (refusal === null) void send();
      }}
    >
      <fieldset>
        <legend>Comes in force</legend>
        <label class="choice">
          <input type="radio" name="when" checked={when === "now"} onChange={() => setWhen("now")} /> now
        </label>
        <label class="choice">
          <input type="radio" name="when" checked={when === "at"} onChange={() => setWhen("at")} /> at
        </label>
        <select
          aria-label="Day"
          value={days}
          disabled={when === "now"}
          onChange={({ currentTarget }) => setDays(Number(currentTarget.value))}
        >
          {Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => {
            const day = changes.at + ahead * 86_400_000;
            return (
              <option key={ahead} value={ahead}>
                {ahead === 0 ? "today" : `${weekday(day)} ${date(day)}`}
              </option>
            );
          })}
        </select>
        <TimeField label="Local time" value={shown} disabled={when === "now"} onTime={setTime} />
      </fieldset>
      <button type="submit" class="primary" disabled={refusal !== null} title={refusal ?? undefined}>
        {when === "now" ? "Put in force now" : "Schedule"}
      </button>
      <p class="dim">
        {when === "now" || at === null
          ? "The engine decides with it from its next second on; nothing that was lent is cut."
          : `${weekday(at)} ${date(at)} ${clockTime(at)} ${offset(at)}, by the network's own clock.`}
        {wrong !== null && when === "at" ? ` ${wrong}.` : ""}
      </p>
      {refused !== null && <Refused text={refused} />}
    </form>
  );
}
