/** Time along the strip: `now` lies at a fixed place, the past to its left, what is planned to its right. */
export type StripScale = {
  /** Where time begins, pixels. */
  readonly left: number;
  readonly width: number;
  readonly now: number;
  readonly pastMs: number;
  readonly aheadMs: number;
};

export function pixelsPerMs({ width, pastMs, aheadMs }: Pick<StripScale, "width" | "pastMs" | "aheadMs">) {
  return width / (pastMs + aheadMs);
}

export function xAt(scale: StripScale, at: number): number {
  return scale.left + (at - scale.now + scale.pastMs) * pixelsPerMs(scale);
}

/** How much is shown of what is planned: a third of the past, between 45 and 100 s. */
export function aheadOf(pastMs: number): number {
  return Math.min(100_000, Math.max(45_000, pastMs / 3));
}

const STEPS_MS = [5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000] as const;
const TICK_PIXELS_MIN = 64;

/**
 * Instants that the axis names: multiples of the finest step that leaves room for a time of day. `beyondMs`: so much more than is
 * shown, since the strip is moved before it is drawn anew.
 */
export function ticksOf(scale: StripScale, beyondMs: number): readonly number[] {
  const perMs = pixelsPerMs(scale);
  const stepMs =
    STEPS_MS.find((step) => step * perMs >= TICK_PIXELS_MIN) ?? STEPS_MS[STEPS_MS.length - 1] ?? 0;
  const [from, to] = [scale.now - scale.pastMs, scale.now + scale.aheadMs + beyondMs];
  const ticks: number[] = [];
  for (let at = Math.ceil(from / stepMs) * stepMs; at <= to; at += stepMs) ticks.push(at);
  return ticks;
}

export type RowContent = {
  /** Whether people cross with the phase. */
  readonly walks: boolean;
  readonly detectors: readonly string[];
};

export type RowLayout = {
  readonly top: number;
  readonly height: number;
  /** Tops of the call signs, the lamp bar, the walk bar and each detector's line. */
  readonly calls: number;
  readonly bar: number;
  readonly walk: number | null;
  readonly detectors: readonly { readonly detector: string; readonly top: number }[];
};

export type StripLayout = {
  readonly axisHeight: number;
  readonly lanes: readonly {
    readonly top: number;
    readonly height: number;
    readonly compared: number | null;
  }[];
  readonly rows: readonly RowLayout[];
  readonly height: number;
};

export const AXIS_HEIGHT = 18;
export const LANE_HEIGHT = 28;
export const COMPARED_HEIGHT = 9;
export const CALLS_HEIGHT = 8;
export const BAR_HEIGHT = 9;
export const WALK_HEIGHT = 4;
export const DETECTOR_HEIGHT = 4;
/** Above each lane stands what ended its greens. */
const LANE_GAP = 13;
const ROW_GAP = 5;
const PARTS_GAP = 12;
/** Room for a lamp's sign beside the bar. */
const ROW_HEIGHT_MIN = 24;

/** What stands where, top down: the axis, the rings, the phases with their walk bars and detectors. */
export function stripLayout(lanes: number, rows: readonly RowContent[], compares: boolean): StripLayout {
  let top = AXIS_HEIGHT + LANE_GAP;
  const laneLayouts = Array.from({ length: lanes }, () => {
    const compared = compares ? top + LANE_HEIGHT + 1 : null;
    const lane = { top, height: LANE_HEIGHT, compared };
    top += LANE_HEIGHT + (compares ? COMPARED_HEIGHT + 1 : 0) + LANE_GAP;
    return lane;
  });
  top += PARTS_GAP - LANE_GAP;
  const rowLayouts = rows.map(({ walks, detectors }): RowLayout => {
    const bar = top + CALLS_HEIGHT;
    const walk = walks ? bar + BAR_HEIGHT + 1 : null;
    const ticks = (walk === null ? bar + BAR_HEIGHT : walk + WALK_HEIGHT) + 2;
    const lines = detectors.map((detector, place) => ({ detector, top: ticks + place * DETECTOR_HEIGHT }));
    const height = Math.max(ROW_HEIGHT_MIN, ticks + detectors.length * DETECTOR_HEIGHT - top);
    const row = { top, height, calls: top, bar, walk, detectors: lines };
    top += height + ROW_GAP;
    return row;
  });
  return { axisHeight: AXIS_HEIGHT, lanes: laneLayouts, rows: rowLayouts, height: top };
}

/** One path for all actuations of a detector: a line each, at least a pixel and a half long so that it is seen. */
export function actuationPath(
  actuations: readonly { readonly on: number; readonly off: number | null }[],
  openUntil: number,
  xOf: (at: number) => number,
  y: number,
): string {
  return actuations
    .map(({ on, off }) => {
      const [from, to] = [xOf(on), xOf(off ?? openUntil)];
      return `M${tenths(from)} ${y}H${tenths(Math.max(to, from + 1.5))}`;
    })
    .join("");
}

function tenths(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
