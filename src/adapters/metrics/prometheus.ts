import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics, OutcomeCounts, Readings } from "../../ports/metrics.ts";

/** From a fast instant of one intersection to the 2 s after which a field declares its engine lost. */
const STEP_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

const OUTCOMES = {
  pushed: "pushed",
  accepted: "accepted",
  applied: "applied",
  refusedByController: "refused_by_controller",
  refusedByGate: "refused_by_gate",
} as const satisfies Readonly<Record<keyof OutcomeCounts, string>>;

/** A value with its labels, as it is when the figures are asked for. */
type Sample = { readonly value: number; readonly labels?: Readonly<Record<string, string>> };

/** Figures in the text format of Prometheus, with those of the process and of Node.js. `read` is called once for each answer. */
export function createPrometheusMetrics(read: () => Readings): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const steps = new Histogram({
    name: "phasewise_step_seconds",
    help: "Wall time from the last frame of an instant until everything of it was decided and sent.",
    buckets: STEP_BUCKETS_SECONDS,
    registers: [registry],
  });
  const refusals = new Counter({
    name: "phasewise_controller_refusals_total",
    help: "Plans, stage schedules and commands that a controller refused, by the code of its answer.",
    labelNames: ["what", "code"],
    registers: [registry],
  });
  const shown = readingsOf(registry);
  return {
    decided: (stepSeconds, refused) => {
      steps.observe(stepSeconds);
      for (const { what, code } of refused) refusals.inc({ what, code });
    },
    exposition: async () => {
      shown(read());
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** Registers what is read; the function shows it. */
function readingsOf(registry: Registry): (readings: Readings) => void {
  const figures = [...engineFigures(registry), ...edgeFigures(registry)];
  return (readings) => {
    for (const show of figures) show(readings);
  };
}

type Show = (readings: Readings) => void;
type Samples = (readings: Readings) => readonly Sample[];
type Named = {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  readonly registers: Registry[];
};

/** A count since the start, which somebody else keeps. */
function counted(options: Named, samples: Samples): Show {
  const counter = new Counter(options);
  return (readings) => {
    counter.reset();
    for (const { value, labels = {} } of samples(readings)) counter.inc(labels, value);
  };
}

function gauged(options: Named, samples: Samples): Show {
  const gauge = new Gauge(options);
  return (readings) => {
    // A reset sets a gauge without labels to 0, which would be said of what is not known.
    if (options.labelNames === undefined) gauge.remove();
    else gauge.reset();
    for (const { value, labels = {} } of samples(readings)) gauge.set(labels, value);
  };
}

/** No sample for what is not known. */
function known(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ value }];
}

function outcomes(counts: OutcomeCounts): readonly Sample[] {
  return Object.entries(OUTCOMES).map(([name, outcome]) => ({
    // The table has the names of the counts.
    value: counts[name as keyof OutcomeCounts],
    labels: { outcome },
  }));
}

function engineFigures(registry: Registry): readonly Show[] {
  const registers = [registry];
  return [
    gauged(
      {
        name: "phasewise_decided_instant_seconds",
        help: "The latest instant that was decided, on the street's clock, seconds since the epoch.",
        registers,
      },
      ({ decidedAt }) => known(decidedAt === undefined ? undefined : decidedAt / 1000),
    ),
    counted(
      {
        name: "phasewise_plans_total",
        help: "Timing plans by what became of them.",
        labelNames: ["outcome"],
        registers,
      },
      ({ plans }) => outcomes(plans),
    ),
    counted(
      {
        name: "phasewise_schedules_total",
        help: "Stage schedules by what became of them.",
        labelNames: ["outcome"],
        registers,
      },
      ({ schedules }) => outcomes(schedules),
    ),
    counted(
      {
        name: "phasewise_gate_refusals_total",
        help: "Refusals of the safety gate by rule; one refusal may break several.",
        labelNames: ["rule"],
        registers,
      },
      ({ gateRules }) => Object.entries(gateRules).map(([rule, value]) => ({ value, labels: { rule } })),
    ),
    counted(
      {
        name: "phasewise_readback_mismatches_total",
        help: "Plans that were accepted and then not what the lamps showed.",
        registers,
      },
      ({ readbackMismatches }) => [{ value: readbackMismatches }],
    ),
    gauged(
      {
        name: "phasewise_alarms_active",
        help: "Alarms that are active, by priority.",
        labelNames: ["priority"],
        registers,
      },
      ({ alarms }) => [...(alarms ?? [])].map(([priority, value]) => ({ value, labels: { priority } })),
    ),
  ];
}

/** Links, disks and consoles. */
function edgeFigures(registry: Registry): readonly Show[] {
  const registers = [registry];
  const gauge = (name: string, help: string, value: (readings: Readings) => number | undefined): Show =>
    gauged({ name, help, registers }, (readings) => known(value(readings)));
  const count = (name: string, help: string, value: (readings: Readings) => number): Show =>
    counted({ name, help, registers }, (readings) => known(value(readings)));
  return [
    gauge("phasewise_plant_connected", "1 while a plant is connected.", (of) => (of.plantConnected ? 1 : 0)),
    gauge("phasewise_links_configured", "Controllers of the network.", (of) => of.links.configured),
    gauge("phasewise_links_up", "Controllers that are linked.", (of) => of.links.up),
    count("phasewise_frames_received_total", "Frames that links sent.", (of) => of.frames.received),
    count("phasewise_frames_sent_total", "Frames that were sent to links.", (of) => of.frames.sent),
    counted(
      {
        name: "phasewise_frames_refused_total",
        help: "Frames that were refused or, as duplicates, passed over, by code.",
        labelNames: ["code"],
        registers,
      },
      ({ frames }) => [...frames.refused].map(([code, value]) => ({ value, labels: { code } })),
    ),
    gauge(
      "phasewise_event_log_unstored_events",
      "Events of controllers' logs that are received and not on the disk yet.",
      (of) => of.eventsUnstored,
    ),
    gauge(
      "phasewise_history_waiting_characters",
      "Characters of rows that wait for the history's disk.",
      (of) => of.historyWaiting,
    ),
    gauge("phasewise_console_clients", "Consoles that look on.", (of) => of.consoles.viewers),
    count("phasewise_console_messages_total", "Messages sent to consoles.", (of) => of.consoles.messages),
    count(
      "phasewise_console_characters_total",
      "Characters of messages sent to consoles.",
      (of) => of.consoles.characters,
    ),
    count(
      "phasewise_console_skipped_total",
      "Times that a console was passed over because it had not read what it was sent.",
      (of) => of.consoles.skipped,
    ),
  ];
}
