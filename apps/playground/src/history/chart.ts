/** The chart itself: uPlot with steps, a shaded current step, and a click that goes there. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { sizeText } from "../chunks/words.ts";
import type { Series } from "./series.ts";

export interface Chart {
  /** Draws anew. @param step the one that is shaded */
  show(series: readonly Series[], step: number): void;
  resize(width: number): void;
  destroy(): void;
}

const HEIGHT = 128; // CSS pixels
const DASH = [5, 4];
/** Of more steps, points would hide the lines. */
const MOST_POINTS = 80;

export function createChart(
  parent: HTMLElement,
  series: readonly Series[],
  choose: (step: number) => void,
): Chart {
  let current = 0; // the step that is shaded
  const colour = (name: string): string =>
    getComputedStyle(parent).getPropertyValue(`--${name}`).trim();
  const { stepped } = uPlot.paths;
  const axis = { stroke: () => colour("soft"), grid: { stroke: () => colour("line"), width: 1 } };
  const plot = new uPlot(
    {
      width: Math.max(1, parent.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_, __, most) => [0, most * 1.08 || 1] } },
      axes: [
        { ...axis, size: 24, incrs: [1, 2, 5, 10, 20, 50, 100, 1000] },
        {
          ...axis,
          size: 76,
          splits: (_, __, least, most) => [least, most / 2, most].map((v) => v / 1.08),
          values: (_, kb) => kb.map((value) => sizeText(Math.round(value))),
        },
      ],
      series: [
        {},
        ...series.map(({ label, colour: name, isDashed, values }) => ({
          label,
          stroke: () => colour(name),
          width: 2,
          ...(isDashed ? { dash: DASH } : {}),
          spanGaps: false,
          ...(stepped === undefined ? {} : { paths: stepped({ align: 1 }) }),
          points: { show: values.length <= MOST_POINTS, size: 4, fill: () => colour(name) },
        })),
      ],
      hooks: { drawClear: [(self) => shade(self, current, colour("shade"))] },
    },
    dataOf(series),
    parent,
  );
  plot.over.addEventListener("click", (event) => {
    choose(Math.round(plot.posToVal(event.offsetX, "x")));
  });
  return {
    show(shown, step) {
      current = step;
      plot.setData(dataOf(shown));
    },
    resize(width) {
      plot.setSize({ width: Math.max(1, width), height: HEIGHT });
    },
    destroy: () => plot.destroy(),
  };
}

const dataOf = (series: readonly Series[]): uPlot.AlignedData => [
  (series[0]?.values ?? []).map((_, step) => step),
  ...series.map(({ values }) => [...values]),
];

/** CSS pixels left and right of the step. */
const SHADE = 11;

function shade({ ctx, bbox, valToPos }: uPlot, step: number, colour: string): void {
  const x = valToPos(step, "x", true);
  const half = SHADE * (globalThis.devicePixelRatio || 1);
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(x - half, bbox.top, 2 * half, bbox.height);
  ctx.restore();
}
