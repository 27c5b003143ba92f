/** One end of a text connection, whatever carries it. */
export interface Link {
  send(text: string): void;
  /** Ends the connection; further calls do nothing. */
  close(code: number, reason: string): void;
}

/** What the other end does. */
export type LinkListener = {
  readonly message: (text: string) => void;
  /** Told once, whichever end closed. */
  readonly closed: (reason: string) => void;
};

/** Opens a connection; rejects where nobody listens. */
export type LinkConnector = (listener: LinkListener) => Promise<Link>;

/** Takes a connection that somebody else opened. */
export type LinkAcceptor = (link: Link) => LinkListener;

/** Close codes of the controller link, as WebSocket (RFC 6455 §7.4) and our own from 4000 on. */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  malformed: 4400,
  unauthorised: 4401,
  silent: 4408,
  replaced: 4409,
  flood: 4429,
} as const;
