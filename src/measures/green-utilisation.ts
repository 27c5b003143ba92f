import { EVENT_CODE } from "../model/event-code.ts";
import { detectorsBy, headName, type MeasureConfiguration } from "./configuration.ts";
import { headChangeOf } from "./heads.ts";
import {
  byBin,
  type Facts,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  meanOf,
  noFacts,
  ratio,
  sumOf,
} from "./measure.ts";

type Green = {
  /** Begin of green. */
  readonly at: number;
  readonly head: number;
  readonly ms: number;
  /** Of each vehicle, milliseconds since the begin of green. */
  readonly hits: readonly number[];
};

type Running = { readonly at: number; readonly hits: number[] };

type GreenState = {
  readonly configuration: MeasureConfiguration;
  readonly channels: ReadonlyMap<number, readonly number[]>;
  readonly lanes: ReadonlyMap<number, number>;
  readonly running: Map<number, Running>;
  readonly greens: Facts<Green>;
};

/** Time that a vehicle takes of a lane's green at saturation: 1,800 veh/h. */
const SATURATION_HEADWAY_MS = 2_000;
/** Slices of green in which vehicles are counted. */
const SLICE_MS = 2_000;

function start(configuration: MeasureConfiguration): GreenState {
  const counting = [...detectorsBy(configuration, "count").values()];
  const lanes = new Map<number, number>();
  for (const { heads } of counting) {
    for (const head of heads) lanes.set(head, (lanes.get(head) ?? 0) + 1);
  }
  return {
    configuration,
    channels: new Map(counting.map(({ channel, heads }) => [channel, heads])),
    lanes,
    running: new Map(),
    greens: noFacts(configuration.keepMs),
  };
}

function next(state: GreenState, event: MeasureEvent): void {
  const { at, code, parameter } = event;
  if (code === EVENT_CODE.detectorOn) {
    for (const head of state.channels.get(parameter) ?? []) {
      const running = state.running.get(head);
      running?.hits.push(at - running.at);
    }
    return;
  }
  const change = headChangeOf(event, state.configuration.variant);
  if (change === undefined || !state.lanes.has(change.head)) return;
  const { head, light } = change;
  const running = state.running.get(head);
  if (running !== undefined) {
    keep(state.greens, { at: running.at, head, ms: at - running.at, hits: running.hits }, at);
    state.running.delete(head);
  }
  if (light === "green") state.running.set(head, { at, hits: [] });
}

type UtilisationRow = {
  readonly from: number;
  readonly phase: string;
  readonly greens: number | null;
  readonly greenMeanSeconds: number | null;
  readonly vehicles: number | null;
  readonly utilisation: number | null;
};

/**
 * Green time utilisation by bin, in which green begins: vehicles at the stop line during green, and the share of green that they
 * take at 2 s each and lane. Above 1 where they follow each other more closely.
 */
export const greenUtilisation: Measure<GreenState, UtilisationRow> = {
  columns: ["from", "phase", "greens", "greenMeanSeconds", "vehicles", "utilisation"],
  start,
  next,
  result: ({ configuration, lanes, greens }, window) =>
    byBin(
      window,
      greens,
      [...lanes.keys()],
      ({ head }) => head,
      (bin, head, own) => {
        const vehicles = sumOf(own, ({ hits }) => hits.length);
        const greenMs = sumOf(own, ({ ms }) => ms);
        const share = ratio(vehicles * SATURATION_HEADWAY_MS, greenMs * (lanes.get(head) ?? 1));
        return {
          from: bin.from,
          phase: headName(configuration, head),
          greens: ifCovered(bin, own.length),
          greenMeanSeconds: ifCovered(
            bin,
            meanOf(own, ({ ms }) => ms / 1_000),
          ),
          vehicles: ifCovered(bin, vehicles),
          utilisation: ifCovered(bin, share),
        };
      },
    ),
};

type SliceRow = {
  readonly from: number;
  readonly phase: string;
  readonly sliceSeconds: number;
  readonly greens: number;
  readonly vehiclesPerGreen: number;
};

/**
 * The same by seconds of green (UDOT's stacks): for each slice of 2 s, how many greens lasted into it, and how many vehicles a green
 * of those had in it.
 */
export const greenSlices: Measure<GreenState, SliceRow> = {
  columns: ["from", "phase", "sliceSeconds", "greens", "vehiclesPerGreen"],
  start,
  next,
  result: ({ configuration, lanes, greens }, window) =>
    byBin(
      window,
      greens,
      [...lanes.keys()],
      ({ head }) => head,
      (bin, head, own) => {
        const slices = Math.ceil(Math.max(0, ...own.map(({ ms }) => ms)) / SLICE_MS);
        return Array.from({ length: slices }, (_, slice): SliceRow => {
          const reached = own.filter(({ ms }) => ms > slice * SLICE_MS);
          const vehicles = sumOf(
            reached,
            ({ hits }) => hits.filter((ms) => Math.floor(ms / SLICE_MS) === slice).length,
          );
          return {
            from: bin.from,
            phase: headName(configuration, head),
            sliceSeconds: (slice * SLICE_MS) / 1_000,
            greens: reached.length,
            vehiclesPerGreen: ratio(vehicles, reached.length) ?? 0,
          };
        });
      },
    ).flat(),
};
