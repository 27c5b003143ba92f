import { computed } from "@preact/signals";
import { whyNotCommand } from "./conductor.ts";
import { staleText } from "./store.ts";
import { timeSource } from "./time.ts";

/** Why nothing can be commanded from what is on the screen, whoever sits before it; null where it can. Every view that asks something of the engine or the street asks here. */
export const whyNotPresent = computed(() => whyNotCommand(timeSource.value, staleText.value));
