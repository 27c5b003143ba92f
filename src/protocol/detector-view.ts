/** A detector as `GET /api/detectors` tells it. */
export type DetectorStateView = {
  readonly intersection: string;
  readonly detector: string;
  readonly role: "stopLine" | "advance" | "entry";
  /** What it counts for: movements by id, with the numbers of their phases. */
  readonly movements: readonly string[];
  readonly state: "good" | "suspect" | "failed" | "recovering";
  readonly since: number;
  /** The fault by name; `null` while it is good. */
  readonly fault: string | null;
  /** Rule, value found and threshold, in words. */
  readonly reason: string | null;
  /** When a vehicle came onto it or left it last; `null` for never since the engine started. */
  readonly lastHitAt: number | null;
  /** Over the last ten minutes. */
  readonly hitsPerHour: number;
  /** Usual at this hour, learnt while it was good; `null` before anything was learnt. */
  readonly expectedPerHour: number | null;
  /** Whether its controller is linked: else nothing of it is of now. */
  readonly linked: boolean;
  /** What the engine does about it; `null` where it is used as it is. */
  readonly effect: string | null;
};

export type DetectorsAnswer = { readonly at: number; readonly detectors: readonly DetectorStateView[] };
