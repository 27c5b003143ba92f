import type { JSX } from "preact";
import type { ChangesView, ChangeState, ChangeView } from "../../../protocol/change.ts";
import { clock } from "../../data/store.ts";
import { ActButton, refusalOf } from "./ActButton.tsx";
import { Differences } from "./Differences.tsx";
import { DryRunPart } from "./DryRunPart.tsx";
import { MeasuredPart } from "./MeasuredPart.tsx";
import { SchedulePart } from "./SchedulePart.tsx";
import { editAgain, myName } from "./state.ts";
import { NOTE_TEXT, STATE_TEXT } from "./words.ts";

type Props = { readonly change: ChangeView; readonly changes: ChangesView };

/** One change: where it stands, what it would change, what was found out about it, and what can be done with it now. */
export function ChangeCard({ change, changes }: Props): JSX.Element {
  const { id, title, draftedBy, approvedBy, differences, stale, state } = change;
  return (
    <section class="card tuning-change" aria-labelledby="tuning-change">
      <header class="tuning-head">
        <h2 id="tuning-change">
          {id} {title}
        </h2>
        <StateBadge state={state} />
      </header>
      <Steps state={state} />
      {stale !== null && (
        <p>
          <span class="badge badge-p3">◆ stale</span> {sentence(stale)}
        </p>
      )}
      <Differences differences={differences} empty="It changes nothing any more." />
      <p class="dim">
        Drafted by {name(draftedBy)}
        {approvedBy === null ? "" : `, approved by ${name(approvedBy)}`}.
      </p>
      <DryRunPart key={id} change={change} changes={changes} />
      <Next change={change} changes={changes} />
      <Notes change={change} />
    </section>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function name(person: string): string {
  return person === myName.value ? `${person} (you)` : person;
}

export function StateBadge({ state }: { readonly state: ChangeState }): JSX.Element {
  return <span class={`status change-${state}`}>{STATE_TEXT[state]}</span>;
}

const STEPS = ["draft", "submitted", "approved", "scheduled", "inForce"] as const;
const STEP_NAMES: Readonly<Record<(typeof STEPS)[number], string>> = {
  draft: "Draft",
  submitted: "Submitted",
  approved: "Approved",
  scheduled: "Scheduled",
  inForce: "In force",
};

/** How far it has come; a change that is over has no steps left. */
function Steps({ state }: { readonly state: ChangeState }): JSX.Element | null {
  const reached = STEPS.findIndex((step) => step === state);
  if (reached === -1) return null;
  return (
    <ol class="steps" aria-label="Steps">
      {STEPS.map((step, place) => (
        <li
          key={step}
          data-step={place < reached ? "done" : place === reached ? "now" : "ahead"}
          aria-current={place === reached ? "step" : undefined}
        >
          {STEP_NAMES[step]}
        </li>
      ))}
    </ol>
  );
}

/** What can be done next, each with why not. */
function Next({ change, changes }: Props): JSX.Element {
  const { state } = change;
  return (
    <section class="tuning-part" aria-labelledby="tuning-next">
      <h3 id="tuning-next">Next</h3>
      {state === "draft" && <Submit change={change} />}
      {state === "submitted" && <Approval change={change} />}
      {(state === "approved" || state === "scheduled") && <SchedulePart change={change} changes={changes} />}
      {state === "scheduled" && change.scheduledAt !== null && (
        <p>
          Comes in force {clock.value.weekday(change.scheduledAt)} {clock.value.time(change.scheduledAt)}, by
          the network's own clock.
        </p>
      )}
      {state === "inForce" && <InForce change={change} now={changes.at} />}
      <Aside change={change} />
    </section>
  );
}

function Submit({ change }: { readonly change: ChangeView }): JSX.Element {
  const act = {
    change,
    kind: "submit",
    permission: "draft",
    path: "/submit",
    label: "Submit for approval",
  } as const;
  if (change.dryRun?.outcome.kind === "done") return <ActButton {...act} primary />;
  return <ActButton {...act} question="No dry run speaks for it. Say why it is submitted without one." />;
}

function Approval({ change }: { readonly change: ChangeView }): JSX.Element {
  const refusal = refusalOf(change, "approve", "approve");
  const act = { change, permission: "approve" } as const;
  return (
    <>
      <p class="dim">
        {refusal === null
          ? `${change.draftedBy} drafted it; you may approve it as the second person.`
          : sentence(refusal)}
      </p>
      <div class="act-buttons">
        <ActButton
          {...act}
          kind="approve"
          path="/approve"
          label="Approve"
          question="Approve these values?"
          primary
        >
          <Differences differences={change.differences} empty="" />
        </ActButton>
        <ActButton {...act} kind="reject" path="/reject" label="Reject" question="Reject it?" />
      </div>
    </>
  );
}

function InForce({ change, now }: { readonly change: ChangeView; readonly now: number }): JSX.Element {
  const { inForceSince, rollBackAsked, differences } = change;
  const back = differences.map(({ path, unit, from, to }) => ({ path, unit, from: to, to: from }));
  return (
    <>
      <p>
        In force since {inForceSince === null ? "the start" : clock.value.time(inForceSince)}.
        {rollBackAsked !== null && ` ${rollBackAsked.by} asked to roll it back; the engine has not yet.`}
      </p>
      {inForceSince !== null && <MeasuredPart since={inForceSince} now={now} />}
      <ActButton
        change={change}
        kind="rollBack"
        permission="draft"
        path="/roll-back"
        label="Roll back"
        question="Back to what was in force before, from the engine's next second on:"
      >
        <Differences differences={back} empty="" />
      </ActButton>
    </>
  );
}

const OVER: ReadonlySet<ChangeState> = new Set(["superseded", "rolledBack", "withdrawn", "rejected"]);

/** What leads off the way: another draft, or the end. */
function Aside({ change }: { readonly change: ChangeView }): JSX.Element | null {
  if (change.state === "inForce") return null;
  if (OVER.has(change.state)) {
    return (
      <button type="button" onClick={() => editAgain(change, false)}>
        Draft the like of it
      </button>
    );
  }
  const refusal = refusalOf(change, "revise", "draft");
  return (
    <div class="act-buttons">
      <button
        type="button"
        disabled={refusal !== null}
        title={refusal ?? undefined}
        onClick={() => editAgain(change, true)}
      >
        Revise
      </button>
      <ActButton
        change={change}
        kind="withdraw"
        permission="draft"
        path="/withdraw"
        label="Withdraw"
        question="Withdraw it? It can be drafted anew."
      />
    </div>
  );
}

function Notes({ change: { notes } }: { readonly change: ChangeView }): JSX.Element {
  return (
    <section class="tuning-part" aria-labelledby="tuning-notes">
      <h3 id="tuning-notes">What was done</h3>
      <ol class="tuning-notes live">
        {notes.toReversed().map(({ at, by, what, reason }, index) => (
          <li key={index}>
            <time>{at === null ? "at a start" : clock.value.time(at)}</time>
            <span>
              {NOTE_TEXT[what]} by {name(by)}
              {reason === null ? "" : `: ${reason}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
