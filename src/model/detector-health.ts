import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Bounds that an engineer may set for the detectors of one role; what is left out is as in `detect/health-thresholds.ts`. */
export const HealthThresholdsSchema = Type.Object(
  {
    presenceMaxSeconds: Type.Optional(
      Type.Number({
        minimum: 60,
        maximum: 7200,
        description: "Occupied without a gap for longer than any vehicle stands here: stuck on.",
      }),
    ),
    silenceVehicles: Type.Optional(
      Type.Number({
        minimum: 5,
        maximum: 500,
        description: "Vehicles that neighbouring detectors make expect while none is seen: stuck off.",
      }),
    ),
    silenceMaxMinutes: Type.Optional(
      Type.Number({
        minimum: 15,
        maximum: 4320,
        description: "Without a vehicle for so long, whatever neighbours see: suspect.",
      }),
    ),
    actuationsPerMinuteMax: Type.Optional(
      Type.Number({
        minimum: 10,
        maximum: 120,
        description: "More in a minute is no traffic of one lane: chatter.",
      }),
    ),
    shortPulseShareMax: Type.Optional(
      Type.Number({
        minimum: 0.05,
        maximum: 1,
        description:
          "Of pulses under 0.15 s and gaps under 0.2 s, what a detector may have beyond its own usual share.",
      }),
    ),
    evidenceMin: Type.Optional(
      Type.Number({
        minimum: 3,
        maximum: 50,
        description:
          "Log-likelihood ratio that counts, or departures in red, must reach against being sound.",
      }),
    ),
    clearMinutes: Type.Optional(
      Type.Number({
        minimum: 5,
        maximum: 2880,
        description: "Without any finding before a detector that failed is good again.",
      }),
    ),
  },
  strict,
);

/** Of an intersection: how its detectors are judged, by role. */
export const DetectorHealthSchema = Type.Object(
  {
    stopLine: Type.Optional(HealthThresholdsSchema),
    advance: Type.Optional(HealthThresholdsSchema),
    entry: Type.Optional(HealthThresholdsSchema),
    failedShareMax: Type.Optional(
      Type.Number({
        minimum: 0.1,
        maximum: 1,
        description:
          "With a greater share of stop-line and advance detectors failed the intersection is left to its plan by time of day. Default 0.5.",
      }),
    ),
  },
  strict,
);

export type HealthThresholds = Static<typeof HealthThresholdsSchema>;
