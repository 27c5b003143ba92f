/** Runs something after a while of wall time, unless what it returns is called. */
export type Timer = (delayMs: number, run: () => void) => () => void;
