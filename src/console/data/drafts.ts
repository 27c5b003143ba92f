import type { Order } from "../../model/command.ts";
import type { Mode } from "../../model/mode.ts";

/** How far the engine may go, and what that means; in the order of how far. */
export const MODES: readonly (readonly [mode: Mode, meaning: string])[] = [
  ["local", "the engine only watches"],
  ["shadow", "it decides, sends nothing, and is scored"],
  ["advise", "its timing plans wait for approval"],
  ["plan", "it sends timing plans"],
  ["adaptive", "it decides each second besides"],
];

/** Something that is about to be asked: shown with what would come of it, before anybody confirms it. */
export type Draft = {
  /** What it is, as the heading of the dialog says it. */
  readonly title: string;
  readonly method: "POST" | "DELETE";
  /** Relative to the page. */
  readonly path: string;
  /** What is asked, without reason and time. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly intersections: readonly string[];
  /** Which times there are to choose from. */
  readonly lasts: Lasts;
  /** What somebody has to know before he asks it; null for nothing. */
  readonly warning: string | null;
};

/** `lease`: as long as the envelope lets it; `mode`: for a time or for good; `area`: for a time; `none`: it is done once. */
export type Lasts = "lease" | "mode" | "area" | "none";

const HALF_HOUR_SECONDS = 1800;
const LEASE_SECONDS = [15, 30, 60, 120, 300, 600, HALF_HOUR_SECONDS];
const TIME_SECONDS = [300, 900, HALF_HOUR_SECONDS, 3600, 7200, 14_400, 28_800];

/** Times to choose from, seconds; null is for good. Of a lease those that the envelope allows, the longest one last. */
export function timesOf(lasts: Lasts, secondsMax: number | null): readonly (number | null)[] {
  if (lasts === "none") return [];
  if (lasts === "mode") return [...TIME_SECONDS, null];
  if (lasts === "area") return TIME_SECONDS;
  if (secondsMax === null) return LEASE_SECONDS;
  return [...LEASE_SECONDS.filter((seconds) => seconds < secondsMax), secondsMax];
}

/** The time that is taken unless another one is chosen: half an hour, or as long as it may be. */
export function usualTime(lasts: Lasts, secondsMax: number | null): number | null {
  if (lasts === "none") return null;
  return lasts === "lease" ? Math.min(HALF_HOUR_SECONDS, secondsMax ?? HALF_HOUR_SECONDS) : HALF_HOUR_SECONDS;
}

/** A time in words: `45 s`, `2 min`, `1 h 30 min`; null is `until somebody changes it`. */
export function timeText(seconds: number | null): string {
  if (seconds === null) return "until somebody changes it";
  if (seconds < 60 || (seconds < 600 && seconds % 60 !== 0)) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** What is left of a lease, `1:05` or `1:02:05`; `0:00` once it is over. */
export function countdownText(leftMs: number): string {
  const left = Math.max(0, Math.ceil(leftMs / 1000));
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

type Titles = {
  readonly [Kind in Order["kind"]]: (order: Extract<Order, { readonly kind: Kind }>) => string;
};

const TITLES: Titles = {
  hold: ({ phases }) => `Hold ${phases.length === 1 ? "phase" : "phases"} ${phases.join(", ")} green`,
  release: () => "Release every hold and forced stage",
  forceStage: ({ stage }) => `Force stage ${stage}`,
  placeCall: ({ phase, pedestrian }) =>
    `Place a ${pedestrian ? "pedestrian" : "vehicle"} call of phase ${phase}`,
  pattern: ({ plan }) => `Run plan ${plan}`,
  free: () => "Free operation",
  flash: () => "Flash",
  clear: () => "Clear every command",
};

/** An order as the heading says it. */
function orderTitle<Kind extends Order["kind"]>(order: Extract<Order, { readonly kind: Kind }>): string {
  const title: (one: Extract<Order, { readonly kind: Kind }>) => string = TITLES[order.kind];
  return title(order);
}

const FLASH_WARNING =
  "In flash there are no signals: everybody has to give way. It ends with its lease, over all red.";

export function commandDraft(intersections: readonly string[], order: Order): Draft {
  const isOnce = order.kind === "release" || order.kind === "clear" || order.kind === "placeCall";
  return {
    title: orderTitle(order),
    method: "POST",
    ...addressed(intersections, "commands", "commands", { order }),
    lasts: isOnce ? "none" : "lease",
    warning: order.kind === "flash" ? FLASH_WARNING : null,
  };
}

export function modeDraft(intersections: readonly string[], mode: Mode): Draft {
  return {
    title: `Mode ${mode}`,
    method: "POST",
    ...addressed(intersections, "mode", "modes", { mode }),
    lasts: "mode",
    warning: null,
  };
}

/** Back to the mode that stands: it ends the time of the one that runs. */
export function modeBackDraft(intersection: string, standing: Mode): Draft {
  const back = modeDraft([intersection], standing);
  return { ...back, title: `Back to mode ${standing}`, body: { ...back.body, seconds: null }, lasts: "none" };
}

export function reviewDraft(intersection: string, plan: string, approved: boolean): Draft {
  return {
    title: `${approved ? "Approve" : "Reject"} plan ${plan}`,
    method: "POST",
    ...addressed([intersection], "review", "", { plan, approved }),
    lasts: "none",
    warning: null,
  };
}

export function controlDraft(intersections: readonly string[], from: string | null): Draft {
  return {
    title: from === null ? "Take control" : `Take control from ${from}`,
    method: "POST",
    path: "api/control",
    body: { intersections, takeOver: from !== null },
    intersections,
    lasts: "area",
    warning: from === null ? null : `${from} can ask nothing there any more, and an alarm tells everybody.`,
  };
}

export function controlReleaseDraft(area: string, intersections: readonly string[]): Draft {
  return {
    title: "Give up control",
    method: "DELETE",
    path: `api/control/${encodeURIComponent(area)}`,
    body: {},
    intersections,
    lasts: "none",
    warning: null,
  };
}

function addressed(
  intersections: readonly string[],
  ofOne: string,
  ofSeveral: string,
  body: Readonly<Record<string, unknown>>,
): Pick<Draft, "path" | "body" | "intersections"> {
  const [one] = intersections;
  return intersections.length === 1 && one !== undefined
    ? { path: `api/intersections/${encodeURIComponent(one)}/${ofOne}`, body, intersections }
    : { path: `api/${ofSeveral}`, body: { ...body, intersections }, intersections };
}

/** The body that a draft sends: with the time where there is one to choose. */
export function bodyOf({ body, lasts }: Draft, seconds: number | null): Readonly<Record<string, unknown>> {
  return lasts === "none" ? body : { ...body, seconds };
}
