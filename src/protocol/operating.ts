/** What operators have asked of intersections, and what the street shows of it: a part of what consoles are told (`live.ts`). */
import type { Order } from "../model/command.ts";
import type { Mode } from "../model/mode.ts";
import type { Operation } from "../model/operation.ts";

/** What operators have asked of an intersection, and what became of it. */
export type OperatingView = {
  /** Newest first: those in force, those that wait for an answer, and those of the last ten minutes. */
  readonly commands: readonly CommandView[];
  /** The end of a mode that lasts for a time only; null for one that stands. */
  readonly modeLease: ModeLeaseView | null;
  /** Who alone may ask something; null where everybody may. */
  readonly control: ControlView | null;
};

/** A command as it was asked, what was answered, and what the street shows: none of them stands for another. */
export type CommandView = {
  readonly id: string;
  readonly order: Order;
  /** The order in words. */
  readonly text: string;
  readonly by: string;
  readonly reason: string;
  readonly askedAt: number;
  /** End of the lease: the controller ends it by itself then, whoever is linked. */
  readonly validUntil: number;
  /**
   * As far as answers tell: `asked` waits for the controller's, `inForce` was accepted and its lease lasts, `done` was accepted and has no
   * lease, `ended` is over or was followed by another, `refused`, or `unanswered` after five seconds.
   */
  readonly state: "asked" | "inForce" | "done" | "ended" | "refused" | "unanswered";
  /** Of `ended`: `expired`, `replaced`, `released` or `cleared`; null otherwise. */
  readonly ended: "expired" | "replaced" | "released" | "cleared" | null;
  /** Of `refused`. */
  readonly refusals: readonly RefusalView[];
  /** What the street shows of it while it is in force; null where it is not. */
  readonly street: StreetShowsView | null;
};

export type StreetShowsView = {
  /** Whether it shows what was asked; null where the controller has not been heard lately. */
  readonly asAsked: boolean | null;
  /** What it shows, in words. */
  readonly text: string;
};

/** Why something was not done: a rule of the safety gate, a code of the controller, or `LINK`, `CONTROL`, `PLAN` of the engine itself. */
export type RefusalView = { readonly rule: string; readonly detail: string };

export type ModeLeaseView = {
  readonly until: number;
  /** The mode that comes back then. */
  readonly standing: Mode;
  readonly by: string;
  readonly reason: string;
};

export type ControlView = {
  readonly area: string;
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number;
};

/** What the street does now, as its controller said last. */
export type StreetNowView = {
  readonly linked: boolean;
  readonly mode: Mode;
  readonly stateAt: number | null;
  readonly operation: Operation | null;
  readonly source: "plan" | "schedule" | "local" | "free" | null;
  readonly plan: string | null;
  readonly stage: string | null;
  /** Phases whose lamps are green. */
  readonly greens: readonly string[];
};
