import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PartProps } from "./NewStudy.tsx";

/** Engine parameters to be tried, each as an arm of its own. */
export function SettingsField({ form, choices, change }: PartProps): JSX.Element {
  const [path, setPath] = useState(choices.parameters[0]?.path ?? "");
  const declared = choices.parameters.find((one) => one.path === path);
  const [value, setValue] = useState<number | null>(null);
  const shown = value ?? declared?.value ?? 0;
  const setting = `${path}=${shown}`;
  const within =
    declared !== undefined &&
    shown >= declared.min &&
    shown <= declared.max &&
    (!declared.isWhole || Number.isInteger(shown)) &&
    shown !== declared.value;
  return (
    <fieldset>
      <legend>Other parameters of adaptive, each against adaptive as it runs</legend>
      <div class="setting-row">
        <select
          aria-label="Parameter"
          value={path}
          onChange={({ currentTarget }) => {
            setPath(currentTarget.value);
            setValue(null);
          }}
        >
          {choices.parameters.map((one) => (
            <option key={one.path} value={one.path}>
              {one.path}
            </option>
          ))}
        </select>
        <input
          type="number"
          step="any"
          aria-label={`Value of ${path}`}
          value={shown}
          onInput={({ currentTarget }) => setValue(currentTarget.valueAsNumber)}
        />
        <button
          type="button"
          disabled={!within || form.settings.includes(setting)}
          onClick={() => {
            const controls = form.controls.includes("adaptive")
              ? form.controls
              : [...form.controls, "adaptive"];
            change({ settings: [...form.settings, setting], controls });
          }}
        >
          Add
        </button>
        {declared !== undefined && (
          <small>
            {declared.min} to {declared.max} {declared.unit}; runs with {declared.value}
          </small>
        )}
      </div>
      {form.settings.length > 0 && (
        <ul class="chips">
          {form.settings.map((one) => (
            <li key={one}>
              <code>{one}</code>
              <button
                type="button"
                aria-label={`Remove ${one}`}
                onClick={() => change({ settings: form.settings.filter((other) => other !== one) })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

/** Things that happen, one a line, as `phasewise whatif --event` writes them. */
export function EventsField({ form, choices, change }: PartProps): JSX.Element {
  return (
    <details class="events-field" open={form.events !== ""}>
      <summary>Events</summary>
      <label for="study-events">One a line, in seconds since the begin; each makes arms of its own</label>
      <textarea
        id="study-events"
        rows={3}
        spellcheck={false}
        placeholder="demand=*1.3@600-1200"
        value={form.events}
        onInput={({ currentTarget }) => change({ events: currentTarget.value })}
      />
      <ul class="event-forms">
        {choices.eventForms.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
