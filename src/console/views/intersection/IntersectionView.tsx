import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { addressOf } from "../../data/address.ts";
import { siteMode } from "../../data/site.ts";
import { followStrip } from "../../data/strip-source.ts";
import { chosen, selected, selectedDecision, selectedDetail, selectedLive } from "../../data/store.ts";
import { StreetMap } from "../network/StreetMap.tsx";
import { CommandPanel } from "../operate/CommandPanel.tsx";
import { Decision } from "./Decision.tsx";
import { Movements } from "./Movements.tsx";
import { NextPlan } from "./NextPlan.tsx";
import { PlanReason } from "./PlanReason.tsx";
import { RunningGreens } from "./RunningGreens.tsx";
import { SiteDetectors } from "./SiteDetectors.tsx";
import { SiteFacts } from "./SiteFacts.tsx";
import { SiteLog } from "./SiteLog.tsx";
import { StripFigure } from "./strip/StripFigure.tsx";
import { Warnings } from "./Warnings.tsx";

/** One intersection, whole: what it shows, showed and is planned to show; why; what it knows; what happened. */
export function IntersectionView(): JSX.Element {
  useEffect(followStrip, []);
  const intersection = selected.value;
  if (intersection === null) {
    return (
      <div class="view-page">
        <p class="card">This network has no intersection.</p>
      </div>
    );
  }
  const unknown = chosen.value !== null && chosen.value !== intersection.id;
  return (
    <div class="view-page" tabIndex={0} role="region" aria-label={intersection.name}>
      {unknown && (
        <p class="note">No intersection “{chosen.value}” in this network; this is the first one.</p>
      )}
      <SiteFacts intersection={intersection} />
      <div class="site-columns">
        <div class="site-main">
          <StripFigure key={intersection.id} intersection={intersection} />
          <div class="card">
            <Movements detail={selectedDetail.value} />
          </div>
          <div class="site-pair">
            <SiteDetectors intersection={intersection} />
            <SiteLog />
          </div>
        </div>
        <div class="site-side">
          <StreetMap label={`Close-up of ${intersection.name}`} home="site" />
          <RunningGreens intersection={intersection} />
          <Choice />
          <Plans />
        </div>
      </div>
      <CommandPanel />
    </div>
  );
}

/** The adaptive level's last choice; nothing where it makes none. */
function Choice(): JSX.Element | null {
  const intersection = selected.value;
  const sent = siteMode(selectedLive.value) === "schedule";
  if (intersection === null || selectedDecision.value === null) return null;
  return (
    <div class="card">
      <Decision intersection={intersection} sent={sent} />
      <p class="reason">
        <a href={addressOf({ view: "decisions", intersection: intersection.id, at: null })}>
          Why? All inputs, costs and rules
        </a>
      </p>
    </div>
  );
}

/** The plan that runs or is fallen back on, the next one, and what to look out for. */
function Plans(): JSX.Element {
  const detail = selectedDetail.value;
  const runs = siteMode(selectedLive.value) !== "schedule";
  const next = detail?.next ?? detail?.proposal ?? null;
  return (
    <div class="card site-plans">
      <section aria-labelledby="running-heading">
        <h3 id="running-heading">{runs ? "Running plan" : "Plan to fall back on"}</h3>
        <PlanReason timing={detail?.running ?? null} absent="The controller has not said what it runs." />
      </section>
      <NextPlan running={detail?.running ?? null} next={next} runs={runs} />
      <Warnings detail={detail} />
    </div>
  );
}
