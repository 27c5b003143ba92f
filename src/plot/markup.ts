const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For text and attributes of HTML and SVG. */
export function escapeText(value: string): string {
  return value.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

/** A coordinate: a tenth of a pixel is enough. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A text of an SVG, of the class that says how it is set. */
export function text(x: number, y: number, value: string, name: string): string {
  return `<text class="${name}" x="${at(x)}" y="${at(y)}">${escapeText(value)}</text>`;
}
