/** A wall that nobody touches for days takes a new build over within this time. */
const ASK_MS = 60_000;

/** Loads the page anew when the server has another build of it: its name for the page (`ETag`) is not the one that this page came under. */
export function followBuild(): () => void {
  let own: string | null = null;
  const ask = async (): Promise<void> => {
    const found = await buildName();
    if (found === null) return;
    own ??= found;
    if (found !== own) location.reload();
  };
  void ask();
  const timer = setInterval(() => void ask(), ASK_MS);
  return () => clearInterval(timer);
}

/** `null` where the server does not answer with the page: nothing is known then, and what is shown stays. */
async function buildName(): Promise<string | null> {
  try {
    const response = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    return response.ok && !response.redirected ? response.headers.get("etag") : null;
  } catch {
    return null;
  }
}
