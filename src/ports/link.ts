/** One end of a text connection, whatever carries it. */
export interface Link {
  send(text: string): void;
  /**
   * Only within one process: gives a frame to the other end as it is, instead of its text. It is checked there like any other, and nobody
   * may change it any more.
   */
  readonly hand?: ((frame: object) => void) | undefined;
  /** Ends the connection; further calls do nothing. */
  close(code: number, reason: string): void;
}

/** What the other end does. */
export type LinkListener = {
  readonly message: (text: string) => void;
  /** A frame that is handed over as it is. */
  readonly handed?: ((frame: object) => void) | undefined;
  /** Told once, whichever end closed. */
  readonly closed: (reason: string) => void;
};

/** Opens a connection; rejects where nobody listens. */
export type LinkConnector = (listener: LinkListener) => Promise<Link>;

/** Takes a connection that somebody else opened. */
export type LinkAcceptor = (link: Link) => LinkListener;

/** Sends a frame as its text, or as it is where the link takes it so. */
export function sendFrame(link: Link, frame: object): void {
  if (link.hand === undefined) link.send(JSON.stringify(frame));
  else link.hand(frame);
}

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
