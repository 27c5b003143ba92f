import type { JSX } from "preact";
import type { ExplainedStageView } from "../../../protocol/decision-answers.ts";
import { figure } from "../../data/explained.ts";
import { InputField, MoreInputs, Quality } from "./InputField.tsx";

/** Who was known to wait at and come to each stop line, by which detectors. Each figure can be tried with another value. */
export function StageInputs({ decision }: { readonly decision: ExplainedStageView }): JSX.Element {
  const { inputs, variables, observed } = decision;
  const byPath = new Map(variables.map((variable) => [variable.path, variable]));
  const own = new Set(inputs.lanes.flatMap(({ lane }) => [`lane.${lane}.waiting`, `lane.${lane}.coming`]));
  const most = Math.max(1, ...inputs.lanes.map(({ waiting, coming }) => waiting + coming));
  const sending = inputs.neighbours.filter(({ vehicles }) => vehicles > 0);
  return (
    <section class="card" aria-labelledby="inputs-heading">
      <h3 id="inputs-heading">
        What it was made on{" "}
        <span class="change">
          vehicles, by {observed === "zone" ? "the area detector" : "loops"}; change a figure to try it
        </span>
      </h3>
      <div class="wide-table" tabIndex={0} role="region" aria-label="Inputs by lane">
        <table class="plain live">
          <thead>
            <tr>
              <th scope="col">Lane</th>
              <th scope="col">Waiting</th>
              <th scope="col">Coming</th>
              <th scope="col" class="lane-key">
                <i class="lane-waiting" /> waiting <i class="lane-coming" /> coming
              </th>
              <th scope="col">Quality</th>
            </tr>
          </thead>
          <tbody>
            {inputs.lanes.map(({ lane, waiting, coming, quality }) => (
              <tr key={lane}>
                <th scope="row">{lane}</th>
                <td>
                  <InputField variable={byPath.get(`lane.${lane}.waiting`)} />
                </td>
                <td>
                  <InputField variable={byPath.get(`lane.${lane}.coming`)} />
                </td>
                <td class="lane-bar" aria-label={`${figure(waiting + coming)} together`}>
                  <i class="lane-waiting" style={{ width: `${(waiting / most) * 100}%` }} />
                  <i class="lane-coming" style={{ width: `${(coming / most) * 100}%` }} />
                </td>
                <td>
                  <Quality of={quality} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sending.length > 0 && (
        <p class="reason dim">
          Neighbours expected to send{" "}
          {sending.map(({ link, vehicles }) => `${figure(vehicles)} over ${link}`).join(", ")}.
        </p>
      )}
      <MoreInputs variables={variables.filter(({ path }) => !own.has(path))} />
    </section>
  );
}
