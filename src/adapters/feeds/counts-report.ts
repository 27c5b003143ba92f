/** A row that was not used, and why. */
export type RejectedRow = { readonly line: number; readonly found: string; readonly allowed: string };

export type CountReport = {
  /** Rows behind the header. */
  readonly rows: number;
  /** Rows that say again what another one said. */
  readonly duplicates: number;
  /** Rows that were not used, by line; no more than the first few are kept. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedRows: number;
  /** Rows that lie before the row before them. */
  readonly outOfOrder: number;
  /** Rows of which the file says that nothing was measured: their counts stand as they are. */
  readonly unobserved: number;
  /** Counts of 0 for detectors without a row. */
  readonly filledZeros: number;
  /** Intervals of a day without a count, over all series. */
  readonly unknown: number;
  /** Rows of a first or last day that had hardly begun. */
  readonly leftOut: number;
  readonly dateOrder: "DD/MM/YYYY" | "MM/DD/YYYY" | "YYYY-MM-DD";
};

/** Rejected rows that are kept to be told. */
const REJECTED_KEPT = 20;

/** Rows that cannot be used: counted all, told the first few. */
export type Rejections = {
  readonly add: (line: number, fault: Omit<RejectedRow, "line">) => void;
  readonly rows: () => number;
  readonly kept: () => readonly RejectedRow[];
};

export function createRejections(): Rejections {
  const kept: RejectedRow[] = [];
  const lines = new Set<number>();
  return {
    add: (line, { found, allowed }) => {
      // A row of several lanes is one row.
      if (lines.has(line)) return;
      lines.add(line);
      if (kept.length < REJECTED_KEPT) kept.push({ line, found: found.slice(0, 80), allowed });
    },
    rows: () => lines.size,
    kept: () => kept.toSorted((left, right) => left.line - right.line),
  };
}
