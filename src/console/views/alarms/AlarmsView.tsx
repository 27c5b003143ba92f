import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { ALARM_FILTERS, alarmsOf, FILTER_TEXT } from "../../data/alarm-list.ts";
import { soundText, toggleSound } from "../../data/alarm-sound.ts";
import { alarmsAnswer, alarmsKnown } from "../../data/alarms.ts";
import { ageText } from "../../data/clock.ts";
import { REPLAY_COMMANDS_NOTHING } from "../../data/conductor.ts";
import { clock, frameAt } from "../../data/store.ts";
import { Hindrance } from "../parts/BackToLive.tsx";
import { ActDialog } from "./ActDialog.tsx";
import { AlarmDetail } from "./AlarmDetail.tsx";
import { AlarmRecord, RecentTransitions } from "./AlarmRecord.tsx";
import { AlarmTable } from "./AlarmTable.tsx";
import { type AlarmTab, choose, filter, followAlarms, past, pastAt, shownById, tab } from "./alarm-choice.ts";
import { DetectorTable } from "./DetectorTable.tsx";

/** Transitions that stand under the list; the record has more. */
const RECENT_BESIDE = 20;

const TABS: readonly (readonly [AlarmTab, string])[] = [
  ["alarms", "Alarms"],
  ["detectors", "Detectors"],
  ["record", "Record and ISA-18.2"],
];

export function AlarmsView(): JSX.Element {
  useEffect(followAlarms, []);
  return (
    <div class="alarms-view">
      <header class="card alarm-head">
        <div class="filters" role="group" aria-label="What is shown">
          {TABS.map(([name, text]) => (
            <button
              key={name}
              type="button"
              aria-pressed={tab.value === name}
              onClick={() => (tab.value = name)}
            >
              {text}
            </button>
          ))}
        </div>
        {tab.value === "alarms" && <Filters />}
        <Sound />
      </header>
      <Notices />
      {tab.value === "alarms" && (
        <div class="alarm-columns">
          <section class="card alarm-list" aria-label="Alarms">
            <AlarmTable />
          </section>
          {pastAt.value === null && alarmsAnswer.value?.ok === true && (
            <RecentTransitions recent={alarmsAnswer.value.value.recent.slice(0, RECENT_BESIDE)} />
          )}
          <AlarmDetail />
        </div>
      )}
      {tab.value === "detectors" && <DetectorTable />}
      {tab.value === "record" && <AlarmRecord />}
      <ActDialog />
    </div>
  );
}

function Filters(): JSX.Element {
  return (
    <div class="filters" role="group" aria-label="Alarms that are">
      {ALARM_FILTERS.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={filter.value === name}
          onClick={() => (filter.value = name)}
        >
          {FILTER_TEXT[name]} <b>{alarmsOf(shownById.value, name).length}</b>
        </button>
      ))}
    </div>
  );
}

function Sound(): JSX.Element {
  return (
    <button
      type="button"
      class="alarm-sound"
      aria-pressed={soundText.value !== "off"}
      title="A tone every four seconds while a P1 is unacknowledged"
      onClick={toggleSound}
    >
      Sound on P1: {soundText}
    </button>
  );
}

/** What has to be known before the list is read: a flood, or that this is the past. */
function Notices(): JSX.Element {
  const { flood } = alarmsKnown.value;
  const at = pastAt.value;
  return (
    <>
      {flood !== null && at === null && (
        <p class="card alarm-flood">
          <span class="badge badge-p2">▲ Flood</span> since {clock.value.time(flood.since)}, for{" "}
          {ageText(frameAt.value - flood.since)}: more than ten alarms in ten minutes. First out:{" "}
          <button
            type="button"
            onClick={() => {
              filter.value = "active";
              choose(flood.firstOut);
            }}
          >
            {flood.firstOut}
          </button>
        </p>
      )}
      {at !== null && <Hindrance why={REPLAY_COMMANDS_NOTHING} />}
      {at !== null && (
        <p class="card alarm-flood">
          {past.value.kind === "loading" && "Reading the record."}
          {past.value.kind === "failed" && `The alarms of that instant cannot be told: ${past.value.reason}`}
          {past.value.kind === "known" &&
            `As they stood at ${clock.value.time(at)}, put together from the changes of the 24 hours before; what the engine did about each is not stored.`}
        </p>
      )}
    </>
  );
}
