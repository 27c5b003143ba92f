import Type, { type Static } from "typebox";
import { shapeOf } from "../../src/model/fault.ts";

const Flow = Type.Number({ minimum: 0 });

/** How near the built-in model is to SUMO on a scenario: `agreement` of what `phasewise import x.sumocfg --agree --json FILE` writes. */
const CalibrationSchema = Type.Object({
  network: Type.String({ minLength: 1 }),
  agreement: Type.Object({
    seeds: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
    sumoTravelSeconds: Type.Number({ exclusiveMinimum: 0 }),
    builtinTravelSeconds: Type.Number({ exclusiveMinimum: 0 }),
    /** Of links and seeds, those with GEH below 5. */
    gehShare: Type.Number({ minimum: 0, maximum: 1 }),
    worstLinks: Type.Array(
      Type.Object({
        link: Type.String({ minLength: 1 }),
        sumoVehPerHour: Flow,
        builtinVehPerHour: Flow,
        geh: Flow,
      }),
    ),
  }),
});

export type Calibration = Static<typeof CalibrationSchema>;

/** Checks a file's content: the calibration, or every fault. */
export const calibrationShape = shapeOf(CalibrationSchema);

/** What is asked of a model that is to be believed: mean travel time within 10 %, and GEH below 5 on 95 % of the links. */
export const TRAVEL_TIME_LIMIT_RATIO = 0.1;
export const GEH_SHARE_LIMIT = 0.95;

/** Whether the model is as near to SUMO as is asked, and by how much its mean travel time is longer, of SUMO's. */
export function calibrationVerdict({ agreement }: Calibration): {
  readonly travelTimeDifferenceRatio: number;
  readonly travelTimeHolds: boolean;
  readonly flowsHold: boolean;
} {
  const { builtinTravelSeconds, sumoTravelSeconds, gehShare } = agreement;
  const travelTimeDifferenceRatio = builtinTravelSeconds / sumoTravelSeconds - 1;
  return {
    travelTimeDifferenceRatio,
    travelTimeHolds: Math.abs(travelTimeDifferenceRatio) <= TRAVEL_TIME_LIMIT_RATIO,
    flowsHold: gehShare >= GEH_SHARE_LIMIT,
  };
}
