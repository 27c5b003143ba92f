import { escapeText } from "../../../src/plot/markup.ts";

/** A cell: a text, or a text with the class that says how it is set. */
export type Cell = string | { readonly text: string; readonly className: string };

export type Table = {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of each names the row. */
  readonly rows: readonly (readonly Cell[])[];
};

/** A table with its caption and the heads of its rows and columns; a sentence instead where there is no row. */
export function tableOf({ caption, head, rows }: Table): string {
  if (rows.length === 0) return paragraph(`${caption}: none.`);
  return [
    `<table><caption>${escapeText(caption)}</caption>`,
    `<thead><tr>${head.map((one) => `<th scope="col">${escapeText(one)}</th>`).join("")}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${row.map(cellOf).join("")}</tr>`).join("\n")}</tbody></table>`,
  ].join("\n");
}

function cellOf(cell: Cell, column: number): string {
  const { text, className } = typeof cell === "string" ? { text: cell, className: "" } : cell;
  const named = className === "" ? "" : ` class="${className}"`;
  if (column === 0) return `<th scope="row"${named}>${escapeText(text)}</th>`;
  return `<td${named}>${escapeText(text)}</td>`;
}

export function paragraph(text: string, className = ""): string {
  return `<p${className === "" ? "" : ` class="${className}"`}>${escapeText(text)}</p>`;
}

/** A part of the page under its heading. */
export function section(title: string, ...parts: readonly string[]): string {
  return `<section><h2>${escapeText(title)}</h2>\n${parts.filter((part) => part !== "").join("\n")}\n</section>`;
}
