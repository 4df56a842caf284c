/** The curves of the chart: a value for each state, kB; null where there is none. */
import { KB_PER_PAGE } from "@forkpath/abi";
import { spaceOf, taskNamed } from "../chunks/hold.ts";
import type { Pair } from "../store/pair.ts";
import type { MachineState, Run } from "../worker/protocol.ts";

export interface Series {
  readonly label: string;
  /** Name of a CSS variable. */
  readonly colour: "used" | "a" | "b";
  readonly isDashed: boolean;
  readonly values: readonly (number | null)[];
}

type Values = Series["values"];

/** @param after has names that a state has not yet: memory in the making has none */
export function seriesOf(
  states: readonly MachineState[],
  [a, b]: Pair,
  after?: MachineState,
): Series[] {
  return [usedOf(states), ...ofProcess(states, a, "a", after), ...ofProcess(states, b, "b", after)];
}

/** The same process on two machines. */
export function comparedSeries(main: Run, other: Run, name: string | null): Series[] {
  const on = ({ kernel }: Run, series: readonly Series[]): Series[] =>
    series.map((one) => ({ ...one, label: `${one.label} on ${kernel}` }));
  return [
    ...on(main, [usedOf(main.states), ...ofProcess(main.states, name, "a")]),
    ...on(
      other,
      ofProcess(
        main.states.map((_, step) => other.states[step]),
        name,
        "b",
      ),
    ),
  ];
}

function usedOf(states: readonly MachineState[]): Series {
  const values = states.map(({ totals }) => totals.usedPages * KB_PER_PAGE);
  return { label: "used memory", colour: "used", isDashed: false, values };
}

function ofProcess(
  states: readonly (MachineState | undefined)[],
  name: string | null,
  colour: "a" | "b",
  after?: MachineState,
): Series[] {
  if (name === null) return [];
  const spaces = states.map((state) => {
    if (state === undefined) return undefined;
    const mm = (taskNamed(state, name) ?? (after && taskNamed(after, name)))?.mm ?? null;
    return spaceOf(state, mm);
  });
  const rss: Values = spaces.map((space) => space?.status.VmRSS ?? null);
  const pss: Values = spaces.map((space) => space?.sums.Pss ?? null);
  return [
    { label: `${name} VmRSS`, colour, isDashed: false, values: rss },
    { label: `${name} PSS`, colour, isDashed: true, values: pss },
  ];
}
