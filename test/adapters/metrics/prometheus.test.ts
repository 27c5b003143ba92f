import { expect, it } from "vitest";
import { createPrometheusMetrics } from "../../../src/adapters/metrics/prometheus.ts";
import type { Readings } from "../../../src/ports/metrics.ts";

const plans = { pushed: 7, accepted: 6, applied: 5, refusedByController: 1, refusedByGate: 2 };

const READINGS: Readings = {
  decidedAt: 1_767_596_400_500,
  plantConnected: true,
  links: { configured: 12, up: 11 },
  frames: { received: 300, sent: 200, refused: new Map([["MALFORMED", 3]]) },
  plans,
  schedules: { ...plans, pushed: 70 },
  readbackMismatches: 0,
  gateRules: { S7: 2 },
  eventsUnstored: 40,
  historyWaiting: 1_000,
  alarms: new Map([
    ["P1", 0],
    ["P2", 4],
  ]),
  consoles: { viewers: 2, messages: 90, characters: 9_000, skipped: 1 },
};

/** The values of a text by name and labels, those of Node.js left out. */
async function valuesOf(metrics: ReturnType<typeof createPrometheusMetrics>) {
  const { contentType, text } = await metrics.exposition();
  const values = text
    .split("\n")
    .filter((line) => line.startsWith("phasewise_"))
    .map((line) => line.split(/ (?=[^ ]+$)/) as [string, string]);
  return { contentType, text, values: new Map(values) };
}

it("tells every reading under its name, with a help and a type", async () => {
  const { contentType, text, values } = await valuesOf(createPrometheusMetrics(() => READINGS));
  expect(contentType).toContain("text/plain");
  const told = Object.fromEntries([...values].filter(([name]) => !name.startsWith("phasewise_step_seconds")));
  expect(told).toEqual({
    phasewise_decided_instant_seconds: "1767596400.5",
    'phasewise_plans_total{outcome="pushed"}': "7",
    'phasewise_plans_total{outcome="accepted"}': "6",
    'phasewise_plans_total{outcome="applied"}': "5",
    'phasewise_plans_total{outcome="refused_by_controller"}': "1",
    'phasewise_plans_total{outcome="refused_by_gate"}': "2",
    'phasewise_schedules_total{outcome="pushed"}': "70",
    'phasewise_schedules_total{outcome="accepted"}': "6",
    'phasewise_schedules_total{outcome="applied"}': "5",
    'phasewise_schedules_total{outcome="refused_by_controller"}': "1",
    'phasewise_schedules_total{outcome="refused_by_gate"}': "2",
    'phasewise_gate_refusals_total{rule="S7"}': "2",
    phasewise_readback_mismatches_total: "0",
    'phasewise_alarms_active{priority="P1"}': "0",
    'phasewise_alarms_active{priority="P2"}': "4",
    phasewise_plant_connected: "1",
    phasewise_links_configured: "12",
    phasewise_links_up: "11",
    phasewise_frames_received_total: "300",
    phasewise_frames_sent_total: "200",
    'phasewise_frames_refused_total{code="MALFORMED"}': "3",
    phasewise_event_log_unstored_events: "40",
    phasewise_history_waiting_characters: "1000",
    phasewise_console_clients: "2",
    phasewise_console_messages_total: "90",
    phasewise_console_characters_total: "9000",
    phasewise_console_skipped_total: "1",
  });
  const names = new Set([...values.keys()].map((name) => name.replace(/(_bucket|_sum|_count)?(\{.*)?$/, "")));
  for (const name of names) {
    expect(text).toContain(`# HELP ${name} `);
    expect(text).toMatch(new RegExp(`# TYPE ${name} (counter|gauge|histogram)`));
  }
  expect(text, "and of the process").toContain("nodejs_eventloop_lag_p99_seconds");
});

it("is the latest each time, without what is not known", async () => {
  let readings = READINGS;
  const metrics = createPrometheusMetrics(() => readings);
  await metrics.exposition();
  readings = {
    ...READINGS,
    decidedAt: undefined,
    historyWaiting: undefined,
    alarms: undefined,
    gateRules: {},
  };
  const { values } = await valuesOf(metrics);
  for (const name of [
    "decided_instant_seconds",
    "history_waiting_characters",
    "alarms_active",
    "gate_refusals",
  ]) {
    expect([...values.keys()].filter((key) => key.startsWith(`phasewise_${name}`))).toEqual([]);
  }
  expect(values.get("phasewise_frames_received_total"), "not added to what it was").toBe("300");
});

it("counts steps by how long they took, and refusals of controllers by code", async () => {
  const metrics = createPrometheusMetrics(() => READINGS);
  metrics.decided(0.004, [{ what: "plan", code: "MIN_GREEN" }]);
  metrics.decided(0.3, [
    { what: "schedule", code: "EXPIRED" },
    { what: "plan", code: "MIN_GREEN" },
  ]);
  const { values } = await valuesOf(metrics);
  expect(values.get('phasewise_step_seconds_bucket{le="0.0025"}')).toBe("0");
  expect(values.get('phasewise_step_seconds_bucket{le="0.005"}')).toBe("1");
  expect(values.get('phasewise_step_seconds_bucket{le="0.5"}')).toBe("2");
  expect(values.get("phasewise_step_seconds_count")).toBe("2");
  expect(values.get('phasewise_controller_refusals_total{what="plan",code="MIN_GREEN"}')).toBe("2");
  expect(values.get('phasewise_controller_refusals_total{what="schedule",code="EXPIRED"}')).toBe("1");
});
