import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Intersection } from "../../../model/intersection.ts";
import type { TimingView } from "../../../protocol/live.ts";
import { ageText, secondsText, signedSeconds } from "../../data/clock.ts";
import {
  cyclePosition,
  isInterruption,
  isStateOld,
  MODE_TEXT,
  needsSomebody,
  siteMode,
} from "../../data/site.ts";
import { clock, frameAt, networkView, selectedDetail, selectedLive } from "../../data/store.ts";
import { offsetErrorMs } from "../../data/strip.ts";
import { SiteAlarm } from "../alarms/SiteAlarm.tsx";

type Fact = {
  readonly name: string;
  readonly value: string;
  readonly about?: string;
  readonly abnormal?: boolean;
};

/** Who runs the intersection, by what plan, and whether the street does it: one line, each figure with its unit and age. */
export function SiteFacts({ intersection }: { readonly intersection: Intersection }): JSX.Element {
  const facts = useComputed(factsNow);
  const old = useComputed(() =>
    isStateOld(selectedLive.value, frameAt.value, networkView.value?.plantStepMs ?? 100),
  );
  const { name, id } = intersection;
  return (
    <header class="card site-head site-line">
      <h2>
        {name} {name !== id && <small>{id}</small>}
      </h2>
      <dl class="facts live" data-old={old.value}>
        {facts.value.map(({ name: title, value, about, abnormal }) => (
          <div key={title} data-abnormal={abnormal === true} title={about}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>Alarm</dt>
          <dd>
            <SiteAlarm intersection={id} />
          </dd>
        </div>
      </dl>
    </header>
  );
}

function factsNow(): readonly Fact[] {
  const live = selectedLive.value;
  const mode = siteMode(live);
  const running = selectedDetail.value?.running ?? null;
  const abnormal = needsSomebody(mode) || isInterruption(mode);
  const runs = mode === "plan" || mode === "local";
  const stateAt = live?.stateAt ?? null;
  return [
    { name: "Operation", value: `${needsSomebody(mode) ? "▲ " : ""}${MODE_TEXT[mode]}`, abnormal },
    { name: "Mode", value: live?.mode ?? "—", about: "How far the engine may go" },
    { name: runs ? "Plan" : "Plan to fall back on", value: live?.plan ?? running?.id ?? "—" },
    readBackFact(running),
    leaseFact(running),
    ...(runs ? coordinationFacts(running) : []),
    { name: "State age", value: stateAt === null ? "never heard" : ageText(frameAt.value - stateAt) },
  ];
}

/** Accepted is not applied: only what the lamps did counts. */
function readBackFact(running: TimingView | null): Fact {
  const name = "Read-back";
  const about = "Whether the lamps did what the plan says";
  if (running === null) return { name, value: "—", about };
  if (running.status === "applied") return { name, value: "✓ applied", about };
  if (running.status === "mismatch") return { name, value: "✗ mismatch", about, abnormal: true };
  if (running.status === "local") return { name, value: "local plan", about };
  return { name, value: `${running.status}, not seen yet`, about };
}

function leaseFact(running: TimingView | null): Fact {
  const until = running?.validUntil ?? null;
  if (until === null) return { name: "Lease ends", value: "none" };
  const leftMs = until - frameAt.value;
  const left = leftMs > 0 ? `in ${ageText(leftMs)}` : "over";
  return { name: "Lease ends", value: `${clock.value.minute(until)}, ${left}`, abnormal: leftMs <= 0 };
}

function coordinationFacts(running: TimingView | null): readonly Fact[] {
  const live = selectedLive.value;
  const coordination = live?.coordination ?? null;
  const names = { inStep: "in step", transition: "in transition" } as const;
  const own: Fact = { name: "Coordination", value: coordination === null ? "—" : names[coordination] };
  const [cycleStartAt, midnightAt] = [live?.cycleStartAt ?? null, networkView.value?.midnightAt];
  if (running === null || cycleStartAt === null || midnightAt === undefined) return [own];
  const position = cyclePosition(live, frameAt.value, running.cycleMs);
  return [
    own,
    {
      name: "Offset error",
      value: `${signedSeconds(offsetErrorMs(cycleStartAt, midnightAt, running))} s`,
      about: "How late this cycle began against the plan's offset",
    },
    {
      name: "In cycle",
      value:
        position === null
          ? "—"
          : `${Math.floor(position.elapsedMs / 1000)} of ${secondsText(running.cycleMs)} s`,
    },
  ];
}
