import { PhasewiseError } from "../../src/errors.ts";
import {
  readValue,
  TRACI_TYPE,
  type TraciReader,
  type TraciValue,
  traciCommand,
  traciWriter,
} from "./traci-codec.ts";

/** The part of TraCI that we speak (https://sumo.dlr.de/docs/TraCI.html), numbers as of SUMO 1.15. */
export const TRACI = {
  getVersion: 0x00,
  simulationStep: 0x02,
  close: 0x7f,
  subscribeJunctionContext: 0x89,
  subscribeLaneContext: 0x83,
  setSignal: 0xc2,
  subscribeLoop: 0xd0,
  subscribeSignal: 0xd2,
  subscribeSimulation: 0xdb,
  loopData: 0xe0,
  signalData: 0xe2,
  simulationData: 0xeb,
  junctionContextData: 0x99,
  vehicleDomain: 0xa4,
  getVehicleType: 0xa5,
} as const;

export const VARIABLE = {
  idList: 0x00,
  loopVehicleData: 0x17,
  signalState: 0x20,
  speed: 0x40,
  position: 0x42,
  angle: 0x43,
  length: 0x44,
  vehicleClass: 0x49,
  laneId: 0x51,
  lanePosition: 0x56,
  departedCount: 0x73,
  arrivedCount: 0x79,
  waitingSeconds: 0x7a,
  timeLossSeconds: 0x8c,
  pendingVehicles: 0x94,
} as const;

const STATUS_OK = 0x00;
/** Begin and end of a subscription: the whole run. SUMO's own "invalid double" means "from now on" and "for ever". */
const ALWAYS = -1073741824;

export function stepCommand(): Buffer {
  // 0 asks for a single step of the configured length.
  return traciCommand(TRACI.simulationStep, traciWriter().double(0).bytes());
}

export function versionCommand(): Buffer {
  return traciCommand(TRACI.getVersion, Buffer.alloc(0));
}

export function closeCommand(): Buffer {
  return traciCommand(TRACI.close, Buffer.alloc(0));
}

export function setSignalCommand(tls: string, linkStates: string): Buffer {
  const content = traciWriter().ubyte(VARIABLE.signalState).text(tls).ubyte(TRACI_TYPE.text).text(linkStates);
  return traciCommand(TRACI.setSignal, content.bytes());
}

export function subscribeCommand(command: number, object: string, variables: readonly number[]): Buffer {
  const content = traciWriter().double(ALWAYS).double(ALWAYS).text(object).ubyte(variables.length);
  for (const variable of variables) content.ubyte(variable);
  return traciCommand(command, content.bytes());
}

/** Variables of all vehicles within `rangeMeters` of an object; no variables end the subscription. */
export function subscribeVehiclesAround(
  command: number,
  object: string,
  rangeMeters: number,
  variables: readonly number[],
): Buffer {
  const content = traciWriter().double(ALWAYS).double(ALWAYS).text(object);
  content.ubyte(TRACI.vehicleDomain).double(rangeMeters).ubyte(variables.length);
  for (const variable of variables) content.ubyte(variable);
  return traciCommand(command, content.bytes());
}

/** Asks for a variable of a type of vehicle, once; the list of ids is of no type. `readAnswer` reads what comes after the status. */
export function vehicleTypeCommand(type: string, variable: number): Buffer {
  return traciCommand(TRACI.getVehicleType, traciWriter().ubyte(variable).text(type).bytes());
}

export function readAnswer(reader: TraciReader): TraciValue {
  readLength(reader);
  // The kind of answer and the variable; then the object.
  reader.skip(2);
  reader.text();
  return readValue(reader);
}

/** Reads the status that answers each command. Throws SUMO_FAILED with SUMO's own words where it refused. */
export function readStatus(reader: TraciReader): void {
  readLength(reader);
  const command = reader.ubyte();
  const result = reader.ubyte();
  const description = reader.text();
  if (result !== STATUS_OK) {
    const hex = `0x${command.toString(16).padStart(2, "0")}`;
    throw new PhasewiseError("SUMO_FAILED", `SUMO refused TraCI command ${hex}: ${description}`);
  }
}

function readLength(reader: TraciReader): number {
  const short = reader.ubyte();
  return short === 0 ? reader.int() : short;
}

export type SubscriptionData = {
  /** Id of the answer: which kind of subscription. */
  readonly kind: number;
  readonly object: string;
  readonly values: ReadonlyMap<number, TraciValue>;
};

export type ContextData = {
  readonly kind: number;
  readonly object: string;
  /** By the id of the vehicle, in SUMO's order of ids. */
  readonly vehicles: ReadonlyMap<string, ReadonlyMap<number, TraciValue>>;
};

/** An answer to a subscription: one object's values, or those of the vehicles around it. */
export function readSubscription(reader: TraciReader): SubscriptionData | ContextData {
  readLength(reader);
  const kind = reader.ubyte();
  const object = reader.text();
  // Answers of 0x90 to 0x9f belong to context subscriptions.
  if (kind >= 0xa0) return { kind, object, values: readValues(reader, reader.ubyte()) };
  reader.skip(1);
  const variables = reader.ubyte();
  const vehicles = new Map<string, ReadonlyMap<number, TraciValue>>();
  for (let left = reader.int(); left > 0; left -= 1)
    vehicles.set(reader.text(), readValues(reader, variables));
  return { kind, object, vehicles };
}

function readValues(reader: TraciReader, count: number): ReadonlyMap<number, TraciValue> {
  const values = new Map<number, TraciValue>();
  for (let left = count; left > 0; left -= 1) {
    const variable = reader.ubyte();
    const status = reader.ubyte();
    const value = readValue(reader);
    if (status !== STATUS_OK)
      throw new PhasewiseError("SUMO_FAILED", `SUMO refused a subscription: ${JSON.stringify(value)}`);
    values.set(variable, value);
  }
  return values;
}
