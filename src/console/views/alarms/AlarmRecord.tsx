import type { JSX } from "preact";
import type { IsaFigures, IsaTarget } from "../../../model/alarm.ts";
import type { AlarmTransitionView } from "../../../protocol/alarm-view.ts";
import { STATE_TEXT } from "../../data/alarm-list.ts";
import { alarmsAnswer } from "../../data/alarms.ts";
import { ageText } from "../../data/clock.ts";
import { clock, intersectionNames } from "../../data/store.ts";
import { PriorityBadge } from "./PriorityBadge.tsx";

/** What happened of late, and how the alarms stand against ISA-18.2. */
export function AlarmRecord(): JSX.Element {
  const known = alarmsAnswer.value;
  if (known === null) return <p class="card dim">Asking for the record.</p>;
  if (!known.ok) {
    return (
      <p class="card" role="alert">
        <span class="badge badge-p3">◆ No record</span> {known.fault.message}
      </p>
    );
  }
  const { figures, targets, recent } = known.value;
  return (
    <div class="alarm-record">
      <Figures figures={figures} targets={targets} />
      <RecentTransitions recent={recent} />
    </div>
  );
}

/** What happened of late, newest first. */
export function RecentTransitions({
  recent,
}: {
  readonly recent: readonly AlarmTransitionView[];
}): JSX.Element {
  return (
    <section class="card alarm-recent" aria-label="Recent transitions">
      <h2>Recent transitions</h2>
      <div class="alarm-scroll live" tabIndex={0} role="region" aria-label="Transitions, newest first">
        <table class="alarm-table">
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">Priority</th>
              <th scope="col">Site</th>
              <th scope="col">Alarm</th>
              <th scope="col">From → to</th>
              <th scope="col">By, why</th>
            </tr>
          </thead>
          <tbody>
            {recent.map(({ at, alarm, priority, intersection, text, from, to, by, reason }, index) => (
              <tr key={index}>
                <td class="alarm-since">{clock.value.time(at)}</td>
                <td>
                  <PriorityBadge priority={priority} />
                </td>
                <td>
                  {intersection === null
                    ? "Network"
                    : (intersectionNames.value.get(intersection) ?? intersection)}
                </td>
                <td title={alarm}>{text}</td>
                <td>
                  {STATE_TEXT[from]} → {STATE_TEXT[to]}
                </td>
                <td>
                  {by ?? ""}
                  {reason !== null && <small> {reason}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {recent.length === 0 && <p class="alarm-empty dim">Nothing has happened yet.</p>}
      </div>
    </section>
  );
}

const FIGURES: readonly (readonly [figure: string, name: string, value: (figures: IsaFigures) => string])[] =
  [
    ["perTenMinutes", "Alarms in ten minutes, mean", ({ perTenMinutes }) => perTenMinutes.toFixed(2)],
    ["perTenMinutesPeak", "Most in any ten minutes", ({ perTenMinutesPeak }) => String(perTenMinutesPeak)],
    [
      "periodsAboveTenShare",
      "Ten-minute periods with more than ten",
      ({ periodsAboveTenShare }) => percent(periodsAboveTenShare),
    ],
    [
      "floodTimeShare",
      "Time in flood",
      ({ floodTimeShare, floods }) => `${percent(floodTimeShare)}, ${floods} floods`,
    ],
    ["stale", "Active for more than a day", ({ stale }) => String(stale.length)],
    ["chattering", "Chattering, three in a minute", ({ chattering }) => String(chattering.length)],
    ["topTenShare", "Share of the ten that came most", ({ topTenShare }) => percent(topTenShare)],
    ["priorities.P1", "Share of P1", ({ priorities }) => percent(priorities.P1)],
    ["priorities.P2", "Share of P2", ({ priorities }) => percent(priorities.P2)],
  ];

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function Figures({
  figures,
  targets,
}: {
  readonly figures: IsaFigures;
  readonly targets: readonly IsaTarget[];
}): JSX.Element {
  return (
    <section class="card" aria-label="Figures of ISA-18.2">
      <h2>Against ISA-18.2</h2>
      <p class="dim">
        {figures.annunciated} alarms in {ageText(figures.durationMs)}, {figures.suppressed} suppressed by a
        parent, {figures.shelved} shelved. Shares mean something from some hundreds on.
      </p>
      <table class="alarm-table isa">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" class="number">
              Value
            </th>
            <th scope="col">Target</th>
            <th scope="col">Met</th>
          </tr>
        </thead>
        <tbody>
          {FIGURES.map(([figure, name, value]) => {
            const target = targets.find((one) => one.figure === figure);
            return (
              <tr key={figure}>
                <th scope="row">{name}</th>
                <td class="number">{value(figures)}</td>
                <td>{target?.target ?? "—"}</td>
                <td>{target === undefined ? "—" : target.met ? "yes" : <b>▲ no</b>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
