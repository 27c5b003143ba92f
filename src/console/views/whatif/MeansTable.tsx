import type { JSX } from "preact";
import type { StudyResult } from "../../../protocol/studies.ts";
import { decimalsOf } from "./forest.ts";

/** What each arm came to by itself: means over its seeds. */
export function MeansTable({ result }: { readonly result: StudyResult }): JSX.Element {
  const { arms, measures } = result;
  return (
    <section class="card" aria-label="Means by control">
      <h3>Means over the seeds</h3>
      <div class="means" tabIndex={0} role="region" aria-label="Table of means">
        <table>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              {arms.map(({ name, pace }) => (
                <th key={name} scope="col" class="number" title={pace}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {measures.map(({ name, text, unit }) => (
              <tr key={name}>
                <th scope="row">
                  {text} <small>{unit}</small>
                </th>
                {arms.map((arm) => (
                  <td key={arm.name} class="number">
                    {valueText(arm.means[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function valueText(value: number | null | undefined): string {
  return value === null || value === undefined ? "—" : value.toFixed(decimalsOf(value));
}
