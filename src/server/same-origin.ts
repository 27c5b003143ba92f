type Told = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Whether a browser says that the page which asks is another site's, by either of two headers that no page can set: it must not act or read through its user's
 * browser. A program sends neither.
 */
export function fromElsewhere(headers: Told): boolean {
  const { origin, host, "sec-fetch-site": site } = headers;
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  return origin !== undefined && (typeof origin !== "string" || hostOf(origin) !== host);
}

/** `undefined` of what is no origin, as `null` of a sandbox. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
