import type { VehicleType } from "../../src/model/demand.ts";
import { foreignId } from "./foreign-id.ts";
import { modeOfClass } from "./trip-measures.ts";
import { elementFault, optionalNumber, requiredText, type XmlElement } from "./xml-reader.ts";

/** A type of vehicle as SUMO's route files define it, and what of it is not taken over. */
export type ForeignType = {
  readonly type: VehicleType;
  /** Whether it drives on the lanes of motor vehicles. */
  readonly motor: boolean;
  /** Reaction time of Krauss; the traffic model has it in the saturation flows. */
  readonly tauSeconds: number;
  readonly notes: readonly string[];
};

/** Length in metres and acceleration in m/s² by vehicle class: SUMO's documentation, "Vehicle Type Parameter Defaults". */
const CLASS_DEFAULTS: Readonly<Record<string, readonly [meters: number, acceleration: number]>> = {
  bicycle: [1.6, 1.2],
  bus: [12, 1.2],
  coach: [14, 2],
  delivery: [6.5, 2.6],
  emergency: [6.5, 2.6],
  moped: [2.1, 1.1],
  motorcycle: [2.2, 5],
  trailer: [16.5, 1.1],
  truck: [7.1, 1.3],
};
const CAR = [5, 2.6] as const;
/** SUMO's default `tau`. */
export const TAU_SECONDS = 1;
const GAP_METERS = 2.5;
const BICYCLE_GAP_METERS = 0.5;
/** 20 km/h. */
const BICYCLE_SPEED_MAX = 5.56;
const IMPERFECTION = 0.5;
const SPEED_DEVIATION = 0.1;

const NO_MOTOR: ReadonlySet<string> = new Set([
  "pedestrian",
  "wheelchair",
  "tram",
  "rail",
  "rail_urban",
  "rail_electric",
  "rail_fast",
  "subway",
  "ship",
]);

/** The type of vehicles that name none. */
export const DEFAULT_TYPE_ID = "DEFAULT_VEHTYPE";

/** Reads a `<vType>`; what it does not say is SUMO's default for its class. */
export function vehicleTypeOf(element: XmlElement): ForeignType {
  const { attributes } = element;
  const vehicleClass = attributes["vClass"] ?? "passenger";
  const [meters, acceleration] = CLASS_DEFAULTS[vehicleClass] ?? CAR;
  const model = attributes["carFollowModel"] ?? "Krauss";
  const mode = modeOfClass(vehicleClass);
  const isBicycle = mode === "bicycle";
  const left = NOT_TAKEN.filter(
    (name) => attributes[name] !== undefined && !(isBicycle && name === "maxSpeed"),
  );
  const notes = [
    ...(model === "Krauss" ? [] : [`car-following model ${model}, run as Krauss`]),
    ...left.map((name) => `${name} of a vehicle type`),
    ...(isBicycle ? ["types of bicycles, ridden in the lane of motor vehicles at the kerb"] : []),
  ];
  const speedFactor = speedFactorOf(element);
  return {
    type: {
      id: foreignId(requiredText(element, "id")),
      ...(mode === "car" ? {} : { mode }),
      lengthMeters: within(optionalNumber(element, "length", meters), 1, 30),
      gapMeters: within(
        optionalNumber(element, "minGap", isBicycle ? BICYCLE_GAP_METERS : GAP_METERS),
        0.5,
        5,
      ),
      accelerationMetersPerSecond2: within(optionalNumber(element, "accel", acceleration), 0.2, 5),
      ...(isBicycle
        ? { speedMaxMetersPerSecond: within(optionalNumber(element, "maxSpeed", BICYCLE_SPEED_MAX), 1, 60) }
        : {}),
      imperfection: within(optionalNumber(element, "sigma", IMPERFECTION), 0, 1),
      speedFactor,
    },
    motor: !NO_MOTOR.has(vehicleClass),
    tauSeconds: within(optionalNumber(element, "tau", TAU_SECONDS), 0.1, 10),
    notes,
  };
}

/** What changes how a type drives and is not taken over. */
const NOT_TAKEN = ["decel", "emergencyDecel", "maxSpeed", "impatience", "laneChangeModel"] as const;

export function defaultType(): ForeignType {
  return {
    type: {
      id: DEFAULT_TYPE_ID,
      lengthMeters: CAR[0],
      gapMeters: GAP_METERS,
      accelerationMetersPerSecond2: CAR[1],
      imperfection: IMPERFECTION,
      speedFactor: { mean: 1, deviation: SPEED_DEVIATION, min: 0.2, max: 2 },
    },
    motor: true,
    tauSeconds: TAU_SECONDS,
    notes: [],
  };
}

function within(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** A number, `norm(mean,deviation)` or `normc(mean,deviation,min,max)`; `speedDev` says the deviation otherwise. */
function speedFactorOf(element: XmlElement): VehicleType["speedFactor"] {
  const text = element.attributes["speedFactor"] ?? "1";
  const [, kind, list = text] = /^(normc?)\((.*)\)$/.exec(text.trim()) ?? [];
  const [mean = Number.NaN, ...others] = list.split(",").map(Number);
  const [ownDeviation, ownMin = 0.2, ownMax = 2] = others;
  const usual = kind === undefined ? SPEED_DEVIATION : (ownDeviation ?? Number.NaN);
  const deviation = optionalNumber(element, "speedDev", usual);
  if (![mean, deviation, ownMin, ownMax].every(Number.isFinite) || ownMin > ownMax) {
    throw elementFault(
      element,
      `has speedFactor="${text}"`,
      "a number, norm(mean,deviation) or normc(mean,deviation,min,max)",
    );
  }
  return {
    mean: within(mean, 0.2, 2),
    deviation: within(deviation, 0, 1),
    min: within(ownMin, 0.1, 2),
    max: within(ownMax, 0.1, 3),
  };
}
