import type { StudyChoices, StudyRequest } from "../../../protocol/studies.ts";

/** A new study as it stands in the form. */
export type StudyForm = {
  readonly name: string;
  readonly begin: StudyRequest["begin"]["kind"];
  /** Local time of day, for begin clock. */
  readonly from: string;
  /** The first is what the others are compared with. */
  readonly controls: readonly string[];
  readonly seeds: number;
  readonly minutes: number;
  readonly demandPercent: number;
  /** As path=value. */
  readonly settings: readonly string[];
  /** As intersection=seconds later, each intersection once. */
  readonly offsets: readonly string[];
  /** One a line. */
  readonly events: string;
};

export type Preset = { readonly name: string; readonly form: (choices: StudyChoices) => StudyForm };

const SEEDS = 5;
const LOOK_AHEAD_MINUTES = 15;

const EMPTY: StudyForm = {
  name: "",
  begin: "scenario",
  from: "08:00",
  controls: ["fixed", "actuated", "adaptive"],
  seeds: SEEDS,
  minutes: 30,
  demandPercent: 100,
  settings: [],
  offsets: [],
  events: "",
};

/** From now on where that can be, and else from where the scenario begins. */
function aheadOf({ begins }: StudyChoices): StudyForm {
  return begins.includes("now")
    ? { ...EMPTY, begin: "now", minutes: LOOK_AHEAD_MINUTES, controls: ["running", "webster", "adaptive"] }
    : { ...EMPTY, minutes: LOOK_AHEAD_MINUTES };
}

export const PRESETS: readonly Preset[] = [
  {
    name: "Look ahead 15 min",
    form: (choices) => ({ ...aheadOf(choices), name: "Look ahead 15 min" }),
  },
  {
    name: "Compare all controls now",
    form: (choices) => {
      const ahead = aheadOf(choices);
      const all = ["running", "fixed", "webster", "actuated", "maxpressure", "adaptive"];
      const controls = ahead.begin === "now" ? all : all.slice(1);
      return { ...ahead, name: "All controls now", controls };
    },
  },
  {
    name: "20 % more demand",
    form: () => ({ ...EMPTY, name: "20 % more demand", demandPercent: 120 }),
  },
  {
    name: "Another parameter",
    form: () => ({ ...EMPTY, name: "Parameter change", controls: ["adaptive"] }),
  },
];

/** A form to begin with: to look ahead, or to try offsets with the plans that the street runs, or else with the configured ones. */
export function firstForm(choices: StudyChoices, offsets: readonly string[] = []): StudyForm {
  const ahead = aheadOf(choices);
  if (offsets.length === 0) return { ...ahead, name: "Look ahead 15 min" };
  const controls = [ahead.begin === "now" ? "running" : "fixed"];
  return { ...ahead, name: `Offsets ${offsets.join(" ")}`.slice(0, NAME_MAX), controls, offsets };
}

const NAME_MAX = 80;

/** The chosen controls that offsets are tried with. */
export function offsetControls(
  { controls }: Pick<StudyForm, "controls">,
  { controls: known }: Pick<StudyChoices, "controls">,
): readonly string[] {
  return controls.filter((name) => known.some((one) => one.name === name && one.hasOffsets));
}

/** The form with an offset more, in the place of the intersection's other one, and a control that it is tried with. */
export function withOffset(form: StudyForm, offset: string, choices: StudyChoices): Partial<StudyForm> {
  const [id] = offset.split("=");
  const others = form.offsets.filter((one) => one.split("=")[0] !== id);
  const needed = form.begin === "now" ? "running" : "fixed";
  const controls = offsetControls(form, choices).length > 0 ? form.controls : [...form.controls, needed];
  return { offsets: [...others, offset], controls };
}

export function withoutOffset({ offsets }: StudyForm, offset: string): readonly string[] {
  return offsets.filter((one) => one !== offset);
}

/** The controls after one of them was ticked or not; what is ticked last stands last. */
export function toggleControl({ controls }: StudyForm, name: string): readonly string[] {
  return controls.includes(name) ? controls.filter((one) => one !== name) : [...controls, name];
}

/** The same controls, with another one that the others are compared with. */
export function withBase({ controls }: StudyForm, base: string): readonly string[] {
  return [base, ...controls.filter((one) => one !== base)];
}

export type Asked =
  | { readonly ok: true; readonly request: StudyRequest; readonly runs: number }
  /** What is to be changed, in words. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** The request that the form makes. Whether events fit the network the server says. */
export function requestOf(form: StudyForm, choices: StudyChoices): Asked {
  const { limits, controls: known } = choices;
  const { name, begin, from, controls, seeds, minutes, demandPercent, settings, offsets } = form;
  const events = form.events
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const moved = offsets.length === 0 ? 0 : offsetControls(form, choices).length;
  // An event makes an arm of each control at most, a setting one, all offsets one of each control that has any.
  const arms = controls.length * (1 + events.length) + settings.length + moved;
  const runs = arms * seeds;
  const [longest, least, most] = [limits.secondsMax / 60, 100 * limits.demandMin, 100 * limits.demandMax];
  const lost = controls.find((one) => known.some((each) => each.name === one && each.fromNowOnly));
  const problems = [
    [name.trim() === "", "Give it a name."],
    [controls.length === 0, "Choose a control."],
    [
      controls.length + settings.length + offsets.length + events.length < 2,
      "Choose a second control, a parameter, an offset or an event: there is nothing to compare.",
    ],
    [
      begin !== "now" && lost !== undefined,
      `${lost} is the timing of the street now: begin now, or leave it out.`,
    ],
    [begin === "clock" && !/^([01]\d|2[0-3]):[0-5]\d$/.test(from), "Begin at a time such as 08:00."],
    [!isWhole(seeds, 1, limits.seeds), `Seeds: a whole number from 1 to ${limits.seeds}.`],
    [!(minutes >= 1 && minutes <= longest), `Duration: 1 to ${longest} min.`],
    [!(demandPercent >= least && demandPercent <= most), `Demand: ${least} to ${most} %.`],
    [
      settings.length > 0 && !controls.includes("adaptive"),
      "Parameters are the engine's: choose adaptive too.",
    ],
    [offsets.length > 0 && moved === 0, "Offsets are tried with running or fixed: choose one of them."],
    [offsets.length > limits.offsets, `Offsets: at most ${limits.offsets}.`],
    [settings.length > limits.settings, `Parameters: at most ${limits.settings}.`],
    [events.length > limits.events, `Events: at most ${limits.events}.`],
    [runs > limits.runs, `${runs} runs: at most ${limits.runs}; take fewer seeds or controls.`],
  ] as const satisfies readonly (readonly [boolean, string])[];
  const found = problems.flatMap(([is, text]) => (is ? [text] : []));
  if (found.length > 0) return { ok: false, problems: found };
  const request: StudyRequest = {
    name: name.trim(),
    begin: begin === "clock" ? { kind: "clock", from } : { kind: begin },
    controls: [...controls],
    seeds,
    seconds: Math.round(minutes * 60),
    ...(demandPercent === 100 ? {} : { demandFactor: demandPercent / 100 }),
    ...(events.length === 0 ? {} : { events }),
    ...(settings.length === 0 ? {} : { settings: [...settings] }),
    ...(offsets.length === 0 ? {} : { offsets: [...offsets] }),
  };
  return { ok: true, request, runs };
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** What a study asks for, in one line. */
export function requestText(request: StudyRequest): string {
  const { begin, controls, seeds, seconds, demandFactor = 1, settings = [], events = [] } = request;
  const { offsets = [] } = request;
  const begins = { now: "from now", scenario: "from the scenario's begin", clock: "" }[begin.kind];
  return [
    controls.join(", "),
    ...settings,
    ...(offsets.length === 0 ? [] : [`offsets ${offsets.join(" ")}`]),
    ...events,
    begin.kind === "clock" ? `from ${begin.from}` : begins,
    `${Math.round(seconds / 6) / 10} min`,
    ...(demandFactor === 1 ? [] : [`demand ${Math.round(demandFactor * 100)} %`]),
    seeds === 1 ? "1 seed" : `${seeds} seeds`,
  ].join(" · ");
}
