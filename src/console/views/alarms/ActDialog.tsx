import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, frameAt } from "../../data/store.ts";
import { asked, perform, shownById } from "./alarm-choice.ts";

const TITLE = {
  shelve: "Shelve the alarm",
  unshelve: "Take the alarm off its shelf",
  "out-of-service": "Take the alarm out of service",
  "return-to-service": "Return the alarm to service",
} as const;

const MEANING = {
  shelve: "It is not heard until the time is over; then, if it still stands, it asks anew.",
  unshelve: "It is heard again at once, and asks anew if it still stands.",
  "out-of-service": "It is not heard until somebody returns it to service.",
  "return-to-service": "It is heard again, and asks anew if it still stands.",
} as const;

/** Nobody may shelve for longer than eight hours. */
const MINUTES = [15, 30, 60, 120, 240, 480] as const;
const MINUTES_USUAL = 60;
const REASON_LENGTH_MAX = 400;

function close(): void {
  asked.value = null;
}

/** Asks for the reason of an act, and of a shelf for its length. */
export function ActDialog(): JSX.Element | null {
  const ref = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState<number>(MINUTES_USUAL);
  const question = asked.value;
  useEffect(() => {
    if (question === null) return;
    setReason("");
    ref.current?.showModal();
    ref.current?.querySelector("input")?.focus();
  }, [question]);
  if (question === null) return null;
  const { act, alarm } = question;
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const until = act === "shelve" ? { until: frameAt.peek() + minutes * 60_000 } : {};
    void perform(alarm, act, { reason: reason.trim(), ...until });
    close();
  };
  return (
    <dialog ref={ref} class="dialog" aria-labelledby="act-heading" onClose={close}>
      <header>
        <h2 id="act-heading">{TITLE[act]}</h2>
        <button type="button" onClick={close} aria-label="Close">
          ×
        </button>
      </header>
      <form class="act-form" onSubmit={onSubmit}>
        <p>
          <b>{shownById.value.get(alarm)?.text ?? alarm}</b>
        </p>
        <p class="dim">{MEANING[act]} Who did it, when and why is in the audit trail.</p>
        {act === "shelve" && (
          <label>
            For
            <select
              value={String(minutes)}
              onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}
            >
              {MINUTES.map((value) => (
                <option key={value} value={String(value)}>
                  {value < 60 ? `${value} min` : `${value / 60} h`}, until{" "}
                  {clock.value.minute(frameAt.value + value * 60_000)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          Reason
          <input
            type="text"
            required
            maxLength={REASON_LENGTH_MAX}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
        <div class="alarm-acts">
          <button type="submit" disabled={reason.trim() === ""}>
            {TITLE[act]}
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
