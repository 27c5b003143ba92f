import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { StudyChoices } from "../../../protocol/studies.ts";
import { may } from "../../data/person.ts";
import { askStudy } from "../../data/studies.ts";
import { OffsetsField } from "./OffsetsField.tsx";
import { EventsField, SettingsField } from "./StudyExtras.tsx";
import {
  type Asked,
  firstForm,
  PRESETS,
  requestOf,
  type StudyForm,
  toggleControl,
  withBase,
} from "./study-form.ts";

type Props = {
  readonly choices: StudyChoices;
  /** What another view has filled in, as intersection=seconds later. */
  readonly offsets: readonly string[];
  readonly onAsked: (id: string) => void;
};

const BEGIN_TEXT: Readonly<Record<StudyForm["begin"], string>> = {
  now: "Now: who is on the street, and the demand that is expected",
  clock: "A time of day, on an empty street",
  scenario: "Where this run's scenario began, on an empty street",
};

/** The form of a new study. */
export function NewStudy({ choices, offsets, onAsked }: Props): JSX.Element {
  const [form, setForm] = useState<StudyForm>(() => firstForm(choices, offsets));
  const comesFilled = offsets.length > 0;
  const heading = useRef<HTMLHeadingElement>(null);
  // Who comes from another view by the keyboard goes on here.
  useEffect(() => {
    if (comesFilled) heading.current?.focus();
  }, []);
  const [refused, setRefused] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const change = (part: Partial<StudyForm>): void => setForm({ ...form, ...part });
  const asked = requestOf(form, choices);
  const send = async (): Promise<void> => {
    if (!asked.ok) return;
    setSending(true);
    const answer = await askStudy(asked.request);
    setSending(false);
    setRefused(answer.ok ? null : answer.fault.message);
    if (answer.ok) onAsked(answer.value.id);
  };
  return (
    <form
      class="card new-study"
      aria-label="New study"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2 ref={heading} tabIndex={-1}>
        New study
      </h2>
      <p class="dim">
        The same traffic under each control, seed by seed, in a simulation beside the engine. Nothing of it
        reaches the street.
      </p>
      <Presets form={form} choices={choices} change={setForm} />
      <div class="field">
        <label for="study-name">Name</label>
        <input
          id="study-name"
          type="text"
          maxLength={80}
          value={form.name}
          onInput={({ currentTarget }) => change({ name: currentTarget.value })}
        />
      </div>
      {comesFilled && <OffsetsField form={form} choices={choices} change={change} />}
      <Begin form={form} choices={choices} change={change} />
      <Controls form={form} choices={choices} change={change} />
      <Amounts form={form} change={change} />
      {!comesFilled && <OffsetsField form={form} choices={choices} change={change} />}
      <SettingsField form={form} choices={choices} change={change} />
      <EventsField form={form} choices={choices} change={change} />
      <Sending asked={asked} minutes={form.minutes} sending={sending} refused={refused} />
    </form>
  );
}

type SendingProps = {
  readonly asked: Asked;
  readonly minutes: number;
  readonly sending: boolean;
  /** Why the server did not take it. */
  readonly refused: string | null;
};

/** What is to be changed before it can be sent, and the button that sends it. */
function Sending({ asked, minutes, sending, refused }: SendingProps): JSX.Element {
  const allowed = may("study");
  return (
    <footer>
      <button
        type="submit"
        class="primary"
        disabled={!asked.ok || sending || !allowed}
        title={allowed ? undefined : "Your role may not start studies."}
      >
        {sending ? "Asking…" : "Start study"}
      </button>
      <span class="dim">
        {asked.ok &&
          `${asked.runs} runs of ${minutes} simulated minutes at most, on one core behind the engine`}
      </span>
      <div role="status" class="form-problems">
        {!asked.ok && (
          <ul>
            {asked.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        {!allowed && <p>Your role may not start studies.</p>}
        {refused !== null && <p class="form-refused">Refused: {refused}</p>}
      </div>
    </footer>
  );
}

export type PartProps = {
  readonly form: StudyForm;
  readonly choices: StudyChoices;
  readonly change: (part: Partial<StudyForm>) => void;
};

type PresetsProps = Omit<PartProps, "change"> & { readonly change: (form: StudyForm) => void };

/** Whole forms that are often wanted. */
function Presets({ form, choices, change }: PresetsProps): JSX.Element {
  return (
    <div class="presets" role="group" aria-label="Presets">
      {PRESETS.map((preset) => (
        <button
          key={preset.name}
          type="button"
          aria-pressed={form.name === preset.form(choices).name}
          onClick={() => change(preset.form(choices))}
        >
          {preset.name}
        </button>
      ))}
    </div>
  );
}

/** How long, how often and with how much traffic. */
function Amounts({ form, change }: Omit<PartProps, "choices">): JSX.Element {
  return (
    <div class="fields">
      <NumberField
        id="study-minutes"
        label="Duration, min"
        value={form.minutes}
        onChange={(minutes) => change({ minutes })}
      />
      <NumberField
        id="study-seeds"
        label="Seeds"
        value={form.seeds}
        onChange={(seeds) => change({ seeds })}
      />
      <NumberField
        id="study-demand"
        label="Demand, %"
        value={form.demandPercent}
        onChange={(demandPercent) => change({ demandPercent })}
      />
    </div>
  );
}

function Begin({ form, choices, change }: PartProps): JSX.Element {
  return (
    <fieldset>
      <legend>Begins</legend>
      {choices.begins.map((begin) => (
        <label key={begin} class="check">
          <input
            type="radio"
            name="study-begin"
            checked={form.begin === begin}
            onChange={() => change({ begin })}
          />
          {BEGIN_TEXT[begin]}
          {begin === "clock" && (
            <input
              type="text"
              aria-label="Time of day"
              placeholder="08:00"
              maxLength={5}
              value={form.from}
              onInput={({ currentTarget }) => change({ begin: "clock", from: currentTarget.value })}
            />
          )}
        </label>
      ))}
    </fieldset>
  );
}

function Controls({ form, choices, change }: PartProps): JSX.Element {
  const [base] = form.controls;
  const usual = choices.controls.filter(({ name }) => !isAblation(name));
  const others = choices.controls.filter(({ name }) => isAblation(name));
  const boxes = (list: StudyChoices["controls"]): JSX.Element => (
    <div class="control-boxes">
      {list.map(({ name, text, fromNowOnly }) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={form.controls.includes(name)}
            disabled={fromNowOnly && form.begin !== "now" && !form.controls.includes(name)}
            onChange={() => change({ controls: toggleControl(form, name) })}
          />
          <span>
            <b>{name}</b> <small>{text}</small>
          </span>
        </label>
      ))}
    </div>
  );
  return (
    <fieldset>
      <legend>Controls</legend>
      {boxes(usual)}
      <details>
        <summary>Adaptive with a part taken out</summary>
        {boxes(others)}
      </details>
      <div class="field">
        <label for="study-base">The others are compared with</label>
        <select
          id="study-base"
          value={base ?? ""}
          onChange={({ currentTarget }) => change({ controls: withBase(form, currentTarget.value) })}
        >
          {form.controls.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </fieldset>
  );
}

/** Of interest to who asks what a part of the engine is worth. */
function isAblation(name: string): boolean {
  return name.startsWith("without-") || name.startsWith("half-");
}

type NumberProps = {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
};

function NumberField({ id, label, value, onChange }: NumberProps): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        value={Number.isNaN(value) ? "" : value}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </div>
  );
}
