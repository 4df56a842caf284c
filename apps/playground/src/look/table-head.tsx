/** The names of a table's columns. */
import type { JSX } from "preact";

export const TableHead = ({ columns }: { columns: readonly string[] }): JSX.Element => (
  <thead>
    <tr>
      {columns.map((column) => (
        <th scope="col" key={column}>
          {column}
        </th>
      ))}
    </tr>
  </thead>
);
