import type { AlarmTransition } from "../alarms/alarm.ts";
import type { AlarmList, AlarmListed } from "../alarms/alarm-list.ts";
import type { AlarmType } from "../alarms/alarm-types.ts";
import type { AlarmAct } from "../alarms/alarms.ts";
import type { KeptAlarm } from "../alarms/kept-alarms.ts";
import type { IsaFigures, IsaTarget } from "../model/alarm.ts";
import type { Kept } from "./kept.ts";

/** An alarm with what the engine does about it now. */
export type AlarmWithEffect = AlarmListed & { readonly effect: string };

/** The alarms that are not normal. */
export type AlarmsNow = {
  readonly at: number;
  /** By priority and then age: what is active, or cleared and not acknowledged. */
  readonly active: readonly AlarmWithEffect[];
  readonly shelved: readonly AlarmWithEffect[];
  readonly suppressed: readonly AlarmWithEffect[];
  readonly outOfService: readonly AlarmWithEffect[];
  readonly flood: AlarmList["flood"];
};

/** What the control room sees of the alarms. */
export type AlarmDeskView = AlarmsNow &
  Pick<AlarmList, "consolidated"> & {
    /** The latest transitions, newest first. */
    readonly recent: readonly AlarmTransition[];
    /** Of the last 24 hours, or since the start. */
    readonly figures: IsaFigures;
    readonly targets: readonly IsaTarget[];
    /** Every type that there is: for who reads alarms of the past, which say only their type. */
    readonly types: Readonly<Record<string, AlarmTypeWords>>;
  };

export type AlarmTypeWords = Pick<AlarmType, "response" | "consequence" | "owner">;

/**
 * What came of an act: done and in the audit trail; refused, and why; or not in the trail, which cannot be written: `done` where that showed
 * afterwards, and not done where it was known.
 */
export type AlarmActAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unaudited"; readonly done: boolean; readonly why: string };

/** Where alarms are shown and answered. */
export interface AlarmDesk {
  /** `undefined` until the plant's clock is known. */
  now(): AlarmsNow | undefined;
  /** The same, with what was and how it stands against ISA-18.2. */
  view(): AlarmDeskView | undefined;
  act(act: AlarmAct): Promise<AlarmActAnswer>;
}

/** What operators said of alarms, where it survives the process. */
export type AlarmMemory = Kept<readonly KeptAlarm[]>;
