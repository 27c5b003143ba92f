import type { AlarmTransition } from "../alarms/alarm.ts";
import type { AlarmList } from "../alarms/alarm-list.ts";
import type { AlarmAct } from "../alarms/alarms.ts";
import type { IsaFigures, IsaTarget } from "../alarms/isa-figures.ts";

/** What the control room sees of the alarms. */
export type AlarmDeskView = AlarmList & {
  readonly at: number;
  /** The latest transitions, newest first. */
  readonly recent: readonly AlarmTransition[];
  /** Of the last 24 hours, or since the start. */
  readonly figures: IsaFigures;
  readonly targets: readonly IsaTarget[];
};

/** What came of an act: done and in the audit trail; refused, and why; or done and not yet in the trail, which cannot be written. */
export type AlarmActAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unaudited"; readonly why: string };

/** Where alarms are shown and answered. */
export interface AlarmDesk {
  /** `undefined` until the plant's clock is known. */
  view(): AlarmDeskView | undefined;
  act(act: AlarmAct): Promise<AlarmActAnswer>;
}
