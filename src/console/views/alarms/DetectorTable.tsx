import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { DetectorsAnswer, DetectorStateView } from "../../../protocol/detector-view.ts";
import { type ApiAnswer, getJson } from "../../data/api.ts";
import { ageText } from "../../data/clock.ts";
import {
  type DetectorColumn,
  type DetectorOrder,
  isAbnormal,
  orderedDetectors,
} from "../../data/detector-list.ts";
import { intersectionNames } from "../../data/store.ts";
import { csvOf, type FigureTable, save } from "../parts/Figure.tsx";
import { pastAt } from "./alarm-choice.ts";

const POLL_MS = 5_000;

const answer = signal<ApiAnswer<DetectorsAnswer> | null>(null);
const order = signal<DetectorOrder>({ by: "state", descending: false });
const abnormalOnly = signal(true);

const COLUMNS: readonly (readonly [DetectorColumn, string])[] = [
  ["intersection", "Site"],
  ["detector", "Detector"],
  ["state", "State"],
  ["fault", "Fault"],
  ["since", "For"],
  ["lastHitAt", "Last hit"],
  ["hitsPerHour", "Hits/h"],
  ["expectedPerHour", "Usual/h"],
];

async function ask(): Promise<void> {
  answer.value = await getJson<DetectorsAnswer>("api/detectors");
}

/** Asks for the detectors while the view is open; the returned function ends it. */
function followDetectors(): () => void {
  void ask();
  const timer = setInterval(() => void ask(), POLL_MS);
  return () => clearInterval(timer);
}

/** Every detector with what it counts against what is usual, and what the engine does about it. */
export function DetectorTable(): JSX.Element {
  useEffect(followDetectors, []);
  const known = answer.value;
  if (known === null) return <p class="card dim">Asking for the detectors.</p>;
  if (!known.ok) {
    return (
      <p class="card" role="alert">
        <span class="badge badge-p3">◆ No detectors</span> {known.fault.message}
      </p>
    );
  }
  const { at, detectors } = known.value;
  const shown = orderedDetectors(abnormalOnly.value ? detectors.filter(isAbnormal) : detectors, order.value);
  return (
    <section class="card detector-health" aria-label="Detector health">
      <header class="alarm-head">
        <h2>Detector health</h2>
        <label class="check">
          <input
            type="checkbox"
            checked={abnormalOnly.value}
            onChange={({ currentTarget }) => (abnormalOnly.value = currentTarget.checked)}
          />
          only abnormal
        </label>
        <p class="dim">
          {shown.length} of {detectors.length} detectors
          {pastAt.value !== null && "; of the present: their health in the past is not stored"}
        </p>
        <button type="button" onClick={() => save("detectors.csv", "text/csv", csvOf(tableOf(shown, at)))}>
          CSV
        </button>
      </header>
      <div class="alarm-scroll live" tabIndex={0} role="region" aria-label="Detectors">
        <table class="alarm-table">
          <thead>
            <tr>
              {COLUMNS.map(([column, name]) => (
                <Head key={column} column={column} name={name} />
              ))}
              <th scope="col">Reason</th>
              <th scope="col">Effect on control</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((detector) => (
              <Row key={`${detector.intersection}/${detector.detector}`} detector={detector} at={at} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="alarm-empty dim">Every detector is good and heard.</p>}
      </div>
    </section>
  );
}

function Head({ column, name }: { readonly column: DetectorColumn; readonly name: string }): JSX.Element {
  const { by, descending } = order.value;
  const own = by === column;
  return (
    <th scope="col" aria-sort={own ? (descending ? "descending" : "ascending") : "none"}>
      <button type="button" onClick={() => (order.value = { by: column, descending: own && !descending })}>
        {name} <span aria-hidden="true">{own ? (descending ? "▾" : "▴") : ""}</span>
      </button>
    </th>
  );
}

const STATE_BADGE = {
  failed: "badge badge-p3",
  suspect: "badge badge-event",
  recovering: "badge badge-event",
  good: "",
} as const;

function Row({ detector, at }: { readonly detector: DetectorStateView; readonly at: number }): JSX.Element {
  const { intersection, role, movements, state, fault, since, lastHitAt, linked } = detector;
  return (
    <tr>
      <td>{intersectionNames.value.get(intersection) ?? intersection}</td>
      <th scope="row">
        {detector.detector} <small>{movements.length > 0 ? movements.join(", ") : ROLE_TEXT[role]}</small>
      </th>
      <td>
        <span class={STATE_BADGE[state]}>
          {state === "failed" && "◆ "}
          {state}
        </span>
        {!linked && <small> not linked</small>}
      </td>
      <td>{fault ?? "—"}</td>
      <td class="number">{ageText(at - since)}</td>
      <td class="number">{lastHitAt === null ? "never" : `${ageText(at - lastHitAt)} ago`}</td>
      <td class="number">{detector.hitsPerHour}</td>
      <td class="number">{detector.expectedPerHour ?? "—"}</td>
      <td>{detector.reason ?? ""}</td>
      <td class="alarm-effect">{detector.effect ?? "used as it is"}</td>
    </tr>
  );
}

const ROLE_TEXT = { stopLine: "stop line", advance: "advance", entry: "entry" } as const;

function tableOf(detectors: readonly DetectorStateView[], at: number): FigureTable {
  return {
    columns: [
      "intersection",
      "detector",
      "role",
      "movements",
      "state",
      "fault",
      "broken for, s",
      "last hit, s ago",
      "hits per hour",
      "usual per hour",
      "linked",
      "reason",
      "effect on control",
    ],
    rows: detectors.map((one) => [
      one.intersection,
      one.detector,
      one.role,
      one.movements.join(" "),
      one.state,
      one.fault,
      isAbnormal(one) ? Math.round((at - one.since) / 1000) : null,
      one.lastHitAt === null ? null : Math.round((at - one.lastHitAt) / 1000),
      one.hitsPerHour,
      one.expectedPerHour,
      one.linked ? "yes" : "no",
      one.reason,
      one.effect,
    ]),
  };
}
