/** Both sides after the fork, as /proc would show them. */
import type { PredictedSide, Prediction } from "@forkpath/predict";
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { TableHead } from "../look/table-head.tsx";

const STATUS = ["VmSize", "VmRSS", "RssAnon", "RssFile", "RssShmem", "VmSwap", "VmPTE"];
const ROLLUP = ["Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty"];

export function Sides({ prediction: { parent, child } }: { prediction: Prediction }): JSX.Element {
  const rows = [...STATUS, ...ROLLUP].filter((label) => figureOf(parent, label) !== undefined);
  return (
    <section class="panel" aria-label="both sides">
      <h2>Afterwards</h2>
      <table class="sides">
        <TableHead columns={["kB", "parent", "child"]} />
        <tbody>
          {rows.map((label) => (
            <tr key={label}>
              <th scope="row">
                <code>{label}</code>
              </th>
              <Figure side={parent} label={label} who="parent" />
              <Figure side={child} label={label} who="child" />
            </tr>
          ))}
          {parent.uss === null && child.uss === null ? null : (
            <tr>
              <th scope="row">its own (USS)</th>
              <td>{parent.uss === null ? "–" : grouped(parent.uss)}</td>
              <td>{child.uss === null ? "–" : grouped(child.uss)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

const figureOf = ({ status, rollup }: PredictedSide, label: string): number | undefined =>
  status[label] ?? rollup?.[label];

interface FigureProps {
  readonly side: PredictedSide;
  readonly label: string;
  readonly who: string;
}

/** What is not known exactly has bounds. */
function Figure({ side, label, who }: FigureProps): JSX.Element {
  const value = figureOf(side, label);
  const bounds = side.bounds[label];
  const isExact = bounds === undefined || bounds.low === bounds.high;
  return (
    <td data-figure={`${who} ${label}`} data-kb={value}>
      {isExact
        ? value === undefined
          ? "–"
          : grouped(value)
        : `${grouped(bounds.low)} to ${grouped(bounds.high)}`}
    </td>
  );
}
