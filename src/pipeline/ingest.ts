import { concatMap, defer, from, type Observable, scan } from "rxjs";
import { unreachable } from "../assert.ts";
import type { Input, InputOf, OperatorInput } from "../engine/input.ts";
import type { FieldEvent, PlantClock } from "../ports/field.ts";
import type { OperatorRequest } from "../ports/operators.ts";
import type { ReadyFrame } from "../protocol/frames.ts";
import type { MeasuresFrame, TrafficFrame } from "../protocol/plant-frames.ts";
import { byCodeUnit, type InstantMs, instantMs } from "../units.ts";
import { operatorInput } from "./operator-input.ts";

/** What the engine is given for one instant of the plant, complete and in order. */
export type Instant = {
  readonly at: InstantMs;
  readonly inputs: readonly Input[];
  readonly clock: PlantClock;
  /** Whether the engine has been given none before. */
  readonly first: boolean;
  readonly traffic: TrafficFrame | undefined;
  readonly measures: MeasuresFrame | undefined;
  /** Links that sent more than a controller ever needs. */
  readonly flooding: readonly string[];
  /** Links whose controllers' clocks are off by more than two seconds. */
  readonly drifting: readonly ClockDrift[];
  readonly dropped: Readonly<Record<string, number>>;
};

/** How far the clock of a controller is ahead of the run's; behind it where negative. */
export type ClockDrift = { readonly intersection: string; readonly aheadMs: number };

/** More than a clock that is set each hour is ever off (reference `signal-control.md` §8.1). */
const DRIFT_MAX_MS = 2_000;

/** Inputs that one link may have waiting; a controller sends about five an instant. */
export const WAITING_PER_LINK_MAX = 500;

/**
 * What is known of the instant that is not complete. Its maps are changed in place, since a copy of them with every frame
 * would cost the square of the number of links: a barrier that was given on is not to be used again.
 */
export type Barrier = {
  readonly clock: PlantClock | undefined;
  readonly first: boolean;
  /** Last instant given to the engine. */
  readonly now: InstantMs;
  /** By link, in the order of arrival. */
  readonly waiting: Map<string, LinkInput[]>;
  /** What operators asked since the last instant, in the order of asking. */
  readonly asked: readonly OperatorRequest[];
  /** Highest `seq` seen on each link that is up. */
  readonly seen: Map<string, number>;
  readonly ready: ReadyFrame | undefined;
  readonly traffic: TrafficFrame | undefined;
  readonly measures: MeasuresFrame | undefined;
  readonly flooding: readonly string[];
  /** By link, where it is too much. */
  readonly drifting: Map<string, number>;
  readonly dropped: Readonly<Record<string, number>>;
  /** Complete instants that this event released. */
  readonly released: readonly Instant[];
};

export function emptyBarrier(): Barrier {
  return {
    clock: undefined,
    first: true,
    now: instantMs(0),
    waiting: new Map(),
    asked: [],
    seen: new Map(),
    ready: undefined,
    traffic: undefined,
    measures: undefined,
    flooding: [],
    drifting: new Map(),
    dropped: {},
    released: [],
  };
}

/** What the barrier is told: what comes from the street, and what operators ask. */
export type PipelineEvent = FieldEvent | { readonly kind: "asked"; readonly request: OperatorRequest };

/**
 * Collects what the links bring until the plant's instant is complete, and gives it on in an order that does not depend on
 * how the sockets were scheduled: by time, then by intersection, then as the link itself said it.
 */
export function collectInstants(events: Observable<PipelineEvent>): Observable<Instant> {
  return defer(() =>
    events.pipe(
      scan(collect, emptyBarrier()),
      concatMap(({ released }) => from(released)),
    ),
  );
}

/** One event's effect on the barrier; exported for its tests. */
export function collect(before: Barrier, event: PipelineEvent): Barrier {
  const barrier = { ...before, released: [] };
  switch (event.kind) {
    case "plantUp":
      return { ...barrier, clock: event.clock, now: latest(barrier.now, event.clock.at), ready: undefined };
    case "plantDown":
      // What was asked of a street that went away is not done to the one that comes back, whenever that is.
      return { ...barrier, ready: undefined, asked: [] };
    case "linkUp": {
      const { intersection, at, plan } = event;
      barrier.seen.set(intersection, 0);
      return release(wait(barrier, { kind: "linkUp", at, intersection, plan }));
    }
    case "linkDown": {
      const { intersection, reason } = event;
      barrier.seen.delete(intersection);
      barrier.drifting.delete(intersection);
      return release(wait(barrier, { kind: "linkDown", at: barrier.now, intersection, reason }));
    }
    case "frame": {
      const { intersection, frame } = event;
      if (frame.type === "state") compareClock(barrier, intersection, frame.at);
      return release(wait(heard(barrier, intersection, frame.seq), inputOf(intersection, frame)));
    }
    case "refused":
    case "logged":
      return release(heard(barrier, event.intersection, event.seq));
    case "asked":
      return { ...barrier, asked: [...barrier.asked, event.request] };
    case "ready":
      return release({ ...barrier, ready: event.frame });
    case "traffic":
      return { ...barrier, traffic: event.frame };
    case "measures":
      return { ...barrier, measures: event.frame };
    default:
      return unreachable(event);
  }
}

function latest(left: InstantMs, right: number): InstantMs {
  return instantMs(Math.max(left, right));
}

/** Everything but the tick, what operators ask and changes of parameters comes over a link. */
type LinkInput = Exclude<Input, InputOf<"tick" | "settings"> | OperatorInput>;

/** What a frame tells the engine. */
export function inputOf(
  intersection: string,
  frame: Extract<FieldEvent, { readonly kind: "frame" }>["frame"],
): LinkInput {
  const at = instantMs(frame.at);
  switch (frame.type) {
    case "state": {
      const { type: _type, seq: _seq, at: _at, ...content } = frame;
      return { kind: "state", at, intersection, ...content };
    }
    case "detections": {
      const { sequence, until, events } = frame;
      return { kind: "detections", at, intersection, sequence, until, events };
    }
    case "zone":
      return { kind: "zone", at, intersection, vehicles: frame.vehicles };
    case "ack": {
      const { type: _type, seq: _seq, at: _at, ...content } = frame;
      return { kind: "ack", at, intersection, ...content };
    }
    case "alarm":
      return { kind: "alarm", at, intersection, code: frame.code, detail: frame.detail };
    default:
      return unreachable(frame);
  }
}

/** The instant that a controller gave its state, against those that it can be of: the last one, or the one that is being collected. */
function compareClock({ clock, now, drifting }: Barrier, link: string, at: number): void {
  if (clock === undefined) return;
  const aheadMs = Math.max(0, at - now - clock.stepMs) + Math.min(0, at - now);
  if (Math.abs(aheadMs) > DRIFT_MAX_MS) drifting.set(link, aheadMs);
  else drifting.delete(link);
}

/** A link that counts backwards holds nobody up. */
function heard(barrier: Barrier, link: string, seq: number): Barrier {
  barrier.seen.set(link, Math.max(barrier.seen.get(link) ?? 0, seq));
  return barrier;
}

function wait(barrier: Barrier, input: LinkInput): Barrier {
  const { intersection: link, kind } = input;
  const queue = barrier.waiting.get(link);
  if (queue === undefined) {
    barrier.waiting.set(link, [input]);
    return barrier;
  }
  // Whether a link is up must always be known, however much it sent.
  const linkItself = kind === "linkUp" || kind === "linkDown";
  if (queue.length >= WAITING_PER_LINK_MAX && !linkItself) {
    const dropped = { ...barrier.dropped, [kind]: (barrier.dropped[kind] ?? 0) + 1 };
    const flooding = barrier.flooding.includes(link) ? barrier.flooding : [...barrier.flooding, link];
    return { ...barrier, dropped, flooding };
  }
  queue.push(input);
  return barrier;
}

/** Gives the instant on once every link that is up has brought what the plant says it sent. */
function release(barrier: Barrier): Barrier {
  const { ready, clock, seen } = barrier;
  if (ready === undefined || clock === undefined) return barrier;
  const complete = ready.links.every(([link, seq]) => {
    const highest = seen.get(link);
    return highest === undefined || highest >= seq;
  });
  if (!complete) return barrier;
  const at = latest(barrier.now, ready.at);
  const instant: Instant = {
    at,
    inputs: inOrder(barrier, at),
    clock,
    first: barrier.first,
    traffic: barrier.traffic,
    measures: barrier.measures,
    flooding: barrier.flooding,
    drifting: [...barrier.drifting]
      .toSorted(([left], [right]) => byCodeUnit(left, right))
      .map(([intersection, aheadMs]) => ({ intersection, aheadMs })),
    dropped: barrier.dropped,
  };
  return {
    ...barrier,
    first: false,
    now: at,
    waiting: new Map(),
    asked: [],
    ready: undefined,
    flooding: [],
    released: [instant],
  };
}

/** Operators come after the links: what they ask is carried out on the street as it is told now. */
function inOrder({ waiting, asked, now }: Barrier, at: InstantMs): readonly Input[] {
  const links = [...waiting].toSorted(([left], [right]) => byCodeUnit(left, right));
  const inputs = links.flatMap(([, queue]) => stamped(queue, now, at));
  // Stable: within an instant the order of the links stays.
  return [
    ...inputs.toSorted((left, right) => left.at - right.at),
    ...asked.map((request) => operatorInput(request, at)),
    { kind: "tick", at },
  ];
}

/**
 * The inputs of one link with instants from `now` to `at`, never going back: an instant that is past was late on its way, one
 * ahead is a clock that is wrong, and neither moves the engine's time or the order in which the link said things.
 */
function stamped(queue: readonly Input[], now: InstantMs, at: InstantMs): readonly Input[] {
  let latestAt = now;
  return queue.map((input) => {
    latestAt = instantMs(Math.min(at, Math.max(latestAt, input.at)));
    return latestAt === input.at ? input : { ...input, at: latestAt };
  });
}
