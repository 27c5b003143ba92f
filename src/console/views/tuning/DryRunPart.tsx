import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ChangesView, ChangeView, DryRun } from "../../../protocol/change.ts";
import { askChange } from "../../data/changes.ts";
import { clock } from "../../data/store.ts";
import { refusalOf, Refused } from "./ActButton.tsx";
import { minuteOf, timeOf } from "./edits.ts";
import { TimeField } from "./TimeField.tsx";
import { ForestPlot } from "./ForestPlot.tsx";
import { verdictText } from "./words.ts";

type Props = { readonly change: ChangeView; readonly changes: ChangesView };

/** The dry run of a change: what it takes, how far it is, what it found. */
export function DryRunPart({ change, changes }: Props): JSX.Element {
  const { dryRun } = change;
  return (
    <section class="tuning-part" aria-labelledby="tuning-dry-run">
      <h3 id="tuning-dry-run">Dry run</h3>
      {dryRun !== null && <Outcome change={change} dryRun={dryRun} />}
      {change.state === "draft" && dryRun?.outcome.kind !== "running" && (
        <Form change={change} changes={changes} />
      )}
      {change.state !== "draft" && dryRun === null && <p class="dim">None was made of it.</p>}
    </section>
  );
}

function Outcome({ change, dryRun }: { readonly change: ChangeView; readonly dryRun: DryRun }): JSX.Element {
  const { plan, by, startedAt, outcome } = dryRun;
  const about = `${plan.seeds} pairs of ${plan.minutes} min from ${timeOf(plan.fromMinute)}, by ${by} at ${clock.value.time(startedAt)}`;
  switch (outcome.kind) {
    case "running":
      return <Running change={change} about={about} />;
    case "failed":
      return (
        <p>
          <span class="badge badge-p3">◆ failed</span> {outcome.why} <span class="dim">({about})</span>
        </p>
      );
    case "cancelled":
      return (
        <p class="dim">
          Cancelled by {outcome.by} ({about}).
        </p>
      );
    case "done":
    default:
      return (
        <>
          {outcome.result.safetyViolations > 0 && (
            <p>
              <span class="badge badge-p1">
                ■ {outcome.result.safetyViolations} trips of conflict monitors
              </span>{" "}
              with the draft
            </p>
          )}
          {outcome.result.jammedRuns > 0 && (
            <p>
              <span class="badge badge-p3">◆ {outcome.result.jammedRuns} runs jammed</span> with the draft
            </p>
          )}
          <p class="tuning-verdict">
            <b>{verdictText(outcome.result)}</b> <span class="dim">{about}</span>
          </p>
          <ForestPlot id={change.id} result={outcome.result} />
        </>
      );
  }
}

function Running({ change, about }: { readonly change: ChangeView; readonly about: string }): JSX.Element {
  const [refused, setRefused] = useState<string | null>(null);
  const refusal = refusalOf(change, "cancelDryRun", "draft");
  const cancel = async (): Promise<void> => {
    const { refusal: told } = await askChange("DELETE", `/${change.id}/dry-run`, {});
    setRefused(told);
  };
  const percent = Math.floor(100 * (change.progressRatio ?? 0));
  return (
    <>
      <div class="tuning-progress">
        <progress max={100} value={percent} aria-label="Dry run">
          {percent} %
        </progress>
        <span class="number">{percent} %</span>
        <button
          type="button"
          disabled={refusal !== null}
          title={refusal ?? undefined}
          onClick={() => void cancel()}
        >
          Cancel
        </button>
      </div>
      <p class="dim">Simulating {about}.</p>
      {refused !== null && <Refused text={refused} />}
    </>
  );
}

const SEEDS_DEFAULT = 8;
const MINUTES_DEFAULT = 15;

function Form({ change, changes }: Props): JSX.Element {
  const [seeds, setSeeds] = useState(SEEDS_DEFAULT);
  const [minutes, setMinutes] = useState(MINUTES_DEFAULT);
  const [from, setFrom] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  if (changes.dryRunUnavailable !== null) {
    return <p class="dim">No dry run: {changes.dryRunUnavailable}.</p>;
  }
  const shown = from ?? timeOf(changes.minuteOfDay);
  const fromMinute = minuteOf(shown);
  const right = seeds >= 2 && seeds <= 32 && minutes >= 1 && minutes <= 60 && fromMinute !== null;
  const refusal =
    refusalOf(change, "startDryRun", "draft") ??
    (right ? null : "allowed: 2 to 32 pairs of 1 to 60 min, from a time of day such as 07:30");
  const start = async (): Promise<void> => {
    const { refusal: told } = await askChange("POST", `/${change.id}/dry-run`, {
      seeds,
      minutes,
      fromMinute,
    });
    setRefused(told);
  };
  return (
    <form
      class="tuning-form"
      aria-label="Dry run"
      onSubmit={(event) => {
        event.preventDefault();
        if (refusal === null) void start();
      }}
    >
      <label>
        Pairs
        <input
          type="number"
          min={2}
          max={32}
          value={seeds}
          onInput={({ currentTarget }) => setSeeds(currentTarget.valueAsNumber)}
        />
      </label>
      <label>
        Minutes each
        <input
          type="number"
          min={1}
          max={60}
          value={minutes}
          onInput={({ currentTarget }) => setMinutes(currentTarget.valueAsNumber)}
        />
      </label>
      <label>
        From
        <TimeField label="From, local time" value={shown} onTime={setFrom} />
      </label>
      <button type="submit" class="primary" disabled={refusal !== null} title={refusal ?? undefined}>
        {change.dryRun === null ? "Dry run" : "Dry run again"}
      </button>
      {refused !== null && <Refused text={refused} />}
    </form>
  );
}
