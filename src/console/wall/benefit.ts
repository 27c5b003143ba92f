import { signal } from "@preact/signals";
import type { PlanBenefitView } from "../../protocol/plan-benefit.ts";
import { type ApiAnswer, getJson } from "../data/api.ts";

/** Forecasts change once an interval, demand and plans with them. */
const POLL_MS = 15_000;

/** What the plans in force are expected to be worth; null before it was asked. */
export const benefit = signal<ApiAnswer<PlanBenefitView> | null>(null);

async function ask(): Promise<void> {
  benefit.value = await getJson<PlanBenefitView>("api/benefit");
}

/** Asks for it as long as the page is there; the returned function ends it. */
export function followBenefit(): () => void {
  void ask();
  const timer = setInterval(() => void ask(), POLL_MS);
  return () => clearInterval(timer);
}
