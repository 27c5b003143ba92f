import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { Intersection } from "../../../model/intersection.ts";
import { commandDraft } from "../../data/drafts.ts";
import { AskButton } from "./AskButton.tsx";

type Props = { readonly intersection: Intersection };

/** The commands to the controller, by what they act on: stage, phases, calls, plan. */
export function OrderForms({ intersection }: Props): JSX.Element {
  return (
    <>
      <StageForm intersection={intersection} />
      <HoldForm intersection={intersection} />
      <CallForm intersection={intersection} />
      <PlanForm intersection={intersection} />
    </>
  );
}

/** A choice that begins with the first one, and anew with another intersection. */
function useChoice(ids: readonly string[]): readonly [string, (id: string) => void] {
  const [chosen, setChosen] = useState(ids[0] ?? "");
  return [ids.includes(chosen) ? chosen : (ids[0] ?? ""), setChosen];
}

type SelectProps = {
  readonly label: string;
  readonly options: readonly { readonly id: string; readonly text: string }[];
  readonly chosen: string;
  readonly onChange: (id: string) => void;
};

function Select({ label, options, chosen, onChange }: SelectProps): JSX.Element {
  const id = useId();
  return (
    <>
      <label class="spoken" for={id}>
        {label}
      </label>
      <select id={id} value={chosen} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.text}
          </option>
        ))}
      </select>
    </>
  );
}

function StageForm({ intersection: { id, stages } }: Props): JSX.Element {
  const [stage, setStage] = useChoice(stages.map((one) => one.id));
  return (
    <fieldset>
      <legend>Stage: served next, and held while its lease lasts</legend>
      <div class="choices-row">
        <Select
          label="Stage to force"
          options={stages.map((one) => ({ id: one.id, text: `stage ${one.id}` }))}
          chosen={stage}
          onChange={setStage}
        />
        <AskButton asks={commandDraft([id], { kind: "forceStage", stage })}>Force stage…</AskButton>
      </div>
    </fieldset>
  );
}

function HoldForm({ intersection: { id, phases } }: Props): JSX.Element {
  const [held, setHeld] = useState<readonly string[]>([]);
  // Phases of another intersection are others.
  useEffect(() => setHeld([]), [id]);
  const chosen = phases.map((phase) => phase.id).filter((phase) => held.includes(phase));
  const toggle = (phase: string): void =>
    setHeld(held.includes(phase) ? held.filter((other) => other !== phase) : [...held, phase]);
  return (
    <fieldset>
      <legend>Green: not ended while the lease lasts</legend>
      <div class="choices-row">
        {phases.map(({ id: phase, name }) => (
          <button
            key={phase}
            type="button"
            class="phase-choice"
            aria-pressed={chosen.includes(phase)}
            aria-label={`Phase ${phase}, ${name}`}
            title={name}
            onClick={() => toggle(phase)}
          >
            {phase}
          </button>
        ))}
        <AskButton
          asks={chosen.length === 0 ? null : commandDraft([id], { kind: "hold", phases: chosen })}
          why={chosen.length === 0 ? "Choose the phases to hold." : null}
        >
          Hold…
        </AskButton>
        <AskButton asks={commandDraft([id], { kind: "release" })}>Release…</AskButton>
      </div>
    </fieldset>
  );
}

function CallForm({ intersection: { id, phases } }: Props): JSX.Element {
  const calls = phases.flatMap(({ id: phase, name, pedestrian }) => [
    { id: `v ${phase}`, text: `${phase} vehicles, ${name}` },
    ...(pedestrian === undefined ? [] : [{ id: `p ${phase}`, text: `${phase} pedestrians` }]),
  ]);
  const [call, setCall] = useChoice(calls.map((one) => one.id));
  const order = { kind: "placeCall", phase: call.slice(2), pedestrian: call.startsWith("p") } as const;
  return (
    <fieldset>
      <legend>Call: as if somebody waited</legend>
      <div class="choices-row">
        <Select label="Call to place" options={calls} chosen={call} onChange={setCall} />
        <AskButton asks={commandDraft([id], order)}>Place call…</AskButton>
      </div>
    </fieldset>
  );
}

function PlanForm({ intersection: { id, plans, startUp } }: Props): JSX.Element {
  const [plan, setPlan] = useChoice(plans.map((one) => one.id));
  return (
    <fieldset>
      <legend>Operation: instead of the schedule's, while its lease lasts</legend>
      <div class="choices-row">
        <Select
          label="Local plan"
          options={plans.map((one) => ({ id: one.id, text: `plan ${one.id}, ${one.cycleSeconds} s` }))}
          chosen={plan}
          onChange={setPlan}
        />
        <AskButton asks={commandDraft([id], { kind: "pattern", plan })}>Run plan…</AskButton>
        <AskButton asks={commandDraft([id], { kind: "free" })}>Free…</AskButton>
        <AskButton
          asks={commandDraft([id], { kind: "flash" })}
          why={startUp === undefined ? "No flash is configured here." : null}
        >
          Flash…
        </AskButton>
        <AskButton asks={commandDraft([id], { kind: "clear" })}>Clear all…</AskButton>
      </div>
    </fieldset>
  );
}
