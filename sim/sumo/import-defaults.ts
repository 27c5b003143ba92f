/**
 * What a SUMO network does not say about its signals and a controller must know. Every import uses these values; a
 * profile may replace them in the written intersection files.
 */
export const IMPORT_DEFAULTS = {
  /** Short greens are the rule in generated programs, so a shorter shipped green lowers it down to `greenFloorSeconds`. */
  greenMinSeconds: 5,
  /** The schema's own floor. */
  greenFloorSeconds: 1,
  /** Above the usual split of a 120 s cycle; a longer shipped green raises it. */
  greenMaxSeconds: 90,
  /** 3 to 6 s: rule M5, MUTCD 4F.17; SUMO's generated yellows are 3 s at 50 km/h. */
  yellowMinSeconds: 3,
  yellowMaxSeconds: 6,
  redClearMaxSeconds: 6,
  /** Of the profile `street`: ITE's reaction time, a deceleration just below ITE's 10 ft/s², and the usual least all-red. */
  streetReactionSeconds: 1,
  streetDecelerationMetersPerSecond2: 3,
  streetRedClearSeconds: 1,
  /** Below 40 s the intergreens of four stages leave nothing to share out; the shipped cycle always lies inside. */
  cycleMinSeconds: 50,
  /** Above 120 s the capacity won is below 3 % and pedestrians stop waiting (HCM, RiLSA). */
  cycleMaxSeconds: 120,
  /** Three moves of the engine's interval take a split from one third of a 90 s cycle to two thirds. */
  splitStepSeconds: 8,
  /** DESIGN §3: cycle and sequence no oftener than every ten minutes. */
  cycleChangeMinSeconds: 600,
  /** Two cycles of 120 s: the hard limit of signal-control.md §2.2; a longer shipped red raises it. */
  waitMaxSeconds: 240,
  /** Twice the default lease of 15 min. */
  planValidMaxSeconds: 1800,
  /** Usual bounds of a "shortway" transition: lengthen by a fifth, shorten by a sixth. */
  transitionLengthenRatio: 0.2,
  transitionShortenRatio: 0.17,
  /** Per lane in full green; turning vehicles drive a tighter curve (HCM: about 0.95 of through). */
  throughSaturationFlowVehPerHour: 1800,
  turnSaturationFlowVehPerHour: 1700,
  /** A standing car with its gap: SUMO's default 5 m vehicle and 2.5 m gap. */
  vehicleSpacingMeters: 7.5,
  /** The four scenarios and most maps of their family are German; SUMO networks carry no time zone. */
  timeZone: "Europe/Berlin",
} as const;
