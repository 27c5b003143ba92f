import { defined } from "../../src/assert.ts";
import { PhasewiseError } from "../../src/errors.ts";
import { after, byCodeUnit, type InstantMs, instantMs, msToSeconds, secondsToMs } from "../../src/units.ts";
import type {
  Actuation,
  LampOutput,
  Plant,
  PlantResult,
  PlantStep,
  StepOptions,
  VehicleMode,
} from "../field/plant.ts";
import { loopChanges, loopVisits } from "./actuations.ts";
import type { SumoScenario } from "./import-network.ts";
import { type MeasureKeeper, measureKeeper, SURVEY_VARIABLES } from "./live-measures.ts";
import type { NetPoint } from "./net-file.ts";
import { localMidnight } from "./local-midnight.ts";
import { linkStates } from "./signal-links.ts";
import {
  loopId,
  type SumoFiles,
  type SumoPlantOptions,
  type SumoSession,
  startSession,
} from "./sumo-session.ts";
import { asList, asNumber, asPoint, asText, type TraciReader } from "./traci-codec.ts";
import * as traci from "./traci-commands.ts";
import { profileOf, readEdgeLosses, readPassages, readSummary } from "./run-record.ts";
import { modeOfClass, readTrips, tripMeasures } from "./trip-measures.ts";
import { ZONE_VARIABLES, zoneView } from "./zone-view.ts";

const { TRACI, VARIABLE } = traci;
const VIEW_VARIABLES = [VARIABLE.position, VARIABLE.angle, VARIABLE.length];
/** Farther than any vehicle of any network. */
const EVERYWHERE_METERS = 1e7;

type Loop = { readonly intersection: string; readonly detector: string; on: boolean };

/** Starts SUMO on an imported scenario as a plant. Throws SUMO_MISSING or SUMO_FAILED, OPTION_INVALID for events of the street. */
export async function createSumoPlant(scenario: SumoScenario, options: SumoPlantOptions): Promise<Plant> {
  const [event] = options.events ?? [];
  if (event !== undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `event ${event.kind}: the vehicles are SUMO's; allowed on the built-in model`,
    );
  }
  const session = await startSession(scenario, options);
  try {
    const loops = await subscribe(scenario, session);
    return plantOf(scenario, session, loops);
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function subscribe(scenario: SumoScenario, session: SumoSession): Promise<ReadonlyMap<string, Loop>> {
  const loops = new Map<string, Loop>();
  for (const [signal, binding] of scenario.signals.entries()) {
    for (const [index, { detector }] of binding.loops.entries()) {
      const loop = { intersection: binding.intersection, detector: detector.id, on: false };
      loops.set(loopId(signal, index), loop);
    }
  }
  const counts = [VARIABLE.departedCount, VARIABLE.arrivedCount, VARIABLE.pendingVehicles];
  const commands = [
    ...[...loops.keys()].map((id) =>
      traci.subscribeCommand(TRACI.subscribeLoop, id, [VARIABLE.loopVehicleData]),
    ),
    traci.subscribeCommand(TRACI.subscribeSimulation, "", counts),
  ];
  const reader = await session.exchange(commands);
  for (const _ of commands) {
    traci.readStatus(reader);
    traci.readSubscription(reader);
  }
  return loops;
}

function plantOf(scenario: SumoScenario, session: SumoSession, loops: ReadonlyMap<string, Loop>): Plant {
  const { beginSeconds, endSeconds, stepSeconds } = scenario.config;
  const midnightAt = localMidnight(scenario.network.timeZone);
  const stepMs = secondsToMs(stepSeconds);
  const bindings = new Map(scenario.signals.map((binding) => [binding.intersection, binding]));
  const shown = new Map<string, string>();
  const views = { vehicles: vehicleView(scenario.origin), zones: zoneView(scenario) };
  const measures = measureKeeper(beginSeconds, session.files.trips);
  const anchor = scenario.anchor;
  let nowMs = secondsToMs(beginSeconds);
  let viewed = variablesOf({ wantVehicles: false });

  const signalCommands = (lamps: readonly LampOutput[]): readonly Buffer[] =>
    lamps.flatMap(({ intersection, lamps: letters }) => {
      const binding = defined(bindings.get(intersection), `intersection ${intersection} of the network`);
      const states = linkStates(binding.links, letters);
      if (shown.get(intersection) === states) return [];
      shown.set(intersection, states);
      return [traci.setSignalCommand(binding.tls, states)];
    });

  const viewCommands = (wanted: StepOptions): readonly Buffer[] => {
    const variables = variablesOf(wanted);
    if (variables.length === viewed.length && variables.every((each) => viewed.includes(each))) return [];
    viewed = variables;
    const { junction } = anchor;
    return [
      traci.subscribeVehiclesAround(TRACI.subscribeJunctionContext, junction, EVERYWHERE_METERS, variables),
    ];
  };

  return {
    stepMs,
    startsAt: after(midnightAt, nowMs),
    endsAt: endSeconds === undefined ? undefined : after(midnightAt, secondsToMs(endSeconds)),
    step: async (lamps, wanted) => {
      const setting = signalCommands(lamps);
      const viewChanges = viewCommands(wanted);
      const reader = await session.exchange([...setting, ...viewChanges, traci.stepCommand()]);
      for (const _ of setting) traci.readStatus(reader);
      for (const _ of viewChanges) {
        traci.readStatus(reader);
        // Only the begin of a subscription is answered with what holds now.
        if (viewed.length > 0) traci.readSubscription(reader);
      }
      traci.readStatus(reader);
      const fromMs = nowMs;
      nowMs += stepMs;
      const { around, ...answer } = readStep(reader, loops, { fromMs, toMs: nowMs, midnightAt });
      await surveyWhenDue(session, measures, anchor.lane, nowMs / 1000);
      return {
        actuations: answer.actuations,
        pedestrianCalls: [],
        priorityCalls: [],
        vehicles: around !== undefined && wanted.wantVehicles ? views.vehicles(around) : [],
        zones: around !== undefined && wanted.wantZones === true ? views.zones(around) : [],
        measures: measures.step(answer.counts, stepSeconds),
      };
    },
    finish: async () => {
      try {
        const modes = await vehicleModes(session);
        await session.finish();
        return await resultOf(scenario, session.files, modes, measures, msToSeconds(nowMs));
      } finally {
        await session.close();
      }
    },
    close: session.close,
  };
}

/** By the type of vehicle, all that SUMO knows at the end of a run. */
async function vehicleModes(session: SumoSession): Promise<ReadonlyMap<string, VehicleMode>> {
  const listed = await session.exchange([traci.vehicleTypeCommand("", VARIABLE.idList)]);
  traci.readStatus(listed);
  const types = asList(traci.readAnswer(listed)).map(asText);
  const asked = types.map((type) => traci.vehicleTypeCommand(type, VARIABLE.vehicleClass));
  const classes = await session.exchange(asked);
  return new Map(
    types.map((type) => {
      traci.readStatus(classes);
      return [type, modeOfClass(asText(traci.readAnswer(classes)))];
    }),
  );
}

/** Reads the files of a finished run. */
async function resultOf(
  { config, network }: SumoScenario,
  files: SumoFiles,
  modes: ReadonlyMap<string, VehicleMode>,
  measures: MeasureKeeper,
  endSeconds: number,
): Promise<PlantResult> {
  const { beginSeconds, stepSeconds } = config;
  const trips = await readTrips(files.trips, modes, { beginSeconds, endSeconds });
  const summary = await readSummary(files.summary, beginSeconds, stepSeconds);
  const edgeLosses = await readEdgeLosses(files.edges, beginSeconds);
  return {
    ...tripMeasures(trips, measures),
    record: {
      trips,
      passages: await readPassages(files.routes, network, trips),
      pedestrianWaitsSeconds: [],
      pedestrianCameSeconds: [],
      profile: profileOf(summary, edgeLosses, trips),
      queueMaxVehicles: summary.queueMaxVehicles,
    },
  };
}

/** What is subscribed of every vehicle each step. */
function variablesOf({ wantVehicles, wantZones }: StepOptions): readonly number[] {
  return [...(wantVehicles ? VIEW_VARIABLES : []), ...(wantZones === true ? ZONE_VARIABLES : [])];
}

type StepSpan = { readonly fromMs: number; readonly toMs: number; readonly midnightAt: InstantMs };

type StepAnswer = Pick<PlantStep, "actuations"> & {
  /** All vehicles, where anything of them is subscribed. */
  readonly around: traci.ContextData | undefined;
  readonly counts: Parameters<MeasureKeeper["step"]>[0];
};

function readStep(
  reader: TraciReader,
  loops: ReadonlyMap<string, Loop>,
  { fromMs, toMs, midnightAt }: StepSpan,
): StepAnswer {
  const actuations: Actuation[] = [];
  let around: traci.ContextData | undefined;
  let counts = { departed: 0, arrived: 0, pending: 0 };
  for (let left = reader.int(); left > 0; left -= 1) {
    const data = traci.readSubscription(reader);
    if ("vehicles" in data) {
      around = data;
    } else if (data.kind === TRACI.simulationData) {
      counts = {
        departed: asNumber(data.values.get(VARIABLE.departedCount)),
        arrived: asNumber(data.values.get(VARIABLE.arrivedCount)),
        pending: asList(data.values.get(VARIABLE.pendingVehicles)).length,
      };
    } else {
      const loop = defined(loops.get(data.object), `loop ${data.object}`);
      const visits = loopVisits(data.values.get(VARIABLE.loopVehicleData));
      if (visits.length === 0 && !loop.on) continue;
      for (const { atMs, on } of loopChanges(visits, loop.on, fromMs, toMs)) {
        loop.on = on;
        const { intersection, detector } = loop;
        actuations.push({ intersection, detector, at: instantMs(midnightAt + atMs), on });
      }
    }
  }
  actuations.sort(
    (left, right) =>
      left.at - right.at ||
      byCodeUnit(left.intersection, right.intersection) ||
      byCodeUnit(left.detector, right.detector),
  );
  return { actuations, around, counts };
}

/** Positions as the console wants them; vehicles are numbered as they are first seen. */
function vehicleView(origin: NetPoint): (context: traci.ContextData) => readonly number[] {
  const numbers = new Map<string, number>();
  return ({ vehicles }) => {
    const flat: number[] = [];
    for (const [id, values] of [...vehicles].toSorted(([left], [right]) => byCodeUnit(left, right))) {
      let number = numbers.get(id);
      if (number === undefined) {
        number = numbers.size + 1;
        numbers.set(id, number);
      }
      const { x, y } = asPoint(values.get(VARIABLE.position));
      flat.push(
        number,
        Math.round((x - origin[0]) * 10),
        Math.round((y - origin[1]) * 10),
        Math.round(asNumber(values.get(VARIABLE.angle))) % 360,
        Math.round(asNumber(values.get(VARIABLE.length)) * 10),
      );
    }
    return flat;
  };
}

/** Asks every vehicle once, by a subscription that is ended in the same message. */
async function surveyWhenDue(
  session: SumoSession,
  measures: MeasureKeeper,
  lane: string,
  nowSeconds: number,
): Promise<void> {
  if (!measures.surveyDue(nowSeconds)) return;
  const around = (variables: readonly number[]): Buffer =>
    traci.subscribeVehiclesAround(TRACI.subscribeLaneContext, lane, EVERYWHERE_METERS, variables);
  const reader = await session.exchange([around(SURVEY_VARIABLES), around([])]);
  traci.readStatus(reader);
  const answer = traci.readSubscription(reader);
  traci.readStatus(reader);
  measures.survey(nowSeconds, "vehicles" in answer ? answer.vehicles : new Map());
}
