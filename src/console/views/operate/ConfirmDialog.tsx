import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AskedAnswer } from "../../../protocol/operate.ts";
import type { ApiAnswer } from "../../data/api.ts";
import { type Draft, timesOf, timeText, usualTime } from "../../data/drafts.ts";
import {
  askedText,
  draft,
  preview,
  recentReasons,
  rememberReason,
  send,
  whyNotAsk,
} from "../../data/operate.ts";
import { clock, frameAt, intersectionNames, liveById } from "../../data/store.ts";
import { Prospects } from "./Prospects.tsx";

/** The second step of everything that is asked: what the street does now, what would be sent, why, and until when. */
export function ConfirmDialog(): JSX.Element | null {
  const asked = draft.value;
  return asked === null ? null : <Confirm asked={asked} />;
}

function Confirm({ asked }: { readonly asked: Draft }): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  const [seconds, setSeconds] = useState<number | null | undefined>(undefined);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const shown = usePreview(asked, seconds);
  useEffect(() => ref.current?.showModal(), []);
  const answer = shown?.ok === true ? shown.value : null;
  const secondsMax = shortest(answer);
  const chosen = seconds === undefined ? usualTime(asked.lasts, secondsMax) : seconds;
  const why = whyNotSend(answer, reason);
  // By the browser, which gives the focus back to where it was.
  const close = (): void => ref.current?.close();
  const confirm = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (why !== null || sending) return;
    setSending(true);
    const said = reason.trim();
    const sent = await send(asked, { seconds: chosen, reason: said });
    setSending(false);
    if (!sent.ok) {
      setFault(sent.fault.message);
      return;
    }
    rememberReason(said);
    askedText.value = `Asked: ${asked.title}. What comes of it is shown below.`;
    close();
  };
  return (
    <dialog
      ref={ref}
      class="dialog confirm"
      aria-labelledby="confirm-heading"
      onClose={() => (draft.value = null)}
    >
      <header>
        <h2 id="confirm-heading">
          {asked.title} <small>{whereText(asked.intersections)}</small>
        </h2>
        <button type="button" onClick={close} aria-label="Close without asking">
          ×
        </button>
      </header>
      <form onSubmit={(event) => void confirm(event)}>
        <ReasonField reason={reason} onChange={setReason} />
        <TimeField asked={asked} secondsMax={secondsMax} chosen={chosen} onChange={setSeconds} />
        {asked.warning !== null && (
          <p class="confirm-warning">
            <span class="badge badge-p2">▲ Mind</span> {asked.warning}
          </p>
        )}
        <Prospects shown={shown} />
        {fault !== null && (
          <p class="confirm-fault" role="alert">
            <span class="badge badge-p2">▲ Not done</span> {fault}
          </p>
        )}
        <div class="confirm-end">
          <button type="submit" class="primary" disabled={why !== null || sending} title={why ?? undefined}>
            {sending ? "Sending…" : "Send"}
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
          <p class="dim">{why ?? "Nothing has been sent yet."}</p>
        </div>
      </form>
    </dialog>
  );
}

/** What would come of it, asked anew when the time is another one or the street is run otherwise. */
function usePreview(asked: Draft, seconds: number | null | undefined): ApiAnswer<AskedAnswer> | null {
  const [shown, setShown] = useState<ApiAnswer<AskedAnswer> | null>(null);
  const street = asked.intersections
    .map((id) => liveById.value.get(id))
    .map((live) => `${live?.linked} ${live?.operation} ${live?.plan} ${live?.mode}`)
    .join();
  useEffect(() => {
    let isCurrent = true;
    void preview(asked, seconds).then((next) => {
      if (isCurrent) setShown(next);
    });
    return () => {
      isCurrent = false;
    };
  }, [asked, seconds, street]);
  return shown;
}

/** The longest time that all of them may be asked for. */
function shortest(answer: AskedAnswer | null): number | null {
  const bounds = answer?.answers.flatMap(({ secondsMax }) => secondsMax ?? []) ?? [];
  return bounds.length === 0 ? null : Math.min(...bounds);
}

function whyNotSend(answer: AskedAnswer | null, reason: string): string | null {
  if (whyNotAsk.value !== null) return whyNotAsk.value;
  if (answer === null) return "What would come of it is not known yet.";
  if (answer.answers.every(({ refusals }) => refusals.length > 0)) return "It would be refused.";
  return reason.trim() === "" ? "A reason is needed: it goes into the log and the audit trail." : null;
}

function whereText(intersections: readonly string[]): string {
  const [one] = intersections;
  if (intersections.length !== 1 || one === undefined) return `${intersections.length} intersections`;
  return intersectionNames.value.get(one) ?? one;
}

type ReasonProps = { readonly reason: string; readonly onChange: (reason: string) => void };

function ReasonField({ reason, onChange }: ReasonProps): JSX.Element {
  const recent = recentReasons.value;
  return (
    <div class="field">
      <label for="confirm-reason">Reason</label>
      <input
        id="confirm-reason"
        type="text"
        required
        autofocus
        autocomplete="off"
        maxLength={300}
        value={reason}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {recent.length > 0 && (
        <div class="recent" role="group" aria-label="Reasons given before">
          {recent.map((one) => (
            <button key={one} type="button" onClick={() => onChange(one)}>
              {one}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

type TimeProps = {
  readonly asked: Draft;
  readonly secondsMax: number | null;
  readonly chosen: number | null;
  readonly onChange: (seconds: number | null) => void;
};

function TimeField({ asked, secondsMax, chosen, onChange }: TimeProps): JSX.Element | null {
  const times = timesOf(asked.lasts, secondsMax);
  if (times.length === 0) return null;
  const place = times.indexOf(chosen);
  return (
    <div class="field">
      <label for="confirm-time">Ends by itself</label>
      <select
        id="confirm-time"
        value={String(place)}
        onChange={({ currentTarget }) => onChange(times[Number(currentTarget.value)] ?? null)}
      >
        {times.map((seconds, index) => (
          <option key={seconds} value={String(index)}>
            {seconds === null ? timeText(null) : `after ${timeText(seconds)}`}
            {asked.lasts === "lease" && seconds === secondsMax ? ", the longest allowed here" : ""}
          </option>
        ))}
      </select>
      <p class="dim">{chosen === null ? "It does not end by itself." : <EndText seconds={chosen} />}</p>
    </div>
  );
}

/** When that is, by the clock of the street; to the second, since leases are short. */
function EndText({ seconds }: { readonly seconds: number }): JSX.Element {
  return <>at {clock.value.time(frameAt.value + seconds * 1000)}, if it is sent now</>;
}
