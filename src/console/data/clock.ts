/** Shows simulated instants as the local time of the network, 24 h with seconds. */
export type NetworkClock = {
  readonly weekday: (at: number) => string;
  readonly time: (at: number) => string;
  readonly date: (at: number) => string;
  /** Hours and minutes. */
  readonly minute: (at: number) => string;
  /** Offset from UTC, such as `UTC−07:00`. */
  readonly offset: (at: number) => string;
};

/** Throws a RangeError for a time zone that the browser does not know. */
export function networkClock(timeZone: string): NetworkClock {
  const formatter = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone, ...options });
    return (at) => format.format(at);
  };
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" });
  return {
    weekday: formatter({ weekday: "short" }),
    time: formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    minute: formatter({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    date: formatter({ year: "numeric", month: "short", day: "2-digit" }),
    offset: (at) => {
      const name = offset.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
      return name === "GMT" ? "UTC+00:00" : name.replace("GMT", "UTC").replace("-", "−");
    },
  };
}

/** An age in simulated time, as short as it can be said. */
export function ageText(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/** `+4`, `−3`, `±0`: with a real minus sign, tenths only where there are any. */
export function signedSeconds(durationMs: number): string {
  const seconds = Math.round(durationMs / 100) / 10;
  if (seconds === 0) return "±0";
  return `${seconds > 0 ? "+" : "−"}${Math.abs(seconds)}`;
}

/** Seconds of a duration, tenths only where there are any. */
export function secondsText(durationMs: number): string {
  return String(Math.round(durationMs / 100) / 10);
}
