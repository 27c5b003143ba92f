/** Rows of the history, as `GET /api/history/plans` and `/alarms` tell them: of what is used here. */
export type LoggedRow = {
  readonly at: number;
  readonly intersection: string;
  readonly kind: string;
  readonly text: string;
  readonly priority: string;
};
export type StoredAlarmRow = {
  readonly at: number;
  readonly intersection: string;
  readonly priority: number;
  readonly state: string;
  readonly text: string;
};

/** Something of the past that somebody may want to see again. */
export type Bookmark = {
  readonly at: number;
  /** Null for the whole network. */
  readonly intersection: string | null;
  readonly sort: "alarm" | "command" | "operation" | "link" | "detector" | "traffic" | "engine";
  /** Of an alarm, 1 to 4; null where nobody has to see to it. */
  readonly priority: number | null;
  readonly text: string;
};

/** Plans come every few minutes for everybody: they are no events. */
const SORTS = ["command", "operation", "link", "detector", "traffic", "engine"] as const;

/** Back to normal is no news beside what it ends. */
const PASSED = "Normal operation";

/**
 * What was notable, newest first: alarms as they were raised, commands, preemptions and other interruptions, links and detectors lost, unusual traffic. Of a text that is told of many
 * intersections at one instant, one is kept.
 */
export function bookmarksOf(
  logged: readonly LoggedRow[],
  alarms: readonly StoredAlarmRow[],
): readonly Bookmark[] {
  const raised = alarms
    .filter(({ state }) => state === "activeUnacknowledged")
    .map(({ at, intersection, priority, text }): Bookmark => {
      return { at, intersection: placeOf(intersection), sort: "alarm", priority, text };
    });
  const events = logged.flatMap(({ at, intersection, kind, text }): readonly Bookmark[] => {
    const sort = SORTS.find((one) => one === kind);
    if (sort === undefined || text === PASSED) return [];
    return [{ at, intersection: placeOf(intersection), sort, priority: null, text }];
  });
  const known = new Map<string, Bookmark>();
  for (const one of [...raised, ...events]) {
    const key = `${one.at} ${one.sort} ${one.text}`;
    const before = known.get(key);
    known.set(
      key,
      before === undefined || before.intersection === one.intersection
        ? one
        : { ...before, intersection: null },
    );
  }
  return [...known.values()].toSorted((left, right) => right.at - left.at);
}

function placeOf(intersection: string): string | null {
  return intersection === "" ? null : intersection;
}

/** The instant of a local time of day on a day, both as the network's clock shows them. */
export function instantOn(dayAt: number, time: string, timeOf: (at: number) => string): number | null {
  const [, hours, minutes, seconds = "0"] = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const wanted = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const at = dayAt + wanted * 1000;
  // On a day with a change of clocks the same seconds after midnight show another time.
  const shown = timeOf(at).split(":").map(Number);
  const off = wanted - ((shown[0] ?? 0) * 3600 + (shown[1] ?? 0) * 60 + (shown[2] ?? 0));
  return Math.abs(off) <= 2 * 3600 ? at + off * 1000 : at;
}

const DAY_MS = 86_400_000;

/** Local midnights of the days from one instant to another, the latest first; `midnight` is one of them. */
export function daysBetween(from: number, to: number, midnight: number): readonly number[] {
  const first = midnight + Math.floor((from - midnight) / DAY_MS) * DAY_MS;
  const count = Math.floor((to - first) / DAY_MS) + 1;
  return Array.from({ length: Math.max(1, count) }, (_, day) => first + day * DAY_MS).toReversed();
}
