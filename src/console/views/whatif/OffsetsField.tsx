import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { intersectionNames } from "../../data/store.ts";
import type { PartProps } from "./NewStudy.tsx";
import { offsetWords } from "./offset-words.ts";
import { offsetControls, withOffset, withoutOffset } from "./study-form.ts";

/** As far as a cycle goes; whether an offset is within its own the server says. */
const SECONDS_MAX = 299;

/** Offsets to be tried, all together: as they were dragged in the time–space view, or added here. */
export function OffsetsField({ form, choices, change }: PartProps): JSX.Element {
  const names = intersectionNames.value;
  const [chosen, setChosen] = useState<string | null>(null);
  const [seconds, setSeconds] = useState(5);
  const id = chosen ?? [...names.keys()][0] ?? "";
  const isRight = Number.isInteger(seconds) && seconds !== 0 && Math.abs(seconds) <= SECONDS_MAX;
  return (
    <fieldset>
      <legend>Other offsets, all together against the same plans without</legend>
      <div class="setting-row">
        <select
          aria-label="Intersection"
          value={id}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        >
          {[...names].map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
        <input
          type="number"
          step={1}
          min={-SECONDS_MAX}
          max={SECONDS_MAX}
          aria-label="Seconds later"
          value={Number.isNaN(seconds) ? "" : seconds}
          onInput={({ currentTarget }) => setSeconds(currentTarget.valueAsNumber)}
        />
        <button
          type="button"
          disabled={!isRight || id === ""}
          onClick={() => change(withOffset(form, `${id}=${seconds}`, choices))}
        >
          Add
        </button>
        <small>whole seconds later than the plan, below zero earlier; or drag them in Time–space</small>
      </div>
      {form.offsets.length > 0 && (
        <>
          <ul class="chips">
            {form.offsets.map((one) => (
              <li key={one}>
                {offsetWords(one)}
                <button
                  type="button"
                  aria-label={`Remove ${offsetWords(one)}`}
                  onClick={() => change({ offsets: withoutOffset(form, one) })}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
          <Compared form={form} choices={choices} />
        </>
      )}
    </fieldset>
  );
}

/** Which controls are compared with themselves, and which are as ever. */
function Compared({ form, choices }: Pick<PartProps, "form" | "choices">): JSX.Element {
  const own = offsetControls(form, choices);
  const others = form.controls.filter((name) => !own.includes(name));
  return (
    <div class="offsets-compared">
      {own.map((name) => (
        <p key={name}>
          <b>{name}</b>, {choices.controls.find((one) => one.name === name)?.text}: with these offsets against
          the same without.
        </p>
      ))}
      {others.length > 0 && (
        <p>
          {others.join(", ")} as ever: such controls run free, decide each second, or choose their offsets
          themselves.
        </p>
      )}
      <p class="dim">Controllers begin in step in both: what it costs to get there is in neither.</p>
    </div>
  );
}
