import type { HealthThresholds } from "../model/detector-health.ts";
import type { Detector, Intersection } from "../model/intersection.ts";

/** What a detector is judged by. */
export type Thresholds = Required<HealthThresholds>;

/**
 * What holds where the network says nothing, by role. `reference/forecasting.md` §4 and `reference/signal-control.md` §7.3 have the
 * sources:
 *
 * | threshold | from |
 * |---|---|
 * | presenceMaxSeconds | NTCIP diagnostics' example 10 min; a stop-line loop legally holds through red (437 s seen, pyatspm), an advance loop under a queue; nobody stands for long where a link begins |
 * | silenceVehicles | chance of none where twenty are expected: e⁻²⁰, e⁻¹⁰ with urban counts' twofold variance |
 * | silenceMaxMinutes | MnDOT IRIS, no hits: mainline 4 h, queue 12 h, exit 8 h |
 * | actuationsPerMinuteMax | a lane's most is 3,000 to 3,100 veh/h, some 50 a minute (FHWA), at a signal less; NTCIP's example of 30 is passed by a long green |
 * | shortPulseShareMax | against its own history: 5 to 85 % of short pulses are normal, depending on the loop (pyatspm) |
 * | evidenceMin | own choice: 1 in 20,000, beside the vote of the neighbours; with 8 two of 120 sound detector days at random had a false alarm |
 * | clearMinutes | IRIS waits for 24 h; here a repaired loop that has counted like its neighbours for half an hour is better than what replaces it |
 */
export const HEALTH_DEFAULTS: Readonly<Record<Detector["role"], Thresholds>> = {
  stopLine: {
    presenceMaxSeconds: 600,
    silenceVehicles: 20,
    silenceMaxMinutes: 720,
    actuationsPerMinuteMax: 45,
    shortPulseShareMax: 0.3,
    evidenceMin: 10,
    clearMinutes: 30,
  },
  advance: {
    presenceMaxSeconds: 480,
    silenceVehicles: 20,
    silenceMaxMinutes: 240,
    actuationsPerMinuteMax: 45,
    shortPulseShareMax: 0.3,
    evidenceMin: 10,
    clearMinutes: 30,
  },
  entry: {
    presenceMaxSeconds: 300,
    silenceVehicles: 20,
    silenceMaxMinutes: 480,
    actuationsPerMinuteMax: 45,
    shortPulseShareMax: 0.3,
    evidenceMin: 10,
    clearMinutes: 30,
  },
};

const FAILED_SHARE_MAX = 0.5;

/** By detector, with what the network says otherwise: one for each role, since thousands of intersections have them. */
export function thresholdsOf({ detectors, detectorHealth }: Intersection): readonly Thresholds[] {
  if (detectorHealth === undefined) return detectors.map(({ role }) => HEALTH_DEFAULTS[role]);
  const byRole = new Map<Detector["role"], Thresholds>();
  return detectors.map(({ role }) => {
    const own = byRole.get(role) ?? { ...HEALTH_DEFAULTS[role], ...detectorHealth[role] };
    byRole.set(role, own);
    return own;
  });
}

export function failedShareMaxOf({ detectorHealth }: Intersection): number {
  return detectorHealth?.failedShareMax ?? FAILED_SHARE_MAX;
}
