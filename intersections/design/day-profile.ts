import type { DemandProfile } from "../../src/model/demand.ts";
import type { DayVolumes } from "./description.ts";

/** A weekday: quiet until five, plateaus in the peaks and at midday, straight lines between. */
export function dayProfile(volumes: DayVolumes): DemandProfile {
  const { night, morning, midday, evening } = volumes;
  return [
    { at: "00:00", perHour: night },
    { at: "05:00", perHour: night },
    { at: "06:30", perHour: 0.6 * morning },
    { at: "07:15", perHour: morning },
    { at: "08:45", perHour: morning },
    { at: "09:45", perHour: midday },
    { at: "15:00", perHour: midday },
    { at: "16:15", perHour: evening },
    { at: "18:00", perHour: evening },
    { at: "19:30", perHour: 0.8 * midday },
    { at: "22:00", perHour: 0.3 * midday + 0.7 * night },
    { at: "23:00", perHour: night },
  ].map(({ at, perHour }) => ({ at, perHour: Math.round(perHour) }));
}
