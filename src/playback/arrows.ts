import { EVENT_CODE as EVENT } from "../model/event-code.ts";
import type { OverlapTiming } from "../model/extra-timing.ts";
import type { TimingTable } from "../model/timing.ts";
import type { LoggedEvent } from "./logged-event.ts";

type ArrowTiming = Extract<OverlapTiming, { readonly kind: "flashingYellowArrow" }>;

type Arrow = {
  readonly left: number;
  readonly opposing: number;
  readonly number: number;
  readonly yellowMs: number;
  shown: "off" | "green" | "yellow" | null;
  since: number;
};

/** Flashing yellow arrows of lefts, which are the lefts' own heads. */
export type Arrows = {
  readonly take: (event: LoggedEvent) => void;
  /** After all events of an instant. */
  readonly settle: (at: number, isGreen: (phase: number) => boolean) => void;
  /** What an arrow shows in the place of its phase's lamp: `g`, `y`, or null for nothing. */
  readonly letterAt: (phase: number, at: number) => "g" | "y" | null;
  readonly known: () => boolean;
  readonly set: (shown: "off" | null) => void;
};

export function startArrows({ extras, phases }: TimingTable): Arrows {
  const arrows = extras.overlaps
    .filter((overlap): overlap is ArrowTiming => overlap.kind === "flashingYellowArrow")
    .map(({ left, opposing }): Arrow => {
      const { number = 0, yellowMs = 0 } = phases[left] ?? {};
      return { left, opposing, number, yellowMs, shown: null, since: 0 };
    });
  return {
    take: ({ at, code, parameter }) => {
      const arrow = arrows.find(({ number }) => number === parameter);
      if (arrow === undefined) return;
      if (code === EVENT.beginPermissive) show(arrow, "green", at);
      else if (code === EVENT.endPermissive) show(arrow, "yellow", at);
      // Its protected green has the head only when the arrow is red.
      else if (code === EVENT.beginGreen) show(arrow, "off", at);
    },
    settle: (at, isGreen) => {
      for (const arrow of arrows) {
        // One that began in the very instant in which its opposing green ended was never shown, and its end is not told.
        if (arrow.shown === "green" && arrow.since === at && !isGreen(arrow.opposing)) show(arrow, "off", at);
      }
    },
    letterAt: (phase, at) => {
      const arrow = arrows.find(({ left }) => left === phase);
      if (arrow?.shown === "green") return "g";
      return arrow?.shown === "yellow" && at < arrow.since + arrow.yellowMs ? "y" : null;
    },
    known: () => arrows.every(({ shown }) => shown !== null),
    set: (shown) => {
      for (const arrow of arrows) show(arrow, shown, 0);
    },
  };
}

function show(arrow: Arrow, shown: Arrow["shown"], since: number): void {
  Object.assign(arrow, { shown, since });
}
