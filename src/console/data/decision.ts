import type { Stage } from "../../model/intersection.ts";
import type { DecisionView, IntersectionLive } from "../../protocol/live.ts";
import { lampOf } from "./site.ts";

type Decisions = ReadonlyMap<string, DecisionView | null>;

/** What is known of the intersections' decisions once some of them were told anew. */
export function decisionsAfter(
  before: Decisions,
  told: readonly { readonly id: string; readonly decision: DecisionView | null }[],
): Decisions {
  const after = new Map(before);
  for (const { id, decision } of told) after.set(id, decision);
  return after;
}

type Shape = {
  readonly phases: readonly { readonly id: string }[];
  readonly stages: readonly Pick<Stage, "id" | "phases">[];
};

/** The stage that the heads show, or that they change to: told apart by whether all its phases are green. */
export function stageText({ phases, stages }: Shape, live: IntersectionLive | undefined): string {
  const stage = stages.find(({ id }) => id === live?.stage);
  if (live === undefined || stage === undefined) return "—";
  const green = stage.phases.every((phase) => {
    const lamp = lampOf(
      live.lamps,
      phases.findIndex(({ id }) => id === phase),
    );
    return lamp === "green" || lamp === "permissive";
  });
  return green ? stage.id : `changing to ${stage.id}`;
}

/** A decision that has not been renewed for this long stands because a change or a least green runs. */
const STANDS_AFTER_MS = 2_000;

/** What is to follow the stage that the heads show, and when: as far as the decision tells. */
export function nextStageText(decision: DecisionView, shown: string | null, frameAt: number): string {
  if (decision.stage !== shown) return `${decision.stage} now`;
  if (decision.next === null) {
    return frameAt - decision.at > STANDS_AFTER_MS
      ? "open until its least green is over"
      : "none planned yet";
  }
  const seconds = Math.ceil((decision.next.startAt - frameAt) / 1000);
  return seconds > 0 ? `${decision.next.stage} in ${seconds} s` : `${decision.next.stage} now`;
}

export type Choice = {
  readonly stage: string;
  readonly cost: string;
  /** How much more it is expected to cost than the cheapest one; null for that one. */
  readonly more: string | null;
  readonly chosen: boolean;
};

/** The choices of a decision as they are shown. */
export function choices({ stage: chosen, candidates }: DecisionView): readonly Choice[] {
  const cheapest = candidates[0]?.costVehSeconds ?? 0;
  return candidates.map(({ stage, costVehSeconds }, index) => ({
    stage,
    cost: costVehSeconds.toLocaleString("en-GB"),
    more: index === 0 ? null : `+${(costVehSeconds - cheapest).toLocaleString("en-GB")}`,
    chosen: stage === chosen,
  }));
}

/** What the chosen plan is expected to do. */
export function expectedText({ expected }: DecisionView): string {
  if (expected === null) return "nothing planned";
  const { vehicles, delaySeconds } = expected;
  return `${vehicles.toFixed(0)} vehicles, ${delaySeconds.toFixed(1)} s each within the horizon`;
}

/** The lanes that a decision tells of, those with most vehicles first. */
const LANES_SHOWN = 4;

/** What a decision was made on: by which detectors, who waits and comes where, what is full. */
export function seenText({ inputs }: DecisionView): string {
  const { observed, lanes, fullExits, standingInside } = inputs;
  const most = lanes.toSorted((a, b) => b.waiting + b.coming - a.waiting - a.coming).slice(0, LANES_SHOWN);
  const more = lanes.length - most.length;
  return [
    `by ${observed}: ${lanes.length === 0 ? "nobody" : ""}${most
      .map(({ lane, waiting, coming }) => `${lane} ${waiting} waiting, ${coming} coming`)
      .join("; ")}`,
    ...(more > 0 ? [`${more} lanes more`] : []),
    ...fullExits.map((link) => `${link} full`),
    ...(standingInside > 0 ? [`${standingInside} standing inside`] : []),
  ].join("; ");
}
