import type { JSX } from "preact";
import type {
  ExplainedDecisionView,
  ExplainedStageView,
  ExplainedTimingView,
} from "../../../protocol/decision-answers.ts";
import { figure, whole } from "../../data/explained.ts";
import { clock } from "../../data/store.ts";

type Row = readonly [what: string, expected: string, realised: string];

/** What was expected of the decision, and what was counted once its time was over. */
export function Outcome({ decision }: { readonly decision: ExplainedDecisionView }): JSX.Element {
  const rows = decision.level === "tactical" ? stageRows(decision) : timingRows(decision);
  const { realised } = decision;
  const { time } = clock.value;
  return (
    <section class="card" aria-labelledby="outcome-heading">
      <h3 id="outcome-heading">
        Expected and realised{" "}
        <span class="change">
          {realised === null ? "its time is not over, or nobody was told" : `by ${time(realised.untilAt)}`}
        </span>
      </h3>
      <table class="plain outcome live">
        <thead>
          <tr>
            <th scope="col">
              <span class="spoken">What</span>
            </th>
            <th scope="col" class="number">
              Expected
            </th>
            <th scope="col" class="number">
              Realised
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([what, expected, came]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td class="number">{expected}</td>
              <td class="number">{came}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function stageRows({ decided, horizonSeconds, realised, running }: ExplainedStageView): readonly Row[] {
  const { expected, stages } = decided;
  const { time } = clock.value;
  const [first, next] = stages;
  const planned = [
    first === undefined ? running : first.stage,
    ...(next === undefined ? [] : [`${next.stage} from ${time(next.startAt)}`]),
  ];
  const behind = realised?.shown.filter(({ at }) => first === undefined || at > first.startAt - 1) ?? [];
  return [
    [
      `Vehicles served in ${horizonSeconds} s`,
      expected === undefined ? "—" : figure(expected.served),
      realised === null ? "—" : whole(realised.served),
    ],
    [
      "Stages",
      planned.join(", "),
      realised === null
        ? "—"
        : behind.map(({ stage, at }) => `${stage} from ${time(at)}`).join(", ") || `${running} all along`,
    ],
    [
      "Delay until the horizon, veh·s",
      expected === undefined ? "—" : whole(expected.delayVehSeconds),
      realised === null ? "—" : "loops do not tell it",
    ],
  ];
}

function timingRows({ decided, realised, inputs, fate }: ExplainedTimingView): readonly Row[] {
  const { runningSeconds, chosenSeconds } = decided.expected;
  const forecast = inputs.movements.reduce((sum, one) => sum + (one.forecast?.vehicles ?? 0), 0);
  const counted = realised?.counted.reduce((sum, { vehicles }) => sum + (vehicles ?? 0), 0);
  return [
    ["Mean delay with what ran, s/veh", figure(runningSeconds), "—"],
    [
      "Mean delay with the choice, s/veh",
      figure(chosenSeconds),
      realised === null || realised.delaySeconds === null ? "—" : figure(realised.delaySeconds),
    ],
    ["Vehicles in the interval", whole(forecast), counted === undefined ? "—" : whole(counted)],
    ["Plan", "plan" in fate ? "sent" : "not sent", realised?.status ?? "—"],
  ];
}
