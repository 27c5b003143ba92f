/** What the address of the sign-in page asks for: `sign-in#<link>`, `sign-in?to=wall#token=<token>`, or `sign-in#/alarms/ash` to go on to. */
export type Entrance = {
  /** A one-time link's secret. */
  readonly link: string | null;
  /** The token of a display. */
  readonly token: string | null;
  /** Where to go on to, relative to the sign-in page: always a page of this console. */
  readonly onward: string;
};

const SECRET = /^#([A-Za-z0-9_-]{43})$/;
const TOKEN = /^#token=([A-Za-z0-9_-]{43})$/;

export function entranceOf(search: string, hash: string): Entrance {
  const page = /^\?to=([a-z][a-z-]*)$/.exec(search)?.[1] ?? "";
  const link = SECRET.exec(hash)?.[1] ?? null;
  const token = TOKEN.exec(hash)?.[1] ?? null;
  return { link, token, onward: `./${page}${hash.startsWith("#/") ? hash : ""}` };
}

/** The sign-in page for who is at this page now and has to come back to it. */
export function signInAddress(pathname: string, hash: string): string {
  const page = /\/([a-z][a-z-]*)$/.exec(pathname)?.[1];
  return `sign-in${page === undefined ? "" : `?to=${page}`}${hash.startsWith("#/") ? hash : ""}`;
}
