/** The chart; its legend, with the values of the current step; and the same as a table. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { sizeText } from "../chunks/words.ts";
import { TableHead } from "../look/table-head.tsx";
import { useTheme } from "../look/theme.ts";
import { useStore } from "../store/context.ts";
import type { Chart } from "./chart.ts";
import { comparedSeries, type Series, seriesOf } from "./series.ts";

export function ChartPanel(): JSX.Element | null {
  const { history } = useStore();
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const run = history.main.run.value;
  const [a, b] = history.pair.value;
  const other = history.otherRun.value;
  const series = useMemo(() => {
    if (run === null) return [];
    return other === null ? seriesOf(run.states, [a, b]) : comparedSeries(run, other, a);
  }, [run, other, a, b]);
  const step = history.step.value;
  const inside = history.inside.value;
  // Inside of a step, the legend says what is there in the middle of it.
  const told = inside === null ? series : seriesOf([inside.state], [a, b], run?.states[step]);
  const at = inside === null ? step : 0;
  useEffect(() => {
    const { current: parent } = box;
    if (parent === null || series.length === 0) return;
    const end = new AbortController();
    void draw(parent, end.signal);
    return () => end.abort();
  }, [series, theme]);
  useEffect(() => chart.current?.show(series, step), [series, theme, step]);

  /** The library that draws is fetched when the first maps are there already. */
  async function draw(parent: HTMLElement, signal: AbortSignal): Promise<void> {
    const module = await import("./chart.ts").catch(() => null);
    if (module === null || signal.aborted) return; // the legend and the table say the same
    const made = module.createChart(parent, series, (to) => history.goTo(to));
    made.show(series, history.step.value);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize(parent.clientWidth));
    observer.observe(parent);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    });
  }
  if (run === null) return null;
  return (
    <div class="chart">
      <div ref={box} class="chart-box" aria-hidden="true" />
      <ul class="chart-legend" aria-label="values at this step">
        {told.map((one) => (
          <li key={one.label}>
            <span class={`line line-${one.colour}${one.isDashed ? " dashed" : ""}`} />
            {one.label} <b>{valueText(one, at)}</b>
          </li>
        ))}
      </ul>
      <details class="chart-table">
        <summary>Table</summary>
        <SeriesTable series={series} />
      </details>
    </div>
  );
}

const valueText = ({ values }: Series, step: number): string => {
  const value = values[step];
  return value === null || value === undefined ? "–" : sizeText(value);
};

function SeriesTable({ series }: { series: readonly Series[] }): JSX.Element {
  const steps = series[0]?.values ?? [];
  return (
    <table>
      <caption class="unseen">the values of the chart, step by step</caption>
      <TableHead columns={["step", ...series.map(({ label }) => label)]} />
      <tbody>
        {[...steps.keys()].map((step) => (
          <tr key={step}>
            <th scope="row">{step}</th>
            {series.map((one) => (
              <td key={one.label}>{valueText(one, step)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
