import type { JSX } from "preact";
import { minuteOf } from "./edits.ts";

type Props = {
  readonly label: string;
  readonly value: string;
  readonly disabled?: boolean;
  readonly onTime: (text: string) => void;
};

/** A local time of day in 24 hours, whatever the browser's own language makes of times. */
export function TimeField({ label, value, disabled, onTime }: Props): JSX.Element {
  return (
    <input
      type="text"
      class="time-field"
      inputMode="numeric"
      aria-label={label}
      placeholder="HH:MM"
      maxLength={5}
      value={value}
      disabled={disabled}
      aria-invalid={minuteOf(value) === null}
      onInput={({ currentTarget }) => onTime(currentTarget.value)}
    />
  );
}
