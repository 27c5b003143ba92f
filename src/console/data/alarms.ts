import { computed, signal } from "@preact/signals";
import type { AlarmsAnswer } from "../../protocol/alarm-view.ts";
import { alarmCount, alarmsBySite, NO_ALARMS_KNOWN } from "./alarm-list.ts";
import { type ApiAnswer, getJson, sendJson } from "./api.ts";

/** The alarms of the present, as they are pushed. */
export const alarmsKnown = signal(NO_ALARMS_KNOWN);
export const alarmsById = computed(() => alarmsKnown.value.byId);
export const alarmsCounted = computed(() => alarmCount(alarmsById.value));
export const alarmsAtSites = computed(() => alarmsBySite(alarmsById.value));

/** What is not pushed: transitions of late and figures. */
export const alarmsAnswer = signal<ApiAnswer<AlarmsAnswer> | null>(null);

export async function loadAlarms(): Promise<void> {
  alarmsAnswer.value = await getJson<AlarmsAnswer>("api/alarms");
}

/** What somebody does with an alarm, by the last part of its address. */
export type AlarmActName = "acknowledge" | "shelve" | "unshelve" | "out-of-service" | "return-to-service";

/** `body`: a reason, and until when, as the act needs them. */
export async function actOnAlarm(
  alarm: string,
  act: AlarmActName,
  body: { readonly reason?: string; readonly until?: number } = {},
): Promise<ApiAnswer<unknown>> {
  return await sendJson("POST", `api/alarms/${encodeURIComponent(alarm)}/${act}`, body);
}
