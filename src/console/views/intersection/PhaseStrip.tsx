import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Intersection } from "../../../model/intersection.ts";
import type { TimingView } from "../../../protocol/live.ts";
import { secondsText } from "../../data/clock.ts";
import {
  cyclePosition,
  isStateOld,
  LAMP_LETTER,
  LAMP_TEXT,
  lampOf,
  WALK_LETTER,
  WALK_TEXT,
  walkOf,
} from "../../data/site.ts";
import { servedText } from "../../data/movement.ts";
import { frameAt, networkView, selectedLive, selectedMovementNames } from "../../data/store.ts";
import { type PhaseRow, phaseRows, type SegmentKind, stageSlots } from "../../draw/cycle.ts";

type Props = {
  readonly intersection: Intersection;
  readonly running: TimingView | null;
  readonly next: TimingView | null;
  readonly stepMs: number;
  /** Whether the street follows it: otherwise there is no position in its cycle. */
  readonly runs: boolean;
};

/** The cycle as one row a phase, the next plan as a thin ghost below each, and where in it the street is, if it follows it. */
export function PhaseStrip({ intersection, running, next, stepMs, runs }: Props): JSX.Element {
  const spanMs = Math.max(running?.cycleMs ?? 0, next?.cycleMs ?? 0) || 60_000;
  const rows = running === null ? [] : phaseRows(intersection, running, stepMs);
  const ghosts = next === null ? [] : phaseRows(intersection, next, stepMs);
  return (
    <div class="strip live" data-ghost={next !== null}>
      <div class="strip-stages" aria-hidden="true">
        {running !== null &&
          stageSlots(running).map((slot) => (
            <span key={slot.fromMs} style={extent(slot.fromMs, slot.toMs, spanMs)}>
              {slot.stage}
            </span>
          ))}
      </div>
      <ul class="strip-rows">
        {intersection.phases.map((phase, index) => (
          <Row
            key={phase.id}
            index={index}
            label={phase.id}
            serves={servedText(intersection, phase.id, selectedMovementNames.value)}
            name={phase.name ?? servedText(intersection, phase.id, selectedMovementNames.value)}
            row={rows[index]}
            ghost={ghosts[index]}
            spanMs={spanMs}
          />
        ))}
      </ul>
      {runs && <Cursor cycleMs={running?.cycleMs ?? null} spanMs={spanMs} />}
      <Axis spanMs={spanMs} cycleMs={running?.cycleMs ?? null} />
    </div>
  );
}

type RowProps = {
  readonly index: number;
  readonly label: string;
  readonly serves: string;
  /** The phase's own name, longer than there is room for. */
  readonly name: string;
  readonly row: PhaseRow | undefined;
  readonly ghost: PhaseRow | undefined;
  readonly spanMs: number;
};

const SEGMENT_TEXT: Readonly<Record<SegmentKind, string>> = {
  green: "green",
  permissive: "green that yields",
  yellow: "yellow",
  redClear: "red clearance",
};

function Row({ index, label, serves, name, row, ghost, spanMs }: RowProps): JSX.Element {
  const spoken = row?.segments
    .map(({ kind, fromMs, toMs }) => `${SEGMENT_TEXT[kind]} ${secondsText(fromMs)} to ${secondsText(toMs)} s`)
    .join(", ");
  return (
    <li class="strip-row">
      <LampBox index={index} />
      <WalkBox index={index} />
      <span class="strip-label" title={name}>
        <b>{label}</b> {serves}
      </span>
      <span class="strip-bar" role="img" aria-label={spoken ?? "no plan"}>
        {row?.segments.map(({ kind, fromMs, toMs }) => (
          <i key={`${kind} ${fromMs}`} class={`seg seg-${kind}`} style={extent(fromMs, toMs, spanMs)}>
            {(kind === "green" || kind === "permissive") && toMs - fromMs >= spanMs * 0.07
              ? secondsText(toMs - fromMs)
              : ""}
          </i>
        ))}
        {ghost?.segments
          .filter(({ kind }) => kind === "green" || kind === "permissive")
          .map(({ fromMs, toMs }) => (
            <i key={`ghost ${fromMs}`} class="seg-ghost" style={extent(fromMs, toMs, spanMs)} />
          ))}
      </span>
    </li>
  );
}

function LampBox({ index }: { readonly index: number }): JSX.Element {
  const lamp = useComputed(() => (stateOld() ? "unknown" : lampOf(selectedLive.value?.lamps ?? "", index)));
  return (
    <span class={`lamp lamp-${lamp.value}`} title={LAMP_TEXT[lamp.value]}>
      {LAMP_LETTER[lamp.value]}
    </span>
  );
}

function WalkBox({ index }: { readonly index: number }): JSX.Element {
  const walk = useComputed(() => (stateOld() ? "none" : walkOf(selectedLive.value?.walk ?? "", index)));
  return (
    <span class={`walk walk-${walk.value}`} title={WALK_TEXT[walk.value]}>
      {WALK_LETTER[walk.value]}
    </span>
  );
}

function stateOld(): boolean {
  return isStateOld(selectedLive.value, frameAt.value, networkView.value?.plantStepMs ?? 100);
}

type CursorProps = { readonly cycleMs: number | null; readonly spanMs: number };

function Cursor({ cycleMs, spanMs }: CursorProps): JSX.Element | null {
  const position = useComputed(() =>
    cycleMs === null || stateOld() ? null : cyclePosition(selectedLive.value, frameAt.value, cycleMs),
  );
  const at = position.value;
  if (at === null || cycleMs === null) return null;
  // In transition a cycle may last longer than its plan: the cursor then waits at the end and says by how much.
  const share = Math.min(at.elapsedMs, cycleMs) / spanMs;
  return (
    <div class="strip-lane" aria-hidden="true">
      <span class="strip-cursor" style={{ left: `${share * 100}%` }}>
        {at.overMs > 0 && <em>+{Math.floor(at.overMs / 1000)} s</em>}
      </span>
    </div>
  );
}

function Axis({
  spanMs,
  cycleMs,
}: {
  readonly spanMs: number;
  readonly cycleMs: number | null;
}): JSX.Element {
  const stepMs = spanMs > 100_000 ? 20_000 : 10_000;
  const ticks: number[] = [];
  for (let at = 0; at < spanMs - stepMs / 2; at += stepMs) ticks.push(at);
  return (
    <div class="strip-axis" aria-hidden="true">
      {ticks.map((at) => (
        <span key={at} style={{ left: `${(at / spanMs) * 100}%` }}>
          {at / 1000}
        </span>
      ))}
      {cycleMs !== null && <span class="strip-end">{secondsText(cycleMs)} s</span>}
    </div>
  );
}

function extent(
  fromMs: number,
  toMs: number,
  spanMs: number,
): { readonly left: string; readonly width: string } {
  return { left: `${(fromMs / spanMs) * 100}%`, width: `${((toMs - fromMs) / spanMs) * 100}%` };
}
