/** Figures as they are read: in the table and in the report. */

/** Decimals with which values about as large as `scale` are told: three figures, and never more than three decimals. */
export function decimalsOf(scale: number | null): number {
  const size = Math.abs(scale ?? 0);
  if (size >= 10 || size === 0) return 1;
  return size >= 1 ? 2 : 3;
}

/** A value with so many decimals at most; a dash where there is none. */
export function figure(value: number | null, decimals = 1): string {
  if (value === null) return "–";
  return String(Number(value.toFixed(decimals))).replace("-", "−");
}

/** A difference, with its sign; a dash where there is none. */
export function signed(value: number | null, decimals = 1): string {
  if (value === null) return "–";
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}

/** A p to three decimals; a dash where nothing was tested. */
export function pText(p: number | null): string {
  if (p === null) return "–";
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}

export function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
