import type { JSX } from "preact";
import type { IntersectionDetail, MovementForecastView } from "../../../protocol/live.ts";
import { imputedText, MODEL_TEXT, maeInUse, numberText } from "../../data/movement.ts";
import { clock, selectedMovementNames } from "../../data/store.ts";
import { seriesMax, sparkPath } from "../../draw/spark.ts";
import { movementShown, showMovement } from "../shell/switches.ts";

/** From here on a movement is shown as near, and as over its capacity. */
const NEAR_CAPACITY = 0.9;

export function Movements({ detail }: { readonly detail: IntersectionDetail | undefined }): JSX.Element {
  const movements = detail?.movements ?? [];
  const nextFrom = movements.find((movement) => movement.nextFrom !== null)?.nextFrom ?? null;
  return (
    <section aria-labelledby="movements-heading">
      <h3 id="movements-heading">
        Forecast and measured <span class="change">veh/h</span>
        {nextFrom !== null && <span class="change">next interval from {clock.value.minute(nextFrom)}</span>}
      </h3>
      {movements.length === 0 ? (
        <p class="reason dim">No interval has been counted yet.</p>
      ) : (
        <table class="movements live">
          <thead>
            <tr>
              <th scope="col">Movement</th>
              <th scope="col">Last 2 h</th>
              <th
                scope="col"
                title="Measured in the last interval, veh/h; imputed: what stands for it while its detectors are not trusted"
              >
                Last
              </th>
              <th scope="col" title="Forecast for the next interval, veh/h">
                Next
              </th>
              <th scope="col">Model</th>
              <th scope="col" title="Recent mean absolute error of the model in use, veh/h">
                MAE
              </th>
              <th scope="col" title="Degree of saturation: demand over capacity in the running plan">
                Sat.
              </th>
            </tr>
          </thead>
          <tbody>
            {movements.map((movement) => (
              <MovementRow key={movement.movement} movement={movement} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function MovementRow({ movement }: { readonly movement: MovementForecastView }): JSX.Element {
  const chosen = movementShown.value === movement.movement;
  const last = movement.history.at(-1);
  const imputed = imputedText(movement);
  return (
    <tr aria-selected={chosen} onClick={() => showMovement(movement.movement)}>
      <th scope="row">
        <button type="button" aria-pressed={chosen}>
          {selectedMovementNames.value.get(movement.movement) ?? movement.movement}
        </button>
        <DriftBadge drift={movement.drift} />
      </th>
      <td>
        <Spark movement={movement} />
      </td>
      <td class="number">
        {numberText(last?.vehPerHour)}
        {imputed !== null && <span class="imputed">{imputed}</span>}
      </td>
      <td class="number number-forecast">{numberText(movement.next?.vehPerHour)}</td>
      <td>{movement.model === null ? "—" : MODEL_TEXT[movement.model]}</td>
      <td class="number">{numberText(maeInUse(movement))}</td>
      <td class="number">
        <Saturation degree={movement.degreeOfSaturation} />
      </td>
    </tr>
  );
}

function DriftBadge({ drift }: Pick<MovementForecastView, "drift">): JSX.Element | null {
  if (drift === null) return null;
  const text = drift === "above" ? "more vehicles than usual" : "fewer vehicles than usual";
  return (
    <span class="badge badge-p3" title={text} aria-label={text}>
      {drift === "above" ? "↑" : "↓"}
    </span>
  );
}

function Saturation({ degree }: { readonly degree: number | null }): JSX.Element {
  if (degree === null) return <>—</>;
  const text = degree.toFixed(2);
  if (degree < NEAR_CAPACITY) return <>{text}</>;
  return (
    <span
      class={degree >= 1 ? "badge badge-p2" : "badge badge-p3"}
      title={degree >= 1 ? "over capacity" : "near capacity"}
    >
      {degree >= 1 ? "▲" : "◆"} {text}
    </span>
  );
}

const SPARK_WIDTH = 88;
const SPARK_HEIGHT = 18;

function Spark({ movement }: { readonly movement: MovementForecastView }): JSX.Element {
  const measured = movement.history.map(({ vehPerHour }) => vehPerHour);
  const forecast = movement.history.map((interval) => interval.forecast?.vehPerHour ?? null);
  const max = seriesMax(measured, forecast) * 1.1;
  return (
    <svg
      class="spark"
      preserveAspectRatio="none"
      viewBox={`0 -1 ${SPARK_WIDTH} ${SPARK_HEIGHT + 2}`}
      aria-hidden="true"
    >
      <path class="spark-measured" d={sparkPath(measured, max, SPARK_WIDTH, SPARK_HEIGHT)} />
      <path class="spark-forecast" d={sparkPath(forecast, max, SPARK_WIDTH, SPARK_HEIGHT)} />
    </svg>
  );
}
