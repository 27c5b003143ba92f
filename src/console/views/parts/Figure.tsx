import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";

export type FigureTable = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
};

type Props = {
  readonly title: string;
  /** Of exported files, without extension. */
  readonly fileName: string;
  /** The same as the chart shows, in words and numbers. */
  readonly table: () => FigureTable;
  /** A sentence beneath the title: units, source, age. */
  readonly note?: string | undefined;
  /** The chart: an `svg`, which can then be exported, or something else. */
  readonly children: ComponentChildren;
};

/** A chart with its table twin, and both to take away: CSV always, SVG where it is one. */
export function Figure({ title, fileName, table, note, children }: Props): JSX.Element {
  const body = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  const saveSvg = (): void => {
    const svg = body.current?.querySelector("svg");
    if (svg) save(`${fileName}.svg`, "image/svg+xml", standalone(svg));
  };
  return (
    <figure class="card figure" aria-label={title}>
      <figcaption class="figure-head">
        <h3>{title}</h3>
        {note !== undefined && <p class="dim">{note}</p>}
        <div class="figure-tools" role="group" aria-label={`${title}: shown and exported as`}>
          <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            table
          </button>
          <button type="button" onClick={() => save(`${fileName}.csv`, "text/csv", csvOf(table()))}>
            CSV
          </button>
          {!asTable && (
            <button type="button" onClick={saveSvg}>
              SVG
            </button>
          )}
        </div>
      </figcaption>
      <div ref={body} class="figure-body live">
        {asTable ? <Twin title={title} table={table()} /> : children}
      </div>
    </figure>
  );
}

function Twin({ title, table }: { readonly title: string; readonly table: FigureTable }): JSX.Element {
  return (
    <div class="figure-table" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} class={typeof cell === "number" ? "number" : ""}>
                  {cell ?? "—"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length === 0 && <p class="reason dim">Nothing to show.</p>}
    </div>
  );
}

/** RFC 4180; cells that a spreadsheet would take for a formula begin with an apostrophe. */
export function csvOf({ columns, rows }: FigureTable): string {
  return [columns, ...rows]
    .map((row) => row.map(cellText).join(","))
    .join("\r\n")
    .concat("\r\n");
}

function cellText(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The drawing with the styles that it has on the page, since a file knows no style sheet. */
function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) return "";
  const [from, to] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, index) => {
    const style = getComputedStyle(element);
    const target = to[index];
    for (const name of [
      "fill",
      "fill-opacity",
      "stroke",
      "stroke-opacity",
      "stroke-width",
      "stroke-dasharray",
      "stroke-linecap",
      "opacity",
      "font-size",
      "text-anchor",
    ])
      target?.setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  // Not as an attribute, which the content security policy forbids.
  copy.style.background = getComputedStyle(document.body).backgroundColor;
  copy.style.fontFamily = "sans-serif";
  return new XMLSerializer().serializeToString(copy);
}

export function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
