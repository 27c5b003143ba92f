import type { ComponentChildren, JSX } from "preact";

/** A column behind the name: its head, and what it says of a row. */
export type Column<Row> = readonly [head: string, cell: (row: Row) => ComponentChildren];

type Props<Row> = {
  readonly rows: readonly Row[];
  /** Tells rows apart. */
  readonly idOf: (row: Row) => string | number;
  readonly columns: readonly Column<Row>[];
  /** What can be done with a row. */
  readonly acts: (row: Row) => ComponentChildren;
  /** What stands in place of a table without rows. */
  readonly empty: string;
};

/** People, tokens or sessions by their name, each row with what can be done with it at its end. */
export function ActsTable<Row extends { readonly name: string }>(props: Props<Row>): JSX.Element {
  const { rows, idOf, columns, acts, empty } = props;
  if (rows.length === 0) return <p class="dim">{empty}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          {columns.map(([head]) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
          <th scope="col">
            <span class="spoken">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={idOf(row)}>
            <th scope="row">{row.name}</th>
            {columns.map(([head, cell]) => (
              <td key={head}>{cell(row)}</td>
            ))}
            <td>
              <div class="people-acts">{acts(row)}</div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
