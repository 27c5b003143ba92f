import {
  type Bound,
  boundsOf,
  type Decidable,
  type WholeStageRecord,
  type WholeTimingRecord,
} from "./decidable.ts";
import type { LaneInput, Realised } from "./record.ts";
import type { Sensitivity, Threshold } from "./sensitivity.ts";
import { nearestFirst } from "./sensitivity.ts";
import { holdMaxSeconds, leastServedAt } from "./stage-rules.ts";
import { tableOf } from "./site.ts";
import { leastServiceMs } from "./stage-problem.ts";
import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import { instantMs, msToSeconds, SECOND_MS } from "../units.ts";

/** What a record is told with. */
export type Telling = {
  /** An instant as the time of day at the street. */
  readonly clock: (at: number) => string;
  /** Found by `boundsOf`; worked out where absent. */
  readonly bounds?: readonly Bound[];
  /** Found by `sensitivityOf`; not told where absent. */
  readonly sensitivity?: readonly Sensitivity[];
  readonly realised?: Realised | undefined;
};

/** Why a decision was made, in sentences for who works with signals and not with this program. */
export function explanation(record: Decidable, telling: Telling): readonly string[] {
  const bounds = telling.bounds ?? boundsOf(record);
  const sentences =
    record.level === "tactical"
      ? stageSentences(record, bounds, telling)
      : timingSentences(record, bounds, telling);
  const { sensitivity, realised } = telling;
  return [
    ...sentences,
    ...(sensitivity === undefined ? [] : sensitivitySentences(record, sensitivity)),
    ...(realised === undefined ? [] : [realisedSentence(realised, telling.clock)]),
  ];
}

/** What was decided and by what, without what the record tells of its inputs: of a decision made again with other ones these are not made anew. */
export function decidedSentences(
  record: Decidable,
  { clock, bounds }: Required<Pick<Telling, "clock" | "bounds">>,
): readonly string[] {
  return record.level === "tactical"
    ? [...costSentences(record), servedSentence(record, clock), ...stageBounds(record, bounds, clock)]
    : [
        ...reasonSentences(record),
        ...consideredSentences(record),
        ...boundSentences(bounds, insteadTiming, `At ${clock(record.at)}`),
      ];
}

function stageBounds({ at }: WholeStageRecord, bounds: readonly Bound[], clock: Telling["clock"]) {
  return boundSentences(bounds, (bound) => insteadOf(bound, clock), `At ${clock(at)}`);
}

function reasonSentences({ decided }: WholeTimingRecord): readonly string[] {
  const { runningSeconds, chosenSeconds } = decided.expected;
  return [
    `In its own words: ${decided.reason}.`,
    `Under the forecast the mean control delay was expected to be ${chosenSeconds.toFixed(1)} s/veh, ${runningSeconds.toFixed(1)} with what ran; what progression saves is not in it.`,
  ];
}

function consideredSentences({ decided }: WholeTimingRecord): readonly string[] {
  return decided.considered.map(
    ({ cycleSeconds, sequences, worthVehSeconds, queueRatio }) =>
      `A common cycle of ${cycleSeconds} s${sequences ? " with other sequences" : ""} was looked at: ` +
      `${(100 * queueRatio).toFixed(0)} % of the queues, worth ${worthVehSeconds.toFixed(0)} veh·s after its transition.`,
  );
}

function stageSentences(
  record: WholeStageRecord,
  bounds: readonly Bound[],
  { clock }: Telling,
): readonly string[] {
  const { decided, inputs, problem, observed } = record;
  const known = observed === "zone" ? "By the area detector" : "By the loops";
  return [
    choiceSentence(record, clock),
    ...costSentences(record),
    ...streetSentences(inputs.lanes, known),
    ...inputs.neighbours
      .filter(({ vehicles }) => vehicles > 0)
      .map(({ link, vehicles }) => `Neighbours expected to send ${vehicles} vehicles over ${link}.`),
    ...fullSentences(record),
    ...meteredSentences(record),
    servedSentence(record, clock),
    ...stageBounds(record, bounds, clock),
    ...(decided.expected === undefined
      ? []
      : [
          `Of ${decided.expected.vehicles.toFixed(1)} vehicles within ${problem.parameters.horizonSeconds} s it was expected to serve ${decided.expected.served.toFixed(1)}, with ${decided.expected.delayVehSeconds.toFixed(0)} veh·s of delay.`,
        ]),
  ];
}

function choiceSentence(
  { at, intersection, decided, problem, sent }: WholeStageRecord,
  clock: Telling["clock"],
): string {
  const [first, next] = decided.stages;
  const running = stageName(problem.street.stage, problem);
  const chosen = first?.stage ?? running;
  const what =
    chosen === running ? `kept stage ${running} green` : `ended stage ${running} for stage ${chosen}`;
  const then = next === undefined ? "" : `, and planned stage ${next.stage} from ${clock(next.startAt)} on`;
  const shown = sent ? "" : " This was only shown, not sent, as its mode wants.";
  return `At ${clock(at)} ${intersection} ${what}${then}.${shown}`;
}

function costSentences({ decided, problem }: WholeStageRecord): readonly string[] {
  const { candidates, stages } = decided;
  const chosen = stages[0]?.stage;
  const own = candidates.find(({ stage }) => stage === chosen);
  const rival = candidates.find(({ stage }) => stage !== chosen);
  if (own === undefined) {
    return candidates.length === 0
      ? []
      : [`Nothing that was looked at could be kept; ${chosen} had to go on.`];
  }
  const running = stageName(problem.street.stage, problem);
  const named = (stage: string): string => (stage === running ? "keeping it" : `changing to ${stage}`);
  if (rival === undefined) return [`Nothing else could be chosen; ${named(own.stage)} costs ${cost(own)}.`];
  const more = rival.costVehSeconds - own.costVehSeconds;
  return [
    `The best plan that begins with ${named(own.stage)} costs ${cost(own)} of weighted delay; ` +
      `the best with ${named(rival.stage)} ${cost(rival)}, ${Math.abs(more).toFixed(0)} ${more >= 0 ? "more" : "less, but it was not allowed"}.`,
  ];
}

function cost({ costVehSeconds }: { readonly costVehSeconds: number }): string {
  return `${costVehSeconds.toFixed(0)} veh·s`;
}

/** By approach, the fullest first; lanes of which nothing is measured are named. */
function streetSentences(lanes: readonly LaneInput[], known: string): readonly string[] {
  const links = [...new Set(lanes.map(({ link }) => link))].map((link) => {
    const own = lanes.filter((lane) => lane.link === link);
    const sum = (of: (lane: LaneInput) => number): number => own.reduce((total, lane) => total + of(lane), 0);
    return { link, waiting: sum(({ waiting }) => waiting), coming: sum(({ coming }) => coming) };
  });
  const told = links
    .filter(({ waiting, coming }) => waiting + coming > 0)
    .toSorted((left, right) => right.waiting - left.waiting)
    .map(
      ({ link, waiting, coming }) =>
        `on ${link} ${waiting.toFixed(1)} held up and ${coming.toFixed(1)} coming`,
    );
  const unsure = lanes.filter(({ quality }) => quality !== "measured");
  return [
    ...(told.length === 0
      ? [`${known} nobody was held up or coming.`]
      : [`${known}, vehicles: ${told.join("; ")}.`]),
    ...(unsure.length === 0
      ? []
      : [`Not measured: ${unsure.map(({ lane, quality }) => `lane ${lane} (${quality})`).join(", ")}.`]),
  ];
}

/** Lanes whose vehicles are held back since the road that they are for fills. */
function meteredSentences({ problem }: WholeStageRecord): readonly string[] {
  const held = problem.junction.lanes.lanes.flatMap(({ id }, lane) => {
    const { delayWeight } = defined(problem.outlook.lanes[lane], "lane");
    return delayWeight < 1 ? [`${id} (${Math.round(delayWeight * 100)} %)`] : [];
  });
  return held.length === 0 ? [] : [`The road beyond fills, so delay counts less in: ${held.join(", ")}.`];
}

function fullSentences({ problem }: WholeStageRecord): readonly string[] {
  const { exits } = problem.junction.lanes;
  const full = exits.filter((_, exit) => problem.outlook.exitFull[exit] === true);
  const inside = problem.outlook.standingInside.reduce((sum, { vehicles }) => sum + vehicles, 0);
  return [
    ...(full.length === 0 ? [] : [`Full of standing vehicles: ${full.map(({ link }) => link).join(", ")}.`]),
    ...(inside === 0 ? [] : [`${inside.toFixed(1)} vehicles stood inside the junction.`]),
  ];
}

/** Between when the running stage could end, or, after a change, when the next one can. */
function servedSentence(record: WholeStageRecord, clock: Telling["clock"]): string {
  const { problem, decided } = record;
  const running = stageName(problem.street.stage, problem);
  const chosen = decided.stages[0]?.stage ?? running;
  const table = tableOf(problem.junction.site);
  if (chosen === running) {
    const earliestAt = leastServedAt(problem);
    const why = longestService(record, problem.street.stage);
    const latestAt = problem.street.at + holdMaxSeconds(problem) * SECOND_MS;
    return (
      `Stage ${running} could end from ${clock(earliestAt)} on, when ${why} was over, ` +
      `and has to end by ${clock(latestAt)}, its maximum green, if anybody else is to be served.`
    );
  }
  const to = defined(table.stageIndex.get(chosen), chosen);
  const intergreenMs = table.intergreenMs[problem.street.stage]?.[to] ?? 0;
  const earliestAt = problem.street.at + intergreenMs + leastServiceMs(table, to);
  return (
    `Yellow and red clearance (S20) take ${msToSeconds(intergreenMs)} s; the earliest change after that is at ` +
    `${clock(earliestAt)}, when ${longestService(record, to)} is over.`
  );
}

/** What the least service of a stage is made by. */
function longestService({ problem }: WholeStageRecord, stage: number): string {
  const table = tableOf(problem.junction.site);
  const leastMs = leastServiceMs(table, stage);
  const phases = (table.stages[stage]?.phases ?? []).map((phase) => defined(table.phases[phase], "phase"));
  const longest = phases.find(({ serviceMinMs }) => serviceMinMs === leastMs);
  if (longest === undefined) return "its least service";
  const walks = longest.walkMs + longest.pedestrianClearMs === leastMs;
  return walks
    ? `walk and flashing don't walk of phase ${longest.id} (S23, ${msToSeconds(leastMs)} s)`
    : `the minimum green of phase ${longest.id} (S22, ${msToSeconds(leastMs)} s)`;
}

function timingSentences(
  record: WholeTimingRecord,
  bounds: readonly Bound[],
  { clock }: Telling,
): readonly string[] {
  const { at, intersection, decided, inputs, fate, problem } = record;
  const node = defined(
    problem.nodes.find(({ id }) => id === intersection),
    "node",
  );
  const others = problem.nodes.length - 1;
  const same = JSON.stringify(node.running) === JSON.stringify(decided.timing);
  const unsure = inputs.movements.filter(({ quality }) => quality !== "measured");
  const sent = "plan" in fate ? `It was sent as plan ${fate.plan}.` : `It was not sent: ${fate.notSent}.`;
  return [
    `At ${clock(at)} the timing plan of ${intersection}${others === 0 ? "" : `, together with ${others} others that share its cycle,`} ` +
      (same
        ? `was left as it was: ${timingText(decided.timing)}.`
        : `became ${timingText(decided.timing)}; before, ${timingText(node.running)}.`),
    ...reasonSentences(record),
    ...forecastSentences(record),
    ...(unsure.length === 0
      ? []
      : [`Not measured: ${unsure.map(({ movement, quality }) => `${movement} (${quality})`).join(", ")}.`]),
    ...consideredSentences(record),
    ...boundSentences(bounds, insteadTiming, `At ${clock(at)}`),
    sent,
  ];
}

/** The busiest movements, with their bounds and how the last forecast did. */
function forecastSentences({ inputs }: WholeTimingRecord): readonly string[] {
  const busiest = inputs.movements
    .filter(({ forecast }) => forecast !== null)
    .toSorted((left, right) => (right.forecast?.vehicles ?? 0) - (left.forecast?.vehicles ?? 0))
    .slice(0, MOVEMENTS_TOLD);
  return busiest.map(({ movement, forecast, last }) => {
    const { vehicles, low, high } = defined(forecast ?? undefined, "forecast");
    const before =
      last.forecast === null || last.counted === null
        ? ""
        : `; last interval ${last.forecast.toFixed(0)} were forecast and ${last.counted.toFixed(0)} came`;
    return `Movement ${movement}: ${vehicles.toFixed(0)} vehicles forecast, nine times in ten ${low.toFixed(0)} to ${high.toFixed(0)}${before}.`;
  });
}

const MOVEMENTS_TOLD = 4;

/** What was decided, in short. */
export function outcomeText(decided: Decidable["decided"], clock: Telling["clock"]): string {
  if ("timing" in decided) return timingText(decided.timing);
  const [first, next] = decided.stages;
  return `stage ${first?.stage}${next === undefined ? "" : `, then ${next.stage} from ${clock(next.startAt)} on`}`;
}

function timingText({ cycleMs, offsetMs, stages }: CycleTiming): string {
  const splits = stages.map(({ stage, splitMs }) => `${stage} ${msToSeconds(splitMs)} s`).join(", ");
  return `cycle ${msToSeconds(cycleMs)} s, offset ${msToSeconds(offsetMs)} s, splits ${splits}`;
}

function boundSentences(
  bounds: readonly Bound[],
  instead: (bound: Bound) => string,
  when: string,
): readonly string[] {
  if (bounds.length === 0)
    return [`${when} no rule bound this choice: without any one of them it is the same.`];
  return bounds.map((bound) => `Bound by ${bound.rule}, ${bound.title}: without it, ${instead(bound)}.`);
}

/** What would have been decided without a rule that bound. */
export function insteadText(bound: Bound, clock: Telling["clock"]): string {
  return "timing" in bound.without ? insteadTiming(bound) : insteadOf(bound, clock);
}

function insteadOf({ changes, without }: Bound, clock: Telling["clock"]): string {
  if ("timing" in without) return "another plan";
  const [first, next] = without.stages;
  if (changes === "choice") return `stage ${first?.stage} would have been chosen`;
  return next === undefined
    ? "no later change would have been planned yet"
    : `stage ${next.stage} would have been planned from ${clock(next.startAt)} on`;
}

function insteadTiming({ without }: Bound): string {
  return "timing" in without ? `the plan would have been ${timingText(without.timing)}` : "another stage";
}

const SENSITIVITIES_TOLD = 5;

function sensitivitySentences(record: Decidable, found: readonly Sensitivity[]): readonly string[] {
  const near = nearestFirst(found).slice(0, SENSITIVITIES_TOLD);
  if (near.length === 0) return ["No single input within its bounds would have changed the choice."];
  return near.flatMap(({ title, unit, value, below, above }) =>
    [below, above].flatMap((threshold) =>
      threshold === null
        ? []
        : [
            `With ${figure(threshold.value)} instead of ${figure(value)} ${unit === "yes or no" ? "" : `${unit} `}(${title}) ${otherwise(record, threshold)}.`,
          ],
    ),
  );
}

function otherwise(record: Decidable, { decided }: Threshold): string {
  if ("timing" in decided) {
    const cycle = decided.timing.cycleMs / SECOND_MS;
    const same = "timing" in record.decided && record.decided.timing.cycleMs === decided.timing.cycleMs;
    return same ? "splits or offset would have been others" : `the cycle would have been ${cycle} s`;
  }
  return `stage ${decided.stages[0]?.stage} would have been chosen`;
}

function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function realisedSentence(realised: Realised, clock: Telling["clock"]): string {
  const until = clock(instantMs(realised.untilAt));
  if (realised.level === "tactical") {
    const shown = realised.shown.map(({ stage, at }) => `${stage} from ${clock(at)}`).join(", ");
    return `What came of it: until ${until} ${realised.served} vehicles left over the stop lines; the heads showed ${shown}.`;
  }
  const counted = realised.counted.reduce((sum, { vehicles }) => sum + (vehicles ?? 0), 0);
  const delay =
    realised.delaySeconds === null
      ? "not all movements were counted"
      : `under what was counted its delay is ${realised.delaySeconds.toFixed(1)} s/veh`;
  return `What came of it: the plan was ${realised.status ?? "not sent"} by ${until}; ${counted.toFixed(0)} vehicles were counted, ${delay}.`;
}

function stageName(stage: number, { junction }: WholeStageRecord["problem"]): string {
  return defined(tableOf(junction.site).stages[stage], "stage").id;
}
