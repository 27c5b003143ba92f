import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { ageText, secondsText } from "../../data/clock.ts";
import {
  cyclePosition,
  isInterruption,
  isStateOld,
  MODE_TEXT,
  needsSomebody,
  siteMode,
} from "../../data/site.ts";
import {
  chosen,
  frameAt,
  networkView,
  selected,
  selectedDecision,
  selectedDetail,
  selectedLive,
} from "../../data/store.ts";
import { SiteAlarm } from "../alarms/SiteAlarm.tsx";
import { Decision } from "./Decision.tsx";
import { Movements } from "./Movements.tsx";
import { Warnings } from "./Warnings.tsx";
import { NextPlan } from "./NextPlan.tsx";
import { PhaseStrip } from "./PhaseStrip.tsx";
import { PlanReason } from "./PlanReason.tsx";

export function IntersectionPanel(): JSX.Element {
  const adaptive = useComputed(() => siteMode(selectedLive.value) === "schedule").value;
  // Modes that only show what they decide have a decision too.
  const shows = useComputed(() => selectedDecision.value !== null).value;
  const intersection = selected.value;
  const detail = selectedDetail.value;
  const next = detail?.next ?? detail?.proposal ?? null;
  if (intersection === null) return <aside class="panel">This network has no intersection.</aside>;
  const unknown = chosen.value !== null && chosen.value !== intersection.id;
  return (
    <aside class="panel" aria-label={`Intersection ${intersection.name}`}>
      {unknown && (
        <p class="note">No intersection “{chosen.value}” in this network; this is the first one.</p>
      )}
      <Header name={intersection.name} id={intersection.id} adaptive={adaptive} />
      {(adaptive || shows) && <Decision intersection={intersection} sent={adaptive} />}
      <section aria-labelledby="running-heading">
        <h3 id="running-heading">
          {adaptive ? "Plan to fall back on" : "Running plan"}{" "}
          {adaptive && <span class="change">lamps: the street now</span>}
          {next !== null && <span class="change">thin outlines: greens of the next plan</span>}
        </h3>
        <PhaseStrip
          intersection={intersection}
          running={detail?.running ?? null}
          next={next}
          stepMs={networkView.value?.plantStepMs ?? 100}
          runs={!adaptive}
        />
        <PlanReason timing={detail?.running ?? null} absent="The controller has not said what it runs." />
      </section>
      <NextPlan running={detail?.running ?? null} next={next} runs={!adaptive} />
      <Warnings detail={detail} />
      <Movements detail={detail} />
    </aside>
  );
}

type HeaderProps = { readonly name: string; readonly id: string; readonly adaptive: boolean };

function Header({ name, id, adaptive }: HeaderProps): JSX.Element {
  const mode = useComputed(() => siteMode(selectedLive.value));
  const engineMode = useComputed(() => selectedLive.value?.mode ?? "—");
  const plan = useComputed(() => selectedLive.value?.plan ?? "—");
  const coordination = useComputed(() => {
    const value = selectedLive.value?.coordination ?? null;
    return value === null ? "—" : value === "inStep" ? "in step" : "in transition";
  });
  const age = useComputed(() => {
    const at = selectedLive.value?.stateAt ?? null;
    return at === null ? "never heard" : ageText(frameAt.value - at);
  });
  const old = useComputed(() =>
    isStateOld(selectedLive.value, frameAt.value, networkView.value?.plantStepMs ?? 100),
  );
  return (
    <header class="site-head">
      <h2>
        {name} {name !== id && <small>{id}</small>}
      </h2>
      <dl class="facts live" data-old={old.value}>
        <div data-abnormal={needsSomebody(mode.value) || isInterruption(mode.value)}>
          <dt>Operation</dt>
          <dd>
            {needsSomebody(mode.value) && <span class="shape-p2">▲ </span>}
            {MODE_TEXT[mode.value]}
          </dd>
        </div>
        <div>
          <dt>Mode</dt>
          <dd>{engineMode}</dd>
        </div>
        <div>
          <dt>Alarm</dt>
          <dd>
            <SiteAlarm intersection={id} />
          </dd>
        </div>
        <div>
          <dt>{adaptive ? "Plan to fall back on" : "Plan"}</dt>
          <dd>{plan}</dd>
        </div>
        {!adaptive && (
          <>
            <div>
              <dt>Coordination</dt>
              <dd>{coordination}</dd>
            </div>
            <div>
              <dt>In cycle</dt>
              <dd>
                <CyclePosition />
              </dd>
            </div>
          </>
        )}
        <div>
          <dt>State age</dt>
          <dd>
            {old.value && "◷ "}
            {age}
          </dd>
        </div>
      </dl>
    </header>
  );
}

function CyclePosition(): JSX.Element {
  const text = useComputed(() => {
    const cycleMs = selectedDetail.value?.running?.cycleMs ?? null;
    if (cycleMs === null) return "—";
    const position = cyclePosition(selectedLive.value, frameAt.value, cycleMs);
    if (position === null) return "—";
    return `${Math.floor(position.elapsedMs / 1000)} of ${secondsText(cycleMs)} s`;
  });
  return <span>{text}</span>;
}
