import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { getJson } from "../../data/api.ts";
import { clock } from "../../data/store.ts";
import { Refused } from "./ActButton.tsx";
import {
  addressesOf,
  type ApproachDelayRow,
  type Measured,
  measuredOf,
  type Windows,
  windowsOf,
} from "./measured.ts";
import { figureText, signedText } from "./words.ts";

type Found = { readonly windows: Windows; readonly before: Measured; readonly after: Measured };

type Answer = { readonly rows: readonly ApproachDelayRow[] };

/** What the street did before a change and does since, as the controllers' logs say it. */
export function MeasuredPart({ since, now }: { readonly since: number; readonly now: number }): JSX.Element {
  const [found, setFound] = useState<Found | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const windows = windowsOf(since, now);
  const measure = async (): Promise<void> => {
    if (windows === null) return;
    setBusy(true);
    const [before, after] = await Promise.all(
      addressesOf(windows).map(async (one) => await getJson<Answer>(one)),
    );
    setBusy(false);
    if (before?.ok === true && after?.ok === true) {
      const measured = [before, after].map(({ value }) => measuredOf(value.rows, windows.minutes));
      const [was, is] = measured;
      setFault(null);
      if (was !== undefined && is !== undefined) setFound({ windows, before: was, after: is });
      return;
    }
    const failed = [before, after].find((answer) => answer?.ok === false);
    setFault(failed?.ok === false ? failed.fault.message : null);
  };
  return (
    <>
      <div class="act-buttons">
        <button
          type="button"
          disabled={windows === null || busy}
          title={windows === null ? "it has been in force for less than two whole minutes" : undefined}
          onClick={() => void measure()}
        >
          {found === null ? "Measure before and since" : "Measure again"}
        </button>
        {windows === null && <span class="dim">from two whole minutes on</span>}
      </div>
      {fault !== null && <Refused text={fault} />}
      {found !== null && <Table found={found} />}
    </>
  );
}

function Table({ found: { windows, before, after } }: { readonly found: Found }): JSX.Element {
  const rows = [
    ["Delay of arrivals", "s/veh", before.delaySecondsPerVehicle, after.delaySecondsPerVehicle],
    ["Arrivals on red", "%", before.onRedPercent, after.onRedPercent],
    ["Vehicles", "veh/h", before.vehPerHour, after.vehPerHour],
  ] as const;
  return (
    <table class="tuning-measured live">
      <caption class="dim">
        {windows.minutes} min before and since {clock.value.minute(windows.changedAt)}, all approaches, by the
        controllers' logs. Not a comparison in pairs: the traffic changes too.
      </caption>
      <thead>
        <tr>
          <th scope="col">Measured</th>
          <th scope="col" class="number">
            Before
          </th>
          <th scope="col" class="number">
            Since
          </th>
          <th scope="col" class="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([text, unit, was, is]) => (
          <tr key={text}>
            <th scope="row">
              {text}, {unit}
            </th>
            <td class="number">{figureText(was)}</td>
            <td class="number">{figureText(is)}</td>
            <td class="number">{signedText(was === null || is === null ? null : is - was)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
