import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { CommandView, ControlView, ModeLeaseView, OperatingView } from "../../../protocol/operating.ts";
import { commandDraft, controlReleaseDraft, countdownText, modeBackDraft } from "../../data/drafts.ts";
import { me } from "../../data/person.ts";
import { clock, details, frameAt, liveById } from "../../data/store.ts";
import { AskButton } from "./AskButton.tsx";
import { Refusals } from "./Refusals.tsx";

type Props = { readonly intersection: string; readonly operating: OperatingView };

/** What was asked of an intersection, who asked it, how long it lasts, and, apart from it, what the street shows. */
export function InForce({ intersection, operating }: Props): JSX.Element {
  const { commands, modeLease, control } = operating;
  if (commands.length === 0 && modeLease === null && control === null) {
    return <p class="reason dim">Nothing has been asked in the last ten minutes.</p>;
  }
  return (
    <ul class="asked live" aria-label="What has been asked">
      {control !== null && <ControlItem control={control} />}
      {modeLease !== null && <ModeItem intersection={intersection} lease={modeLease} />}
      {commands.map((command) => (
        <CommandItem key={command.id} intersection={intersection} command={command} />
      ))}
    </ul>
  );
}

function ControlItem({ control }: { readonly control: ControlView }): JSX.Element {
  const area = [...details.value.values()]
    .filter(({ operating }) => operating?.control?.area === control.area)
    .map(({ id }) => id);
  return (
    <li data-state="inForce">
      <p class="asked-head">
        <b>control: {control.by}</b> <Ends at={control.until} />
        {control.by === me.value?.name && (
          <AskButton asks={controlReleaseDraft(control.area, area)}>Give up…</AskButton>
        )}
      </p>
      <Who by={control.by} at={control.since} reason={control.reason} />
    </li>
  );
}

function ModeItem({
  intersection,
  lease,
}: {
  readonly intersection: string;
  readonly lease: ModeLeaseView;
}): JSX.Element {
  const now = useComputed(() => liveById.value.get(intersection)?.mode ?? "?");
  return (
    <li data-state="inForce">
      <p class="asked-head">
        <b>
          mode {now}, then {lease.standing}
        </b>{" "}
        <Ends at={lease.until} />
        <AskButton asks={modeBackDraft(intersection, lease.standing)}>Back now…</AskButton>
      </p>
      <Who by={lease.by} at={null} reason={lease.reason} />
    </li>
  );
}

const STATE_TEXT: Readonly<Record<CommandView["state"], string>> = {
  asked: "no answer yet",
  inForce: "accepted",
  done: "accepted, done once",
  ended: "over",
  refused: "refused",
  unanswered: "not answered",
};

const ENDED_TEXT = {
  expired: "its time is over",
  replaced: "another one followed",
  released: "released",
  cleared: "cleared",
} as const;

function CommandItem({
  intersection,
  command,
}: {
  readonly intersection: string;
  readonly command: CommandView;
}): JSX.Element {
  const { state, ended, street, refusals, text, by, reason, askedAt, validUntil, order } = command;
  const holds = order.kind === "hold" || order.kind === "forceStage";
  return (
    <li data-state={state}>
      <p class="asked-head">
        <b>{text}</b>
        <span
          class={`status status-${state === "refused" ? "refused" : state === "inForce" ? "accepted" : "superseded"}`}
        >
          {STATE_TEXT[state]}
          {ended === null ? "" : `: ${ENDED_TEXT[ended]}`}
        </span>
        {(state === "inForce" || state === "asked") && <Ends at={validUntil} />}
        {state === "inForce" && (
          <AskButton asks={commandDraft([intersection], { kind: holds ? "release" : "clear" })}>
            {holds ? "Release…" : "Clear…"}
          </AskButton>
        )}
      </p>
      <Who by={by} at={askedAt} reason={reason} />
      {street !== null && (
        <p class="asked-street">
          <span class="dim">The street shows</span> <b>{street.text}</b>
          <span class="asked-match" data-as-asked={String(street.asAsked)}>
            {street.asAsked === null ? "? not known" : street.asAsked ? "= as asked" : "≠ not as asked"}
          </span>
        </p>
      )}
      {refusals.length > 0 && <Refusals refusals={refusals} />}
    </li>
  );
}

type WhoProps = { readonly by: string; readonly at: number | null; readonly reason: string };

function Who({ by, at, reason }: WhoProps): JSX.Element {
  return (
    <p class="dim">
      {by}
      {at === null ? "" : `, ${clock.value.time(at)}`}: {reason}
    </p>
  );
}

/** When it ends by the clock of the street, and how long that is still. */
function Ends({ at }: { readonly at: number }): JSX.Element {
  const left = useComputed(() => countdownText(at - frameAt.value));
  return (
    <span class="asked-ends">
      until {clock.value.time(at)} <span aria-hidden="true">({left})</span>
    </span>
  );
}
