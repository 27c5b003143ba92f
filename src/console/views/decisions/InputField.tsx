import type { JSX } from "preact";
import type { ExplainedDecisionView } from "../../../protocol/decision-answers.ts";
import { edits } from "../../data/decisions-source.ts";
import { editedWith, figure } from "../../data/explained.ts";

export type Variable = ExplainedDecisionView["variables"][number];

/** The value of an input, to be tried with another one. What it was stays beside it. */
export function InputField({ variable }: { readonly variable: Variable | undefined }): JSX.Element {
  if (variable === undefined) return <>—</>;
  const { path, title, unit, value, min, max } = variable;
  const edited = edits.value.get(path);
  return (
    <span class="input-field" data-edited={edited !== undefined}>
      <input
        type="number"
        aria-label={`${title}, ${unit}`}
        title={`${title}; ${figure(min)} to ${figure(max)} ${unit}`}
        min={min}
        max={Math.floor(max * 100) / 100}
        step="any"
        value={figure(edited ?? value)}
        onChange={({ currentTarget }) => {
          edits.value = editedWith(edits.peek(), variable, currentTarget.value);
          currentTarget.value = figure(edits.peek().get(path) ?? value);
        }}
      />
      {edited !== undefined && <s>{figure(value)}</s>}
    </span>
  );
}

/** Inputs that have no place in a table of their own. */
export function MoreInputs({ variables }: { readonly variables: readonly Variable[] }): JSX.Element | null {
  if (variables.length === 0) return null;
  return (
    <details>
      <summary>{variables.length} more inputs</summary>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">Value</th>
            <th scope="col">Unit</th>
          </tr>
        </thead>
        <tbody>
          {variables.map((variable) => (
            <tr key={variable.path}>
              <th scope="row" class="wraps">
                {variable.title}
              </th>
              <td>
                <InputField variable={variable} />
              </td>
              <td>{variable.unit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const QUALITY_SIGN = { measured: "", imputed: "◇", stale: "◷" } as const;

/** Whether detectors told it, something stands for what failed ones tell, or it is old. */
export function Quality({ of }: { readonly of: keyof typeof QUALITY_SIGN }): JSX.Element {
  if (of === "measured") return <span class="dim">measured</span>;
  return (
    <span class="badge badge-p3">
      {QUALITY_SIGN[of]} {of}
    </span>
  );
}
