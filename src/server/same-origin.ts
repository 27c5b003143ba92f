/** A page of another site must not act or read through the user's browser; a program sends no origin. */
export function sameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

type Told = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whether a browser says that the page which asks is another site's, by either of the two headers that no page can set. */
export function fromElsewhere(headers: Told): boolean {
  const { origin, host, "sec-fetch-site": site } = headers;
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  if (origin === undefined) return false;
  return typeof origin !== "string" || typeof host !== "string" || !sameOrigin(origin, host);
}
