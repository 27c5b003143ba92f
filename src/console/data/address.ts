/** The eight views, in the order of the navigation. */
export const VIEWS = [
  "network",
  "intersection",
  "decisions",
  "time-space",
  "performance",
  "alarms",
  "tuning",
  "what-if",
] as const;
export type View = (typeof VIEWS)[number];

/** What an address names: `#/<view>/<intersection>?at=<instant>`, a permanent link to a view, at an instant of the past or live. */
export type Place = {
  readonly view: View;
  /** It may not exist in this network. */
  readonly intersection: string | null;
  /** Epoch milliseconds of the run's clock; null for the present. */
  readonly at: number | null;
};

export const HOME: Place = { view: "network", intersection: null, at: null };

export function addressOf({ view, intersection, at }: Place): string {
  const site = intersection === null ? "" : `/${encodeURIComponent(intersection)}`;
  return `#/${view}${site}${at === null ? "" : `?at=${at}`}`;
}

/** What an address names; what it does not say, or says wrongly, is as at home. */
export function placeOf(hash: string): Place {
  const match = /^#\/([a-z-]+)(?:\/([^/?]*))?(?:\?at=(\d{1,15}))?$/.exec(hash);
  if (match === null) return HOME;
  const [, name, site, at] = match;
  return {
    view: VIEWS.find((view) => view === name) ?? HOME.view,
    intersection: site === undefined || site === "" ? null : decoded(site),
    at: at === undefined ? null : Number(at),
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // An address typed by hand may hold a broken percent sequence.
    return null;
  }
}
