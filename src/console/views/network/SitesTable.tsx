import type { JSX } from "preact";
import { ageText } from "../../data/clock.ts";
import { isStateOld, LAMP_LETTER, lampOf, MODE_TEXT, needsSomebody, siteMode } from "../../data/site.ts";
import { inForceText } from "../../data/operate.ts";
import { details, frame, liveById, networkView, select, selectedId } from "../../data/store.ts";
import { SiteAlarm } from "../alarms/SiteAlarm.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { dialog } from "../shell/switches.ts";

/** The map in words: every intersection with what its ring, its lamps and its label say. */
export function SitesTable(): JSX.Element | null {
  // Closed, it follows no frame.
  return dialog.value === "table" ? <OpenTable /> : null;
}

function OpenTable(): JSX.Element {
  const view = networkView.value;
  const latest = frame.value;
  return (
    <Dialog name="table" title="Intersections">
      <div class="sites live">
        <table>
          <thead>
            <tr>
              <th scope="col">Intersection</th>
              <th scope="col">Alarm, unacknowledged</th>
              <th scope="col">Operation</th>
              <th scope="col">Mode</th>
              <th scope="col">Plan</th>
              <th scope="col">Stage</th>
              <th scope="col">Coordination</th>
              <th scope="col">Lamps by phase</th>
              <th scope="col">Next plan</th>
              <th scope="col">Asked</th>
              <th scope="col">State age</th>
            </tr>
          </thead>
          <tbody>
            {view?.network.intersections.map(({ id, name, phases }) => {
              const live = liveById.value.get(id);
              const old = isStateOld(live, latest?.at ?? 0, view.plantStepMs);
              const mode = siteMode(live);
              const stateAt = live?.stateAt ?? null;
              return (
                <tr key={id} aria-selected={id === selectedId.value} onClick={() => select(id)}>
                  <th scope="row">
                    <button type="button">{name}</button>
                  </th>
                  <td>
                    <SiteAlarm intersection={id} />
                  </td>
                  <td>{needsSomebody(mode) ? `▲ ${MODE_TEXT[mode]}` : MODE_TEXT[mode]}</td>
                  <td>{live?.mode ?? "—"}</td>
                  <td>{live?.plan ?? "—"}</td>
                  <td>{live?.stage ?? "—"}</td>
                  <td>
                    {mode === "schedule"
                      ? "—"
                      : live?.coordination === "transition"
                        ? "in transition"
                        : live?.coordination
                          ? "in step"
                          : "—"}
                  </td>
                  <td class="lamps-text">
                    {phases
                      .map(
                        (phase, index) =>
                          `${phase.id} ${old ? "?" : LAMP_LETTER[lampOf(live?.lamps ?? "", index)]}`,
                      )
                      .join(" · ")}
                  </td>
                  <td>{details.value.get(id)?.next?.status ?? "none"}</td>
                  <td>{inForceText(id) || "nothing"}</td>
                  <td class="number">{stateAt === null ? "never" : ageText((latest?.at ?? 0) - stateAt)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {latest !== null && latest.counters.length > 0 && (
          <>
            <h3>Counters of the engine</h3>
            <dl class="counters">
              {latest.counters.map(({ name, label, value }) => (
                <div key={name}>
                  <dt>{label}</dt>
                  <dd class="number">{value.toLocaleString("en-GB")}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </div>
    </Dialog>
  );
}
