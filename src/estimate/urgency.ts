/** Standing so long doubles what a second of delay counts, so that nobody starves; reference `control-algorithms.md` §2. */
export const URGENCY_SECONDS = 120;
