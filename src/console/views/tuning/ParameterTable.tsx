import type { JSX } from "preact";
import type { ParameterView } from "../../../protocol/change.ts";
import { clock } from "../../data/store.ts";
import { editFault, groupsOf, parameterName, sliderStep, typedNumber, unitText } from "./edits.ts";
import { whyNotPresent } from "../../data/present.ts";
import { edit, edits, search } from "./state.ts";

/** Every tunable, by group: in force, by default, and what is typed over it. */
export function ParameterTable({
  parameters,
}: {
  readonly parameters: readonly ParameterView[];
}): JSX.Element {
  const groups = groupsOf(parameters, search.value);
  const changed = parameters.filter((one) => one.value !== one.default).length;
  return (
    <section class="card tuning-parameters" aria-labelledby="tuning-parameters">
      <header class="tuning-head">
        <h2 id="tuning-parameters">Parameters</h2>
        <p class="dim">
          {parameters.length} declared,{" "}
          {changed === 0 ? "all at their defaults" : `${changed} not at their default`}. What keeps traffic
          safe is none of them.
        </p>
        <input
          type="search"
          aria-label="Search parameters"
          placeholder="Search name or effect"
          value={search.value}
          onInput={({ currentTarget }) => (search.value = currentTarget.value)}
        />
      </header>
      <div class="tuning-scroll live" tabIndex={0} role="region" aria-label="Parameters, by group">
        <table>
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col" class="number">
                Default
              </th>
              <th scope="col" class="number">
                In force
              </th>
              <th scope="col">Draft</th>
            </tr>
          </thead>
          {groups.map(({ name, parameters: own }) => (
            <tbody key={name}>
              <tr class="tuning-group">
                <th colSpan={4} scope="rowgroup">
                  {name}
                </th>
              </tr>
              {own.map((parameter) => (
                <ParameterRow key={parameter.path} parameter={parameter} />
              ))}
            </tbody>
          ))}
        </table>
        {groups.length === 0 && (
          <p class="tuning-empty">
            Nothing is called <b>{search.value}</b>, and no effect speaks of it.{" "}
            <button type="button" onClick={() => (search.value = "")}>
              Show all
            </button>
          </p>
        )}
      </div>
    </section>
  );
}

function ParameterRow({ parameter }: { readonly parameter: ParameterView }): JSX.Element {
  const { path, unit, effect, value, lastChange } = parameter;
  const typed = edits.value.get(path);
  return (
    <tr data-edited={typed !== undefined}>
      <th scope="row">
        <span class="tuning-name">{parameterName(path)}</span> <code>{path}</code>
        <p class="dim">{effect}</p>
      </th>
      <td class="number">
        {parameter.default}
        {unitText(unit)}
      </td>
      <td class="number">
        <b data-changed={value !== parameter.default}>
          {value}
          {unitText(unit)}
        </b>
        <p class="dim">{lastText(parameter)}</p>
        {lastChange !== null && (
          <p class="dim">
            {lastChange.change}, {clock.value.time(lastChange.at)}
          </p>
        )}
      </td>
      <td class="tuning-edit">
        {parameter.fixed === null ? (
          <Editor parameter={parameter} typed={typed} />
        ) : (
          <p class="dim">At a start only: {parameter.fixed}.</p>
        )}
      </td>
    </tr>
  );
}

function lastText({ lastChange, value, default: usual }: ParameterView): string {
  if (lastChange !== null) return `by ${lastChange.by}`;
  return value === usual ? "" : "set at the start";
}

function Editor({
  parameter,
  typed,
}: {
  readonly parameter: ParameterView;
  readonly typed: string | undefined;
}): JSX.Element {
  const { path, min, max, unit, value } = parameter;
  const text = typed ?? String(value);
  const fault = typed === undefined ? null : editFault(parameter, typed);
  const disabled = whyNotPresent.value !== null;
  const faultId = `fault-${path}`;
  // Back at what is in force there is nothing to be changed.
  const change = (next: string): void => edit(path, typedNumber(next) === value ? null : next);
  return (
    <>
      <div class="tuning-editor">
        <input
          type="range"
          aria-label={`${path}, draft, slider`}
          min={min}
          max={max}
          step={sliderStep(parameter)}
          value={typedNumber(text) ?? value}
          disabled={disabled}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
        <input
          type="text"
          inputMode="decimal"
          aria-label={`${path}, draft${unitText(unit) === "" ? "" : `, in ${unit}`}`}
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : faultId}
          value={text}
          disabled={disabled}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
        <button
          type="button"
          class="tuning-undo"
          aria-label={`${path}: as it is in force`}
          title="as it is in force"
          data-shown={typed !== undefined}
          disabled={typed === undefined}
          onClick={() => edit(path, null)}
        >
          ↺
        </button>
      </div>
      <p
        class={fault === null ? "dim tuning-range" : "tuning-fault"}
        id={fault === null ? undefined : faultId}
      >
        {fault ?? `${min} to ${max}${unitText(unit)}`}
      </p>
    </>
  );
}
