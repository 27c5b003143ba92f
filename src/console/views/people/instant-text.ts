const format = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const withYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** An instant of the wall in the zone of whoever looks: sign-in has nothing to do with the run's clock. */
export function instantText(at: number): string {
  return format.format(at);
}

export function dayText(at: number): string {
  return withYear.format(at);
}
