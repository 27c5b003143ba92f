import type { JSX } from "preact";
import type { ExplainedTimingView } from "../../../protocol/decision-answers.ts";
import { figure } from "../../data/explained.ts";
import { selectedMovementNames } from "../../data/store.ts";
import { InputField, MoreInputs, Quality } from "./InputField.tsx";

/** The forecasts that a timing plan was made for, with how the last ones did; and the demand of each lane, to be tried with another value. */
export function TimingInputs({ decision }: { readonly decision: ExplainedTimingView }): JSX.Element {
  const { inputs, variables, intersection, realised } = decision;
  const isOwn = (path: string): boolean => path.startsWith(`demand.${intersection}.`);
  const counted = new Map(realised?.counted.map(({ movement, vehicles }) => [movement, vehicles]));
  return (
    <section class="card" aria-labelledby="inputs-heading">
      <h3 id="inputs-heading">
        What it was made on{" "}
        <span class="change">vehicles in the interval; nine counts of ten in the band</span>
      </h3>
      <div class="wide-table" tabIndex={0} role="region" aria-label="Forecasts by movement">
        <table class="plain live">
          <thead>
            <tr>
              <th scope="col">Movement</th>
              <th scope="col" class="number">
                Forecast
              </th>
              <th scope="col" class="number">
                Band
              </th>
              <th scope="col" class="number" title="Of the interval before: forecast and counted">
                Last error
              </th>
              <th scope="col" class="number">
                Realised
              </th>
              <th scope="col">Quality</th>
            </tr>
          </thead>
          <tbody>
            {inputs.movements.map(({ movement, forecast, last, quality }) => (
              <tr key={movement}>
                <th scope="row">{selectedMovementNames.value.get(movement) ?? movement}</th>
                <td class="number">{forecast === null ? "—" : figure(forecast.vehicles)}</td>
                <td class="number">
                  {forecast === null ? "—" : `${figure(forecast.low)}–${figure(forecast.high)}`}
                </td>
                <td class="number" title={lastText(last)}>
                  {last.forecast === null || last.counted === null
                    ? "—"
                    : signed(last.forecast - last.counted)}
                </td>
                <td class="number">{shownCount(counted.get(movement))}</td>
                <td>
                  <Quality of={quality} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h4>Demand by lane, veh/h</h4>
      <ul class="lane-demands">
        {variables
          .filter(({ path }) => isOwn(path))
          .map((variable) => (
            <li key={variable.path}>
              <span>{variable.path.slice(`demand.${intersection}.`.length)}</span>
              <InputField variable={variable} />
            </li>
          ))}
      </ul>
      <MoreInputs variables={variables.filter(({ path }) => !isOwn(path))} />
    </section>
  );
}

function lastText({
  forecast,
  counted,
}: {
  readonly forecast: number | null;
  readonly counted: number | null;
}): string {
  return `forecast ${forecast === null ? "none" : figure(forecast)}, counted ${counted === null ? "none" : figure(counted)}`;
}

function shownCount(vehicles: number | null | undefined): string {
  return vehicles === null || vehicles === undefined ? "—" : figure(vehicles);
}

function signed(value: number): string {
  const text = figure(Math.abs(value));
  return value < 0 ? `−${text}` : `+${text}`;
}
